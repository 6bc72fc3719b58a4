import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { architecture } from '../support/architecture';
import { read, request, type Answer } from '../support/rest-call';
import { secrets } from '../lambda/orders-api/start';
import { AsyncInvocations } from './support/async-invocations';
import { Aws, emulatorEndpoint } from './support/aws';
import { answerLost, firstOf, kill, lostBefore, randomFaults, silence, throttled } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

/** An hour, in which every claim of a run that died has run out. */
const hour = 3_600_000;
const day = 24 * hour;

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let table: string;
let requests: string;
let bucket: string;
let failures: WireQueue;
let pools: Readonly<Record<'orders' | 'attachments' | 'invoices' | 'writer', FunctionPool>>;
let writing: AsyncInvocations;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(architecture('orders-api').toJSON() as never, aws, 'orders');
  table = stack.find('AWS::DynamoDB::GlobalTable', /^StoreOrders/).name;
  requests = stack.find('AWS::DynamoDB::Table', /^StoreRequests/).name;
  bucket = stack.find('AWS::S3::Bucket', /^StoreDocuments/).name;
  failures = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^FunctionsInvoiceFailures/));
  // Seconds of a machine that is busy are short; a run that takes too long has a test of its own.
  const pool = (id: RegExp, handler: string) =>
    new FunctionPool(stack.function(id, `orders-api/${handler}`, { timeoutSeconds: 60 }), wire);
  pools = {
    orders: pool(/^FunctionsOrdersHandler/, 'orders'),
    attachments: pool(/^FunctionsAttachmentsHandler/, 'attachments'),
    invoices: pool(/^FunctionsInvoicesHandler/, 'invoices'),
    writer: pool(/^FunctionsInvoiceWriterHandler/, 'write-invoice'),
  };
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
  const { MaximumRetryAttempts } = stack.find('AWS::Lambda::EventInvokeConfig', /^FunctionsInvoiceRequests/).properties;
  writing = new AsyncInvocations(pools.writer, {
    maximumRetryAttempts: MaximumRetryAttempts as number,
    onFailure: failures,
  });
  wire.onInvoke = (_, event) => writing.accept(event);
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of Object.values(pools)) pool.stop();
  await wire.stop();
  aws.stop();
});

type Event = ReturnType<typeof request>;

/** What a client gets through API Gateway: the answer, or nothing of use when the function died. */
async function ask(pool: FunctionPool, event: Event, clock?: number): Promise<Answer | undefined> {
  const { result } = await pool.invoke(event, clock);
  if (!result) return undefined;
  const answer = read(result);
  expect(JSON.stringify(answer.body)).not.toMatch(secrets);
  return answer;
}

const cheese = { sku: 'CHEESE-1', quantity: 2, unitPrice: 450 };
const orderOf = (customer: string, items: readonly object[] = [cheese]) => ({ customer, currency: 'EUR', items });
const ordering = (key: string, body: unknown): Event =>
  request('POST /orders', { body, headers: { 'Idempotency-Key': key } });
const stored = async (id: string) => {
  const { Item } = await aws.dynamodb.send(
    new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
};
/** How often an order was written. */
const writes = (id: string) => wire.effects('PutItem', table).filter(({ key }) => key === id).length;

interface Client {
  readonly key: string;
  readonly body: ReturnType<typeof orderOf>;
  readonly answers: Answer[];
}

/** A client that asks until it is told; an hour passes between two tries. */
async function askUntilTold(clients: readonly Client[], final: readonly number[]): Promise<void> {
  let waiting = [...clients];
  for (let round = 0; waiting.length > 0 && round < 12; round++) {
    const again = await Promise.all(
      waiting.map(async (client) => {
        const event = ordering(client.key, client.body);
        // Some are impatient, and ask twice at the same moment.
        const twice = round === 0 && chance.happens(0.15, 'at once', client.key);
        const got = await Promise.all((twice ? [event, event] : [event]).map((each) => ask(pools.orders, each)));
        client.answers.push(...got.filter((answer) => answer !== undefined));
        return got.some((answer) => answer && final.includes(answer.status)) ? [] : [client];
      }),
    );
    pools.orders.clock += hour;
    waiting = again.flat();
  }
}

test('orders by the hundred under faults: each is taken once and answered, each that is none is refused', async () => {
  const clients = Array.from({ length: 500 }, (_, i): Client => {
    const poison = chance.happens(0.04, 'poison', i);
    return {
      key: `request-${i}-of-many`,
      body: orderOf(`c-${i % 7}`, [{ ...cheese, quantity: poison ? 0 : 1 + (i % 9) }]),
      answers: [],
    };
  });
  const good = clients.filter(({ body }) => (body.items[0] as typeof cheese).quantity > 0);
  wire.plan = firstOf(
    // The function dies right after it has written the order, or the claim, before it can answer anybody.
    (call, nth) =>
      call.operation === 'PutItem' && nth === 1 && chance.happens(0.012, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  await askUntilTold(clients, [201, 400]);

  // Some have lost the answer and ask again the next day; some use the key for something else.
  const later = good.filter(({ key }) => chance.happens(0.2, 'later', key));
  const other = good.filter(({ key }) => chance.happens(0.1, 'other', key));
  const changed = other.map(({ key }) => ({ key, body: orderOf('somebody-else'), answers: [] as Answer[] }));
  await askUntilTold(changed, [422]);
  await askUntilTold(later, [201]);

  const statuses = new Set([...clients, ...changed].flatMap(({ answers }) => answers.map(({ status }) => status)));
  expect([...statuses].filter((status) => ![201, 400, 409, 422, 503].includes(status))).toEqual([]);
  for (const { answers } of changed) {
    expect(answers.map(({ status }) => status)).toContain(422);
    expect(answers.map(({ status }) => status)).not.toContain(201);
  }

  const outcomes = await Promise.all(
    good.map(async ({ answers, body }) => {
      const taken = answers.filter(({ status }) => status === 201);
      const ids = new Set(taken.map((answer) => JSON.stringify(answer.body)));
      const there = taken[0] && (await stored(taken[0].body.id));
      return {
        lost: !there || there.customer !== body.customer,
        doubled: ids.size > 1 || (taken[0] !== undefined && writes(taken[0].body.id) > 1),
      };
    }),
  );
  const refused = clients.filter(({ answers }) => answers.some(({ status }) => status === 400)).length;
  const figure = {
    what: 'orders-api, orders',
    in: clients.length,
    once: outcomes.filter(({ lost, doubled }) => !lost && !doubled).length,
    refused,
    lost: outcomes.filter(({ lost }) => lost).length + (clients.length - good.length - refused),
    doubled: outcomes.filter(({ doubled }) => doubled).length,
  };
  note('2-orders', [figure]);
  expect(figure).toEqual({ ...figure, once: figure.in - refused, lost: 0, doubled: 0 });
  expect(wire.effects('PutItem', table)).toHaveLength(good.length);
});

/** One order, taken with nothing going wrong. */
async function order(key: string, customer = 'c-1'): Promise<any> {
  const answer = await ask(pools.orders, ordering(key, orderOf(customer)));
  expect(answer).toMatchObject({ status: 201 });
  return answer!.body;
}

test('invoices by the hundred under faults: each is written, each that cannot be lies in the failure queue with its reason', async () => {
  const taken = await Promise.all(Array.from({ length: 150 }, (_, i) => order(`order-of-invoice-${i}`)));
  wire.plan = firstOf(
    (call, nth) =>
      ['PutObject', 'UpdateItem'].includes(call.operation) && nth === 1 && chance.happens(0.015, 'kill', call.key)
        ? kill
        : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  const asked = async (id: string): Promise<void> => {
    for (let tries = 0; tries < 12; tries++) {
      const event = request('POST /orders/{orderId}/invoice', { path: { orderId: id } });
      const answer = await ask(pools.invoices, event);
      expect([202, 503, undefined]).toContain(answer?.status);
      if (answer?.status === 202) return;
    }
  };
  await Promise.all(taken.map(({ id }) => asked(id)));
  // What nobody can work: it was sent past the API.
  const strays = Array.from({ length: 12 }, (_, i) => ({ orderId: i % 2 ? `${i}`.padStart(32, 'f') : `no-id-${i}` }));
  strays.forEach((event) => writing.accept(event));
  await writing.settled();
  wire.plan = () => undefined;

  // An event may fail three times by chance alone; a person sends it again.
  const failed = (await failures.empty()).map(({ body }) => JSON.parse(body));
  const hopeless = failed.filter(({ responsePayload }) =>
    /^there is no order|^not a request/.test(responsePayload.errorMessage as string),
  );
  for (const letter of failed) if (!hopeless.includes(letter)) writing.accept(letter.requestPayload);
  await writing.settled();

  const outcomes = await Promise.all(
    taken.map(async ({ id }) => {
      const item = await stored(id);
      const bodies = new Set(
        wire.effects('PutObject', bucket).flatMap((call) => (call.key.includes(id) ? [String(call.body)] : [])),
      );
      const there =
        item?.invoiceKey && (await aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key: item.invoiceKey })));
      return { lost: !there, doubled: bodies.size > 1 };
    }),
  );
  const figure = {
    what: 'orders-api, invoices',
    in: taken.length + strays.length,
    once: outcomes.filter(({ lost, doubled }) => !lost && !doubled).length,
    refused: hopeless.length,
    lost: outcomes.filter(({ lost }) => lost).length + (strays.length - hopeless.length),
    doubled: outcomes.filter(({ doubled }) => doubled).length,
  };
  note('3-invoices', [figure]);
  expect(figure).toEqual({ ...figure, once: taken.length, refused: strays.length, lost: 0, doubled: 0 });
});

describe('one order', () => {
  const body = orderOf('c-9');

  test.each([
    ['claim', () => requests],
    ['order', () => table],
  ])('is taken at the first try when the answer to the write of the %s is lost', async (what, where) => {
    wire.plan = (call, nth) =>
      call.operation === 'PutItem' && call.target === where() && nth === 1 ? answerLost : undefined;
    const answer = await ask(pools.orders, ordering(`lost-answer-${what}`, body));
    expect(answer).toMatchObject({ status: 201 });
    expect(writes(answer!.body.id)).toBe(1);
  });

  test('is answered as it was taken, when the function died after writing it and the client asks again', async () => {
    wire.plan = (call, nth) => (call.operation === 'PutItem' && call.target === table && nth === 1 ? kill : undefined);
    const event = ordering('killed-after', body);
    expect(await ask(pools.orders, event)).toBeUndefined();
    expect(await ask(pools.orders, event)).toMatchObject({ status: 409, headers: { 'Retry-After': '1' } });
    const answer = await ask(pools.orders, event, pools.orders.clock + hour);
    expect(answer).toMatchObject({ status: 201, body: { customer: 'c-9' } });
    expect(writes(answer!.body.id)).toBe(1);
  });

  test('is in work: the same words are told to wait, other words under its key are refused, and it is taken once', async () => {
    let go!: () => void;
    const until = new Promise<void>((resolve) => (go = resolve));
    wire.plan = (call, nth) =>
      call.operation === 'PutItem' && call.target === table && nth === 1 ? { kind: 'held', until } : undefined;
    const event = ordering('in-work-now', body);
    const first = ask(pools.orders, event);
    await wire.heard('PutItem', requests, first);
    expect(await ask(pools.orders, event)).toMatchObject({ status: 409, headers: { 'Retry-After': '1' } });
    expect(await ask(pools.orders, ordering('in-work-now', orderOf('c-10')))).toMatchObject({ status: 422 });
    go();
    const answer = await first;
    expect(answer).toMatchObject({ status: 201 });
    expect(await ask(pools.orders, event)).toEqual(answer);
    expect(writes(answer!.body.id)).toBe(1);
  });

  test('is the answer to its key for as long as it is kept, also when the request itself is forgotten', async () => {
    const taken = await order('long-ago-001');
    const now = pools.orders.clock;
    const event = ordering('long-ago-001', orderOf('c-1'));
    for (const later of [now + day, now + 30 * day, now + 399 * day]) {
      // The other words come first: the same ones would be remembered again, and judge the other by themselves.
      expect(await ask(pools.orders, ordering('long-ago-001', body), later)).toMatchObject({ status: 422 });
      expect(await ask(pools.orders, event, later)).toMatchObject({ status: 201, body: taken });
    }
    expect(await ask(pools.orders, event, now - day)).toMatchObject({ status: 201, body: taken });
    expect(writes(taken.id)).toBe(1);
  });

  test('is taken once by two whose clocks are an hour apart', async () => {
    let go!: () => void;
    const until = new Promise<void>((resolve) => (go = resolve));
    wire.plan = (call, nth) =>
      call.operation === 'PutItem' && call.target === table && nth === 1 ? { kind: 'held', until } : undefined;
    const event = ordering('two-clocks-1', body);
    const first = ask(pools.orders, event);
    await wire.heard('PutItem', requests, first);
    const second = await ask(pools.orders, event, pools.orders.clock + hour);
    go();
    expect((await first)?.body).toEqual(second?.body);
    expect(second).toMatchObject({ status: 201 });
    expect(writes(second!.body.id)).toBe(1);
  });

  test.each([
    ['cannot be reached', () => lostBefore],
    ['has no capacity left', throttled],
    ['never answers', () => silence],
  ])('is not taken while the table %s: 503, and when to come back; then it is', async (what, fault) => {
    const impatient = new FunctionPool({ ...pools.orders.definition, timeoutSeconds: 6 }, wire);
    wire.plan = (call) => (call.target === table ? fault(call) : undefined);
    const event = ordering(`trouble ${what}`.replaceAll(' ', '-'), body);
    expect(await ask(impatient, event)).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    wire.plan = () => undefined;
    expect(await ask(impatient, event, hour)).toMatchObject({ status: 201 });
    impatient.stop();
  });
});

describe('an attachment', () => {
  const content = Buffer.from('%PDF-1.7 a page');
  const wanted = { fileName: 'page.pdf', contentType: 'application/pdf', bytes: content.length };
  const link = async (key: string, more: object = {}, clock?: number) => {
    const { id } = await order(key);
    const event = request('POST /orders/{orderId}/attachments', {
      path: { orderId: id },
      body: { ...wanted, ...more },
    });
    return ask(pools.attachments, event, clock);
  };
  const put = ({ body: { url, headers } }: Answer, sent: Buffer, type = 'application/pdf') =>
    fetch(url as string, {
      method: 'PUT',
      body: new Uint8Array(sent),
      headers: { ...headers, 'content-type': type, 'content-length': String(sent.length) },
    });

  test('is put once by its link, and not a second time', async () => {
    const answer = (await link('attachment-once'))!;
    expect(answer.status).toBe(201);
    expect((await put(answer, content)).status).toBe(200);
    expect((await put(answer, content)).status).toBe(412);
  });

  test('of another type or another size than the link was made for is refused', async () => {
    const answer = (await link('attachment-other'))!;
    expect((await put(answer, content, 'text/plain')).status).toBe(403);
    expect((await put(answer, Buffer.concat([content, content]))).status).toBe(403);
    expect((await put(answer, content)).status).toBe(200);
  });

  test('is refused when its link is no longer good', async () => {
    const answer = (await link('attachment-late', {}, -hour))!;
    expect((await put(answer, content)).status).toBe(403);
  });

  test('that is too large gets no link', async () => {
    expect(await link('attachment-large', { bytes: 10 * 1024 * 1024 + 1 })).toMatchObject({ status: 400 });
  });
});
