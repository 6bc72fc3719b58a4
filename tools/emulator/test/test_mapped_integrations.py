"""REST APIs with mapping templates: services of AWS, other web servers, functions in the custom form; and canaries of stages."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from .support import eventually
from .test_rest_api import Rest

THROWS = """
exports.handler = async (event) => {
  if (event.fail) throw new Error('NotFound: ' + event.fail);
  return { got: event };
};
"""
JSON = 'application/json'
TYPE = 'method.response.header.Content-Type'
MISSING = (
    '#if("$!input.path(\'$.Item.id.S\')" == "")#set($context.responseOverride.status = 404)'
    '#set($context.responseOverride.header.Content-Type = "application/problem+json"){"status":404}'
    '#{else}{"id":$input.json(\'$.Item.id.S\')}#end'
)


class Old(BaseHTTPRequestHandler):
    """A web server that tells what it was asked."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'] or 0)).decode()
        told = {'path': self.path, 'body': body, 'type': self.headers['Content-Type'], 'key': self.headers['X-Key']}
        self.send_response(500 if 'fail' in body else 200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    do_GET = do_POST

    def log_message(self, *_):
        pass


class Mapped(Rest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = HTTPServer(('127.0.0.1', 0), Old)
        threading.Thread(target=cls.old.serve_forever, daemon=True).start()
        cls.emulator.function('throws', THROWS, Publish=True)
        cls.emulator.client('lambda').create_alias(FunctionName='throws', Name='live', FunctionVersion='1')
        cls.queue = cls.emulator.queue('pickups')
        cls.emulator.client('dynamodb').create_table(
            TableName='pickups',
            BillingMode='PAY_PER_REQUEST',
            KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}],
            AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
        )

    @classmethod
    def tearDownClass(cls):
        cls.old.shutdown()
        cls.old.server_close()
        super().tearDownClass()

    def aws(self, uri, template, answers, content_type='application/x-amz-json-1.0'):
        return {
            'integration': {
                'type': 'AWS',
                'uri': f'arn:aws:apigateway:us-east-1:{uri}',
                'credentials': self.emulator.role(),
                'passthroughBehavior': 'NEVER',
                'requestParameters': {'integration.request.header.Content-Type': f"'{content_type}'"},
                'requestTemplates': {JSON: template},
            },
            'responses': answers,
        }

    def test_a_queue_gets_the_body_and_the_caller_its_id(self):
        path = '$.SendMessageResponse.SendMessageResult.MessageId'
        sends = self.aws(
            'sqs:path/123456789012/pickups',
            'Action=SendMessage&MessageBody=$util.urlEncode($input.body)',
            {'202': {'responseTemplates': {JSON: f'{{"id":$input.json(\'{path}\')}}'}}},
            'application/x-www-form-urlencoded',
        )
        api = self.make('sends', {'POST /pickups': sends}, allowed=False)
        text = '{"a":"1&QueueUrl=x"}'
        answer = self.ask(api, '/pickups', 'POST', data=text, headers={'Content-Type': JSON})
        self.assertEqual(answer.status_code, 202, answer.text)
        [message] = self.emulator.received('pickups')
        self.assertEqual((message['Body'], message['MessageId']), (text, answer.json()['id']))
        other = self.ask(api, '/pickups', 'POST', data='<a/>', headers={'Content-Type': 'text/xml'})
        self.assertEqual(other.status_code, 415)

    def test_a_table_gives_an_item_or_what_the_template_says_instead(self):
        reads = self.aws(
            'dynamodb:action/GetItem',
            '{"TableName":"pickups","Key":{"id":{"S":"$util.escapeJavaScript($input.params(\'id\'))"}}}',
            {
                '200': {'responseTemplates': {JSON: MISSING}, 'responseParameters': {TYPE: "'application/json'"}},
                '502': {'responseTemplates': {JSON: '{"status":502}'}, 'selectionPattern': '4\\d\\d'},
            },
        )
        broken = self.aws('dynamodb:action/GetItem', '{"TableName":"none","Key":{}}', reads['responses'])
        api = self.make('reads', {'GET /pickups/{id}': reads, 'GET /broken': broken}, allowed=False)
        self.emulator.client('dynamodb').put_item(TableName='pickups', Item={'id': {'S': 'p-1'}})
        found = self.ask(api, '/pickups/p-1')
        self.assertEqual((found.status_code, found.json()), (200, {'id': 'p-1'}), found.text)
        missing = self.ask(api, '/pickups/p-2')
        self.assertEqual(
            (missing.status_code, missing.headers['Content-Type'], missing.json()),
            (404, 'application/problem+json', {'status': 404}),
        )
        self.assertEqual(self.ask(api, '/broken').status_code, 502)

    def test_a_state_machine_is_started(self):
        states = self.emulator.client('stepfunctions')
        definition = {'StartAt': 'Done', 'States': {'Done': {'Type': 'Pass', 'End': True}}}
        machine = states.create_state_machine(
            name='runs', definition=json.dumps(definition), roleArn=self.emulator.role()
        )['stateMachineArn']
        starts = self.aws(
            'states:action/StartExecution',
            f'{{"stateMachineArn":"{machine}","input":"$util.escapeJavaScript($input.json(\'$\'))"}}',
            {'202': {'responseTemplates': {JSON: "{\"execution\":$input.json('$.executionArn')}"}}},
        )
        api = self.make('starts', {'POST /runs': starts}, allowed=False)
        answer = self.ask(api, '/runs', 'POST', data='{"say":"\\"x\\""}', headers={'Content-Type': JSON})
        self.assertEqual(answer.status_code, 202, answer.text)
        begun = states.describe_execution(executionArn=answer.json()['execution'])
        self.assertEqual(json.loads(begun['input']), {'say': '"x"'})

    def test_another_web_server_is_asked_and_answered_in_its_own_form(self):
        port = self.old.server_port
        integration = {
            'type': 'HTTP',
            'uri': f'http://127.0.0.1:{port}/soap/{{code}}',
            'passthroughBehavior': 'NEVER',
            'requestParameters': {
                'integration.request.path.code': 'method.request.path.code',
                'integration.request.querystring.in': 'method.request.querystring.currency',
                'integration.request.header.Content-Type': "'text/xml'",
            },
            'requestTemplates': {JSON: "<code>$input.params('code')</code>"},
        }
        asks = {
            'requestParameters': {'method.request.path.code': True, 'method.request.querystring.currency': False},
            'integration': integration,
            'responses': {
                '200': {'responseTemplates': {JSON: '{"heard":$input.json(\'$\'),"on":"$context.stage"}'}},
                '502': {'responseTemplates': {JSON: '{"status":502}'}, 'selectionPattern': '5\\d\\d'},
            },
        }
        api = self.make('asks', {'GET /tariffs/{code}': asks}, allowed=False)
        answer = self.ask(api, '/tariffs/0901?currency=EUR', headers={'X-Key': 'mine'}).json()
        self.assertEqual(answer['on'], 'live')
        self.assertEqual(
            answer['heard'],
            {'path': '/soap/0901?in=EUR', 'body': '<code>0901</code>', 'type': 'text/xml', 'key': None},
        )
        failed = self.ask(api, '/tariffs/fail')
        self.assertEqual((failed.status_code, failed.json()), (502, {'status': 502}))

    def test_a_function_in_the_custom_form_knows_nothing_of_http(self):
        custom = {
            'integration': {
                'type': 'AWS',
                'uri': self.uri('throws:live'),
                'requestTemplates': {JSON: '{"fail":"$input.params(\'fail\')"}'},
            },
            'responses': {
                '200': {'responseTemplates': {JSON: "$input.json('$.got.fail')"}},
                '404': {'responseTemplates': {JSON: '{"status":404}'}, 'selectionPattern': 'NotFound.*'},
            },
        }
        api = self.make('custom', {'GET /things': custom}, allowed=False)
        refused = self.ask(api, '/things')
        self.assertEqual(refused.status_code, 500)
        self.emulator.client('lambda').add_permission(
            FunctionName='throws',
            Qualifier='live',
            StatementId=api,
            Action='lambda:InvokeFunction',
            Principal='apigateway.amazonaws.com',
            SourceArn=f'arn:aws:execute-api:us-east-1:123456789012:{api}/*',
        )
        self.assertEqual(self.ask(api, '/things').json(), '')
        failed = self.ask(api, '/things?fail=x')
        self.assertEqual((failed.status_code, failed.json()), (404, {'status': 404}))

    def test_a_template_that_asks_for_json_refuses_what_is_none(self):
        mock = {
            'integration': {
                'type': 'MOCK',
                'requestTemplates': {JSON: "#if($input.path('$.gone') == true){\"statusCode\":410}#{else}{\"statusCode\":200}#end"},
            },
            'responses': {
                '200': {'responseTemplates': {JSON: '{"id":"$context.requestId"}'}},
                '410': {'responseTemplates': {JSON: '{}'}, 'selectionPattern': '410'},
            },
        }
        api = self.make('mock', {'POST /mock': mock}, allowed=False)
        given = {'Content-Type': JSON}
        there = self.ask(api, '/mock', 'POST', data='{}', headers=given)
        self.assertEqual(there.json(), {'id': there.headers['x-amzn-RequestId']})
        self.assertEqual(self.ask(api, '/mock', 'POST', data='{"gone":true}', headers=given).status_code, 410)
        self.assertEqual(self.ask(api, '/mock', 'POST', data='no', headers=given).status_code, 400)


class Canaries(Rest):
    def mock(self, text):
        return {
            'integration': {'type': 'MOCK', 'requestTemplates': {JSON: '{"statusCode":200}'}},
            'responses': {'200': {'responseTemplates': {JSON: text}}},
        }

    def stage(self, api):
        return self.emulator.client('apigateway').get_stage(restApiId=api, stageName='live')

    def change(self, api, *operations):
        self.emulator.client('apigateway').update_stage(
            restApiId=api, stageName='live', patchOperations=list(operations)
        )

    def test_a_share_of_the_calls_tries_what_is_new_until_it_is_promoted(self):
        api = self.make('canary', {'GET /v': self.mock('{"v":"old $stageVariables.host"}')}, allowed=False)
        gateway = self.emulator.client('apigateway')
        old = self.stage(api)['deploymentId']
        resource = next(each for each in gateway.get_resources(restApiId=api)['items'] if each['path'] == '/v')
        gateway.put_integration_response(
            restApiId=api,
            resourceId=resource['id'],
            httpMethod='GET',
            statusCode='200',
            responseTemplates={JSON: '{"v":"new $stageVariables.host"}'},
        )
        new = gateway.create_deployment(restApiId=api)['id']
        settings = '/canarySettings'
        self.change(
            api,
            {'op': 'replace', 'path': f'{settings}/deploymentId', 'value': new},
            {'op': 'replace', 'path': f'{settings}/percentTraffic', 'value': '50'},
            {'op': 'replace', 'path': f'{settings}/stageVariableOverrides/host', 'value': 'b'},
        )
        self.assertEqual(
            self.stage(api)['canarySettings'],
            {'deploymentId': new, 'percentTraffic': 50.0, 'stageVariableOverrides': {'host': 'b'}},
        )
        heard = set()
        self.assertTrue(eventually(lambda: heard.add(self.ask(api, '/v').json()['v']) or len(heard) == 2))
        self.assertEqual(heard, {'old ', 'new b'})

        self.change(
            api,
            {'op': 'replace', 'path': f'{settings}/percentTraffic', 'value': '0.0'},
            {'op': 'copy', 'from': f'{settings}/stageVariableOverrides', 'path': '/variables'},
            {'op': 'copy', 'from': f'{settings}/deploymentId', 'path': '/deploymentId'},
        )
        self.change(api, {'op': 'remove', 'path': settings})
        now = self.stage(api)
        self.assertNotIn('canarySettings', now)
        self.assertEqual((now['deploymentId'], now['variables']['host']), (new, 'b'))
        self.assertNotEqual(now['deploymentId'], old)
        self.assertEqual({self.ask(api, '/v').json()['v'] for _ in range(10)}, {'new b'})
