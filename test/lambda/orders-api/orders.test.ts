import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { FakeIdempotencyTable } from '../../support/fake-idempotency-table';
import { dynamoError, FakeOrderTable } from './fake-order-table';
import { context } from '../../support/fresh-handler';
import { Output } from '../../support/output';
import { read, request, type Answer } from '../../support/rest-call';
import { secrets, start } from './start';

const requests = new FakeIdempotencyTable();
const orders = new FakeOrderTable();
const output = new Output();
const clock = new Date('2026-11-21T08:30:00.000Z');

type Fake = ReturnType<typeof start>;
/** One environment for all tests that do not care; being stateless is a promise of the function (see its own test). */
let handler: Fake;
beforeAll(() => {
  handler = start('orders');
});

beforeEach(() => {
  jest.useFakeTimers({ now: clock, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  requests.reset();
  orders.reset();
  output.listen();
});
afterEach(() => jest.useRealTimers());

const cheese = { sku: 'CHEESE-1', quantity: 2, unitPrice: 450 };
const body = { customer: 'c-1', currency: 'EUR', items: [cheese, { sku: 'BREAD', quantity: 1, unitPrice: 320 }] };
const key = 'request-0001';

const create = async (
  handler: Fake,
  more: { body?: unknown; key?: string; headers?: Record<string, string>; apiKeyId?: string } = {},
): Promise<Answer> =>
  read(
    await handler(
      request('POST /orders', {
        body: 'body' in more ? more.body : body,
        headers: { 'Idempotency-Key': more.key ?? key, ...more.headers },
        ...(more.apiKeyId !== undefined && { apiKeyId: more.apiKeyId }),
      }),
    ),
  );
const get = async (handler: Fake, orderId: string, query?: Record<string, string>): Promise<Answer> =>
  read(await handler(request('GET /orders/{orderId}', { path: { orderId }, query })));
const list = async (handler: Fake, query: Record<string, string>): Promise<Answer> =>
  read(await handler(request('GET /orders', { query })));

const puts = () => orders.client.commandCalls(PutCommand);

describe('POST /orders', () => {
  test('an order is taken, kept with its expiry in seconds, and answered with its address [data-ddb-ttl]', async () => {
    const answer = await create(handler);
    expect(answer).toMatchObject({
      status: 201,
      headers: {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        Location: `/orders/${answer.body.id}`,
      },
    });
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      ...body,
      status: 'received',
      total: 1220,
      createdAt: '2026-11-21T08:30:00.000Z',
    });
    expect(orders.items.get(answer.body.id)).toEqual({
      ...answer.body,
      expiresAt: clock.getTime() / 1000 + 400 * 86_400,
    });
  });

  test('it counts as business done, and the first run of an environment as cold [serverless-observability, serverless-lifecycle]', async () => {
    const handler = start('orders');
    await create(handler);
    expect(output.metrics).toMatchObject({ OrdersTaken: 1, ColdStart: 1, service: 'orders-api' });
    output.listen();
    await create(handler, { key: 'request-0002' });
    expect(output.metrics).toMatchObject({ OrdersTaken: 1 });
    expect(output.metrics).not.toHaveProperty('ColdStart');
  });

  test('its log names the run, and says of the first of an environment that it began cold [serverless-logs, serverless-lifecycle]', async () => {
    const handler = start('orders');
    const refusal = async (awsRequestId: string) => {
      output.listen();
      await handler(request('POST /orders', { body: {} }), { ...context, awsRequestId });
      const [{ function_request_id, cold_start, service }] = output.logs;
      return [function_request_id, cold_start, service];
    };
    expect(await refusal('run-1')).toEqual(['run-1', true, 'orders-api']);
    expect(await refusal('run-2')).toEqual(['run-2', false, 'orders-api']);
  });

  test.each<[string, unknown, string]>([
    ['no object', [], 'body'],
    ['no items', { ...body, items: [] }, 'body.items'],
    ['too many items', { ...body, items: Array.from({ length: 101 }, () => cheese) }, 'body.items'],
    ['a quantity of none', { ...body, items: [{ ...cheese, quantity: 0 }] }, 'body.items.0.quantity'],
    ['half a piece', { ...body, items: [{ ...cheese, quantity: 0.5 }] }, 'body.items.0.quantity'],
    ['a negative price', { ...body, items: [{ ...cheese, unitPrice: -1 }] }, 'body.items.0.unitPrice'],
    ['a price as text', { ...body, items: [{ ...cheese, unitPrice: '450' }] }, 'body.items.0.unitPrice'],
    ['an unknown currency', { ...body, currency: 'XXX' }, 'body.currency'],
    ['a customer that is markup', { ...body, customer: '<b>' }, 'body.customer'],
    ['a long note', { ...body, note: 'n'.repeat(501) }, 'body.note'],
    ['a total of its own', { ...body, total: 1 }, 'body'],
    ['no customer', { ...body, customer: undefined }, 'body.customer'],
  ])('an order with %s is refused, and where is said [serverless-untrusted-input]', async (_, wrong, where) => {
    const answer = await create(handler, { body: wrong });
    expect(answer.status).toBe(400);
    expect(answer.headers['Content-Type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      title: 'Bad Request',
      detail: 'The body does not have the form this method takes.',
    });
    expect(answer.body.faults.map((fault: { where: string }) => fault.where)).toContain(where);
    expect(puts()).toHaveLength(0);
  });

  test.each([
    ['text that is not JSON', { body: '{"customer":' }, 400, 'The body is not JSON.'],
    ['another type', { headers: { 'Content-Type': 'text/xml' } }, 415, 'Send the body as application/json.'],
    ['no type', { headers: { 'Content-Type': '' } }, 415, 'Send the body as application/json.'],
    ['a short key', { key: 'short' }, 400, 'The header does not have the form this method takes.'],
    ['a key with a blank', { key: 'request 0001' }, 400, 'The header does not have the form this method takes.'],
  ])('a request with %s is refused [serverless-untrusted-input]', async (_, more, status, detail) => {
    expect(await create(handler, more)).toMatchObject({ status, body: { status, detail } });
    expect(puts()).toHaveLength(0);
  });

  test('a request without a key is refused', async () => {
    const answer = read(await handler(request('POST /orders', { body })));
    expect(answer).toMatchObject({ status: 400, body: { faults: [{ where: 'header.idempotency-key' }] } });
  });

  test('a thousand faults are not all listed', async () => {
    const items = Array.from({ length: 100 }, () => ({ sku: '', quantity: 0, unitPrice: -1 }));
    expect((await create(handler, { body: { ...body, items } })).body.faults).toHaveLength(20);
  });

  test('JSON with parameters of its type, in any case and in base64, is understood', async () => {
    const event = request('POST /orders', {
      body,
      headers: { 'Idempotency-Key': key, 'Content-Type': 'Application/JSON; charset=utf-8' },
    });
    const coded = { ...event, body: Buffer.from(event.body).toString('base64'), isBase64Encoded: true };
    expect(read(await handler(coded)).status).toBe(201);
  });
});

describe('the same request again', () => {
  test('has the effect of one and the same answer, in this environment and in another [serverless-idempotency]', async () => {
    const handler = start('orders');
    const first = await create(handler);
    jest.setSystemTime(new Date('2026-11-21T09:00:00.000Z'));
    expect(await create(handler)).toEqual(first);
    expect(await create(start('orders'))).toEqual(first);
    expect(orders.items.size).toBe(1);
    expect(puts()).toHaveLength(1);
  });

  test('has the effect of one even when nobody remembers the first, and a run died after writing [serverless-idempotency]', async () => {
    const first = await create(start('orders'));
    requests.reset();
    jest.setSystemTime(new Date('2026-11-24T08:30:00.000Z'));
    expect((await create(start('orders'))).body).toEqual(first.body);
    expect(orders.items.size).toBe(1);
  });

  test('while the first is being worked is told to ask again [serverless-idempotency]', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => create(handler)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const told = answers.find(({ status }) => status === 409)!;
    expect(told).toMatchObject({ headers: { 'Retry-After': '1' }, body: { title: 'Conflict' } });
    expect(orders.items.size).toBe(1);
  });

  test('with another body under its key is refused, and the first stands [serverless-idempotency]', async () => {
    const first = await create(handler);
    const other = { ...body, customer: 'c-2' };
    const expected = {
      status: 422,
      body: { faults: [{ where: 'header.Idempotency-Key', what: 'used before for another body' }] },
    };
    expect(await create(handler, { body: other })).toMatchObject(expected);
    requests.reset();
    expect(await create(handler, { body: other })).toMatchObject(expected);
    expect([...orders.items.values()]).toEqual([expect.objectContaining(first.body)]);
  });

  test('after a failure is worked, as a failure gives the key back [serverless-idempotency]', async () => {
    orders.trouble = (command) => (command === 'put' ? dynamoError('ValidationException') : undefined);
    expect((await create(handler)).status).toBe(500);
    orders.trouble = () => undefined;
    expect((await create(handler)).status).toBe(201);
  });

  test('under another key, or by another client, is another order [serverless-idempotency]', async () => {
    await create(handler);
    await create(handler, { key: 'request-0002' });
    await create(handler, { apiKeyId: 'another' });
    expect(orders.items.size).toBe(3);
  });

  test('comes to the same state in whatever order and however often requests come [serverless-idempotency]', async () => {
    const calls = fc.array(
      fc.record({
        key: fc.constantFrom('request-0001', 'request-0002', 'request-0003'),
        quantity: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(calls, async (each) => {
        requests.reset();
        orders.reset();
        const first = new Map<string, number>();
        for (const { key: name, quantity } of each) {
          const { status } = await create(handler, { key: name, body: { ...body, items: [{ ...cheese, quantity }] } });
          expect(status).toBe((first.get(name) ?? quantity) === quantity ? 201 : 422);
          if (!first.has(name)) first.set(name, quantity);
        }
        expect([...orders.items.values()].map(({ items }) => items[0].quantity).sort()).toEqual(
          [...first.values()].sort(),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('GET /orders/{orderId}', () => {
  test("an order is shown as it was taken, without what is the table's own business", async () => {
    const { body: order } = await create(handler);
    expect(await get(handler, order.id)).toMatchObject({ status: 200, body: order });
    expect(Object.keys((await get(handler, order.id)).body)).not.toContain('expiresAt');
  });

  test('it is read with eventual consistency unless a caller asks for more [data-ddb-consistency]', async () => {
    const { body: order } = await create(handler);
    await get(handler, order.id);
    await get(handler, order.id, { consistent: 'true' });
    await get(handler, order.id, { consistent: 'false' });
    expect(orders.client.commandCalls(GetCommand).map(({ args }) => args[0].input.ConsistentRead)).toEqual([
      false,
      true,
      false,
    ]);
  });

  test.each(['0'.repeat(32), 'nonsense', '', '../../etc/passwd'])(
    'an order that is not there is not found: "%s"',
    async (orderId) => {
      expect(await get(handler, orderId)).toMatchObject({
        status: 404,
        body: { title: 'Not Found', detail: 'There is no such order.' },
      });
    },
  );

  test('an order that has expired is not found, though DynamoDB has not deleted it yet [data-ddb-ttl]', async () => {
    const { body: order } = await create(handler);
    jest.setSystemTime(clock.getTime() + 400 * 86_400_000 - 1000);
    expect((await get(handler, order.id)).status).toBe(200);
    jest.setSystemTime(clock.getTime() + 400 * 86_400_000);
    expect((await get(handler, order.id)).status).toBe(404);
    expect(orders.items.size).toBe(1);
  });

  test('a parameter that is not known is refused', async () => {
    expect((await get(handler, '0'.repeat(32), { fields: 'all' })).status).toBe(400);
  });
});

describe('GET /orders', () => {
  /** One order an hour, the first at the clock's time. */
  async function seed(handler: Fake, customer: string, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      jest.setSystemTime(clock.getTime() + i * 3_600_000);
      await create(handler, { key: `${customer}-request-${i}`, body: { ...body, customer } });
    }
  }

  test("a customer's orders come youngest first, and nobody else's, by one query of the index [data-ddb-query]", async () => {
    await seed(handler, 'c-1', 3);
    await seed(handler, 'c-2', 2);
    const { status, body: page } = await list(handler, { customer: 'c-1' });
    expect(status).toBe(200);
    expect(page.orders.map(({ customer, createdAt }: any) => [customer, createdAt.slice(11, 13)])).toEqual([
      ['c-1', '10'],
      ['c-1', '09'],
      ['c-1', '08'],
    ]);
    expect(Object.keys(page.orders[0]).sort()).toEqual(['createdAt', 'currency', 'customer', 'id', 'status', 'total']);
    const [call] = orders.client.commandCalls(QueryCommand);
    expect(call.args[0].input).toMatchObject({
      IndexName: 'byCustomer',
      KeyConditionExpression: 'customer = :customer',
    });
    expect(orders.client.commandCalls(ScanCommand)).toHaveLength(0);
  });

  test('a range of time is part of the key condition, however precisely it is written [data-ddb-query]', async () => {
    await seed(handler, 'c-1', 4);
    const hours = async (query: Record<string, string>) =>
      (await list(handler, { customer: 'c-1', ...query })).body.orders.map(({ createdAt }: any) =>
        createdAt.slice(11, 16),
      );
    expect(await hours({ from: '2026-11-21T09:30:00Z', to: '2026-11-21T10:30:00.000Z' })).toEqual(['10:30', '09:30']);
    expect(await hours({ from: '2026-11-21T10:30:00Z' })).toEqual(['11:30', '10:30']);
    expect(await hours({ to: '2026-11-21T08:30:00Z' })).toEqual(['08:30']);
    expect(orders.client.commandCalls(QueryCommand)[0].args[0].input.KeyConditionExpression).toBe(
      'customer = :customer AND createdAt BETWEEN :from AND :to',
    );
  });

  test('pages follow each other until all orders have been seen once', async () => {
    await seed(handler, 'c-1', 7);
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const { body: page } = await list(handler, { customer: 'c-1', limit: '3', ...(next && { next }) });
      seen.push(...page.orders.map(({ createdAt }: any) => createdAt));
      next = page.next;
    } while (next);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(7);
    expect(orders.client.commandCalls(QueryCommand)).toHaveLength(3);
  });

  test('expired orders are left out, but were read, and what was read is counted [data-ddb-ttl, data-ddb-query]', async () => {
    await seed(handler, 'c-1', 40);
    const expired = [...orders.items.values()].slice(0, 39);
    for (const item of expired) item.expiresAt = clock.getTime() / 1000;
    output.listen();
    const { body: page } = await list(handler, { customer: 'c-1', limit: '40' });
    expect(page.orders).toHaveLength(1);
    expect(output.metrics.ListReadUnits).toBeGreaterThan(1);
  });

  test('a strong read is refused before the table is asked, as an index has none [data-ddb-consistency, data-ddb-gsi]', async () => {
    const answer = await list(handler, { customer: 'c-1', consistent: 'true' });
    expect(answer).toMatchObject({
      status: 400,
      body: { faults: [{ where: 'query.consistent', what: 'not possible for a list' }] },
    });
    expect(orders.client.calls()).toHaveLength(0);
  });

  test.each<[string, Record<string, string>, string]>([
    ['no customer', {}, 'query.customer'],
    ['an impossible customer', { customer: '*' }, 'query.customer'],
    ['a limit of none', { customer: 'c-1', limit: '0' }, 'query.limit'],
    ['a limit of 101', { customer: 'c-1', limit: '101' }, 'query.limit'],
    ['a time that is none', { customer: 'c-1', from: 'yesterday' }, 'query.from'],
    ['a parameter that is not known', { customer: 'c-1', filter: 'total > 1' }, 'query'],
    ['a page that is none', { customer: 'c-1', next: 'bm90aGluZw' }, 'query.next'],
    ['a page that is not even text', { customer: 'c-1', next: '%%%' }, 'query.next'],
  ])(
    'a list with %s is refused before the table is asked [data-ddb-query, serverless-untrusted-input]',
    async (_, query, where) => {
      const answer = await list(handler, query);
      expect(answer).toMatchObject({ status: 400, body: { faults: [expect.objectContaining({ where })] } });
      expect(orders.client.calls()).toHaveLength(0);
    },
  );

  test("a page of another customer's list opens nothing", async () => {
    await seed(handler, 'c-1', 3);
    const { body: page } = await list(handler, { customer: 'c-1', limit: '1' });
    const answer = await list(handler, { customer: 'c-2', next: page.next });
    expect(answer).toMatchObject({ status: 400, body: { faults: [{ where: 'query.next' }] } });
  });
});

describe('when the table is in trouble', () => {
  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'InternalServerError',
  ])('%s is answered with 503 and when to come back, not with 500 [serverless-api-errors]', async (name) => {
    orders.trouble = () => dynamoError(name);
    for (const answer of [
      await create(handler),
      await get(handler, '0'.repeat(32)),
      await list(handler, { customer: 'c-1' }),
    ]) {
      expect(answer).toMatchObject({
        status: 503,
        headers: { 'Retry-After': '1', 'Content-Type': 'application/problem+json' },
        body: { title: 'Service Unavailable' },
      });
      expect(JSON.stringify(answer)).not.toMatch(secrets);
    }
  });

  test('throttling of what remembers requests is 503 too, though it comes wrapped', async () => {
    requests.client.on(PutItemCommand).rejects(dynamoError('ProvisionedThroughputExceededException'));
    expect(await create(handler)).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  });

  test('a table that never answers is 503 before Lambda ends the run, which would be no answer at all [serverless-api-errors]', async () => {
    orders.client.on(GetCommand).callsFake(() => new Promise(() => undefined));
    const event = request('GET /orders/{orderId}', { path: { orderId: '0'.repeat(32) } });
    const answer = read(await handler(event, { ...context, getRemainingTimeInMillis: () => 100 }));
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  });

  test('anything else is 500, with the id that finds it in the log and not a word of what it was [serverless-api-errors]', async () => {
    orders.trouble = () => dynamoError('AccessDeniedException');
    const answer = await get(handler, '0'.repeat(32));
    expect(answer).toMatchObject({
      status: 500,
      body: { title: 'Internal Server Error', requestId: '6e0c1f1e-7a2b-4c55-8f0e-0d2c5b1f9a10' },
    });
    expect(JSON.stringify(answer)).not.toMatch(secrets);
    expect(output.logs).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        apiRequestId: answer.body.requestId,
        error: expect.objectContaining({
          name: 'AccessDeniedException',
          message: expect.stringContaining('the-orders'),
        }),
      }),
    );
  });

  test('an answer with 500 is counted for the version that gave it, one with 503 or 400 is not [serverless-gradual-release]', async () => {
    orders.trouble = () => dynamoError('ThrottlingException');
    await get(handler, '0'.repeat(32));
    await get(handler, '0'.repeat(32), { wrong: 'parameter' });
    expect(output.metrics).not.toHaveProperty('Failures');
    orders.trouble = () => dynamoError('AccessDeniedException');
    await get(handler, '0'.repeat(32));
    expect(output.metrics).toMatchObject({ Failures: 1, service: 'orders-api', function: 'function', version: '7' });
    expect(output.metrics._aws.CloudWatchMetrics[0].Dimensions[0].sort()).toEqual(['function', 'service', 'version']);
  });

  test('an order that expires between two calls is a reason to come back', async () => {
    await create(handler);
    requests.reset();
    orders.client.on(GetCommand).resolves({});
    expect(await create(handler)).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  });
});

describe('the function', () => {
  test('does not start without its variables, and names every one that is missing', () => {
    expect(() => start('orders', { ORDERS_TABLE: undefined, CUSTOMER_INDEX: '' })).toThrow(
      'environment variables missing: ORDERS_TABLE, CUSTOMER_INDEX',
    );
  });

  test('makes its clients once, when it starts, and uses them for every run [serverless-warm-client]', async () => {
    const handler = start('orders');
    await create(handler);
    await get(handler, '0'.repeat(32));
    await create(handler, { key: 'request-0002' });
    const used = (stub: { send: { thisValues: unknown[] } }) => new Set(stub.send.thisValues).size;
    expect(used(orders.client as never)).toBe(1);
    expect(used(requests.client as never)).toBe(1);
  });

  test('answers alike in a fresh environment and in one that has run before [serverless-stateless]', async () => {
    const conversation = async (handler: () => Fake): Promise<Answer[]> => {
      requests.reset();
      orders.reset();
      const first = await create(handler());
      return [
        first,
        await get(handler(), first.body.id),
        await list(handler(), { customer: 'c-1' }),
        await create(handler(), { body: 'x' }),
        await create(handler()),
      ];
    };
    const warm = start('orders');
    const fresh = await conversation(() => start('orders'));
    expect(await conversation(() => warm)).toEqual(fresh);
    expect(await conversation(() => warm)).toEqual(fresh);
  });

  test('tells a page of another origin nothing unless it is listed [serverless-cors]', async () => {
    const ask = async (handler: Fake, origin: string, orderId = '0'.repeat(32)) =>
      read(await handler(request('GET /orders/{orderId}', { path: { orderId }, headers: { Origin: origin } }))).headers;
    const listed = start('orders', { ALLOWED_ORIGINS: 'https://shop.example.com,https://admin.example.com' });
    expect(await ask(listed, 'https://admin.example.com')).toMatchObject({
      'Access-Control-Allow-Origin': 'https://admin.example.com',
      Vary: 'Origin',
    });
    expect(await ask(listed, 'https://evil.example.com')).not.toHaveProperty('Access-Control-Allow-Origin');
    expect(await ask(start('orders'), 'https://shop.example.com')).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  test.each(['DELETE /orders', 'GET /', 'GET toString', 'POST __proto__'])('knows no route %s', async (route) => {
    expect(read(await handler(request(route))).status).toBe(404);
  });

  test.each([{}, null, 'text', { httpMethod: 'GET' }])(
    "takes %j for no request, which is its sender's mistake",
    async (event) => {
      expect(read(await handler(event))).toMatchObject({
        status: 400,
        body: { detail: 'This is not a request of an API.' },
      });
    },
  );

  test('whatever comes in, its answer is one that API Gateway can pass on, and gives nothing away [serverless-api-errors, serverless-integration-lambda, serverless-untrusted-input]', async () => {
    const routes = fc.constantFrom(
      'POST /orders',
      'GET /orders',
      'GET /orders/{orderId}',
      'PATCH /orders',
      'GET constructor',
    );
    const texts = fc.dictionary(
      fc.oneof(
        fc.constantFrom('customer', 'orderId', 'next', 'Idempotency-Key', 'content-type', '__proto__'),
        fc.string(),
      ),
      fc.oneof(fc.string(), fc.constantFrom('c-1', 'application/json', key)),
    );
    const body$ = fc.oneof(fc.string(), fc.json(), fc.constant(JSON.stringify(body)));
    const nearly = fc
      .record({ route: routes, path: texts, query: texts, headers: texts, body: body$ })
      .map(({ route, ...call }) => request(route, call));
    const troubles = fc.constantFrom(
      undefined,
      dynamoError('ThrottlingException'),
      dynamoError('ResourceNotFoundException'),
      'not even an error' as never,
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: nearly }, fc.anything()), troubles, async (event, trouble) => {
        requests.reset();
        orders.reset();
        orders.trouble = () => trouble;
        const result = await handler(event);
        expect(Object.keys(result).sort()).toEqual(['body', 'headers', 'isBase64Encoded', 'statusCode']);
        expect(Number.isInteger(result.statusCode) && result.statusCode >= 200 && result.statusCode <= 599).toBe(true);
        for (const value of Object.values(result.headers)) expect(typeof value).toBe('string');
        const { status, headers, body: said } = read(result);
        const problem = status >= 400;
        expect(headers['Content-Type']).toBe(problem ? 'application/problem+json' : 'application/json');
        if (problem) {
          expect(said).toMatchObject({
            type: 'about:blank',
            status,
            title: expect.any(String),
            requestId: expect.any(String),
          });
          expect(JSON.stringify({ ...said, faults: [] })).not.toMatch(secrets);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('asks the real clients for nothing in these tests', () => {
    expect(DynamoDBClient.prototype.send).toHaveProperty('restore');
    expect(DynamoDBDocumentClient.prototype.send).toHaveProperty('restore');
  });
});
