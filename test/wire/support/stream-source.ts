import type { StreamBatchResponse } from '../../../lambda/shared/stream-batch';
import type { Run } from './execution-environment';

/** One record as the stream tells it, under the number by which a function names it. */
export interface StreamRecord {
  readonly dynamodb: { readonly SequenceNumber: string };
}

/**
 * What Lambda does between a shard and a function, as `StreamConsumer` sets it: batches in order, a failed one again from the record
 * that is named, a run without an answer again in halves, and a record that fails for good is given up, so that the others come.
 *
 * @returns the records that were given up
 */
export async function workShard<Item extends StreamRecord>(
  records: readonly Item[],
  invoke: (event: { Records: readonly Item[] }) => Promise<Run>,
  { batchSize, retryAttempts }: { readonly batchSize: number; readonly retryAttempts: number },
): Promise<Item[]> {
  const givenUp: Item[] = [];
  const deliver = async (batch: readonly Item[]): Promise<void> => {
    let rest = batch;
    for (let tried = 0; rest.length > 0;) {
      const left = restOf(rest, await invoke({ Records: rest }));
      tried = left.length < rest.length ? 0 : tried + 1;
      rest = left;
      if (tried > retryAttempts) {
        givenUp.push(...rest);
        return;
      }
      if (tried > 0 && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        await deliver(rest.slice(0, middle));
        rest = rest.slice(middle);
        tried = 0;
      }
    }
  };
  for (let at = 0; at < records.length; at += batchSize) await deliver(records.slice(at, at + batchSize));
  return givenUp;
}

/** What is not done: all of a run that failed, else from the first record it names on. */
function restOf<Item extends StreamRecord>(batch: readonly Item[], { error, result }: Run): readonly Item[] {
  if (error) return batch;
  const named = (result as StreamBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const at = batch.findIndex(({ dynamodb }) => named.includes(dynamodb.SequenceNumber));
  return at < 0 && named.length === 0 ? [] : batch.slice(Math.max(at, 0));
}
