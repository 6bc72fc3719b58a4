"""Rules, schedules and state machines."""

import json
import time
import unittest
from datetime import UTC, datetime, timedelta

from .support import EmulatorTest, eventually

ROLE = 'arn:aws:iam::123456789012:role/role'


class Rules(EmulatorTest):
    def rule(self, name, pattern, *targets):
        events = self.emulator.client('events')
        arn = events.put_rule(Name=name, EventPattern=json.dumps(pattern))['RuleArn']
        events.put_targets(Rule=name, Targets=[{'Id': str(at), **target} for at, target in enumerate(targets)])
        return arn

    def put(self, source, detail, kind='happened'):
        self.emulator.client('events').put_events(
            Entries=[{'Source': source, 'DetailType': kind, 'Detail': json.dumps(detail)}]
        )

    def bodies(self, queue, count=1, seconds=5):
        return [message['Body'] for message in self.emulator.received(queue, count, seconds)]

    def test_what_fits_reaches_the_target_as_it_is_asked_for(self):
        whole = self.emulator.queue('whole', allow='events.amazonaws.com')
        part = self.emulator.queue('part', allow='events.amazonaws.com')
        made = self.emulator.queue('made', allow='events.amazonaws.com')
        template = (
            '{"what": <size>, "note": "size <size> of <name>", "missing": <none>, "rule": "<aws.events.rule-name>"}'
        )
        transformer = {
            'InputPathsMap': {'size': '$.detail.size', 'name': '$.detail.names[1]', 'none': '$.detail.none'},
            'InputTemplate': template,
        }
        pattern = {'source': ['shop'], 'detail': {'size': [{'numeric': ['>=', 5]}], 'kind': [{'anything-but': 'test'}]}}
        self.rule(
            'sizes',
            pattern,
            {'Arn': whole},
            {'Arn': part, 'InputPath': '$.detail'},
            {'Arn': made, 'InputTransformer': transformer},
        )
        self.put('shop', {'size': 4, 'kind': 'a'})
        self.put('shop', {'size': 9, 'kind': 'test'})
        self.put('shop', {'size': 9, 'kind': 'a', 'names': ['x', 'say "y"']})
        event = json.loads(self.bodies('whole')[0])
        self.assertEqual((event['source'], event['detail-type'], event['detail']['size']), ('shop', 'happened', 9))
        self.assertRegex(event['time'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$')
        self.assertEqual(json.loads(self.bodies('part')[0])['kind'], 'a')
        self.assertEqual(
            json.loads(self.bodies('made')[0]),
            {'what': 9, 'note': 'size 9 of say "y"', 'missing': None, 'rule': 'sizes'},
        )
        self.assertEqual(self.emulator.count('whole'), 0)

    def test_an_archive_is_replayed_within_its_interval_to_the_rules_asked_for(self):
        events = self.emulator.client('events')
        bus = events.create_event_bus(Name='kept')['EventBusArn']
        archive = events.create_archive(ArchiveName='kept', EventSourceArn=bus, EventPattern='{"source": ["shop"]}')
        rules = {}
        for name, guard in (('first', {}), ('second', {}), ('now', {'replay-name': [{'exists': False}]})):
            queue = self.emulator.queue(f'kept-{name}', allow='events.amazonaws.com')
            pattern = json.dumps({'source': ['shop', 'other'], **guard})
            rules[name] = events.put_rule(Name=name, EventBusName='kept', EventPattern=pattern)['RuleArn']
            events.put_targets(Rule=name, EventBusName='kept', Targets=[{'Id': 'q', 'Arn': queue}])
        for source in ('shop', 'other'):
            entry = {'EventBusName': 'kept', 'Source': source, 'DetailType': 'sold', 'Detail': '{"id": 7}'}
            events.put_events(Entries=[entry])
        for name in rules:
            self.assertEqual(len(self.bodies(f'kept-{name}', 2)), 2)

        def replay(name, begin, end, *wanted):
            destination = {'Arn': bus, **({'FilterArns': [rules[one] for one in wanted]} if wanted else {})}
            given = {'EventStartTime': begin, 'EventEndTime': end, 'Destination': destination}
            events.start_replay(ReplayName=name, EventSourceArn=archive['ArchiveArn'], **given)
            self.assertEqual(events.describe_replay(ReplayName=name)['State'], 'COMPLETED')

        now = datetime.now(UTC)
        replay('too-early', now - timedelta(hours=2), now - timedelta(hours=1))
        replay('to-one', now - timedelta(hours=1), now + timedelta(minutes=1), 'first', 'now')
        again = [json.loads(body) for body in self.bodies('kept-first', 2, 3)]
        self.assertEqual([(event['source'], event['replay-name']) for event in again], [('shop', 'to-one')])
        self.assertEqual([self.emulator.count(f'kept-{name}') for name in ('second', 'now')], [0, 0])

    def test_a_target_with_a_role_needs_no_policy_of_its_own(self):
        sns = self.emulator.client('sns')
        heard = self.emulator.queue('by-role', allow='sns.amazonaws.com')
        closed, open_ = (sns.create_topic(Name=name)['TopicArn'] for name in ('closed', 'by-role'))
        for topic in (closed, open_):
            sns.set_topic_attributes(TopicArn=topic, AttributeName='Policy', AttributeValue='{"Statement": []}')
            sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=heard, Attributes={'RawMessageDelivery': 'true'})
        self.rule('closed', {'source': ['closed']}, {'Arn': closed})
        self.rule('by-role', {'source': ['by-role']}, {'Arn': open_, 'RoleArn': ROLE, 'Input': '"by role"'})
        self.put('closed', {})
        self.put('by-role', {})
        self.assertEqual(self.bodies('by-role', 2, 3), ['"by role"'])

    def test_a_function_a_topic_and_a_log_group_are_told(self):
        sns, function = self.emulator.client('sns'), self.emulator.client('lambda')
        arn = self.emulator.function('told', "exports.handler = async (e) => console.log('GOT ' + e.detail.id);")
        topic = sns.create_topic(Name='told')['TopicArn']
        policy = {
            'Statement': [
                {
                    'Effect': 'Allow',
                    'Principal': {'Service': 'events.amazonaws.com'},
                    'Action': 'sns:Publish',
                    'Resource': topic,
                }
            ]
        }
        sns.set_topic_attributes(TopicArn=topic, AttributeName='Policy', AttributeValue=json.dumps(policy))
        queue = self.emulator.queue('by-topic', allow='sns.amazonaws.com')
        sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=queue, Attributes={'RawMessageDelivery': 'true'})
        self.emulator.client('logs').create_log_group(logGroupName='/aws/events/told')
        group = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/told'
        rule = self.rule('all-kinds', {'source': ['three']}, {'Arn': arn}, {'Arn': topic}, {'Arn': group})
        function.add_permission(
            FunctionName='told',
            StatementId='a',
            Action='lambda:InvokeFunction',
            Principal='events.amazonaws.com',
            SourceArn=rule,
        )
        self.put('three', {'id': 'x1'})
        self.assertTrue(eventually(lambda: any('GOT x1' in line for line in self.emulator.log_of('/aws/lambda/told'))))
        self.assertEqual(json.loads(self.bodies('by-topic')[0])['detail'], {'id': 'x1'})
        self.assertTrue(eventually(lambda: self.emulator.log_of('/aws/events/told')))

    def test_what_may_not_be_delivered_becomes_a_dead_letter(self):
        closed = self.emulator.queue('not-for-rules')
        dead = self.emulator.queue('rule-dead')
        self.rule('refused', {'source': ['refused']}, {'Arn': closed, 'DeadLetterConfig': {'Arn': dead}})
        self.put('refused', {'a': 1})
        [message] = self.emulator.received('rule-dead')
        self.assertEqual(json.loads(message['Body'])['detail'], {'a': 1})
        self.assertEqual(message['MessageAttributes']['ERROR_CODE']['StringValue'], 'NO_PERMISSIONS')
        self.assertEqual(self.emulator.count('not-for-rules'), 0)

    def test_a_disabled_rule_is_silent(self):
        queue = self.emulator.queue('silent', allow='events.amazonaws.com')
        self.rule('off', {'source': ['off']}, {'Arn': queue})
        self.emulator.client('events').disable_rule(Name='off')
        self.put('off', {'a': 1})
        time.sleep(0.5)
        self.assertEqual(self.emulator.count('silent'), 0)

    def test_a_bucket_tells_the_bus(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='bus-bucket')
        s3.put_bucket_notification_configuration(
            Bucket='bus-bucket', NotificationConfiguration={'EventBridgeConfiguration': {}}
        )
        queue = self.emulator.queue('from-bucket', allow='events.amazonaws.com')
        self.rule('objects', {'source': ['aws.s3'], 'detail': {'bucket': {'name': ['bus-bucket']}}}, {'Arn': queue})
        s3.put_object(Bucket='bus-bucket', Key='a b', Body=b'xyz')
        event = json.loads(self.bodies('from-bucket')[0])
        self.assertEqual((event['detail-type'], event['detail']['object']['key']), ('Object Created', 'a b'))
        self.assertEqual((event['detail']['object']['size'], event['detail']['reason']), (3, 'PutObject'))


class Schedules(EmulatorTest):
    def schedule(self, name, expression, target, **more):
        return self.emulator.client('scheduler').create_schedule(
            Name=name,
            ScheduleExpression=expression,
            Target={'RoleArn': ROLE, **target},
            FlexibleTimeWindow={'Mode': 'OFF'},
            **more,
        )

    def test_a_time_that_has_come_sends_once_and_the_schedule_may_go(self):
        queue = self.emulator.queue('woken')
        when = (datetime.now(UTC) + timedelta(seconds=2)).strftime('%Y-%m-%dT%H:%M:%S')
        target = {'Arn': queue, 'Input': '{"by": "<aws.scheduler.schedule-arn>"}'}
        arn = self.schedule('once', f'at({when})', target, ActionAfterCompletion='DELETE')['ScheduleArn']
        self.assertEqual(self.emulator.count('woken'), 0)
        self.assertEqual(json.loads(self.emulator.received('woken')[0]['Body']), {'by': arn})
        self.assertTrue(eventually(lambda: not self.emulator.client('scheduler').list_schedules()['Schedules']))

    def test_any_api_can_be_called_from_a_start_on(self):
        sqs = self.emulator.client('sqs')
        self.emulator.queue('doomed')
        start = datetime.now(UTC) + timedelta(seconds=2)
        target = {
            'Arn': 'arn:aws:scheduler:::aws-sdk:sqs:deleteQueue',
            'Input': json.dumps({'QueueUrl': self.emulator.url('doomed')}),
        }
        self.schedule('ending', 'rate(15 minutes)', target, StartDate=start)
        queues = lambda: [url for url in sqs.list_queues().get('QueueUrls', []) if url.endswith('/doomed')]
        self.assertTrue(queues())
        self.assertTrue(eventually(lambda: not queues()))

    def test_what_cannot_be_called_is_a_dead_letter(self):
        dead = self.emulator.queue('schedule-dead')
        target = {'Arn': 'arn:aws:scheduler:::aws-sdk:sqs:deleteEverything', 'DeadLetterConfig': {'Arn': dead}}
        self.schedule('wrong', 'rate(1 hour)', target)
        [message] = self.emulator.received('schedule-dead')
        self.assertIn(
            'sqs has no API action deleteEverything', message['MessageAttributes']['ERROR_MESSAGE']['StringValue']
        )


class Times(unittest.TestCase):
    def test_cron_fields(self):
        from runtime.schedule_times import cron_fits

        friday = datetime(2027, 1, 29, 8, 30)
        for text in (
            '30 8 * * ? *',
            '0/15 8-9 ? * FRI *',
            '30 8 29W * ? 2027',
            '30 8 ? JAN 6L *',
            '30 8 ? * 6#5 *',
            '*/10 * * 1,2 ? *',
        ):
            self.assertTrue(cron_fits(text, friday), text)
        for text in (
            '31 8 * * ? *',
            '30 8 ? * MON-THU *',
            '30 8 L * ? *',
            '30 8 ? * 6#4 *',
            '30 8 * FEB ? *',
            '30 8 * * ? 2028',
        ):
            self.assertFalse(cron_fits(text, friday), text)

    def test_rates_and_times(self):
        from runtime.schedule_times import is_due

        self.assertTrue(is_due('rate(1 minute)', 100, 99, 100))
        self.assertFalse(is_due('rate(1 minute)', 100, 99, 100, at_base=False))
        self.assertFalse(is_due('rate(1 minute)', 100, 101, 159))
        self.assertTrue(is_due('rate(1 minute)', 100, 159, 160))
        moment = datetime(2027, 7, 1, 12, tzinfo=UTC).timestamp()
        self.assertTrue(is_due('at(2027-07-01T14:00:00)', 0, moment - 1, moment, 'Europe/Vienna'))
        self.assertTrue(is_due('cron(0 14 * * ? *)', 0, moment - 1, moment, 'Europe/Vienna'))
        self.assertFalse(is_due('cron(0 14 * * ? *)', 0, moment - 1, moment))

    def test_fails_when_an_expression_is_none(self):
        from runtime.schedule_times import ExpressionError, is_due

        for text, words in (
            ('every day', 'is no at'),
            ('rate(0 minutes)', 'whole number'),
            ('cron(* * *)', 'six fields'),
        ):
            with self.assertRaisesRegex(ExpressionError, words):
                is_due(text, 0, 0, 60)


class StateMachines(EmulatorTest):
    def test_a_machine_calls_functions_again_and_again(self):
        arn = self.emulator.function('double', 'exports.handler = async ({ n }) => ({ n: n * 2 });')
        states = {
            'Double': {'Type': 'Task', 'Resource': arn, 'Next': 'Enough'},
            'Enough': {
                'Type': 'Choice',
                'Choices': [{'Variable': '$.n', 'NumericGreaterThan': 20, 'Next': 'Done'}],
                'Default': 'Double',
            },
            'Done': {'Type': 'Succeed'},
        }
        steps = self.emulator.client('stepfunctions')
        machine = steps.create_state_machine(
            name='doubling',
            definition=json.dumps({'StartAt': 'Double', 'States': states}),
            roleArn=self.emulator.role(),
        )['stateMachineArn']
        for start, end in ((3, 24), (5, 40)):
            execution = steps.start_execution(stateMachineArn=machine, input=json.dumps({'n': start}))['executionArn']
            done = eventually(
                lambda: (d := steps.describe_execution(executionArn=execution))['status'] != 'RUNNING' and d
            )
            self.assertEqual((done['status'], json.loads(done['output'])), ('SUCCEEDED', {'n': end}))
