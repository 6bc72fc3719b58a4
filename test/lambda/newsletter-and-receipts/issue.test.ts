import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { issueIn, published } from '../../../lambda/newsletter-and-receipts/issue';
import { mailIn } from '../../../lambda/newsletter-and-receipts/mail';

const sqs = mockClient(SQSClient);
const issue = { id: '2026-05', subject: 'May', text: 'Much happened.' };
const everybody = Array.from({ length: 250 }, (_, i) => ({
  email: `reader${String(i).padStart(3, '0')}@example.com`,
  token: `${i}`.padStart(16, 'a'),
}));
const places = {
  sqs: new SQSClient({}),
  subscribers: {
    page: async (after: string | undefined, most: number) => {
      const from = everybody.findIndex(({ email }) => email === after) + 1;
      const listed = everybody.slice(from, from + most);
      const last = listed.at(-1)?.email;
      return { listed, ...(from + most < everybody.length && { after: last }) };
    },
  },
  newsletters: 'https://queues/newsletters',
  issues: 'https://queues/issues',
};
const bodies = (queue: string) =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .filter(({ args: [{ input }] }) => input.QueueUrl === queue)
    .flatMap(({ args: [{ input }] }) => input.Entries!.map(({ MessageBody }) => MessageBody!));

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
});

test('an issue becomes one mail to each subscriber, which the sender takes, and twice the same ones', async () => {
  await expect(published(issue, places, () => 60_000)).resolves.toEqual({ mails: 250, goesOn: false });
  const mails = bodies(places.newsletters).map((body) => mailIn(body, 'marketing'));
  expect(mails.map(({ to }) => to)).toEqual(everybody.map(({ email }) => email));
  expect(new Set(mails.map(({ id }) => id)).size).toBe(250);
  sqs.resetHistory();
  await published(issue, places, () => 60_000);
  expect(bodies(places.newsletters).map((body) => mailIn(body, 'marketing').id)).toEqual(mails.map(({ id }) => id));
});

test('a run that has no time left hands on where it stopped, and the next goes on there', async () => {
  await expect(published(issue, places, () => 9_000)).resolves.toEqual({ mails: 100, goesOn: true });
  const [rest] = bodies(places.issues);
  expect(JSON.parse(rest)).toEqual({ ...issue, after: 'reader099@example.com' });
  await expect(published(issueIn(rest), places, () => 60_000)).resolves.toEqual({ mails: 150, goesOn: false });
  expect(bodies(places.newsletters)).toHaveLength(250);
});

test('what the queue does not take fails the issue', async () => {
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries }) => ({
    Failed: Entries.map(({ Id }: { Id: string }) => ({ Id, SenderFault: true, Code: 'No', Message: 'not today' })),
  }));
  await expect(published(issue, places, () => 60_000)).rejects.toThrow(
    'the queue did not take 100 mails: No: not today',
  );
});

test.each([
  ['hello', 'no issue: '],
  ['{}', 'no issue: '],
  [JSON.stringify({ ...issue, subject: 'May\nBcc: all@example.com' }), 'must be one line'],
  [JSON.stringify({ ...issue, id: 'a b' }), 'no issue: '],
])('%s is refused', (body, reason) => {
  expect(() => issueIn(body)).toThrow(reason);
});
