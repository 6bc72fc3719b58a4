import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { inCalls, offer, type Answer, type OfferOptions, type Untaken } from './offer';

/** A record for a stream. */
export interface StreamRecord {
  readonly data: string | Uint8Array;
  /** What keeps records in order: all of one key go into one shard. 1 to 256 characters. */
  readonly partitionKey: string;
}

export interface PutRecordsOptions extends OfferOptions {
  /**
   * The most one record of this stream may hold, in bytes with its key: 1 MiB, up to 10 MiB where the stream is set so
   * (`maxRecordSize` of `DataStream`).
   * @default largestRecord
   */
  readonly maxRecordBytes?: number;
}

/** The most a record may hold on a stream that says nothing else: data and key together. */
export const largestRecord = 1_048_576;
/** The most one call may hold, keys included. */
const callLimit = { items: 500, bytes: 10 * 1_048_576 };

/** What a record weighs: its data and its key, in bytes. */
export const recordBytes = ({ data, partitionKey }: StreamRecord): number =>
  Buffer.byteLength(partitionKey) + (typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength);

/**
 * Puts any number of records in as few calls as Kinesis allows (500 records, 10 MiB). A call succeeds although some of its
 * records were throttled or failed: these alone are offered again, after a pause. They then stand behind records of their
 * key that were taken; whoever cannot bear that gives the record a number of its own, or puts one call at a time.
 *
 * A call whose answer got lost may have been taken, and is offered again: the same record can be in the stream twice.
 *
 * @param stream its ARN, or its name
 * @returns what the stream would not take in the end; empty when all is well
 * @throws one error with every record that no stream of this kind can take, before anything is sent
 * @claims messaging-stream-producer, messaging-stream-record-size
 */
export async function putRecords(
  client: KinesisClient,
  stream: string,
  records: readonly StreamRecord[],
  { maxRecordBytes = largestRecord, ...options }: PutRecordsOptions = {},
): Promise<Untaken<StreamRecord>[]> {
  const faults = records.flatMap((record, i) => faultsOf(record, maxRecordBytes, i));
  if (faults.length > 0) throw new Error(['records cannot be put:', ...faults].join('\n  '));
  return offer(inCalls(records, recordBytes, callLimit), (batch) => put(client, stream, batch), options);
}

async function put(
  client: KinesisClient,
  stream: string,
  batch: readonly StreamRecord[],
): Promise<Answer<StreamRecord>> {
  const { Records = [] } = await client.send(
    new PutRecordsCommand({
      ...(stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream }),
      Records: batch.map(({ data, partitionKey }) => ({
        Data: typeof data === 'string' ? Buffer.from(data) : data,
        PartitionKey: partitionKey,
      })),
    }),
  );
  const failed = Records.flatMap(({ ErrorCode, ErrorMessage }, i) =>
    ErrorCode === undefined ? [] : [{ item: batch[i], reason: `${ErrorCode}: ${ErrorMessage}` }],
  );
  return { refused: [], failed };
}

function faultsOf(record: StreamRecord, maxRecordBytes: number, i: number): string[] {
  const size = recordBytes(record);
  const keyLength = record.partitionKey.length;
  return [
    size > maxRecordBytes &&
      `holds ${size} bytes with its key; this stream takes ${maxRecordBytes}, so put the content into a bucket and send its address, or raise the stream's maxRecordSize`,
    !(keyLength >= 1 && keyLength <= 256) && `has a partitionKey of ${keyLength} characters; give 1 to 256`,
  ]
    .filter((fault) => fault !== false)
    .map((fault) => `record ${i} ${fault}`);
}
