"""Custom resources: the CDK's own handlers, unmodified, and what a failing handler looks like."""

import io
import json
import os
import threading
import unittest
import zipfile

from werkzeug.serving import WSGIRequestHandler, make_server

from .support import ROOT, Emulator

ENTRY = '__entrypoint__.handler'
HANDLERS = ROOT / 'node_modules' / 'aws-cdk-lib' / 'custom-resource-handlers' / 'dist'
STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/test/0'
ANSWERING = """
const https = require('node:https');
exports.handler = async (event) => {
  if (event.ResourceProperties.Mode === 'throw') throw new Error('no luck');
  const body = JSON.stringify(event.ResourceProperties.Mode === 'refuse'
    ? { Status: 'FAILED', Reason: 'I will not', PhysicalResourceId: 'x' }
    : event.ResourceProperties.Mode === 'nameless' ? { Status: 'SUCCESS' }
    : { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId ?? 'made', Data: { event } });
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  await new Promise((resolve, reject) => {
    const request = https.request({ hostname, path: pathname + search, method: 'PUT', headers: { 'content-length': body.length } }, resolve);
    request.on('error', reject);
    request.end(body);
  });
};
"""


class Quiet(WSGIRequestHandler):
    def log_request(self, *_args, **_more):
        pass


class InProcess(Emulator):
    """The emulator in the tests' own process, because custom resources are run by a call, not over HTTP."""

    def __init__(self):
        late = {}
        self._server = make_server(
            '127.0.0.1', 0, lambda *request: late['application'](*request), threaded=True, request_handler=Quiet
        )
        self.endpoint = f'http://127.0.0.1:{self._server.port}'
        os.environ.update(
            MOTO_PORT=str(self._server.port),
            EMULATOR_ENDPOINT=self.endpoint,
            EMULATOR_NODE_MODULES=str(ROOT / 'node_modules'),
        )
        os.environ.update(AWS_ACCESS_KEY_ID='test', AWS_SECRET_ACCESS_KEY='test', AWS_DEFAULT_REGION='us-east-1')
        from application import make_application

        late['application'] = make_application()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def packed(self, name: str, folder, handler: str = ENTRY, **more) -> str:
        """A function of everything in a folder; under the CDK's own entry point, which answers for it, as the CDK
        packs them.
        """
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, 'w') as files:
            if handler == ENTRY:
                files.write(HANDLERS / 'core' / 'nodejs-entrypoint-handler' / 'index.js', '__entrypoint__.js')
            for path in sorted(folder.rglob('*')):
                if path.is_file():
                    files.write(path, path.relative_to(folder))
        settings = {'Runtime': 'nodejs22.x', 'Timeout': 60, **more}
        return self.client('lambda').create_function(
            FunctionName=name, Role=self.role(), Handler=handler, Code={'ZipFile': archive.getvalue()}, **settings
        )['FunctionArn']


class CustomResources(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = InProcess()
        cls.addClassCleanup(cls.emulator.stop)
        cls.answering = cls.emulator.function('answering', ANSWERING)

    def run_on(self, token, properties, kind='Create', physical_id=None, old=None, resource_type='Custom::Thing'):
        from runtime.custom_resources import run

        return run(kind, resource_type, 'Thing', token, properties, STACK, physical_id, old, 'us-east-1')

    def refused(self, properties) -> str:
        from runtime.custom_resources import CustomResourceFailed

        with self.assertRaises(CustomResourceFailed) as failed:
            self.run_on(self.answering, properties)
        return failed.exception.reason

    def test_the_handler_gets_the_event_of_cloudformation(self):
        physical_id, data = self.run_on(
            self.answering, {'Count': 3, 'On': True, 'Deep': [{'Off': False}]}, 'Update', 'kept', {'Count': 2}
        )
        event = data['event']
        self.assertEqual(physical_id, 'kept')
        self.assertEqual(event['RequestType'], 'Update')
        self.assertEqual(
            event['ResourceProperties'],
            {'ServiceToken': self.answering, 'Count': '3', 'On': 'true', 'Deep': [{'Off': 'false'}]},
        )
        self.assertEqual(event['OldResourceProperties'], {'ServiceToken': self.answering, 'Count': '2'})
        self.assertEqual(
            (event['StackId'], event['LogicalResourceId'], event['ResourceType']), (STACK, 'Thing', 'Custom::Thing')
        )

    def test_fails_when_the_handler_says_so(self):
        self.assertEqual(
            self.refused({'Mode': 'refuse'}),
            'Received response status [FAILED] from custom resource. Message returned: I will not',
        )

    def test_fails_at_once_when_the_handler_throws(self):
        self.assertIn('The handler failed without an answer: Error: no luck', self.refused({'Mode': 'throw'}))

    def test_fails_when_the_answer_names_no_resource(self):
        self.assertIn('Invalid PhysicalResourceId', self.refused({'Mode': 'nameless'}))

    def test_the_cdk_empties_a_bucket(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='full')
        s3.put_bucket_tagging(
            Bucket='full', Tagging={'TagSet': [{'Key': 'aws-cdk:auto-delete-objects', 'Value': 'true'}]}
        )
        s3.put_object(Bucket='full', Key='a', Body=b'1')
        token = self.emulator.packed('emptying', HANDLERS / 'aws-s3' / 'auto-delete-objects-handler', 'index.handler')
        self.run_on(token, {'BucketName': 'full'})
        self.run_on(token, {'BucketName': 'full'}, 'Delete', 'full')
        self.assertEqual(s3.list_objects_v2(Bucket='full')['KeyCount'], 0)

    def test_the_cdk_deploys_files_with_the_cli_of_its_layer(self):
        s3 = self.emulator.client('s3')
        for bucket in ('assets', 'site'):
            s3.create_bucket(Bucket=bucket)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, 'w') as files:
            files.writestr('index.html', '<h1>hello</h1>')
        s3.put_object(Bucket='assets', Key='site.zip', Body=archive.getvalue())
        layer = (ROOT / 'node_modules' / '@aws-cdk' / 'asset-awscli-v1' / 'lib' / 'layer.zip').read_bytes()
        s3.put_object(Bucket='assets', Key='layer.zip', Body=layer)
        content = {'S3Bucket': 'assets', 'S3Key': 'layer.zip'}
        arn = self.emulator.client('lambda').publish_layer_version(LayerName='cli', Content=content)['LayerVersionArn']
        folder = HANDLERS / 'aws-s3-deployment' / 'bucket-deployment-handler'
        token = self.emulator.packed('deploying', folder, 'index.handler', Runtime='python3.13', Layers=[arn])
        properties = {
            'SourceBucketNames': ['assets'],
            'SourceObjectKeys': ['site.zip'],
            'DestinationBucketName': 'site',
            'SystemMetadata': {'cache-control': 'max-age=5', 'content-type': 'text/html'},
            'Prune': True,
        }
        self.run_on(token, properties, resource_type='Custom::CDKBucketDeployment')
        head = s3.head_object(Bucket='site', Key='index.html')
        self.assertEqual((head['CacheControl'], head['ContentType']), ('max-age=5', 'text/html'))

    def test_the_cdk_sets_notifications_of_a_bucket(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='telling')
        queue = self.emulator.queue('told', allow='s3.amazonaws.com')
        folder = HANDLERS / 'aws-s3' / 'notifications-resource-handler'
        token = self.emulator.packed('notifying', folder, 'index.handler', Runtime='python3.13')
        rules = {'QueueConfigurations': [{'Events': ['s3:ObjectCreated:*'], 'QueueArn': queue}]}
        properties = {'BucketName': 'telling', 'NotificationConfiguration': rules, 'Managed': 'true'}
        self.run_on(token, properties, resource_type='Custom::S3BucketNotifications')
        found = s3.get_bucket_notification_configuration(Bucket='telling')['QueueConfigurations']
        self.assertEqual([each['QueueArn'] for each in found], [queue])

    def test_the_cdk_calls_any_api(self):
        self.emulator.queue('asked-for')
        token = self.emulator.packed(
            'calling', HANDLERS / 'custom-resources' / 'aws-custom-resource-handler', 'index.handler'
        )
        call = {
            'service': 'SQS',
            'action': 'getQueueUrl',
            'parameters': {'QueueName': 'asked-for'},
            'physicalResourceId': {'responsePath': 'QueueUrl'},
        }
        physical_id, data = self.run_on(token, {'Create': json.dumps(call), 'InstallLatestAwsSdk': False})
        self.assertEqual((physical_id, data['QueueUrl']), (self.emulator.url('asked-for'),) * 2)
        absent = json.dumps({**call, 'parameters': {'QueueName': 'not-there'}})
        with self.assertRaisesRegex(Exception, 'queue does not exist'):
            self.run_on(token, {'Create': absent, 'InstallLatestAwsSdk': False})

    def test_the_provider_of_the_cdk_waits_until_a_resource_is_complete(self):
        asked = "exports.handler = async (e) => ({ PhysicalResourceId: 'thing-' + e.RequestType });"
        waited = 'let asked = 0; exports.handler = async () => ({ IsComplete: ++asked > 1, ...(asked > 1 && { Data: { asked } }) });'
        variables = {
            'USER_ON_EVENT_FUNCTION_ARN': self.emulator.function('on-event', asked),
            'USER_IS_COMPLETE_FUNCTION_ARN': self.emulator.function('is-complete', waited),
        }
        framework = (
            ROOT / 'node_modules' / 'aws-cdk-lib' / 'custom-resources' / 'lib' / 'provider-framework' / 'runtime'
        )
        part = {'Environment': {'Variables': variables}}
        complete = self.emulator.packed('framework-complete', framework, 'framework.isComplete', **part)
        timeout = self.emulator.packed('framework-timeout', framework, 'framework.onTimeout', **part)
        retry = {'ErrorEquals': ['States.ALL'], 'IntervalSeconds': 1, 'MaxAttempts': 9, 'BackoffRate': 1}
        states = {
            'wait': {
                'Type': 'Task',
                'Resource': complete,
                'Retry': [retry],
                'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'late'}],
                'End': True,
            },
            'late': {'Type': 'Task', 'Resource': timeout, 'End': True},
        }
        variables['WAITER_STATE_MACHINE_ARN'] = self.emulator.client('stepfunctions').create_state_machine(
            name='waiter', definition=json.dumps({'StartAt': 'wait', 'States': states}), roleArn=self.emulator.role()
        )['stateMachineArn']
        token = self.emulator.packed('framework-event', framework, 'framework.onEvent', **part)
        self.assertEqual(self.run_on(token, {'A': 'b'}), ('thing-Create', {'asked': 2}))

    def test_the_cdk_closes_a_default_security_group(self):
        ec2 = self.emulator.client('ec2')
        vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        filters = [{'Name': 'vpc-id', 'Values': [vpc]}]
        group = ec2.describe_security_groups(Filters=filters)['SecurityGroups'][0]['GroupId']
        token = self.emulator.packed('closing', HANDLERS / 'aws-ec2' / 'restrict-default-security-group-handler')
        self.run_on(token, {'DefaultSecurityGroupId': group, 'Account': '123456789012'})
        closed = ec2.describe_security_groups(GroupIds=[group])['SecurityGroups'][0]
        self.assertEqual((closed['IpPermissions'], closed['IpPermissionsEgress']), ([], []))
