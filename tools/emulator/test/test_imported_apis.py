"""APIs made of a document: who may call a method is held before its integration."""

import json

import requests

from .test_callers import Callers

DECIDES = """
exports.handler = async ({ authorizationToken: token, headers, methodArn }) => {
  const who = token ?? headers['X-Who'];
  const Statement = [{ Effect: who === 'good' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: methodArn }];
  return { principalId: who, policyDocument: { Version: '2012-10-17', Statement } };
};
"""
SIMPLY = 'exports.handler = async ({ identitySource: [who] }) => ({ isAuthorized: who === "good", context: { who } });'


class Imported(Callers):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        known = {each['FunctionName'] for each in cls.emulator.client('lambda').list_functions()['Functions']}
        for name, source in (('import-decides', DECIDES), ('import-decides-simply', SIMPLY)):
            if name not in known:
                cls.emulator.function(name, source)

    def uri(self, function):
        arn = f'arn:aws:lambda:us-east-1:123456789012:function:{function}'
        return f'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations'

    def document(self, schemes, paths, integration, **whole):
        """With paths given as {'/path': {'verb': {what is asked}}}."""
        return {
            'openapi': '3.0.1',
            'info': {'title': 'imported', 'version': '1'},
            'paths': {
                path: {
                    verb: {'responses': {}, 'x-amazon-apigateway-integration': integration, **asked}
                    for verb, asked in operations.items()
                }
                for path, operations in paths.items()
            },
            'components': {'securitySchemes': schemes},
            **whole,
        }

    def status(self, path, method='GET', **headers):
        return self.ask(path, method, **headers).status_code

    def ask(self, path, method='GET', **headers):
        named = {name.replace('_', '-'): value for name, value in headers.items()}
        return requests.request(method, f'{self.url}{path}', headers=named, timeout=40)


class ImportedRestApis(Imported):
    def setUp(self):
        self.gateway = self.emulator.client('apigateway')
        self.api = self.gateway.create_rest_api(name='imported')['id']
        self.url = f'http://{self.api}.execute-api.localhost:{self.port}/live'
        self.let_in(self.api)
        self.let_in(self.api, 'import-decides')

    def scheme(self, kind=None, **authorizer):
        """What a document says of one way to come in; those of API Gateway are written as if they were keys."""
        return {
            'type': 'apiKey',
            'name': 'Authorization',
            'in': 'header',
            **({'x-amazon-apigateway-authtype': kind} if kind else {}),
            **({'x-amazon-apigateway-authorizer': authorizer} if authorizer else {}),
        }

    def bring(self, schemes, paths, mode='overwrite', **whole):
        """Imports a document and deploys it."""
        integration = {'type': 'aws_proxy', 'httpMethod': 'POST', 'uri': self.uri('answers')}
        document = self.document(schemes, paths, integration, **whole)
        self.gateway.put_rest_api(restApiId=self.api, mode=mode, body=json.dumps(document).encode())
        deployment = self.gateway.create_deployment(restApiId=self.api)['id']
        if self.gateway.get_stages(restApiId=self.api)['item']:
            change = [{'op': 'replace', 'path': '/deploymentId', 'value': deployment}]
            self.gateway.update_stage(restApiId=self.api, stageName='live', patchOperations=change)
        else:
            self.gateway.create_stage(restApiId=self.api, stageName='live', deploymentId=deployment)

    def test_a_function_decides_by_the_header_that_the_scheme_names_unless_a_method_is_open(self):
        token = self.scheme('custom', type='token', authorizerUri=self.uri('import-decides'), authorizerResultTtlInSeconds=0)
        paths = {'/orders': {'get': {}}, '/health': {'get': {'security': []}}}
        self.bring({'token': token}, paths, security=[{'token': []}])
        asked = [self.status('/orders', **{'Authorization': who} if who else {}) for who in (None, 'bad', 'good')]
        self.assertEqual(asked, [401, 403, 200])
        self.assertEqual(self.ask('/orders', Authorization='good').json()['principalId'], 'good')
        self.assertEqual(self.status('/health'), 200)
        [made] = self.gateway.get_authorizers(restApiId=self.api)['items']
        self.assertEqual((made['name'], made['type']), ('token', 'TOKEN'))
        self.bring({'token': token}, paths)
        self.assertEqual([one['id'] for one in self.gateway.get_authorizers(restApiId=self.api)['items']], [made['id']])
        self.assertEqual(self.status('/orders'), 200)
        self.bring({}, paths)
        self.assertEqual(self.gateway.get_authorizers(restApiId=self.api)['items'], [])

    def test_a_function_that_looks_at_the_whole_request_is_asked_only_with_what_it_needs(self):
        whole = self.scheme(
            'custom',
            type='request',
            authorizerUri=self.uri('import-decides'),
            identitySource='method.request.header.X-Who, method.request.querystring.of',
        )
        self.bring({'whole': whole}, {'/orders': {'x-amazon-apigateway-any-method': {'security': [{'whole': []}]}}})
        self.assertEqual(self.status('/orders', X_Who='good'), 401)
        self.assertEqual(self.status('/orders?of=ann', X_Who='good'), 200)
        self.assertEqual(self.status('/orders?of=ann', 'DELETE', X_Who='bad'), 403)

    def test_a_user_of_a_pool_comes_in_and_with_a_scope_only_who_has_it(self):
        pool, tokens = self.somebody_signed_in()
        arn = f'arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}'
        scheme = self.scheme('cognito_user_pools', type='cognito_user_pools', providerARNs=[arn])
        self.bring(
            {'pool': scheme},
            {
                '/orders': {'get': {'security': [{'pool': []}]}},
                '/all-orders': {'get': {'security': [{'pool': ['orders/read-all']}]}},
            },
        )
        self.assertEqual([self.status('/orders'), self.status('/orders', Authorization='none')], [401, 401])
        self.assertEqual(self.status('/orders', Authorization=tokens['IdToken']), 200)
        self.assertEqual(self.status('/all-orders', Authorization=tokens['AccessToken']), 401)

    def test_a_signature_and_a_key_are_asked_for_where_the_document_says_so(self):
        schemes = {'signed': self.scheme('awsSigv4'), 'key': self.scheme()}
        own = {'x-amazon-apigateway-auth': {'type': 'AWS_IAM'}}
        self.bring(
            schemes,
            {
                '/signed': {'get': {'security': [{'signed': []}]}},
                '/key': {'get': {'security': [{'key': []}]}},
                '/own': {'get': own},
            },
        )
        self.assertEqual([self.status(path) for path in ('/signed', '/key', '/own')], [403, 403, 403])
        for path in ('/signed', '/own'):
            url = f'{self.url}{path}'
            signed = requests.get(url, headers=self.signed(url, 'execute-api'), timeout=40)
            self.assertEqual(signed.status_code, 200, path)

    def test_what_a_document_says_of_the_whole_api_holds(self):
        call = {'Principal': '*', 'Action': 'execute-api:Invoke', 'Resource': 'execute-api:/*'}
        closed = {**call, 'Effect': 'Deny', 'Resource': 'execute-api:/*/*/closed'}
        answer = {'statusCode': '404', 'responseTemplates': {'application/json': '{"title":"nothing here"}'}}
        self.bring(
            {},
            {'/orders': {'get': {}}, '/closed': {'get': {}}},
            **{
                'x-amazon-apigateway-policy': {'Version': '2012-10-17', 'Statement': [{**call, 'Effect': 'Allow'}, closed]},
                'x-amazon-apigateway-gateway-responses': {'ACCESS_DENIED': answer},
                'x-amazon-apigateway-binary-media-types': ['image/*'],
                'x-amazon-apigateway-api-key-source': 'AUTHORIZER',
            },
        )
        self.assertEqual(self.status('/orders'), 200)
        refused = self.ask('/closed')
        self.assertEqual((refused.status_code, refused.json()), (404, {'title': 'nothing here'}))
        told = self.gateway.get_rest_api(restApiId=self.api)
        self.assertEqual((told['binaryMediaTypes'], told['apiKeySource']), (['image/*'], 'AUTHORIZER'))


class ImportedHttpApis(Imported):
    def bring(self, schemes, paths, **whole):
        integration = {'type': 'aws_proxy', 'payloadFormatVersion': '2.0', 'uri': self.uri('answers')}
        gateway = self.emulator.client('apigatewayv2')
        document = json.dumps(self.document(schemes, paths, integration, **whole))
        self.api = gateway.import_api(Body=document)['ApiId']
        gateway.create_stage(ApiId=self.api, StageName='$default', AutoDeploy=True)
        self.url = f'http://{self.api}.execute-api.localhost:{self.port}'
        self.let_in(self.api)
        self.let_in(self.api, 'import-decides-simply')

    def test_a_function_decides_about_every_verb_and_about_whatever_has_no_route(self):
        who = {
            'type': 'apiKey',
            'name': 'X-Who',
            'in': 'header',
            'x-amazon-apigateway-authorizer': {
                'type': 'request',
                'authorizerUri': self.uri('import-decides-simply'),
                'authorizerPayloadFormatVersion': '2.0',
                'enableSimpleResponses': True,
                'identitySource': '$request.header.X-Who',
            },
        }
        any_verb = 'x-amazon-apigateway-any-method'
        paths = {'/orders': {any_verb: {}}, '/$default': {any_verb: {}}, '/health': {'get': {'security': []}}}
        self.bring({'who': who}, paths, security=[{'who': []}])
        for path, method in (('/orders', 'DELETE'), ('/elsewhere', 'GET')):
            asked = [self.status(path, method, **each) for each in ({}, {'X-Who': 'bad'}, {'X-Who': 'good'})]
            self.assertEqual(asked, [401, 403, 200], path)
        self.assertEqual(self.ask('/orders', X_Who='good').json(), {'lambda': {'who': 'good'}})
        self.assertEqual(self.status('/health'), 200)

    def test_a_token_of_the_issuer_is_asked_for_and_a_signature_where_the_document_says_so(self):
        pool, tokens = self.somebody_signed_in()
        issuer = f'https://cognito-idp.us-east-1.amazonaws.com/{pool}'
        settings = {'issuer': issuer, 'audience': []}
        schemes = {
            'members': {
                'type': 'oauth2',
                'x-amazon-apigateway-authorizer': {'type': 'jwt', 'jwtConfiguration': settings},
            },
            'signed': {
                'type': 'apiKey',
                'name': 'Authorization',
                'in': 'header',
                'x-amazon-apigateway-authtype': 'awsSigv4',
            },
        }
        self.bring(
            schemes,
            {
                '/orders': {'get': {'security': [{'members': []}]}},
                '/all-orders': {'get': {'security': [{'members': ['orders/read-all']}]}},
                '/signed': {'get': {'security': [{'signed': []}]}},
            },
        )
        bearer = f'Bearer {tokens["AccessToken"]}'
        self.assertEqual([self.status('/orders'), self.status('/orders', Authorization='Bearer none')], [401, 401])
        self.assertEqual(self.status('/orders', Authorization=bearer), 200)
        self.assertEqual(self.status('/all-orders', Authorization=bearer), 403)
        self.assertEqual(self.status('/signed'), 403)
        url = f'{self.url}/signed'
        self.assertEqual(requests.get(url, headers=self.signed(url, 'execute-api'), timeout=40).status_code, 200)
