import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, DynamoDBRecord, KinesisStreamRecord } from 'aws-lambda';
import fc from 'fast-check';
import { Refused } from '../../../lambda/shared/batch';
import { workStream } from '../../../lambda/shared/stream-batch';

const context = { getRemainingTimeInMillis: () => 1000 } as Context;
const change = (sequence: string): DynamoDBRecord => ({
  eventID: `e${sequence}`,
  dynamodb: { SequenceNumber: sequence },
});
const logger = new Logger();
const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined);

beforeEach(() => errors.mockClear());

describe('workStream', () => {
  test('works in order, and stops at the first record that fails: nothing overtakes it [serverless-partial-batch]', async () => {
    const worked: string[] = [];
    const answer = await workStream({ Records: ['1', '2', '3'].map(change) }, context, logger, async (record) => {
      worked.push(record.dynamodb!.SequenceNumber!);
      if (record.eventID === 'e2') throw new Refused('2 is bad');
      return Promise.resolve();
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(worked).toEqual(['1', '2']);
    expect(errors.mock.calls).toEqual([
      ['record refused', expect.objectContaining({ eventId: 'e2', sequenceNumber: '2', reason: '2 is bad' })],
    ]);
  });

  test('names a record of Kinesis by its own number [serverless-partial-batch]', async () => {
    const record = { eventID: 'shard:7', kinesis: { sequenceNumber: '7' } } as KinesisStreamRecord;
    const answer = await workStream({ Records: [record] }, context, logger, () =>
      Promise.reject(new Error('throttled')),
    );
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
    expect(errors.mock.calls[0][0]).toBe('record failed');
  });

  test('a record that takes too long fails, and those before it are done', async () => {
    const answer = await workStream(
      { Records: ['1', '2'].map(change) },
      { getRemainingTimeInMillis: () => 60 } as Context,
      logger,
      ({ eventID }) => (eventID === 'e1' ? Promise.resolve() : new Promise(() => undefined)),
    );
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  });

  test('a record without a number has all of the batch come back, and an empty batch is done', async () => {
    const nameless = await workStream({ Records: [{}] }, context, logger, () => Promise.reject(new Error('bad')));
    expect(nameless).toEqual({ batchItemFailures: [{ itemIdentifier: '' }] });
    expect(await workStream({ Records: [] }, context, logger, () => Promise.reject(new Error('bad')))).toEqual({
      batchItemFailures: [],
    });
  });

  test('whichever records fail for a while, each is done once at last, in order, when Lambda comes back to where it stopped [serverless-partial-batch]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 }), async (failures) => {
        const left = [...failures];
        const done: number[] = [];
        let rest = failures.map((_, index) => change(String(index)));
        while (rest.length > 0) {
          const { batchItemFailures } = await workStream({ Records: rest }, context, logger, (record) => {
            const index = Number(record.dynamodb!.SequenceNumber);
            if (left[index]-- > 0) return Promise.reject(new Error('not yet'));
            done.push(index);
            return Promise.resolve();
          });
          const stopped = batchItemFailures[0]?.itemIdentifier;
          rest = rest.filter(({ dynamodb }) => Number(dynamodb!.SequenceNumber) >= Number(stopped ?? Infinity));
        }
        expect(done).toEqual(failures.map((_, index) => index));
      }),
      { numRuns: 50 },
    );
  });
});
