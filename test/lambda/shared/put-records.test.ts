import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { largestRecord, putRecords, recordBytes } from '../../../lambda/shared/put-records';

const kinesis = mockClient(KinesisClient);
const client = new KinesisClient({});
const stream = 'arn:aws:kinesis:eu-west-1:111122223333:stream/clicks';
const pauses: number[] = [];
const pause = (attempt: number) => Promise.resolve(void pauses.push(attempt));
const calls = () => kinesis.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input);
const sent = () => calls().map(({ Records }) => Records!.map(({ Data }) => Buffer.from(Data!).toString()));
const record = (data: string, partitionKey = 'visitor') => ({ data, partitionKey });
const throttled = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard' };

beforeEach(() => {
  kinesis.reset();
  pauses.length = 0;
  kinesis.on(PutRecordsCommand).resolves({});
});

test('a record weighs its data and its key, in bytes [messaging-stream-record-size]', () => {
  expect(recordBytes({ data: 'größe', partitionKey: 'ü' })).toBe(9);
  expect(recordBytes({ data: new Uint8Array(5), partitionKey: 'abc' })).toBe(8);
});

describe('putRecords', () => {
  test('puts 1,001 records in three calls, each record under its key [messaging-stream-producer]', async () => {
    const records = Array.from({ length: 1001 }, (_, i) => record(`click ${i}`, `visitor-${i % 7}`));
    expect(await putRecords(client, stream, records)).toEqual([]);
    expect(calls().map(({ Records }) => Records!.length)).toEqual([500, 500, 1]);
    expect(calls()[2]).toEqual({
      StreamARN: stream,
      Records: [{ Data: Buffer.from('click 1000'), PartitionKey: 'visitor-6' }],
    });
  });

  test('takes a name for an ARN', async () => {
    await putRecords(client, 'clicks', [record('a')]);
    expect(calls()[0]).toMatchObject({ StreamName: 'clicks' });
    expect(calls()[0]).not.toHaveProperty('StreamARN');
  });

  test('offers again the throttled records alone, and pauses before [messaging-stream-producer]', async () => {
    kinesis.reset();
    kinesis
      .on(PutRecordsCommand)
      .resolvesOnce({ FailedRecordCount: 2, Records: [{ SequenceNumber: '1' }, throttled, throttled] })
      .resolvesOnce({ FailedRecordCount: 1, Records: [throttled, { SequenceNumber: '2' }] })
      .resolves({});
    expect(
      await putRecords(
        client,
        stream,
        ['a', 'b', 'c'].map((each) => record(each)),
        { pause },
      ),
    ).toEqual([]);
    expect(sent()).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b']]);
    expect(pauses).toEqual([1, 2]);
  });

  test('tells what a stream that stays throttled did not take [messaging-stream-producer]', async () => {
    kinesis.reset();
    kinesis.on(PutRecordsCommand).resolves({ FailedRecordCount: 1, Records: [throttled] });
    expect(await putRecords(client, stream, [record('a')], { pause })).toEqual([
      { item: record('a'), reason: 'ProvisionedThroughputExceededException: Rate exceeded for shard' },
    ]);
    expect(calls()).toHaveLength(3);
  });

  test('goes on with the next call when one could not be made, and tells what was in it', async () => {
    const records = Array.from({ length: 501 }, (_, i) => record(String(i)));
    kinesis.reset();
    kinesis.on(PutRecordsCommand).rejectsOnce(new Error('connect ECONNREFUSED')).resolves({});
    expect(await putRecords(client, stream, records, { attempts: 1 })).toEqual(
      records.slice(0, 500).map((item) => ({ item, reason: 'Error: connect ECONNREFUSED', doubtful: true })),
    );
    expect(sent()[1]).toEqual(['500']);
  });

  test('no call holds more than 10 MiB with its keys [messaging-stream-producer]', async () => {
    const large = Array.from({ length: 12 }, () => record('x'.repeat(largestRecord - 'visitor'.length)));
    await putRecords(client, stream, large);
    expect(calls().map(({ Records }) => Records!.length)).toEqual([10, 2]);
  });

  test('whatever fails along the way, each record is taken or told, and none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (keys, fails) => {
          const taken: string[] = [];
          kinesis.reset();
          kinesis.on(PutRecordsCommand).callsFake(({ Records }: { Records: { Data: Buffer }[] }) => ({
            Records: Records.map(({ Data }) => {
              if (fails.next().value) return throttled;
              taken.push(Data.toString());
              return { SequenceNumber: '1' };
            }),
          }));
          const records = keys.map((key, i) => record(String(i), key));
          const untaken = await putRecords(client, stream, records, { pause });
          const all = [...taken, ...untaken.map(({ item }) => item.data)];
          expect(all.map(Number).sort((a, b) => a - b)).toEqual(records.map((_, i) => i));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('fails when a record is too large or has no key, before anything is sent [messaging-stream-record-size]', async () => {
    const tooLarge = record('x'.repeat(largestRecord));
    await expect(putRecords(client, stream, [record('a'), tooLarge, record('b', '')])).rejects.toThrow(
      [
        'records cannot be put:',
        "record 1 holds 1048583 bytes with its key; this stream takes 1048576, so put the content into a bucket and send its address, or raise the stream's maxRecordSize",
        'record 2 has a partitionKey of 0 characters; give 1 to 256',
      ].join('\n  '),
    );
    expect(calls()).toEqual([]);
  });

  test('a stream set to larger records takes them, to the byte [messaging-stream-record-size]', async () => {
    const options = { maxRecordBytes: 2 * largestRecord };
    const exact = record('x'.repeat(2 * largestRecord - 'visitor'.length));
    expect(await putRecords(client, stream, [exact], options)).toEqual([]);
    await expect(putRecords(client, stream, [record(`${exact.data}x`)], options)).rejects.toThrow(
      'record 0 holds 2097153 bytes',
    );
  });
});
