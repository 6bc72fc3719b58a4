import { Logger } from '@aws-lambda-powertools/logger';
import type { FirehoseTransformationEvent } from 'aws-lambda';
import fc from 'fast-check';
import { transformRecords } from '../../../lambda/shared/transform';

const logger = new Logger({ logLevel: 'SILENT' });
const refused = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
const eventOf = (...data: string[]): FirehoseTransformationEvent => ({
  invocationId: 'run',
  deliveryStreamArn: 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/clicks',
  region: 'eu-west-1',
  records: data.map((text, i) => ({
    recordId: `4957${i}`,
    approximateArrivalTimestamp: 0,
    data: Buffer.from(text).toString('base64'),
  })),
});

/** Upper case; `out` is left out, `bad` fails. */
const loud = (data: Buffer) => {
  const text = data.toString();
  if (text === 'bad') throw new Error('it is bad');
  return text === 'out' ? undefined : text.toUpperCase();
};

beforeEach(() => refused.mockClear());

test('each record is answered by its id: done, left out or failed, with the reason in the log [messaging-delivery-transform]', () => {
  expect(transformRecords(eventOf('größe', 'out', 'bad'), logger, loud)).toEqual({
    records: [
      { recordId: '49570', result: 'Ok', data: Buffer.from('GRÖSSE').toString('base64') },
      { recordId: '49571', result: 'Dropped' },
      { recordId: '49572', result: 'ProcessingFailed' },
    ],
  });
  expect(refused.mock.calls).toMatchObject([['record refused', { recordId: '49572', reason: 'it is bad' }]]);
});

test('an answer stays below 6 MB, and what has no room in it fails and is kept [messaging-delivery-transform]', () => {
  const { records } = transformRecords(eventOf('a', 'b', 'c', 'd', 'e'), logger, () => 'x'.repeat(1_500_000));
  expect(records.map(({ result }) => result)).toEqual(['Ok', 'Ok', 'Ok', 'ProcessingFailed', 'ProcessingFailed']);
  expect(JSON.stringify({ records }).length).toBeLessThan(6 * 1_048_576);
});

test('whatever comes, every id is answered exactly once, in order, within 6 MB [messaging-delivery-transform]', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('out', 'bad'),
    fc.nat(3_000_000).map((n) => 'y'.repeat(n)),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
      const event = eventOf(...texts);
      const answer = transformRecords(event, logger, loud);
      expect(answer.records.map(({ recordId }) => recordId)).toEqual(event.records.map(({ recordId }) => recordId));
      expect(JSON.stringify(answer).length).toBeLessThanOrEqual(6 * 1_048_576);
      answer.records.forEach(({ result, data }, i) => {
        if (result === 'Ok') expect(Buffer.from(data!, 'base64').toString()).toBe(texts[i].toUpperCase());
        if (texts[i] === 'bad') expect(result).toBe('ProcessingFailed');
        if (texts[i] === 'out') expect(result).toBe('Dropped');
      });
    }),
    { numRuns: 40 },
  );
});
