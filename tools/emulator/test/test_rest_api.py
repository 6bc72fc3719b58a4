"""REST APIs over HTTP: routes, events, keys, limits, models, authorizers, gateway responses."""

import gzip
import json

import requests

from .support import EmulatorTest, eventually

ECHO = """
exports.handler = async (event) => {
  if (event.queryStringParameters?.do === 'fail') throw new Error('secret');
  if (event.queryStringParameters?.do === 'odd') return 'no answer';
  if (event.queryStringParameters?.do === 'sleep') await new Promise((r) => setTimeout(r, 5000));
  if (event.queryStringParameters?.do === 'bytes') return { statusCode: 200, headers: { 'content-type': 'image/png' }, isBase64Encoded: true, body: 'aGVsbG8=' };
  return { statusCode: 201, headers: { 'X-Made': 'by hand' }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: JSON.stringify(event) };
};
"""
MODEL = {
    '$schema': 'http://json-schema.org/draft-04/schema#',
    'type': 'object',
    'required': ['customer'],
    'properties': {'customer': {'type': 'string', 'minLength': 1}},
}


class Rest(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not any(
            each['FunctionName'] == 'echo' for each in cls.emulator.client('lambda').list_functions()['Functions']
        ):
            cls.emulator.function('echo', ECHO, Publish=True)
            cls.emulator.client('lambda').create_alias(FunctionName='echo', Name='live', FunctionVersion='1')

    def make(self, name, methods, stage_settings=(), allowed=True, **api):
        """An API with methods given as {'GET /path': {...}}; what a method needs beside the usual stands in its
        value.
        """
        gateway = self.emulator.client('apigateway')
        api_id = gateway.create_rest_api(name=name, **api)['id']
        known = {'': gateway.get_resources(restApiId=api_id)['items'][0]['id']}
        for route, settings in methods.items():
            verb, path = route.split(' ')
            at = ''
            for part in [each for each in path.split('/') if each]:
                if f'{at}/{part}' not in known:
                    made = gateway.create_resource(restApiId=api_id, parentId=known[at], pathPart=part)
                    known[f'{at}/{part}'] = made['id']
                at = f'{at}/{part}'
            integration = settings.pop('integration', {'type': 'AWS_PROXY', 'uri': self.uri('echo:live')})
            responses = settings.pop('responses', {})
            place = {'restApiId': api_id, 'resourceId': known[at], 'httpMethod': verb}
            gateway.put_method(**place, authorizationType=settings.pop('authorizationType', 'NONE'), **settings)
            gateway.put_integration(**place, integrationHttpMethod='POST', **integration)
            for status, response in responses.items():
                gateway.put_integration_response(**place, statusCode=status, **response)
        if allowed:
            self.emulator.client('lambda').add_permission(
                FunctionName='echo',
                Qualifier='live',
                StatementId=api_id,
                Action='lambda:InvokeFunction',
                Principal='apigateway.amazonaws.com',
                SourceArn=f'arn:aws:execute-api:us-east-1:123456789012:{api_id}/*',
            )
        self.deploy(api_id, stage_settings)
        return api_id

    def deploy(self, api_id, stage_settings=()):
        gateway = self.emulator.client('apigateway')
        deployment = gateway.create_deployment(restApiId=api_id)['id']
        gateway.create_stage(restApiId=api_id, stageName='live', deploymentId=deployment, variables={'alias': 'live'})
        if stage_settings:
            operations = [{'op': 'replace', 'path': path, 'value': value} for path, value in stage_settings]
            gateway.update_stage(restApiId=api_id, stageName='live', patchOperations=operations)

    def uri(self, function):
        arn = f'arn:aws:lambda:us-east-1:123456789012:function:{function}'
        return f'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations'

    def ask(self, api_id, path, method='GET', **more):
        port = self.emulator.endpoint.rsplit(':', 1)[1]
        return requests.request(method, f'http://{api_id}.execute-api.localhost:{port}/live{path}', timeout=40, **more)


class Firewalls(Rest):
    VISIBLE = {'SampledRequestsEnabled': True, 'CloudWatchMetricsEnabled': True, 'MetricName': 'm'}

    def guarded(self, name, path, block, **acl):
        """An API whose stage a web ACL stands before, that blocks what ends in a path; its id, and how to take the ACL away."""
        api_id = self.make(name, {'GET /notes': {}, f'GET {path}': {}})
        rule = {
            'Name': 'hidden',
            'Priority': 0,
            'VisibilityConfig': self.VISIBLE,
            'Action': {'Block': block},
            'Statement': {
                'ByteMatchStatement': {
                    'FieldToMatch': {'UriPath': {}},
                    'PositionalConstraint': 'ENDS_WITH',
                    'SearchString': path.encode(),
                    'TextTransformations': [{'Priority': 0, 'Type': 'NONE'}],
                }
            },
        }
        waf = self.emulator.client('wafv2')
        made = {'DefaultAction': {'Allow': {}}, 'VisibilityConfig': self.VISIBLE, 'Rules': [rule], **acl}
        arn = waf.create_web_acl(Name=f'acl-{api_id}', Scope='REGIONAL', **made)['Summary']['ARN']
        stage = f'arn:aws:apigateway:us-east-1::/restapis/{api_id}/stages/live'
        self.assertEqual(self.ask(api_id, path).status_code, 201)
        waf.associate_web_acl(WebACLArn=arn, ResourceArn=stage)
        return api_id, lambda: waf.disassociate_web_acl(ResourceArn=stage)

    def test_a_stage_turns_away_what_its_web_acl_blocks(self):
        api_id, open_again = self.guarded('guarded-stage', '/hidden', {})
        blocked = self.ask(api_id, '/hidden')
        self.assertEqual((blocked.status_code, blocked.json()), (403, {'message': 'Forbidden'}))
        self.assertEqual(self.ask(api_id, '/notes').status_code, 201)
        open_again()
        self.assertEqual(self.ask(api_id, '/hidden').status_code, 201)

    def test_what_a_web_acl_answers_comes_before_the_gateway_response(self):
        custom = {
            'ResponseCode': 429,
            'CustomResponseBodyKey': 'slower',
            'ResponseHeaders': [{'Name': 'Retry-After', 'Value': '60'}],
        }
        bodies = {'slower': {'ContentType': 'APPLICATION_JSON', 'Content': '{"title":"Too many"}'}}
        api_id, _ = self.guarded('answered-stage', '/often', {'CustomResponse': custom}, CustomResponseBodies=bodies)
        gateway = self.emulator.client('apigateway')
        gateway.put_gateway_response(restApiId=api_id, responseType='WAF_FILTERED', statusCode='418')
        gateway.delete_stage(restApiId=api_id, stageName='live')
        self.deploy(api_id)
        blocked = self.ask(api_id, '/often')
        self.assertEqual(
            (blocked.status_code, blocked.json(), blocked.headers['Retry-After'], blocked.headers['Content-Type']),
            (429, {'title': 'Too many'}, '60', 'application/json'),
        )
        self.assertIn('x-amzn-RequestId', blocked.headers)


class Requests(Rest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        maker = cls()
        cls.api = maker.make(
            'requests',
            {
                'GET /things': {},
                'GET /things/special': {},
                'ANY /things/{id}': {},
                'ANY /files/{proxy+}': {},
                'GET /slow': {
                    'integration': {
                        'type': 'AWS_PROXY',
                        'uri': maker.uri('echo:${stageVariables.alias}'),
                        'timeoutInMillis': 1000,
                    }
                },
                'OPTIONS /things': {
                    'integration': {'type': 'MOCK', 'requestTemplates': {'application/json': '{ statusCode: 204 }'}},
                    'responses': {
                        '204': {
                            'responseParameters': {
                                'method.response.header.Access-Control-Allow-Origin': "'https://a.example'"
                            }
                        }
                    },
                },
                'GET /topic': {
                    'integration': {'type': 'AWS', 'uri': 'arn:aws:apigateway:us-east-1:sns:action/Publish'}
                },
            },
            binaryMediaTypes=['image/*'],
        )

    def runTest(self):
        """Lets the class make one of itself before its tests."""

    def event(self, *ask, **more):
        answer = self.ask(self.api, *ask, **more)
        self.assertEqual(answer.status_code, 201, answer.text)
        return answer.json()

    def test_a_function_gets_the_event_of_a_proxy(self):
        event = self.event(
            '/things/a%20b?x=1&x=2&y=%C3%BC',
            'POST',
            data='{"a":1}',
            headers={'X-My-Own': 'v', 'content-type': 'application/json'},
        )
        self.assertEqual(
            (event['resource'], event['path'], event['httpMethod']), ('/things/{id}', '/things/a%20b', 'POST')
        )
        self.assertEqual(event['pathParameters'], {'id': 'a%20b'})
        self.assertEqual(event['queryStringParameters'], {'x': '2', 'y': 'ü'})
        self.assertEqual(event['multiValueQueryStringParameters'], {'x': ['1', '2'], 'y': ['ü']})
        self.assertEqual((event['headers']['X-My-Own'], event['multiValueHeaders']['X-My-Own']), ('v', ['v']))
        self.assertEqual((event['body'], event['isBase64Encoded']), ('{"a":1}', False))
        self.assertEqual(event['stageVariables'], {'alias': 'live'})
        context = event['requestContext']
        self.assertEqual(
            (context['stage'], context['path'], context['resourcePath']), ('live', '/live/things/a%20b', '/things/{id}')
        )
        self.assertEqual(
            (context['apiId'], context['accountId'], context['httpMethod']), (self.api, '123456789012', 'POST')
        )
        self.assertEqual(context['identity']['sourceIp'], '127.0.0.1')
        self.assertEqual(context['domainName'], f'{self.api}.execute-api.localhost')

    def test_what_is_not_there_is_null(self):
        event = self.event('/things')
        for name in ('queryStringParameters', 'multiValueQueryStringParameters', 'pathParameters', 'body'):
            self.assertIsNone(event[name])

    def test_the_most_exact_path_wins(self):
        self.assertEqual(self.event('/things/special')['resource'], '/things/special')
        self.assertEqual(self.event('/things/other')['resource'], '/things/{id}')
        self.assertEqual(self.event('/files/a/b/c')['pathParameters'], {'proxy': 'a/b/c'})

    def test_the_answer_is_passed_on(self):
        answer = self.ask(self.api, '/things')
        self.assertEqual((answer.headers['X-Made'], answer.headers['Content-Type']), ('by hand', 'application/json'))
        self.assertEqual(answer.cookies.get_dict(), {'a': '1', 'b': '2'})
        self.assertEqual(answer.headers['x-amzn-RequestId'], answer.json()['requestContext']['requestId'])

    def test_bytes_are_decoded_for_who_accepts_them(self):
        self.assertEqual(self.ask(self.api, '/things?do=bytes', headers={'Accept': 'image/png'}).content, b'hello')
        self.assertEqual(self.ask(self.api, '/things?do=bytes', headers={'Accept': 'text/html'}).content, b'aGVsbG8=')
        event = self.event('/things/1', 'PUT', data=b'hello', headers={'content-type': 'image/png'})
        self.assertEqual((event['body'], event['isBase64Encoded']), ('aGVsbG8=', True))

    def test_errors_of_the_function_tell_nothing(self):
        for what in ('fail', 'odd'):
            answer = self.ask(self.api, f'/things?do={what}')
            self.assertEqual((answer.status_code, answer.json()), (502, {'message': 'Internal server error'}))
        answer = self.ask(self.api, '/slow?do=sleep')
        self.assertEqual((answer.status_code, answer.json()), (504, {'message': 'Endpoint request timed out'}))

    def test_a_path_that_is_not_there_is_a_missing_token(self):
        answer = self.ask(self.api, '/nothing')
        self.assertEqual((answer.status_code, answer.json()), (403, {'message': 'Missing Authentication Token'}))
        self.assertEqual(answer.headers['x-amzn-ErrorType'], 'MissingAuthenticationTokenException')

    def test_a_preflight_is_answered_by_a_constant(self):
        answer = self.ask(self.api, '/things', 'OPTIONS')
        self.assertEqual(
            (answer.status_code, answer.headers['Access-Control-Allow-Origin'], answer.content),
            (204, 'https://a.example', b''),
        )

    def test_a_service_is_not_called_without_a_role(self):
        self.assertEqual(self.ask(self.api, '/topic').status_code, 500)

    def test_too_large_a_request_is_refused(self):
        answer = self.ask(self.api, '/things/1', 'POST', data=b'x' * (10 * 1024 * 1024 + 1))
        self.assertEqual((answer.status_code, answer.json()), (413, {'message': 'Request Too Long'}))


class Doors(Rest):
    def test_a_function_that_does_not_know_the_api_is_not_called(self):
        api = self.make('stranger', {'GET /things': {}}, allowed=False)
        self.assertEqual(self.ask(api, '/things').status_code, 500)

    def test_a_change_is_served_after_the_next_deployment(self):
        api = self.make('changing', {'GET /old': {}, 'GET /kept': {}})
        gateway = self.emulator.client('apigateway')
        resource = next(each for each in gateway.get_resources(restApiId=api)['items'] if each['path'] == '/old')
        gateway.delete_resource(restApiId=api, resourceId=resource['id'])
        self.assertEqual(self.ask(api, '/old').status_code, 201)
        deployment = gateway.create_deployment(restApiId=api)['id']
        gateway.update_stage(
            restApiId=api,
            stageName='live',
            patchOperations=[{'op': 'replace', 'path': '/deploymentId', 'value': deployment}],
        )
        self.assertEqual(self.ask(api, '/old').status_code, 403)

    def test_models_and_required_parameters_refuse_before_the_function(self):
        gateway = self.emulator.client('apigateway')
        api = self.make('checked', {'GET /unused': {}})
        gateway.create_model(restApiId=api, name='Order', contentType='application/json', schema=json.dumps(MODEL))
        validator = gateway.create_request_validator(
            restApiId=api, name='v', validateRequestBody=True, validateRequestParameters=True
        )['id']
        root = next(each['id'] for each in gateway.get_resources(restApiId=api)['items'] if each['path'] == '/')
        place = {'restApiId': api, 'resourceId': root, 'httpMethod': 'POST'}
        gateway.put_method(
            **place,
            authorizationType='NONE',
            requestValidatorId=validator,
            requestModels={'application/json': 'Order'},
            requestParameters={
                'method.request.header.Idempotency-Key': True,
                'method.request.querystring.limit': False,
            },
        )
        gateway.put_integration(**place, type='AWS_PROXY', integrationHttpMethod='POST', uri=self.uri('echo:live'))
        template = {
            'application/json': '{"said": $context.error.messageString, "why": "$context.error.validationErrorString", "id": "$context.requestId"}'
        }
        gateway.put_gateway_response(
            restApiId=api,
            responseType='BAD_REQUEST_BODY',
            statusCode='422',
            responseTemplates=template,
            responseParameters={'gatewayresponse.header.Cache-Control': "'no-store'"},
        )
        gateway.delete_stage(restApiId=api, stageName='live')
        self.deploy(api)
        good, headers = '{"customer":"c"}', {'Idempotency-Key': 'k', 'content-type': 'application/json'}
        self.assertEqual(self.ask(api, '', 'POST', data=good, headers=headers).status_code, 201)
        answer = self.ask(api, '/', 'POST', data='{"customer":""}', headers=headers)
        self.assertEqual(
            (answer.status_code, answer.json()['said'], answer.headers['Cache-Control']),
            (422, 'Invalid request body', 'no-store'),
        )
        self.assertIn("'' should be non-empty", answer.json()['why'])
        self.assertEqual(answer.json()['id'], answer.headers['x-amzn-RequestId'])
        self.assertEqual(self.ask(api, '/', 'POST', data='{', headers=headers).status_code, 422)
        answer = self.ask(api, '/', 'POST', data=good, headers={'content-type': 'application/json'})
        self.assertEqual(
            (answer.status_code, answer.json()['message']),
            (400, 'Missing required request parameters: [Idempotency-Key]'),
        )

    def test_a_key_is_asked_for_and_its_plan_limits(self):
        gateway = self.emulator.client('apigateway')
        api = self.make('keyed', {'GET /things': {'apiKeyRequired': True}})
        key = gateway.create_api_key(name='k', enabled=True)
        plan = gateway.create_usage_plan(
            name='p', apiStages=[{'apiId': api, 'stage': 'live'}], throttle={'rateLimit': 1, 'burstLimit': 3}
        )
        answer = self.ask(api, '/things', headers={'x-api-key': key['value']})
        self.assertEqual((answer.status_code, answer.json()), (403, {'message': 'Forbidden'}))
        gateway.create_usage_plan_key(usagePlanId=plan['id'], keyId=key['id'], keyType='API_KEY')
        self.assertEqual(self.ask(api, '/things').status_code, 403)
        self.assertEqual(self.ask(api, '/things', headers={'x-api-key': 'wrong'}).status_code, 403)
        answers = [self.ask(api, '/things', headers={'x-api-key': key['value']}) for _ in range(8)]
        self.assertEqual([answer.status_code for answer in answers[:3]], [201] * 3)
        self.assertEqual(answers[0].json()['requestContext']['identity']['apiKeyId'], key['id'])
        refused = [answer for answer in answers if answer.status_code == 429]
        self.assertTrue(refused)
        self.assertEqual(refused[0].json(), {'message': 'Too Many Requests'})

    def test_a_quota_ends(self):
        gateway = self.emulator.client('apigateway')
        api = self.make('counted', {'GET /things': {'apiKeyRequired': True}})
        key = gateway.create_api_key(name='q', enabled=True)
        plan = gateway.create_usage_plan(
            name='q', apiStages=[{'apiId': api, 'stage': 'live'}], quota={'limit': 2, 'period': 'DAY'}
        )
        gateway.create_usage_plan_key(usagePlanId=plan['id'], keyId=key['id'], keyType='API_KEY')
        answers = [self.ask(api, '/things', headers={'x-api-key': key['value']}) for _ in range(3)]
        self.assertEqual([answer.status_code for answer in answers], [201, 201, 429])
        self.assertEqual(answers[2].json(), {'message': 'Limit Exceeded'})

    def test_a_stage_has_limits_of_its_own(self):
        settings = [('/*/*/throttling/rateLimit', '1'), ('/*/*/throttling/burstLimit', '2')]
        api = self.make('limited', {'GET /things': {}}, settings)
        self.assertIn(429, [self.ask(api, '/things').status_code for _ in range(8)])

    def test_a_call_is_logged_in_the_form_the_stage_gives(self):
        logs = self.emulator.client('logs')
        logs.create_log_group(logGroupName='calls')
        line = json.dumps(
            {
                'path': '$context.resourcePath',
                'status': '$context.status',
                'as': '$context.error.responseType',
                'key': '$context.identity.apiKeyId',
            }
        )
        settings = [
            ('/accessLogSettings/destinationArn', 'arn:aws:logs:us-east-1:123456789012:log-group:calls'),
            ('/accessLogSettings/format', line),
        ]
        api = self.make('logged', {'GET /things': {}, 'GET /locked': {'apiKeyRequired': True}}, settings)
        self.ask(api, '/things')
        self.ask(api, '/locked')
        eventually(lambda: len(self.emulator.log_of('calls')) == 2)
        lines = [json.loads(each) for each in self.emulator.log_of('calls')]
        self.assertEqual(lines[0], {'path': '/things', 'status': '201', 'as': '-', 'key': '-'})
        self.assertEqual((lines[1]['status'], lines[1]['as']), ('403', 'INVALID_API_KEY'))

    def test_calls_reach_a_bucket_compressed_by_way_of_a_delivery_stream(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='call-records')
        stream = self.emulator.client('firehose').create_delivery_stream(
            DeliveryStreamName='amazon-apigateway-calls',
            ExtendedS3DestinationConfiguration={
                'BucketARN': 'arn:aws:s3:::call-records',
                'RoleARN': self.emulator.role(),
                'Prefix': 'api/',
                'CompressionFormat': 'GZIP',
            },
        )['DeliveryStreamARN']
        settings = [
            ('/accessLogSettings/destinationArn', stream),
            ('/accessLogSettings/format', '{"status":"$context.status"}'),
        ]
        api = self.make('recorded', {'GET /things': {}}, settings)
        for _ in range(3):
            self.ask(api, '/things')
        keys = lambda: [each['Key'] for each in s3.list_objects_v2(Bucket='call-records').get('Contents', [])]
        text = lambda: b''.join(
            gzip.decompress(s3.get_object(Bucket='call-records', Key=key)['Body'].read()) for key in keys()
        )
        self.assertTrue(eventually(lambda: text() == b'{"status":"201"}\n' * 3))
        self.assertTrue(all(key.startswith('api/') and key.endswith('.gz') for key in keys()))

    def test_a_lambda_authorizer_decides_and_is_remembered(self):
        source = """
        exports.handler = async ({ authorizationToken: token, methodArn }) => {
          console.log('ASKED ' + token);
          if (token === 'none') throw new Error('Unauthorized');
          if (token === 'broken') throw new Error('broken');
          const Statement = [{ Effect: token === 'good' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: methodArn }];
          return { principalId: 'me', policyDocument: { Version: '2012-10-17', Statement }, context: { tier: 1, ok: true } };
        };"""
        self.emulator.function('authorizer', source)
        gateway, function = self.emulator.client('apigateway'), self.emulator.client('lambda')
        api = self.make('guarded', {'GET /unused': {}})
        authorizer = gateway.create_authorizer(
            restApiId=api,
            name='a',
            type='TOKEN',
            authorizerUri=self.uri('authorizer'),
            identitySource='method.request.header.Authorization',
        )['id']
        function.add_permission(
            FunctionName='authorizer',
            StatementId='a',
            Action='lambda:InvokeFunction',
            Principal='apigateway.amazonaws.com',
            SourceArn=f'arn:aws:execute-api:us-east-1:123456789012:{api}/authorizers/{authorizer}',
        )
        root = next(each['id'] for each in gateway.get_resources(restApiId=api)['items'] if each['path'] == '/')
        place = {'restApiId': api, 'resourceId': root, 'httpMethod': 'GET'}
        gateway.put_method(**place, authorizationType='CUSTOM', authorizerId=authorizer)
        gateway.put_integration(**place, type='AWS_PROXY', integrationHttpMethod='POST', uri=self.uri('echo:live'))
        gateway.delete_stage(restApiId=api, stageName='live')
        self.deploy(api)
        ask = lambda token: self.ask(api, '/', headers={'Authorization': token} if token else {})
        answer = ask('good')
        self.assertEqual(answer.status_code, 201)
        told = answer.json()['requestContext']['authorizer']
        self.assertEqual((told['principalId'], told['tier'], told['ok']), ('me', '1', 'true'))
        ask('good')
        self.assertEqual(
            len([each for each in self.emulator.log_of('/aws/lambda/authorizer') if each.endswith('ASKED good')]), 1
        )
        self.assertEqual(
            (ask('bad').status_code, ask('').status_code, ask('none').status_code, ask('broken').status_code),
            (403, 401, 401, 500),
        )

    def test_the_default_endpoint_can_be_closed(self):
        api = self.make('closed', {'GET /things': {}}, disableExecuteApiEndpoint=True)
        self.assertEqual(self.ask(api, '/things').status_code, 403)
