import { createSocket, type Socket } from 'node:dgram';
import type { Context } from 'aws-lambda';
import { lookUp, type Looked } from '../../../lambda/internal-names/look-up';
import { answerTo, type Zone } from '../../support/name-server';

describe('lookUp', () => {
  const resolver = (answers: Record<string, string[] | string>) => ({
    resolve4: (name: string) => {
      const answer = answers[name];
      if (Array.isArray(answer)) return Promise.resolve(answer);
      return Promise.reject(Object.assign(new Error(answer), { code: answer }));
    },
  });

  test('every name gets its addresses, in order, or a reason in words', async () => {
    const found = await lookUp(
      ['two', 'none', 'empty', 'broken', 'refused', 'silent', 'closed', 'odd'],
      resolver({
        two: ['10.0.0.2', '10.0.0.1'],
        none: 'ENOTFOUND',
        empty: 'ENODATA',
        broken: 'ESERVFAIL',
        refused: 'EREFUSED',
        silent: 'ETIMEOUT',
        closed: 'ECONNREFUSED',
        odd: 'EODD',
      }) as never,
    );
    expect(found.map(({ name, addresses, because }) => [name, because ?? addresses])).toEqual([
      ['two', ['10.0.0.1', '10.0.0.2']],
      ['none', 'no such name'],
      ['empty', 'no address'],
      ['broken', 'the resolver failed'],
      ['refused', 'the resolver refused'],
      ['silent', 'no answer'],
      ['closed', 'no answer'],
      ['odd', 'EODD'],
    ]);
  });
});

describe('the probe', () => {
  const context = {
    awsRequestId: 'r',
    functionName: 'probe',
    invokedFunctionArn: '',
    memoryLimitInMB: '256',
  } as Context;
  let ask: (event: unknown) => Promise<Looked[]>;
  let server: Socket;
  let address: string;
  const zone: Zone = { 'www.example.com': ['203.0.113.10'], 'empty.example.com': [] };

  beforeAll(async () => {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    const { handler } =
      require('../../../lambda/internal-names/probe') as typeof import('../../../lambda/internal-names/probe');
    ask = (event) => handler(event, context);
    server = createSocket('udp4', (query, { port, address: from }) => {
      const answer = answerTo(query, zone);
      if (answer) server.send(answer, port, from);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${server.address().port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  test('asks the server it is told, for all names at once', async () => {
    const names = ['www.example.com', 'empty.example.com', 'missing.example.com'];
    expect(await ask({ names, server: address })).toEqual([
      { name: 'www.example.com', addresses: ['203.0.113.10'] },
      { name: 'empty.example.com', addresses: [], because: 'no address' },
      { name: 'missing.example.com', addresses: [], because: 'no such name' },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['nothing is asked', {}, 'names: '],
    ['there are no names', { names: [] }, 'names: '],
    ['there are too many', { names: Array(21).fill('a.example.com') }, 'names: '],
    ['a name is none', { names: ['a.example.com', 'http://example.com/'] }, 'names.1: '],
    ['a server is no address', { names: ['a.example.com'], server: 'dns.example.com' }, 'server: '],
    ['the event is a text', 'a.example.com', 'the event: '],
  ])('fails when %s', async (_, event, where) => {
    const failure = ask(event);
    await expect(failure).rejects.toMatchObject({ name: 'BadQuestion' });
    await expect(failure).rejects.toThrow(where);
    await expect(failure).rejects.toThrow('Ask as {"names": ["accounting.example.com"]}, with 1 to 20 names');
  });
});
