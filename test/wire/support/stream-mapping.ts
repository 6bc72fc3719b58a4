import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisStreamRecord } from 'aws-lambda';
import type { Aws } from './aws';
import type { Run } from './execution-environment';

/** How Lambda is told to read a stream, as the template says it. */
export interface StreamSettings {
  readonly batchSize: number;
  /** How often a batch is tried again before it is given up. */
  readonly retryAttempts: number;
}

/**
 * What Lambda does between a stream and a function: reads each shard in order, runs the function with batch after batch, tries
 * again from the record it stopped at, halves what keeps failing, and gives up a record that stands alone and fails.
 */
export class StreamMapping {
  /** Records that were given up. */
  readonly givenUp: KinesisStreamRecord[] = [];
  readonly #places = new Map<string, string>();

  constructor(
    private readonly aws: Aws,
    private readonly stream: string,
    private readonly settings: StreamSettings,
    private readonly invoke: (event: { Records: readonly KinesisStreamRecord[] }) => Promise<Run>,
  ) {}

  /** Works until nothing is left, all shards side by side. */
  async drain(): Promise<void> {
    const { Shards = [] } = await this.aws.kinesis.send(new ListShardsCommand({ StreamName: this.stream }));
    await Promise.all(
      Shards.map(async ({ ShardId }) => {
        for (;;) {
          const records = await this.#next(ShardId!);
          if (records.length === 0) return;
          await this.#deliver(records);
          this.#places.set(ShardId!, records.at(-1)!.kinesis.sequenceNumber);
        }
      }),
    );
  }

  async #next(shard: string): Promise<KinesisStreamRecord[]> {
    const place = this.#places.get(shard);
    const { ShardIterator } = await this.aws.kinesis.send(
      new GetShardIteratorCommand({
        StreamName: this.stream,
        ShardId: shard,
        ...(place === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: place }),
      }),
    );
    const { Records = [] } = await this.aws.kinesis.send(
      new GetRecordsCommand({ ShardIterator, Limit: this.settings.batchSize }),
    );
    return Records.map(({ Data, PartitionKey, SequenceNumber }) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: PartitionKey!,
        sequenceNumber: SequenceNumber!,
        data: Buffer.from(Data!).toString('base64'),
        approximateArrivalTimestamp: 0,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shard}:${SequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: '',
      awsRegion: 'us-east-1',
      eventSourceARN: `arn:aws:kinesis:us-east-1:123456789012:stream/${this.stream}`,
    }));
  }

  async #deliver(records: readonly KinesisStreamRecord[]): Promise<void> {
    let rest = records;
    for (let tried = 1; rest.length > 0; tried++) {
      const undone = unfinished(rest, await this.invoke({ Records: rest }));
      if (undone.length < rest.length) {
        rest = undone;
        tried = 0;
      } else if (rest.length > 1) {
        const middle = Math.floor(rest.length / 2);
        await this.#deliver(rest.slice(0, middle));
        rest = rest.slice(middle);
        tried = 0;
      } else if (tried > this.settings.retryAttempts) {
        this.givenUp.push(rest[0]);
        return;
      }
    }
  }
}

/** From the first record that failed on; all where the run did. */
function unfinished(records: readonly KinesisStreamRecord[], { error, result }: Run): readonly KinesisStreamRecord[] {
  if (error) return records;
  const named = (result?.batchItemFailures ?? []).map(
    ({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier,
  );
  const first = records.findIndex(({ kinesis }) => named.includes(kinesis.sequenceNumber));
  return first < 0 ? [] : records.slice(first);
}
