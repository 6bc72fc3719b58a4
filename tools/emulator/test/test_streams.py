"""Windows over streams, streams that are split, and delivery streams that read them."""

import gzip
import json
import unittest

from test.support import EmulatorTest, eventually

TELL = """
exports.handler = async (event) => {
  const { window, state, isFinalInvokeForWindow: last } = event;
  const texts = event.Records.map((record) => Buffer.from(record.kinesis.data, 'base64').toString());
  console.log('GOT ' + JSON.stringify({ texts, state, last, long: Date.parse(window.end) - Date.parse(window.start) }));
  return { state: { texts: [...(state.texts ?? []), ...texts] } };
};"""

SHOUT = """
exports.handler = async ({ records, sourceKinesisStreamArn }) => ({
  records: records.map(({ recordId, data }) => {
    const text = Buffer.from(data, 'base64').toString();
    if (text === 'out') return { recordId, result: 'Dropped' };
    if (text === 'bad') return { recordId, result: 'ProcessingFailed' };
    return { recordId, result: 'Ok', data: Buffer.from(text.toUpperCase() + '\\n').toString('base64') };
  }),
});"""


class Streams(EmulatorTest):
    def setUp(self):
        self.kinesis = self.emulator.client('kinesis')

    def stream(self, name, shards=1):
        self.kinesis.create_stream(StreamName=name, ShardCount=shards)
        return self.kinesis.describe_stream(StreamName=name)['StreamDescription']['StreamARN']

    def put(self, stream, *texts):
        for text in texts:
            self.kinesis.put_record(StreamName=stream, Data=text.encode(), PartitionKey='key')

    def got(self, name):
        lines = self.emulator.log_of(f'/aws/lambda/{name}')
        return [json.loads(line.split('GOT ', 1)[1]) for line in lines if 'GOT ' in line]


class Windows(Streams):
    def test_runs_hand_on_a_state_until_the_last_is_told_that_the_window_is_over(self):
        arn = self.stream('windowed')
        self.emulator.function('window', TELL)
        mapping = self.emulator.client('lambda').create_event_source_mapping(
            FunctionName='window', EventSourceArn=arn, StartingPosition='TRIM_HORIZON', TumblingWindowInSeconds=2
        )
        self.put('windowed', 'a', 'b')
        [last] = eventually(lambda: [run for run in self.got('window') if run['last']])
        self.assertEqual((last['texts'], sorted(last['state']['texts']), last['long']), ([], ['a', 'b'], 2000))
        self.put('windowed', 'c')
        runs = eventually(lambda: [run for run in self.got('window') if run['texts'] == ['c']])
        self.assertEqual(runs[0]['state'], {})
        self.emulator.client('lambda').delete_event_source_mapping(UUID=mapping['UUID'])


class Shards(Streams):
    def texts(self, stream, shard):
        iterator = self.kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard, ShardIteratorType='TRIM_HORIZON'
        )['ShardIterator']
        answer = self.kinesis.get_records(ShardIterator=iterator)
        return [record['Data'].decode() for record in answer['Records']], answer.get('NextShardIterator')

    def test_a_split_shard_keeps_its_records_and_has_an_end(self):
        self.stream('split')
        self.put('split', 'before')
        self.kinesis.update_shard_count(StreamName='split', TargetShardCount=2, ScalingType='UNIFORM_SCALING')
        self.put('split', 'after')
        parent, *children = (shard['ShardId'] for shard in self.kinesis.list_shards(StreamName='split')['Shards'])
        self.assertEqual(self.texts('split', parent), (['before'], None))
        found = [self.texts('split', child) for child in children]
        self.assertEqual(sum((texts for texts, _ in found), []), ['after'])
        self.assertTrue(all(further for _, further in found))


class Delivery(Streams):
    def files(self, bucket, prefix):
        s3 = self.emulator.client('s3')
        keys = [each['Key'] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get('Contents', [])]
        return ''.join(
            gzip.decompress(s3.get_object(Bucket=bucket, Key=key)['Body'].read()).decode() for key in sorted(keys)
        )

    def test_what_a_stream_holds_from_now_on_goes_through_a_function_into_files(self):
        arn = self.stream('source')
        self.put('source', 'earlier')
        self.emulator.client('s3').create_bucket(Bucket='kept')
        function = self.emulator.function('shout', SHOUT)
        self.emulator.client('firehose').create_delivery_stream(
            DeliveryStreamName='pipe',
            DeliveryStreamType='KinesisStreamAsSource',
            KinesisStreamSourceConfiguration={'KinesisStreamARN': arn, 'RoleARN': self.emulator.role()},
            ExtendedS3DestinationConfiguration={
                'BucketARN': 'arn:aws:s3:::kept',
                'RoleARN': self.emulator.role(),
                'Prefix': 'clicks/',
                'ErrorOutputPrefix': 'failed/',
                'CompressionFormat': 'GZIP',
                'ProcessingConfiguration': {
                    'Enabled': True,
                    'Processors': [
                        {
                            'Type': 'Lambda',
                            'Parameters': [{'ParameterName': 'LambdaArn', 'ParameterValue': f'{function}:$LATEST'}],
                        }
                    ],
                },
            },
        )
        self.put('source', 'a', 'out', 'bad', 'b')
        self.assertTrue(eventually(lambda: self.files('kept', 'clicks/') == 'A\nB\n'))
        failed = json.loads(eventually(lambda: self.files('kept', 'failed/processing-failed/')))
        self.assertEqual((failed['errorCode'], failed['rawData']), ('Lambda.ProcessingFailedStatus', 'YmFk'))


if __name__ == '__main__':
    unittest.main()
