"""Queues: what receivers may rely on, and functions that are fed by them."""

import json
import threading
import time

from botocore.exceptions import ClientError

from .support import EmulatorTest, eventually

# Writes what it got into the table "seen" by way of its own log: one line a batch.
WORKER = """
exports.handler = async (event) => {
  console.log('BATCH ' + JSON.stringify(event.Records.map((r) => [r.body, r.attributes.ApproximateReceiveCount])));
  const bad = event.Records.filter((r) => r.body.includes('bad'));
  if (process.env.PARTIAL) return { batchItemFailures: bad.map((r) => ({ itemIdentifier: r.messageId })) };
  if (bad.length) throw new Error('bad batch');
};
"""


class Queues(EmulatorTest):
    def test_no_message_is_given_to_two_receivers(self):
        self.emulator.queue('shared')
        for at in range(100):
            self.emulator.send('shared', str(at))
        seen, url = [], self.emulator.url('shared')

        def receive():
            sqs = self.emulator.client('sqs')
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=7).get('Messages'):
                seen.extend(message['Body'] for message in messages)

        threads = [threading.Thread(target=receive) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(seen, key=int), [str(at) for at in range(100)])

    def test_a_group_waits_for_its_first_message(self):
        self.emulator.queue('ordered.fifo', FifoQueue='true', ContentBasedDeduplication='true', VisibilityTimeout=30)
        for body, group in (('a1', 'a'), ('a2', 'a'), ('b1', 'b'), ('a1', 'a')):
            self.emulator.send('ordered.fifo', body, MessageGroupId=group)
        sqs, url = self.emulator.client('sqs'), self.emulator.url('ordered.fifo')

        def take(count):
            return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count).get('Messages', [])

        [first] = take(1)
        self.assertEqual([first['Body'], *[each['Body'] for each in take(10)]], ['a1', 'b1'])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=first['ReceiptHandle'])
        self.assertEqual([each['Body'] for each in take(10)], ['a2'])

    def test_a_deduplication_id_is_remembered_after_its_message(self):
        self.emulator.queue('once.fifo', FifoQueue='true')
        first = self.emulator.send('once.fifo', 'x', MessageGroupId='g', MessageDeduplicationId='1')
        self.assertEqual(len(self.emulator.received('once.fifo')), 1)
        again = self.emulator.send('once.fifo', 'x', MessageGroupId='g', MessageDeduplicationId='1')
        self.assertEqual(again['MessageId'], first['MessageId'])
        self.assertEqual(self.emulator.count('once.fifo'), 0)

    def test_dead_letters_move_and_return(self):
        dead = self.emulator.queue('dead-ends')
        redrive = json.dumps({'deadLetterTargetArn': dead, 'maxReceiveCount': 1})
        self.emulator.queue('tried', RedrivePolicy=redrive, VisibilityTimeout=0)
        self.emulator.send('tried', 'x')
        sqs = self.emulator.client('sqs')
        self.assertEqual(len(sqs.receive_message(QueueUrl=self.emulator.url('tried')).get('Messages', [])), 1)
        self.assertEqual(sqs.receive_message(QueueUrl=self.emulator.url('tried')).get('Messages', []), [])
        self.assertEqual(self.emulator.count('dead-ends'), 1)
        with self.assertRaisesRegex(ClientError, 'must be configured as a Dead Letter Queue'):
            sqs.start_message_move_task(SourceArn='arn:aws:sqs:us-east-1:123456789012:tried')
        sqs.start_message_move_task(SourceArn=dead)
        self.assertTrue(eventually(lambda: self.emulator.count('tried') == 1))
        [task] = sqs.list_message_move_tasks(SourceArn=dead)['Results']
        self.assertEqual((task['Status'], task['ApproximateNumberOfMessagesMoved']), ('COMPLETED', 1))


class QueueToFunction(EmulatorTest):
    def feed(self, name, source=WORKER, queue=None, variables=None, timeout=5, **mapping):
        """A queue with dead letters, a function, and the mapping between them; the mapping's id."""
        dead = self.emulator.queue(f'{name}-dead')
        redrive = json.dumps({'deadLetterTargetArn': dead, 'maxReceiveCount': 3})
        arn = self.emulator.queue(f'{name}-jobs', RedrivePolicy=redrive, VisibilityTimeout=30, **(queue or {}))
        self.emulator.function(name, source, Timeout=timeout, Environment={'Variables': variables or {}})
        settings = {'FunctionName': name, 'EventSourceArn': arn, **mapping}
        return self.emulator.client('lambda').create_event_source_mapping(**settings)['UUID']

    def batches(self, name):
        lines = [line.split('BATCH ')[1] for line in self.emulator.log_of(f'/aws/lambda/{name}') if 'BATCH ' in line]
        return [json.loads(line) for line in lines]

    def test_messages_come_in_batches_with_everything_lambda_tells(self):
        source = "exports.handler = async (e) => console.log('BATCH ' + JSON.stringify(e.Records));"
        self.feed('shape', source, BatchSize=2)
        self.emulator.send(
            'shape-jobs', 'hello', MessageAttributes={'colour': {'DataType': 'String', 'StringValue': 'red'}}
        )
        [[record]] = eventually(lambda: self.batches('shape'))
        self.assertEqual(
            (record['body'], record['eventSource'], record['awsRegion']), ('hello', 'aws:sqs', 'us-east-1')
        )
        self.assertEqual(record['eventSourceARN'], 'arn:aws:sqs:us-east-1:123456789012:shape-jobs')
        self.assertEqual(record['attributes']['ApproximateReceiveCount'], '1')
        self.assertEqual(
            record['messageAttributes'],
            {'colour': {'stringValue': 'red', 'stringListValues': [], 'binaryListValues': [], 'dataType': 'String'}},
        )
        self.assertTrue(eventually(lambda: self.emulator.count('shape-jobs') == 0))

    def test_only_what_a_function_names_comes_back_until_it_is_dead(self):
        mapping = {'FunctionResponseTypes': ['ReportBatchItemFailures'], 'MaximumBatchingWindowInSeconds': 1}
        self.feed('partly', variables={'PARTIAL': '1'}, **mapping)
        for body in ('good 1', 'bad', 'good 2'):
            self.emulator.send('partly-jobs', body)
        [dead] = self.emulator.received('partly-dead')
        self.assertEqual(dead['Body'], 'bad')
        self.assertEqual(max(map(len, self.batches('partly'))), 3)
        seen = [(body, int(count)) for batch in self.batches('partly') for body, count in batch]
        self.assertEqual(sorted(seen), [('bad', 1), ('bad', 2), ('bad', 3), ('good 1', 1), ('good 2', 1)])

    def test_an_error_returns_the_whole_batch(self):
        self.feed('wholly', MaximumBatchingWindowInSeconds=1)
        for body in ('bad', 'beside it'):
            self.emulator.send('wholly-jobs', body)
        self.assertEqual({each['Body'] for each in self.emulator.received('wholly-dead', 2)}, {'bad', 'beside it'})

    def test_a_window_gathers_more_than_ten(self):
        self.feed('gathering', BatchSize=25, MaximumBatchingWindowInSeconds=2)
        for at in range(25):
            self.emulator.send('gathering-jobs', str(at))
        self.assertTrue(eventually(lambda: sum(map(len, self.batches('gathering'))) == 25))
        self.assertGreater(max(map(len, self.batches('gathering'))), 10)

    def test_filters_drop_what_does_not_fit(self):
        pattern = json.dumps({'body': {'size': [{'numeric': ['>', 5]}]}})
        self.feed('choosy', FilterCriteria={'Filters': [{'Pattern': pattern}]})
        for size in (3, 9):
            self.emulator.send('choosy-jobs', json.dumps({'size': size}))
        self.emulator.send('choosy-jobs', 'no json')
        self.assertTrue(eventually(lambda: self.batches('choosy') and self.emulator.count('choosy-jobs') == 0))
        self.assertEqual(self.batches('choosy'), [[['{"size": 9}', '1']]])

    def test_groups_stay_in_order(self):
        dead = self.emulator.queue('lines-dead.fifo', FifoQueue='true')
        arn = self.emulator.queue(
            'lines.fifo',
            FifoQueue='true',
            RedrivePolicy=json.dumps({'deadLetterTargetArn': dead, 'maxReceiveCount': 3}),
        )
        self.emulator.function('lines', WORKER, Timeout=5)
        self.emulator.client('lambda').create_event_source_mapping(
            FunctionName='lines', EventSourceArn=arn, BatchSize=3
        )
        for at in range(12):
            name = f'{at % 2}-{at}'
            self.emulator.send('lines.fifo', name, MessageGroupId=str(at % 2), MessageDeduplicationId=name)
        self.assertTrue(eventually(lambda: sum(map(len, self.batches('lines'))) == 12))
        seen = [body for batch in self.batches('lines') for body, _ in batch]
        for group in '01':
            of_group = [int(body.split('-')[1]) for body in seen if body[0] == group]
            self.assertEqual(of_group, sorted(of_group))

    def test_a_mapping_can_be_stopped_changed_and_removed(self):
        mapping = self.feed('switched', Enabled=False)
        function = self.emulator.client('lambda')
        self.emulator.send('switched-jobs', 'one')
        time.sleep(1)
        self.assertEqual((self.batches('switched'), self.emulator.count('switched-jobs')), ([], 1))
        function.update_event_source_mapping(UUID=mapping, Enabled=True)
        self.assertTrue(eventually(lambda: self.batches('switched')))
        function.delete_event_source_mapping(UUID=mapping)
        time.sleep(1.5)
        self.emulator.send('switched-jobs', 'two')
        time.sleep(1)
        self.assertEqual(self.emulator.count('switched-jobs'), 1)

    def test_an_alias_is_fed_by_its_own_version(self):
        self.emulator.queue('aliased-jobs', VisibilityTimeout=30)
        self.emulator.function(
            'aliased',
            "exports.handler = async (e, c) => console.log('BATCH ' + JSON.stringify([[c.invokedFunctionArn, 1]]));",
            Publish=True,
        )
        function = self.emulator.client('lambda')
        alias = function.create_alias(FunctionName='aliased', Name='live', FunctionVersion='1')['AliasArn']
        arn = 'arn:aws:sqs:us-east-1:123456789012:aliased-jobs'
        made = function.create_event_source_mapping(FunctionName=alias, EventSourceArn=arn)
        self.assertEqual(made['FunctionArn'], alias)
        self.emulator.send('aliased-jobs', 'x')
        self.assertEqual(eventually(lambda: self.batches('aliased')), [[[alias, 1]]])

    def test_fails_where_lambda_refuses_a_mapping(self):
        self.emulator.queue('brief', VisibilityTimeout=5)
        self.emulator.function('slow', WORKER, Timeout=60)
        function = self.emulator.client('lambda')
        arn = 'arn:aws:sqs:us-east-1:123456789012:brief'
        with self.assertRaisesRegex(
            ClientError, 'Queue visibility timeout: 5 seconds is less than Function timeout: 60 seconds'
        ):
            function.create_event_source_mapping(FunctionName='slow', EventSourceArn=arn)
        with self.assertRaisesRegex(ClientError, 'The specified queue does not exist'):
            function.create_event_source_mapping(FunctionName='slow', EventSourceArn=f'{arn}-not')


class Redelivery(EmulatorTest):
    options = ('--hurry', '0')

    def test_unhurried_a_failed_message_waits_for_its_visibility_timeout(self):
        arn = self.emulator.queue('patient', VisibilityTimeout=3)
        self.emulator.function('patient', WORKER, Timeout=2)
        self.emulator.client('lambda').create_event_source_mapping(FunctionName='patient', EventSourceArn=arn)
        self.emulator.send('patient', 'bad')
        lines = lambda: [line for line in self.emulator.log_of('/aws/lambda/patient') if 'BATCH' in line]
        self.assertTrue(eventually(lines))
        time.sleep(1.5)
        self.assertEqual(len(lines()), 1)
        self.assertTrue(eventually(lambda: len(lines()) == 2))
