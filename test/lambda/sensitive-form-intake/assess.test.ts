import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { assessForm } from '../../../lambda/sensitive-form-intake/assess-form';
import { sealed } from '../../support/sealed-field';
import { earlier, filledIn, formOf, key, secretsOf, start, submission, told } from './start';

const secrets = mockClient(SecretsManagerClient);
const table = mockClient(DynamoDBDocumentClient);
const logged: string[] = [];
let assess: ReturnType<typeof start>;

beforeEach(() => {
  logged.length = 0;
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...args: unknown[]) => void logged.push(args.join(' ')));
  secrets.reset();
  secrets.on(GetSecretValueCommand).callsFake(({ SecretId }) => ({ SecretString: secretsOf[SecretId as string] }));
  table.reset();
  assess = start('assess');
});
const noted = () => table.commandCalls(UpdateCommand).map(({ args }) => args[0].input);

describe('the one reader', () => {
  test('notes what may stand on a receipt, once, and lets nothing else out of its memory [edge-field-decryption]', async () => {
    expect(await assess({ Records: [told(await formOf())] })).toEqual({ batchItemFailures: [] });
    expect(noted()).toEqual([
      expect.objectContaining({
        TableName: 'forms',
        Key: { id: submission },
        ConditionExpression: '#status = :received',
        ExpressionAttributeValues: { ':status': 'accepted', ':ending': '4444', ':wrong': [], ':received': 'received' },
      }),
    ]);
    const everything = JSON.stringify([noted(), logged]);
    for (const secret of [...Object.values(filledIn), '55555555', 'PRIVATE KEY'])
      expect(everything).not.toContain(secret);
  });

  test('reads forms of the key before, and each key once [edge-field-decryption, serverless-warm-client]', async () => {
    await assess({ Records: [told(await formOf({}, earlier), '1'), told(await formOf(), '2')] });
    expect(noted()).toHaveLength(2);
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(2);
  });

  test('changes nothing when it is told of a form again', async () => {
    table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: 'noted', $metadata: {} }));
    expect(await assess({ Records: [told(await formOf())] })).toEqual({ batchItemFailures: [] });
  });

  test('gives back a form that it cannot read, and what stands behind it, without a word of it [edge-field-decryption]', async () => {
    const strange = await formOf({ card_number: await sealed('4242', { ...key, keyName: 'Other' }) });
    const answer = await assess({ Records: [told(await formOf(), '1'), told(strange, '2'), told(strange, '3')] });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(noted()).toHaveLength(1);
    expect(logged.join('\n')).toContain('it was encrypted with a key that is not here, or changed since');
  });

  test.each([
    ['no form', {}],
    ['plain text', { sealed: { M: { card_number: { S: '4242' } } } }],
  ])('refuses %s [serverless-untrusted-input]', async (_, image) => {
    const record = { eventID: 'e', dynamodb: { SequenceNumber: '1', NewImage: { id: { S: 'i' }, ...image } } };
    expect(await assess({ Records: [record] })).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(noted()).toEqual([]);
  });

  test('fails while its key cannot be had, and reads when it can', async () => {
    secrets
      .on(GetSecretValueCommand)
      .rejectsOnce(new Error('throttled'))
      .callsFake(({ SecretId }) => ({
        SecretString: secretsOf[SecretId as string],
      }));
    const event = { Records: [told(await formOf())] };
    expect((await assess(event)).batchItemFailures).toHaveLength(1);
    expect((await assess(event)).batchItemFailures).toHaveLength(0);
  });
});

describe('what is said of a form', () => {
  const at = Date.UTC(2026, 10, 28);
  const said = (more: Partial<typeof filledIn> | Record<string, string>) => assessForm({ ...filledIn, ...more }, at);

  test.each<[Record<string, string>, string[], string]>([
    [{}, [], '4444'],
    [{ card_number: '4242-4242-4242-4242' }, [], '4242'],
    [{ card_number: '5555555555554445' }, ['card_number'], ''],
    [{ card_number: '' }, ['card_number'], ''],
    [{ card_expiry: '11/26' }, [], '4444'],
    [{ card_expiry: '10/26' }, ['card_expiry'], '4444'],
    [{ card_expiry: '13/39' }, ['card_expiry'], '4444'],
    [{ national_id: 'x 1' }, ['national_id'], '4444'],
    [{ card_expiry: '', national_id: '' }, ['card_expiry', 'national_id'], '4444'],
  ])('%j is wrong in %j', (more, wrong, cardEnding) => {
    expect(said(more)).toEqual({ status: wrong.length === 0 ? 'accepted' : 'declined', cardEnding, wrong });
  });

  test('never holds more than four digits of what was filled in', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{13,19}$/), (card_number) => {
        const text = JSON.stringify(said({ card_number }));
        return !text.includes(card_number.slice(0, 5)) && !text.includes(card_number.slice(-5));
      }),
    );
  });
});
