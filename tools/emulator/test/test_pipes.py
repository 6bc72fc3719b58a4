"""Pipes: what is read is filtered, reshaped and handed on, and what cannot be is given up."""

import json

from .support import EmulatorTest, eventually

PICKY = """
exports.handler = async (records) => {
  if (records.some((record) => record.dynamodb.Keys.id.S === 'bad')) throw new Error('no such thing');
  return records;
};
"""
ENRICH = "exports.handler = async (records) => records.map((r) => ({ total: Number(r.body.price) * 2 }));"


class Pipes(EmulatorTest):
    def pipe(self, name: str, source: str, target: str, **more):
        return self.emulator.client('pipes').create_pipe(
            Name=name, RoleArn=self.emulator.role(), Source=source, Target=target, **more
        )

    def table(self, name: str) -> str:
        return self.emulator.client('dynamodb').create_table(
            TableName=name,
            AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
            KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}],
            BillingMode='PAY_PER_REQUEST',
            StreamSpecification={'StreamEnabled': True, 'StreamViewType': 'NEW_AND_OLD_IMAGES'},
        )['TableDescription']['LatestStreamArn']

    def put(self, table: str, **item: str):
        self.emulator.client('dynamodb').put_item(
            TableName=table, Item={name: {'S': value} for name, value in item.items()}
        )

    def test_a_change_of_a_table_becomes_an_event_that_a_rule_hears(self):
        events = self.emulator.client('events')
        bus = events.create_event_bus(Name='pipe-bus')['EventBusArn']
        heard = self.emulator.queue('pipe-heard', allow='events.amazonaws.com')
        events.put_rule(
            Name='placed',
            EventBusName='pipe-bus',
            EventPattern=json.dumps({'source': ['shop'], 'detail-type': ['OrderPlaced']}),
        )
        events.put_targets(Rule='placed', EventBusName='pipe-bus', Targets=[{'Id': 'q', 'Arn': heard}])
        stream = self.table('pipe-orders')
        self.pipe(
            'outbox',
            stream,
            bus,
            SourceParameters={
                'DynamoDBStreamParameters': {'StartingPosition': 'TRIM_HORIZON', 'BatchSize': 1},
                'FilterCriteria': {'Filters': [{'Pattern': json.dumps({'eventName': ['INSERT']})}]},
            },
            TargetParameters={
                'EventBridgeEventBusParameters': {'Source': 'shop', 'DetailType': 'OrderPlaced'},
                'InputTemplate': '{"id": "<$.dynamodb.NewImage.id.S>", "note": <$.dynamodb.NewImage.note.S>}',
            },
        )
        self.put('pipe-orders', id='1', note='a "quoted" word')
        self.put('pipe-orders', id='1', note='changed')
        self.put('pipe-orders', id='2', note='second')
        details = [json.loads(message['Body'])['detail'] for message in self.emulator.received('pipe-heard', 2)]
        self.assertEqual(
            sorted(details, key=lambda each: each['id']),
            [{'id': '1', 'note': 'a "quoted" word'}, {'id': '2', 'note': 'second'}],
        )

    def test_what_cannot_be_handed_on_leaves_the_stream_with_its_place_and_the_next_comes_through(self):
        stream = self.table('pipe-poison')
        dead, good = self.emulator.queue('pipe-dead'), self.emulator.queue('pipe-good.fifo', FifoQueue='true')
        self.pipe(
            'stuck',
            stream,
            good,
            Enrichment=self.emulator.function('pipe-picky', PICKY),
            SourceParameters={
                'DynamoDBStreamParameters': {
                    'StartingPosition': 'TRIM_HORIZON',
                    'BatchSize': 1,
                    'MaximumRetryAttempts': 1,
                    'DeadLetterConfig': {'Arn': dead},
                }
            },
            TargetParameters={
                'SqsQueueParameters': {
                    'MessageGroupId': '$.dynamodb.Keys.id.S',
                    'MessageDeduplicationId': '$.dynamodb.NewImage.once.S',
                }
            },
        )
        self.put('pipe-poison', id='bad', once='0')
        self.put('pipe-poison', id='good', once='1')
        [message] = self.emulator.received('pipe-good.fifo')
        self.assertEqual(json.loads(message['Body'])['dynamodb']['Keys'], {'id': {'S': 'good'}})
        [lost] = [json.loads(each['Body']) for each in self.emulator.received('pipe-dead')]
        self.assertEqual(lost['context']['condition'], 'RetryAttemptsExhausted')
        self.assertEqual(lost['DDBStreamBatchInfo']['batchSize'], 1)

    def test_a_function_enriches_what_a_queue_holds_and_an_update_changes_where_it_goes(self):
        source = self.emulator.queue('pipe-in', VisibilityTimeout=5)
        first, second = self.emulator.queue('pipe-first'), self.emulator.queue('pipe-second')
        enrich = self.emulator.function('pipe-enrich', ENRICH)
        shape = {'InputTemplate': '{"body": <$.body>}'}
        result = {'InputTemplate': '{"total": <$.total>}'}
        more = {'Enrichment': enrich, 'EnrichmentParameters': shape, 'TargetParameters': result}
        self.pipe('enriching', source, first, **more)
        self.emulator.send('pipe-in', json.dumps({'price': '21'}))
        self.assertEqual([each['Body'] for each in self.emulator.received('pipe-first')], ['{"total": 42}'])

        pipes = self.emulator.client('pipes')
        pipes.update_pipe(Name='enriching', RoleArn=self.emulator.role(), Target=second)
        self.emulator.send('pipe-in', json.dumps({'price': '2'}))
        self.assertEqual([each['Body'] for each in self.emulator.received('pipe-second')], ['{"total": 4}'])
        self.assertTrue(eventually(lambda: self.emulator.count('pipe-in') == 0))

        pipes.delete_pipe(Name='enriching')
        self.emulator.send('pipe-in', json.dumps({'price': '3'}))
        self.assertEqual(self.emulator.received('pipe-second', seconds=2), [])
