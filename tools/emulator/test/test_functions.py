"""What a caller of a function sees: results, errors, logs, versions, limits."""

import base64
import json
import os
import signal
import time
import unittest

from botocore.exceptions import ClientError

from .support import Emulator, EmulatorTest, eventually, zipped

NODE = """
let calls = 0;
exports.handler = async (event, context) => {
  console.log('asked', event.do);
  if (event.do === 'throw') throw new TypeError('boom');
  if (event.do === 'exit') process.exit(3);
  if (event.do === 'sleep') await new Promise((resolve) => setTimeout(resolve, 30000));
  if (event.do === 'late') { setTimeout(() => { throw new Error('late') }, 1); await new Promise((r) => setTimeout(r, 1000)); }
  if (event.do === 'never') await new Promise(() => {});
  if (event.do === 'large') return 'x'.repeat(6291600);
  if (event.do === 'wait') await new Promise((resolve) => setTimeout(resolve, 1500));
  return {
    calls: ++calls, pid: process.pid, arn: context.invokedFunctionArn, version: context.functionVersion, id: context.awsRequestId,
    left: context.getRemainingTimeInMillis(), colour: process.env.COLOUR, sdk: typeof require('@aws-sdk/client-s3').S3Client,
    endpoint: process.env.AWS_ENDPOINT_URL,
  };
};
"""

PYTHON = """
import logging, os, sys, time
logging.getLogger().setLevel('INFO')
def handler(event, context):
    print('hello')
    logging.info('one\\ntwo')
    if event.get('do') == 'throw': raise ValueError('boom')
    if event.get('do') == 'exit': sys.exit(4)
    if event.get('do') == 'odd': return {1, 2}
    return {'left': context.get_remaining_time_in_millis(), 'id': context.aws_request_id, 'version': context.function_version}
"""


class Invocation(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator.function('node', NODE, Timeout=2, Environment={'Variables': {'COLOUR': 'red'}})
        cls.emulator.function('python', PYTHON, 'python3.12')

    def error(self, name, what):
        answer = self.emulator.invoke(name, {'do': what})
        self.assertEqual(answer['FunctionError'], 'Unhandled')
        return answer['Payload']

    def test_a_warm_process_keeps_its_state_and_knows_its_context(self):
        first = self.emulator.invoke('node')
        second = self.emulator.invoke('node')
        self.assertEqual(first['Payload']['pid'], second['Payload']['pid'])
        self.assertEqual(second['Payload']['calls'], first['Payload']['calls'] + 1)
        self.assertEqual(second['Payload']['arn'], 'arn:aws:lambda:us-east-1:123456789012:function:node')
        self.assertEqual(second['Payload']['version'], '$LATEST')
        self.assertTrue(1500 < second['Payload']['left'] <= 2000)
        self.assertEqual(second['Payload']['id'], second['ResponseMetadata']['RequestId'])
        self.assertEqual((second['Payload']['colour'], second['Payload']['sdk']), ('red', 'function'))
        self.assertEqual(second['Payload']['endpoint'], self.emulator.endpoint)

    def test_thrown_errors_have_the_shape_of_the_runtime(self):
        error = self.error('node', 'throw')
        self.assertEqual((error['errorType'], error['errorMessage']), ('TypeError', 'boom'))
        self.assertEqual(error['trace'][0], 'TypeError: boom')
        error = self.error('python', 'throw')
        self.assertEqual((error['errorType'], error['errorMessage']), ('ValueError', 'boom'))
        self.assertIn('in handler', error['stackTrace'][0])

    def test_an_uncaught_error_ends_the_process_and_is_told(self):
        before = self.emulator.invoke('node')['Payload']['pid']
        self.assertEqual(self.error('node', 'late')['errorMessage'], 'late')
        self.assertNotEqual(self.emulator.invoke('node')['Payload']['pid'], before)

    def test_an_exit_is_an_error_with_its_status(self):
        self.assertRegex(
            self.error('node', 'exit')['errorMessage'],
            r'^RequestId: \S+ Error: Runtime exited with error: exit status 3$',
        )
        self.assertEqual(self.error('python', 'exit')['errorType'], 'Runtime.ExitError')

    def test_a_function_that_overruns_is_ended_and_says_so_in_its_log(self):
        error = self.error('node', 'sleep')
        self.assertEqual(error['errorType'], 'Sandbox.Timedout')
        self.assertRegex(error['errorMessage'], r'^RequestId: \S+ Error: Task timed out after 2.00 seconds$')
        self.assertTrue(
            any('Task timed out after 2.00 seconds' in line for line in self.emulator.log_of('/aws/lambda/node'))
        )

    def test_a_promise_that_never_settles_is_null(self):
        answer = self.emulator.invoke('node', {'do': 'never'})
        self.assertNotIn('FunctionError', answer)
        self.assertIsNone(answer['Payload'])

    def test_a_result_that_is_no_json_is_an_error(self):
        self.assertEqual(self.error('python', 'odd')['errorType'], 'Runtime.MarshalError')

    def test_payloads_have_their_limits(self):
        self.assertEqual(self.error('node', 'large')['errorType'], 'Function.ResponseSizeTooLarge')
        function = self.emulator.client('lambda')
        for kind, size in (('RequestResponse', 6_291_457), ('Event', 1_048_577)):
            with self.assertRaisesRegex(
                ClientError, f'{size} byte payload is too large for the {kind} invocation type'
            ):
                function.invoke(FunctionName='node', InvocationType=kind, Payload=json.dumps('x' * (size - 2)))
        with self.assertRaisesRegex(ClientError, 'InvalidRequestContentException'):
            function.invoke(FunctionName='node', Payload='{')

    def test_a_dry_run_runs_nothing(self):
        answer = self.emulator.client('lambda').invoke(FunctionName='node', InvocationType='DryRun')
        self.assertEqual(answer['StatusCode'], 204)
        with self.assertRaisesRegex(ClientError, 'Function not found'):
            self.emulator.client('lambda').invoke(FunctionName='nobody', InvocationType='DryRun')

    def test_the_tail_of_the_log_comes_with_the_answer(self):
        answer = self.emulator.invoke('python', LogType='Tail')
        log = base64.b64decode(answer['LogResult']).decode()
        self.assertRegex(log, r'START RequestId: \S+ Version: \$LATEST\nhello\n\[INFO\]\t\S+\t\S+\tone\rtwo\nEND')

    def test_a_killed_process_is_replaced(self):
        os.kill(self.emulator.invoke('node')['Payload']['pid'], signal.SIGKILL)
        self.assertIn(True, [not self.emulator.invoke('node').get('FunctionError') for _ in range(2)])


class Configuration(EmulatorTest):
    def test_an_update_is_seen_by_the_next_invocation(self):
        self.emulator.function('changing', NODE, Environment={'Variables': {'COLOUR': 'red'}})
        self.assertEqual(self.emulator.invoke('changing')['Payload']['colour'], 'red')
        function = self.emulator.client('lambda')
        function.update_function_configuration(FunctionName='changing', Environment={'Variables': {'COLOUR': 'blue'}})
        self.assertEqual(self.emulator.invoke('changing')['Payload']['colour'], 'blue')
        function.update_function_configuration(FunctionName='changing', Handler='index.nothing')
        error = self.emulator.invoke('changing')['Payload']
        self.assertEqual(error['errorMessage'], 'index.nothing is undefined or not exported')
        function.update_function_configuration(FunctionName='changing', Handler='index.handler')
        self.assertEqual(self.emulator.invoke('changing')['Payload']['colour'], 'blue')
        function.update_function_code(
            FunctionName='changing', ZipFile=zipped({'index.mjs': 'export const handler = async () => "new";'})
        )
        self.assertEqual(self.emulator.invoke('changing')['Payload'], 'new')

    def test_a_module_that_is_missing_is_named(self):
        self.emulator.function('lacking', "require('nowhere'); exports.handler = async () => 1;")
        error = self.emulator.invoke('lacking')['Payload']
        self.assertEqual(error['errorType'], 'Runtime.ImportModuleError')
        self.assertIn("Cannot find module 'nowhere'", error['errorMessage'])

        self.emulator.function('bare', "require('@aws-sdk/client-nothing'); exports.handler = async () => 1;")
        error = self.emulator.invoke('bare')['Payload']
        self.assertIn(
            'it must be in the project: npm install --save-dev @aws-sdk/client-nothing', error['errorMessage']
        )

    def test_versions_and_aliases_answer_with_their_own_code(self):
        function = self.emulator.client('lambda')
        source = 'exports.handler = async (e, c) => ({ is: %s, arn: c.invokedFunctionArn });'
        self.emulator.function('released', source % 1, Publish=True)
        function.create_alias(FunctionName='released', Name='live', FunctionVersion='1')
        function.update_function_code(FunctionName='released', ZipFile=zipped({'index.js': source % 2}))
        second = function.publish_version(FunctionName='released')['Version']
        self.assertEqual(second, '2')
        live = self.emulator.invoke('released:live')
        self.assertEqual((live['ExecutedVersion'], live['Payload']['is']), ('1', 1))
        self.assertTrue(live['Payload']['arn'].endswith(':released:live'))
        self.assertEqual(self.emulator.invoke('released')['Payload']['is'], 2)

        weights = {'AdditionalVersionWeights': {'2': 0.5}}
        function.update_alias(FunctionName='released', Name='live', RoutingConfig=weights)
        seen = {self.emulator.invoke('released', Qualifier='live')['Payload']['is'] for _ in range(40)}
        self.assertEqual(seen, {1, 2})

    def test_the_number_of_a_deleted_version_is_not_used_again(self):
        function = self.emulator.client('lambda')
        self.emulator.function('counted', 'exports.handler = async () => 1;', Publish=True)
        for text in ('2', '3'):
            function.update_function_code(FunctionName='counted', ZipFile=zipped({'index.js': text}))
            self.assertEqual(function.publish_version(FunctionName='counted')['Version'], text)
            function.delete_function(FunctionName='counted', Qualifier=str(int(text) - 1))
        self.assertEqual(function.publish_version(FunctionName='counted')['Version'], '3')

    def test_logs_go_where_the_function_says_in_json(self):
        logging = {'LogGroup': 'elsewhere', 'LogFormat': 'JSON'}
        self.emulator.function(
            'logged', "exports.handler = async () => console.info('hello', { a: 1 });", LoggingConfig=logging
        )
        self.emulator.invoke('logged')
        lines = [json.loads(line) for line in self.emulator.log_of('elsewhere')]
        self.assertEqual([line.get('type') for line in lines], ['platform.start', None, 'platform.report'])
        self.assertEqual((lines[1]['level'], lines[1]['message']), ('INFO', 'hello { a: 1 }'))
        shown = self.emulator.client('lambda').get_function_configuration(FunctionName='logged')
        self.assertEqual(shown['LoggingConfig'], logging)

    def test_layers_lie_where_the_code_looks_for_opt(self):
        function = self.emulator.client('lambda')
        layer = function.publish_layer_version(
            LayerName='words',
            Content={
                'ZipFile': zipped(
                    {'words/hello': 'hello from a layer', 'nodejs/node_modules/it/index.js': 'module.exports = 7'}
                )
            },
        )['LayerVersionArn']
        source = (
            "exports.handler = async () => [require('fs').readFileSync('/opt/words/hello', 'utf8'), require('it')];"
        )
        self.emulator.function('layered', source, Layers=[layer])
        self.assertEqual(self.emulator.invoke('layered')['Payload'], ['hello from a layer', 7])

    def test_functions_that_mount_an_access_point_share_its_files(self):
        source = """
            const fs = require('fs');
            exports.handler = async ({ write }) => {
              if (write) fs.writeFileSync(`${process.env.FOLDER}/note`, write);
              return fs.readFileSync('/mnt/files/note', 'utf8');
            };
        """

        def mounting(name: str, point: str):
            arn = f'arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/{point}'
            self.emulator.function(
                name,
                source,
                Environment={'Variables': {'FOLDER': '/mnt/files'}},
                FileSystemConfigs=[{'Arn': arn, 'LocalMountPath': '/mnt/files'}],
            )

        mounting('writes', 'fsap-1')
        mounting('reads', 'fsap-1')
        mounting('elsewhere-mounted', 'fsap-2')
        self.assertEqual(self.emulator.invoke('writes', {'write': 'hello'})['Payload'], 'hello')
        self.assertEqual(self.emulator.invoke('reads', {})['Payload'], 'hello')
        self.assertIn('ENOENT', self.emulator.invoke('elsewhere-mounted', {})['Payload']['errorMessage'])

    def test_reserved_concurrency_throttles(self):
        self.emulator.function('rare', NODE)
        function = self.emulator.client('lambda')
        function.put_function_concurrency(FunctionName='rare', ReservedConcurrentExecutions=0)
        with self.assertRaisesRegex(ClientError, 'TooManyRequestsException.*Rate Exceeded'):
            function.invoke(FunctionName='rare')
        function.delete_function_concurrency(FunctionName='rare')
        self.assertNotIn('FunctionError', self.emulator.invoke('rare'))

    def test_what_cannot_run_says_so(self):
        self.emulator.function('java', 'no', 'java21')
        self.assertIn(
            'java21 does not run here: use nodejs or python', self.emulator.invoke('java')['Payload']['errorMessage']
        )

    def test_a_deleted_function_leaves_no_process(self):
        self.emulator.function('leaving', NODE)
        pid = self.emulator.invoke('leaving')['Payload']['pid']
        self.emulator.client('lambda').delete_function(FunctionName='leaving')
        self.assertTrue(eventually(lambda: not _lives(pid)))


class Ending(unittest.TestCase):
    def test_the_server_ends_at_once_with_every_process_it_started(self):
        emulator = Emulator()
        emulator.function('busy', NODE, Timeout=60)
        pid = emulator.invoke('busy')['Payload']['pid']
        emulator.client('lambda').invoke(FunctionName='busy', InvocationType='Event', Payload='{"do":"sleep"}')
        emulator.stop()
        self.assertTrue(eventually(lambda: not _lives(pid)))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f'/proc/{pid}/stat') as stat:
        return stat.read().split(')')[1].split()[0] != 'Z'


class AsynchronousInvocation(EmulatorTest):
    def test_what_fails_is_tried_three_times_and_told(self):
        sqs, function = self.emulator.client('sqs'), self.emulator.client('lambda')
        queues = {}
        for name in ('dead', 'failed', 'done'):
            url = sqs.create_queue(QueueName=name)['QueueUrl']
            queues[name] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
        source = "exports.handler = async (e) => { console.log('tried'); if (e.bad) throw new Error('no'); return { ok: e }; };"
        arn = self.emulator.function('eventual', source, DeadLetterConfig={'TargetArn': queues['dead']})
        destinations = {'OnFailure': {'Destination': queues['failed']}, 'OnSuccess': {'Destination': queues['done']}}
        function.put_function_event_invoke_config(FunctionName='eventual', DestinationConfig=destinations)

        sent = function.invoke(FunctionName='eventual', InvocationType='Event', Payload='{"bad":1}')
        self.assertEqual((sent['StatusCode'], sent['Payload'].read()), (202, b''))
        record = json.loads(self.emulator.received('failed')[0]['Body'])
        context = record['requestContext']
        self.assertEqual((context['condition'], context['approximateInvokeCount']), ('RetriesExhausted', 3))
        self.assertEqual(context['functionArn'], f'{arn}:$LATEST')
        self.assertEqual(record['requestPayload'], {'bad': 1})
        self.assertEqual(
            record['responseContext'], {'statusCode': 200, 'executedVersion': '$LATEST', 'functionError': 'Unhandled'}
        )
        self.assertEqual(record['responsePayload']['errorMessage'], 'no')
        dead = self.emulator.received('dead')[0]
        self.assertEqual((dead['Body'], dead['MessageAttributes']['ErrorMessage']['StringValue']), ('{"bad":1}', 'no'))
        tries = [line for line in self.emulator.log_of('/aws/lambda/eventual') if line.endswith('\ttried')]
        self.assertEqual(len(tries), 3)

        function.invoke(FunctionName='eventual', InvocationType='Event', Payload='{}')
        record = json.loads(self.emulator.received('done')[0]['Body'])
        self.assertEqual((record['requestContext']['condition'], record['responsePayload']), ('Success', {'ok': {}}))

    def test_the_number_of_retries_is_a_setting_of_the_qualifier(self):
        function = self.emulator.client('lambda')
        self.emulator.function(
            'once', "exports.handler = async () => { console.log('tried'); throw new Error('no'); };", Publish=True
        )
        function.create_alias(FunctionName='once', Name='live', FunctionVersion='1')
        function.put_function_event_invoke_config(FunctionName='once', Qualifier='live', MaximumRetryAttempts=0)
        shown = function.get_function_event_invoke_config(FunctionName='once', Qualifier='live')
        self.assertEqual((shown['MaximumRetryAttempts'], shown['FunctionArn'].endswith(':once:live')), (0, True))
        function.invoke(FunctionName='once', Qualifier='live', InvocationType='Event')
        tried = lambda: [line for line in self.emulator.log_of('/aws/lambda/once') if line.endswith('\ttried')]
        self.assertTrue(eventually(tried))
        time.sleep(0.8)
        self.assertEqual(len(tried()), 1)
