import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { answered } from '../../../lambda/newsletter-and-receipts/doors';
import { mailIn } from '../../../lambda/newsletter-and-receipts/mail';

const sqs = mockClient(SQSClient);
const token = '0123456789abcdef';
const done: string[] = [];
const places = {
  sqs: new SQSClient({}),
  subscribers: {
    ask: async (email: string) => (email.startsWith('gone') ? undefined : token),
    confirm: async (given: string) => done.push(`confirm ${given}`) > 0 && given === token,
    leave: async (given: string) => done.push(`leave ${given}`) > 0 && given === token,
  },
  receipts: 'https://queues/receipts',
};
const request = (method: string, path: string, { body, query }: { body?: string; query?: string } = {}) =>
  answered(
    {
      rawPath: path,
      requestContext: { http: { method } },
      ...(query !== undefined && { queryStringParameters: { token: query } }),
      ...(body !== undefined && { body }),
      isBase64Encoded: false,
    } as LambdaFunctionURLEvent,
    places,
  );
const mails = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .flatMap(({ args: [{ input }] }) => input.Entries!.map(({ MessageBody }) => mailIn(MessageBody!, 'transactional')));

beforeEach(() => {
  done.splice(0);
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
});

test('who asks for the newsletter gets a mail with a link, the same one however often they ask in a day', async () => {
  for (const body of Array<string>(2).fill('{"email":"Ann@example.com"}')) {
    const { statusCode } = await request('POST', '/subscribe', { body });
    expect(statusCode).toBe(202);
  }
  expect(new Set(mails().map(({ id }) => id)).size).toBe(1);
  expect(mails()[0]).toMatchObject({ template: 'confirmation', to: 'Ann@example.com', token });
});

test('whether an address is known, and how it stands, is told to nobody', async () => {
  const [known, other] = await Promise.all(
    ['gone@example.com', 'ann@example.com'].map((email) =>
      request('POST', '/subscribe', { body: JSON.stringify({ email }) }),
    ),
  );
  expect(known).toEqual(other);
  expect(mails().map(({ to }) => to)).toEqual(['ann@example.com']);
});

test('a link only shows a button; the button does it [messaging-email-purposes]', async () => {
  for (const action of ['confirm', 'unsubscribe']) {
    const shown = await request('GET', `/${action}`, { query: token });
    expect(shown.body).toContain(`<form method="post" action="${action}?token=${token}">`);
  }
  expect(done).toEqual([]);
  expect((await request('POST', '/confirm', { query: token })).statusCode).toBe(200);
  // What mail programs post (RFC 8058).
  const oneClick = await request('POST', '/unsubscribe', { query: token, body: 'List-Unsubscribe=One-Click' });
  expect(oneClick.statusCode).toBe(200);
  expect(done).toEqual([`confirm ${token}`, `leave ${token}`]);
});

test.each([
  ['POST', '/subscribe', { body: 'hello' }, 400],
  ['POST', '/subscribe', { body: '{"email":"ann@example.com, bob@example.com"}' }, 400],
  ['POST', '/subscribe', {}, 400],
  ['POST', '/confirm', { query: 'wrongwrongwrongwrong' }, 404],
  ['POST', '/unsubscribe', {}, 404],
  ['GET', '/', {}, 404],
  ['DELETE', '/subscribe', {}, 404],
])('%s %s with %j is answered %i', async (method, path, more, status) => {
  expect((await request(method, path, more)).statusCode).toBe(status);
  expect(mails()).toEqual([]);
});

test('what stands in the address line is not repeated unless it is a token', async () => {
  const { body, headers } = await request('GET', '/confirm', { query: '"><script>alert(1)</script>' });
  expect(body).not.toContain('script');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});
