"""Topics and buckets: who is told what, and who is not."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from .support import EmulatorTest, eventually, permission

TELL = "exports.handler = async (event) => console.log('GOT ' + JSON.stringify(event));"


class Notifications(EmulatorTest):
    def got(self, name):
        lines = [line for line in self.emulator.log_of(f'/aws/lambda/{name}') if 'GOT ' in line]
        return [json.loads(line.split('GOT ')[1]) for line in lines]

    def topic(self, name, allow=None):
        sns = self.emulator.client('sns')
        arn = sns.create_topic(Name=name)['TopicArn']
        if allow:
            sns.set_topic_attributes(
                TopicArn=arn, AttributeName='Policy', AttributeValue=permission(allow, 'sns:Publish', arn)
            )
        return arn

    def subscribe(self, topic, queue, **attributes):
        arn = self.emulator.queue(queue, allow='sns.amazonaws.com')
        self.emulator.client('sns').subscribe(
            TopicArn=topic,
            Protocol='sqs',
            Endpoint=arn,
            Attributes={key: str(value) for key, value in attributes.items()},
        )

    def bodies(self, queue, count=1, seconds=5):
        return [message['Body'] for message in self.emulator.received(queue, count, seconds)]


class Topics(Notifications):
    def test_each_subscriber_gets_what_its_filter_lets_through(self):
        topic = self.topic('jobs')
        raw = {'RawMessageDelivery': 'true'}
        self.subscribe(topic, 'everything', **raw)
        self.subscribe(
            topic, 'red', FilterPolicy=json.dumps({'colour': ['red'], 'size': [{'numeric': ['>', 3]}]}), **raw
        )
        body = {'Records': {'s3': {'object': {'key': [{'anything-but': {'prefix': 'in/small/'}}]}}}}
        self.subscribe(topic, 'large', FilterPolicyScope='MessageBody', FilterPolicy=json.dumps(body), **raw)
        self.subscribe(topic, 'wrapped', RawMessageDelivery='false')
        sns = self.emulator.client('sns')
        attributes = {
            'colour': {'DataType': 'String', 'StringValue': 'red'},
            'size': {'DataType': 'Number', 'StringValue': '5'},
        }
        large = json.dumps({'Records': [{'s3': {'object': {'key': 'in/a'}}}]})
        small = json.dumps({'Records': [{'s3': {'object': {'key': 'in/small/a'}}}]})
        sns.publish(TopicArn=topic, Message=large, MessageAttributes=attributes)
        sns.publish(TopicArn=topic, Message=small)
        self.assertEqual(sorted(self.bodies('everything', 2)), [large, small])
        self.assertEqual(self.bodies('red'), [large])
        self.assertEqual(self.bodies('large'), [large])
        self.assertEqual([self.emulator.count(queue) for queue in ('red', 'large')], [0, 0])
        notice = json.loads(self.bodies('wrapped')[0])
        self.assertEqual((notice['Type'], notice['TopicArn'], notice['Message']), ('Notification', topic, large))
        self.assertEqual(notice['MessageAttributes']['colour'], {'Type': 'String', 'Value': 'red'})

    def test_a_queue_whose_policy_is_silent_gets_nothing_and_the_dead_letters_do(self):
        topic = self.topic('refused')
        closed = self.emulator.queue('closed')
        dead = self.emulator.queue('undelivered')
        redrive = json.dumps({'deadLetterTargetArn': dead})
        self.emulator.client('sns').subscribe(
            TopicArn=topic,
            Protocol='sqs',
            Endpoint=closed,
            Attributes={'RedrivePolicy': redrive, 'RawMessageDelivery': 'true'},
        )
        self.emulator.client('sns').publish(TopicArn=topic, Message='hello')
        self.assertEqual(self.bodies('undelivered'), ['hello'])
        self.assertEqual(self.emulator.count('closed'), 0)

    def test_a_function_is_told_when_its_policy_lets_the_topic(self):
        topic = self.topic('calls')
        arn = self.emulator.function('called', TELL)
        self.emulator.client('sns').subscribe(TopicArn=topic, Protocol='lambda', Endpoint=arn)
        self.emulator.client('sns').publish(TopicArn=topic, Message='too early')
        self.emulator.client('lambda').add_permission(
            FunctionName='called',
            StatementId='a',
            Action='lambda:InvokeFunction',
            Principal='sns.amazonaws.com',
            SourceArn=topic,
        )
        self.emulator.client('sns').publish(TopicArn=topic, Message='hello', Subject='about')
        [event] = eventually(lambda: self.got('called'))
        record = event['Records'][0]
        self.assertEqual(
            (record['EventSource'], record['Sns']['Message'], record['Sns']['Subject']), ('aws:sns', 'hello', 'about')
        )

    def test_an_alarm_that_is_set_tells_its_topic_if_that_lets_it(self):
        for name, service, told in [('heard', 'cloudwatch.amazonaws.com', 1), ('unheard', 's3.amazonaws.com', 0)]:
            topic = self.topic(f'alarms-{name}', allow=service)
            self.subscribe(topic, f'alarm-{name}', RawMessageDelivery='true')
            cloudwatch = self.emulator.client('cloudwatch')
            cloudwatch.put_metric_alarm(
                AlarmName=name,
                MetricName='Errors',
                Namespace='AWS/Lambda',
                Statistic='Sum',
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator='GreaterThanThreshold',
                AlarmActions=[topic],
            )
            for _ in range(2):
                cloudwatch.set_alarm_state(AlarmName=name, StateValue='ALARM', StateReason='a try')
            cloudwatch.set_alarm_state(AlarmName=name, StateValue='OK', StateReason='over')
            notices = [json.loads(body) for body in self.bodies(f'alarm-{name}', 2, seconds=1)]
            self.assertEqual([each['NewStateValue'] for each in notices], ['ALARM'] * told)


class Addresses(Notifications):
    """A listener of the test's own, told by an HTTP topic."""

    def setUp(self):
        posted, answers = [], []

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                posted.append((self.headers['x-amz-sns-message-type'], json.loads(body)))
                self.send_response(answers.pop(0) if answers else 200)
                self.end_headers()

            def log_message(self, *_args):
                pass

        server = ThreadingHTTPServer(('127.0.0.1', 0), Listener)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.posted, self.answers = posted, answers
        self.address = f'http://127.0.0.1:{server.server_port}/'

    def listening(self, name, **attributes):
        sns = self.emulator.client('sns')
        topic = self.topic(name)
        given = {key: json.dumps(value) for key, value in attributes.items()}
        arn = sns.subscribe(
            TopicArn=topic, Protocol='http', Endpoint=self.address, Attributes=given, ReturnSubscriptionArn=True
        )['SubscriptionArn']
        [(kind, asked)] = eventually(lambda: list(self.posted))
        self.assertEqual((kind, asked['Type'], asked['TopicArn']), ('SubscriptionConfirmation',) * 2 + (topic,))
        return topic, arn, asked

    def pending(self, arn):
        return self.emulator.client('sns').get_subscription_attributes(SubscriptionArn=arn)['Attributes'][
            'PendingConfirmation'
        ]

    def confirmed(self, name, **attributes):
        topic, arn, asked = self.listening(name, **attributes)
        requests.get(asked['SubscribeURL'].replace('https://sns.us-east-1.amazonaws.com', self.emulator.endpoint))
        self.assertEqual(self.pending(arn), 'false')
        self.posted.clear()
        return topic

    def test_hear_nothing_before_they_confirm(self):
        topic, arn, asked = self.listening('unconfirmed')
        self.emulator.client('sns').publish(TopicArn=topic, Message='too early')
        wrong = asked['SubscribeURL'].replace('https://sns.us-east-1.amazonaws.com', self.emulator.endpoint) + '0'
        self.assertEqual((requests.get(wrong).status_code, self.pending(arn)), (400, 'true'))
        self.assertEqual(len(self.posted), 1)

    def test_get_what_the_certificate_says_was_signed(self):
        for version, digest in [('1', hashes.SHA1()), ('2', hashes.SHA256())]:
            self.posted.clear()
            topic = self.confirmed(f'signed-{version}')
            sns = self.emulator.client('sns')
            sns.set_topic_attributes(TopicArn=topic, AttributeName='SignatureVersion', AttributeValue=version)
            sns.publish(TopicArn=topic, Message='hello', Subject='about')
            [(_, notice)] = eventually(lambda: list(self.posted))
            self.assertEqual(notice['SignatureVersion'], version)
            path = notice['SigningCertURL'].removeprefix('https://sns.us-east-1.amazonaws.com')
            certificate = x509.load_pem_x509_certificate(requests.get(self.emulator.endpoint + path).content)
            names = ('Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type')
            text = ''.join(f'{name}\n{notice[name]}\n' for name in names)
            signature = base64.b64decode(notice['Signature'])
            certificate.public_key().verify(signature, text.encode(), padding.PKCS1v15(), digest)

    def test_are_tried_again_while_they_are_busy_and_not_when_they_refuse(self):
        dead = self.emulator.queue('not-posted')
        topic = self.confirmed(
            'busy',
            RedrivePolicy={'deadLetterTargetArn': dead},
            DeliveryPolicy={'healthyRetryPolicy': {'numRetries': 4, 'minDelayTarget': 20, 'maxDelayTarget': 20}},
        )
        publish = lambda text: self.emulator.client('sns').publish(TopicArn=topic, Message=text)  # noqa: E731
        self.answers += [429, 503, 200]
        publish('later')
        self.assertTrue(eventually(lambda: len(self.posted) == 3))
        self.answers += [403]
        publish('never')
        [letter] = self.bodies('not-posted')
        self.assertEqual((json.loads(letter)['Message'], len(self.posted)), ('never', 4))


class Buckets(Notifications):
    def bucket(self, name, versioned=False):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket=name)
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={'Status': 'Enabled'})
        return s3

    def test_a_queue_hears_of_new_objects_below_a_prefix(self):
        s3 = self.bucket('uploads', versioned=True)
        queue = self.emulator.queue('heard', allow='s3.amazonaws.com')
        rules = [{'Name': 'prefix', 'Value': 'in/'}, {'Name': 'suffix', 'Value': '.txt'}]
        created = {'QueueArn': queue, 'Events': ['s3:ObjectCreated:*'], 'Filter': {'Key': {'FilterRules': rules}}}
        removed = {'QueueArn': queue, 'Events': ['s3:ObjectRemoved:*']}
        s3.put_bucket_notification_configuration(
            Bucket='uploads', NotificationConfiguration={'QueueConfigurations': [created, removed]}
        )
        self.assertEqual(json.loads(self.bodies('heard')[0])['Event'], 's3:TestEvent')
        version = s3.put_object(Bucket='uploads', Key='in/a b+ü.txt', Body=b'hello')['VersionId']
        s3.put_object(Bucket='uploads', Key='in/a.pdf', Body=b'hello')
        s3.put_object(Bucket='uploads', Key='out/a.txt', Body=b'hello')
        s3.delete_object(Bucket='uploads', Key='out/a.txt')
        first, second = (json.loads(body)['Records'][0] for body in self.bodies('heard', 2))
        self.assertEqual((first['eventName'], first['s3']['bucket']['name']), ('ObjectCreated:Put', 'uploads'))
        thing = first['s3']['object']
        self.assertEqual((thing['key'], thing['size'], thing['versionId']), ('in/a+b%2B%C3%BC.txt', 5, version))
        self.assertEqual(thing['eTag'], '5d41402abc4b2a76b9719d911017c592')
        self.assertEqual(
            (second['eventName'], second['s3']['object']['key']), ('ObjectRemoved:DeleteMarkerCreated', 'out/a.txt')
        )
        self.assertLess(thing['sequencer'], second['s3']['object']['sequencer'])
        self.assertEqual(self.emulator.count('heard'), 0)

    def test_a_topic_passes_the_news_on(self):
        s3 = self.bucket('news')
        topic = self.topic('news', allow='s3.amazonaws.com')
        self.subscribe(topic, 'readers', RawMessageDelivery='true')
        configuration = {'TopicConfigurations': [{'TopicArn': topic, 'Events': ['s3:ObjectCreated:*']}]}
        s3.put_bucket_notification_configuration(Bucket='news', NotificationConfiguration=configuration)
        s3.put_object(Bucket='news', Key='folder/a.txt', Body=b'x')
        test, news = (json.loads(body) for body in self.bodies('readers', 2))
        self.assertEqual((test['Event'], news['Records'][0]['s3']['object']['key']), ('s3:TestEvent', 'folder/a.txt'))

    def test_a_function_is_called(self):
        s3 = self.bucket('calling')
        arn = self.emulator.function('on-object', TELL)
        self.emulator.client('lambda').add_permission(
            FunctionName='on-object',
            StatementId='a',
            Action='lambda:InvokeFunction',
            Principal='s3.amazonaws.com',
            SourceArn='arn:aws:s3:::calling',
        )
        configuration = {'LambdaFunctionConfigurations': [{'LambdaFunctionArn': arn, 'Events': ['s3:ObjectCreated:*']}]}
        s3.put_bucket_notification_configuration(Bucket='calling', NotificationConfiguration=configuration)
        s3.put_object(Bucket='calling', Key='k', Body=b'x')
        [event] = eventually(lambda: self.got('on-object'))
        self.assertEqual(event['Records'][0]['s3']['object']['key'], 'k')

    def test_fails_when_the_destination_would_refuse(self):
        s3 = self.bucket('unheard')
        for destination in (
            {'QueueConfigurations': [{'QueueArn': self.emulator.queue('shut'), 'Events': ['s3:ObjectCreated:*']}]},
            {'TopicConfigurations': [{'TopicArn': self.topic('shut'), 'Events': ['s3:ObjectCreated:*']}]},
            {
                'LambdaFunctionConfigurations': [
                    {'LambdaFunctionArn': self.emulator.function('shut', TELL), 'Events': ['s3:ObjectCreated:*']}
                ]
            },
        ):
            with self.assertRaisesRegex(
                ClientError, 'Unable to validate the following destination configurations: arn:aws:'
            ):
                s3.put_bucket_notification_configuration(Bucket='unheard', NotificationConfiguration=destination)

    def test_the_bus_hears_that_a_restore_begins_and_that_it_is_done(self):
        s3 = self.bucket('archive', versioned=True)
        s3.put_bucket_notification_configuration(
            Bucket='archive', NotificationConfiguration={'EventBridgeConfiguration': {}}
        )
        events = self.emulator.client('events')
        queue = self.emulator.queue('restores', allow='events.amazonaws.com')
        kinds = ['Object Restore Initiated', 'Object Restore Completed']
        events.put_rule(Name='restores', EventPattern=json.dumps({'source': ['aws.s3'], 'detail-type': kinds}))
        events.put_targets(Rule='restores', Targets=[{'Id': 'queue', 'Arn': queue}])
        s3.put_object(Bucket='archive', Key='old', Body=b'hello', StorageClass='GLACIER')
        with self.assertRaisesRegex(ClientError, 'InvalidObjectState'):
            s3.get_object(Bucket='archive', Key='old')
        s3.restore_object(Bucket='archive', Key='old', RestoreRequest={'Days': 1})
        told = {event['detail-type']: event['detail'] for event in map(json.loads, self.bodies('restores', 2))}
        self.assertEqual(sorted(told), sorted(kinds))
        completed = told['Object Restore Completed']
        self.assertEqual((completed['object']['key'], completed['source-storage-class']), ('old', 'GLACIER'))
        self.assertRegex(completed['restore-expiry-time'], r'^\d{4}-\d\d-\d\dT00:00:00Z$')
        self.assertNotIn('reason', completed)
        self.assertEqual(s3.get_object(Bucket='archive', Key='old')['Body'].read(), b'hello')

    def test_a_retained_version_goes_only_if_the_policy_lets_the_caller_override(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='locked', ObjectLockEnabledForBucket=True)
        rule = {'DefaultRetention': {'Mode': 'GOVERNANCE', 'Days': 1}}
        s3.put_object_lock_configuration(
            Bucket='locked', ObjectLockConfiguration={'ObjectLockEnabled': 'Enabled', 'Rule': rule}
        )
        wanted = {'Bucket': 'locked', 'Key': 'a', 'VersionId': s3.put_object(Bucket='locked', Key='a', Body=b'x')['VersionId']}
        deny = {
            'Effect': 'Deny',
            'Principal': '*',
            'Action': 's3:BypassGovernanceRetention',
            'Resource': 'arn:aws:s3:::locked/*',
        }
        s3.put_bucket_policy(Bucket='locked', Policy=json.dumps({'Version': '2012-10-17', 'Statement': [deny]}))
        for override in ({}, {'BypassGovernanceRetention': True}):
            with self.assertRaisesRegex(ClientError, 'AccessDenied'):
                s3.delete_object(**wanted, **override)
        s3.delete_bucket_policy(Bucket='locked')
        s3.delete_object(**wanted, BypassGovernanceRetention=True)
        self.assertNotIn('Versions', s3.list_object_versions(Bucket='locked'))


class Streams(Notifications):
    def test_a_function_follows_a_table(self):
        table = self.emulator.client('dynamodb').create_table(
            TableName='rows',
            KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}],
            AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
            BillingMode='PAY_PER_REQUEST',
            StreamSpecification={'StreamEnabled': True, 'StreamViewType': 'NEW_AND_OLD_IMAGES'},
        )['TableDescription']
        failed = self.emulator.queue('rows-failed')
        source = """
        exports.handler = async (event) => {
          console.log('GOT ' + JSON.stringify(event.Records.map((r) => [r.eventName, r.dynamodb.Keys.id.S])));
          if (event.Records.some((r) => r.dynamodb.Keys.id.S === 'bad')) throw new Error('no');
        };"""
        self.emulator.function('follower', source)
        self.emulator.client('lambda').create_event_source_mapping(
            FunctionName='follower',
            EventSourceArn=table['LatestStreamArn'],
            StartingPosition='TRIM_HORIZON',
            MaximumBatchingWindowInSeconds=1,
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=1,
            DestinationConfig={'OnFailure': {'Destination': failed}},
        )
        for key in ('one', 'bad', 'two'):
            self.emulator.client('dynamodb').put_item(TableName='rows', Item={'id': {'S': key}})
        record = json.loads(self.bodies('rows-failed', 1, 15)[0])
        self.assertEqual(
            (record['DDBStreamBatchInfo']['batchSize'], record['requestContext']['condition']),
            (1, 'RetryAttemptsExhausted'),
        )
        self.assertTrue(eventually(lambda: [['INSERT', 'two']] in self.got('follower')))
        self.assertIn([['INSERT', 'one'], ['INSERT', 'bad'], ['INSERT', 'two']], self.got('follower'))

    def test_a_function_reads_kinesis(self):
        kinesis = self.emulator.client('kinesis')
        kinesis.create_stream(StreamName='flow', ShardCount=1)
        arn = kinesis.describe_stream(StreamName='flow')['StreamDescription']['StreamARN']
        self.emulator.function('reader', TELL)
        self.emulator.client('lambda').create_event_source_mapping(
            FunctionName='reader', EventSourceArn=arn, StartingPosition='TRIM_HORIZON'
        )
        kinesis.put_record(StreamName='flow', Data=b'hello', PartitionKey='p')
        [event] = eventually(lambda: self.got('reader'))
        self.assertEqual(
            (event['Records'][0]['kinesis']['data'], event['Records'][0]['eventSourceARN']), ('aGVsbG8=', arn)
        )


class Logs(Notifications):
    def test_lines_of_several_streams_come_in_the_order_of_time(self):
        logs, now = self.emulator.client('logs'), int(time.time() * 1000)
        logs.create_log_group(logGroupName='streams')
        for stream, at in (('a', 2), ('b', 1), ('a', 4), ('b', 3)):
            if at < 3:
                logs.create_log_stream(logGroupName='streams', logStreamName=stream)
            line = {'timestamp': now + at, 'message': str(at)}
            logs.put_log_events(logGroupName='streams', logStreamName=stream, logEvents=[line])
        found = logs.filter_log_events(logGroupName='streams')['events']
        self.assertEqual([event['message'] for event in found], ['1', '2', '3', '4'])

    def test_a_subscriber_gets_the_lines_its_pattern_wants(self):
        logs, function = self.emulator.client('logs'), self.emulator.client('lambda')
        logs.create_log_group(logGroupName='watched')
        logs.create_log_stream(logGroupName='watched', logStreamName='s')
        source = """
        const { gunzipSync } = require('node:zlib');
        exports.handler = async (event) => {
          const { logEvents } = JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, 'base64')));
          console.log('GOT ' + JSON.stringify(logEvents.map((e) => e.message)));
        };"""
        arn = self.emulator.function('watcher', source)
        function.add_permission(
            FunctionName='watcher', StatementId='l', Action='lambda:InvokeFunction', Principal='logs.amazonaws.com'
        )
        logs.put_subscription_filter(
            logGroupName='watched', filterName='f', filterPattern='{ $.level = "ERROR" }', destinationArn=arn
        )
        now = int(time.time() * 1000)
        lines = ['{"level": "INFO"}', '{"level": "ERROR"}', 'plain']
        events = [{'timestamp': now, 'message': line} for line in lines]
        logs.put_log_events(logGroupName='watched', logStreamName='s', logEvents=events)
        self.assertEqual(eventually(lambda: self.got('watcher')), [['{"level": "ERROR"}']])
        found = logs.filter_log_events(logGroupName='watched', filterPattern='{ $.level = "INFO" }')['events']
        self.assertEqual([event['message'] for event in found], ['{"level": "INFO"}'])
