import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { asked, filledIn, formOf, guardWord, posted, secretsOf, start, submission } from './start';

const now = new Date('2026-11-28T08:30:00.000Z');
const secrets = mockClient(SecretsManagerClient);
const table = mockClient(DynamoDBDocumentClient);
const logged: string[] = [];
let intake: ReturnType<typeof start>;

beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  logged.length = 0;
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...args: unknown[]) => void logged.push(args.join(' ')));
  secrets.reset();
  secrets.on(GetSecretValueCommand).callsFake(({ SecretId }) => ({ SecretString: secretsOf[SecretId as string] }));
  table.reset();
  intake = start('intake');
});
afterEach(() => jest.useRealTimers());

const tell = async (event: unknown) => {
  const answer = await intake(event);
  return { status: answer.statusCode, told: JSON.parse(answer.body) };
};
const kept = () => table.commandCalls(PutCommand).map(({ args }) => args[0].input);

describe('a form that the edge has encrypted', () => {
  test('is kept as it came, to the letter, and nobody has looked into it [edge-field-decryption]', async () => {
    const form = await formOf();
    expect(await tell(posted(form))).toEqual({ status: 202, told: { id: submission } });
    const { card_number, card_expiry, national_id } = form;
    expect(kept()).toEqual([
      {
        TableName: 'forms',
        Item: {
          id: submission,
          name: 'Ada',
          email: 'ada@example.com',
          amount: '20.00',
          sealed: { card_number, card_expiry, national_id },
          status: 'received',
          receivedAt: '2026-11-28T08:30:00.000Z',
          expiresAt: now.getTime() / 1000 + 30 * 86_400,
        },
        ConditionExpression: 'attribute_not_exists(id)',
      },
    ]);
    expect(secrets.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input.SecretId)).toEqual([
      'arn:guard',
    ]);
  });

  test('is one form however often it is sent', async () => {
    table.on(PutCommand).rejects(new ConditionalCheckFailedException({ message: 'there already', $metadata: {} }));
    expect(await tell(posted(await formOf()))).toEqual({ status: 202, told: { id: submission } });
  });

  test('fails when it cannot be kept', async () => {
    table.on(PutCommand).rejects(new Error('down'));
    expect((await tell(posted(await formOf()))).status).toBe(500);
  });
});

describe('a field in plain text', () => {
  test.each(['card_number', 'card_expiry', 'national_id'] as const)(
    '%s is kept nowhere, not even with the others, and not in a log [edge-field-decryption]',
    async (field) => {
      const { status, told } = await tell(posted(await formOf({ [field]: filledIn[field] })));
      expect(status).toBe(500);
      expect(kept()).toEqual([]);
      const said = logged.join('\n');
      expect(said).toContain(`the edge has not encrypted ${field}; nothing was kept`);
      for (const text of [said, JSON.stringify(told)]) expect(text).not.toContain(filledIn[field]);
    },
  );
});

describe('what is no such form', () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ['has a field that nobody knows', { comment: 'hello' }, 'body'],
    ['lacks a field', { name: undefined }, 'body.name'],
    ['has no submission', { submission: undefined }, 'body.submission'],
    ['has one of another shape', { submission: '1' }, 'body.submission'],
    ['has no mail', { email: 'ada' }, 'body.email'],
    ['gives an odd amount', { amount: '-1' }, 'body.amount'],
    ['has an empty name', { name: ' ' }, 'body.name'],
    ['has a field that is too long', { card_number: 'A'.repeat(24_001) }, 'body.card_number'],
  ])('%s is refused, and nothing is kept [serverless-untrusted-input]', async (_, more, where) => {
    const { status, told } = await tell(posted(await formOf(more)));
    expect([status, told.faults.map((fault: any) => fault.where)]).toEqual([400, [where]]);
    expect(kept()).toEqual([]);
  });

  test('has a field twice', async () => {
    const form = new URLSearchParams(await formOf());
    form.append('name', 'Eve');
    expect(await tell(posted(form.toString()))).toMatchObject({
      status: 400,
      told: { detail: 'The form has the field name twice.' },
    });
  });

  test('is JSON', async () => {
    expect(await tell(posted('{}', { 'Content-Type': 'application/json' }))).toMatchObject({
      status: 415,
      told: { detail: 'Send the body as application/x-www-form-urlencoded.' },
    });
  });
});

describe('whoever comes round the edge', () => {
  test.each([[''], [`${guardWord}!`]])('with the word %j gets and leaves nothing', async (word) => {
    const answers = [
      await tell(posted(await formOf(), { 'X-Origin-Verify': word })),
      await tell(asked('GET /forms/{id}', { 'X-Origin-Verify': word }, submission)),
    ];
    for (const { status, told } of answers)
      expect([status, told.detail]).toEqual([403, 'Send forms by way of the page, not around it.']);
    expect(table.calls()).toHaveLength(0);
  });
});

describe('what became of a form', () => {
  const state = (id: string) => tell(asked('GET /forms/{id}', {}, id));

  test('is told by its id, without what stands in it', async () => {
    const Item = { id: submission, status: 'accepted', cardEnding: '4444', wrong: [], expiresAt: 2_000_000_000 };
    table.on(GetCommand).resolves({ Item });
    const { expiresAt, ...rest } = Item;
    expect(await state(submission)).toEqual({ status: 200, told: rest });
    expect(table.commandCalls(GetCommand)[0].args[0].input).toMatchObject({
      Key: { id: submission },
      ProjectionExpression: 'id, #status, cardEnding, wrong, expiresAt',
    });
  });

  test('is nothing where there is none, or its time is over', async () => {
    table
      .on(GetCommand)
      .resolvesOnce({})
      .resolves({ Item: { id: submission, expiresAt: 1 } });
    expect([(await state(submission)).status, (await state(submission)).status]).toEqual([404, 404]);
    expect((await state('../other')).status).toBe(404);
    expect(table.commandCalls(GetCommand)).toHaveLength(2);
  });
});
