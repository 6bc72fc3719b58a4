import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { asked, filledIn, formOf, guardWord, key, posted, told } from '../lambda/sensitive-form-intake/start';
import { synthesised } from '../support/architecture';
import { Aws, emulatorEndpoint, region } from './support/aws';
import { firstOf, kill, randomFaults, silence, type Fault } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { workShard, type StreamRecord } from './support/stream-source';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const rates = { throttled: 8, lostBefore: 4, answerLost: 6 };
let wire: Wire;
let intake: FunctionPool;
let assess: FunctionPool;
let TableName: string;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const secrets = new SecretsManagerClient({ endpoint: emulatorEndpoint(), region, credentials });
  const keep = async (Name: string, SecretString: string): Promise<string> =>
    (await secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN!;
  const stack = await StandIn.make(synthesised('sensitive-form-intake')['sensitive-form-intake'], aws, 'forms');
  TableName = stack.find('AWS::DynamoDB::GlobalTable', /^FormsTable/).name;
  const pool = (id: RegExp, file: string, variables: Readonly<Record<string, string>>) => {
    const made = stack.function(id, `sensitive-form-intake/${file}`, { timeoutSeconds: 60 });
    return new FunctionPool({ ...made, environment: { ...made.environment, ...variables } }, wire);
  };
  intake = pool(/^IntakeTake/, 'intake', { GUARD_SECRET: await keep('forms-guard', guardWord) });
  const secretArn = await keep('forms-key', key.privateKey);
  assess = pool(/^AssessorAssess/, 'assess', { FIELD_KEYS: JSON.stringify([{ keyName: key.keyName, secretArn }]) });
  secrets.destroy();
  wire.onKill = (environment) => [intake, assess].forEach((each) => each.kill(environment));
});
afterEach(() => wire.clear());
const figures: Parameters<typeof note>[1][number][] = [];
afterAll(async () => {
  note('sensitive-form-intake', figures);
  for (const pool of [intake, assess]) pool.stop();
  await wire.stop();
  aws.stop();
});

const idOf = (i: number): string => `0a1b2c3d-0000-4000-8000-${String(i).padStart(12, '0')}`;
const deaths = (operation: string): ((call: { operation: string; body: Buffer }, nth: number) => Fault | undefined) => {
  return (call, nth) =>
    call.operation === operation && nth === 1 && chance.happens(0.1, 'kill', call.body.toString()) ? kill : undefined;
};

/** Hands a form in, again while it is told to, as a page does. */
async function handIn(form: Record<string, string>): Promise<number> {
  for (let left = 20; ; left -= 1) {
    const { result } = await intake.invoke(posted(form));
    const status = result?.statusCode ?? 502;
    if (status < 500 || left === 0) return status;
  }
}
const item = async (id: string) =>
  (await aws.dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item;

test('a hundred forms, each sent twice, under faults and deaths: each is kept once, and read once [edge-field-decryption]', async () => {
  wire.plan = firstOf(deaths('PutItem'), randomFaults(chance, rates, 2_000));
  const forms = await Promise.all(Array.from({ length: 100 }, (_, i) => formOf({ submission: idOf(i) })));
  const statuses = await Promise.all([...forms, ...forms].map(handIn));
  expect(new Set(statuses)).toEqual(new Set([202]));
  wire.clear();
  const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName }));
  expect(Items.map(({ id }) => id.S).sort()).toEqual(forms.map(({ submission }) => submission));
  const untouched = forms.filter(({ submission, card_number }) =>
    Items.some(({ id, sealed }) => id.S === submission && sealed.M!.card_number.S === card_number),
  );

  wire.plan = firstOf(deaths('UpdateItem'), randomFaults(chance, rates, 2_000));
  const poison = { ...told(forms[0], '9999'), dynamodb: { SequenceNumber: '9999' } } as StreamRecord;
  const records = forms.map((form, i) => told(form, String(i)) as StreamRecord);
  const stream = [...records.slice(0, 50), poison, ...records.slice(50)];
  const mapping = { batchSize: 10, retryAttempts: 10 };
  expect(await workShard(stream, (event) => assess.invoke(event), mapping)).toEqual([poison]);
  // A shard is read again from an older place when Lambda loses its own.
  expect(await workShard(records.slice(40), (event) => assess.invoke(event), mapping)).toEqual([]);
  const said = wire.seen.map(({ body }) => body.toString()).join('\n');
  for (const text of Object.values(filledIn)) expect(said).not.toContain(text);
  wire.clear();
  const found = await Promise.all(forms.map(({ submission }) => item(submission)));
  const right = found.filter((one) => one?.status.S === 'accepted' && one.cardEnding.S === '4444');
  expect([untouched.length, right.length]).toEqual([100, 100]);
  figures.push(
    {
      what: 'sensitive-form-intake, forms, each sent twice',
      in: 100,
      once: untouched.length,
      refused: 0,
      lost: 100 - untouched.length,
      doubled: Items.length - 100,
    },
    {
      what: 'sensitive-form-intake, fields read',
      in: 101,
      once: right.length,
      refused: 1,
      lost: 100 - right.length,
      doubled: 0,
    },
  );
});

test('nothing that was filled in stands in a log', () => {
  const logs = JSON.stringify([intake.log, assess.log]);
  expect(assess.log.length).toBeGreaterThan(100);
  for (const text of Object.values(filledIn)) expect(logs).not.toContain(text);
});

test('a field in plain text is kept nowhere', async () => {
  const submission = idOf(500);
  const { result } = await intake.invoke(posted(await formOf({ submission, card_number: filledIn.card_number })));
  expect([result.statusCode, await item(submission)]).toEqual([500, undefined]);
});

test('a table that never answers is told in time, with when to come back', async () => {
  const short = new FunctionPool({ ...intake.definition, timeoutSeconds: 5 }, wire);
  await short.invoke(asked('GET /forms/{id}', {}, idOf(600)));
  wire.plan = ({ service }) => (service === 'dynamodb' ? silence : undefined);
  const { result } = await short.invoke(posted(await formOf({ submission: idOf(600) })));
  expect(result.statusCode).toBe(503);
  short.stop();
});
