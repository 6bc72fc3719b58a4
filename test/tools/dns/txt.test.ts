import { createSocket, type Socket } from 'node:dgram';
import { txt } from '../../../tools/dns/txt';
import { listening } from '../../support/console';
import { answerTo, type Zone } from '../../support/name-server';

const said = listening();
const name = '_acme-challenge.example.com';
const long = 'gfj9Xq_Rg85nM'.repeat(15);
let zone: Zone;
let server: Socket;

beforeAll(async () => {
  server = createSocket('udp4', (query, { address, port }) => {
    const answer = answerTo(query, zone);
    if (answer) server.send(answer, port, address);
  });
  await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound));
});
afterAll(() => server.close());

const asked = async (value: string, ...more: string[]) => {
  said.length = 0;
  const code = await txt([name, value, '--server', `127.0.0.1:${server.address().port}`, ...more]);
  return [code, said.join('\n')];
};

test('the text is there, beside others and in pieces [edge-txt-ownership]', async () => {
  zone = { [name]: ['another', long] };
  expect(await asked(long)).toEqual([0, `${name} has the text`]);
});

test('another text is there, and it is said which [edge-txt-ownership]', async () => {
  zone = { [name]: ['another', 'and one more'] };
  expect(await asked(long)).toEqual([
    1,
    `${name} has "another" and "and one more", but not the text; resolvers keep what was there for as long as its TTL`,
  ]);
});

test.each<[string, Zone]>([
  ['no such name', {}],
  ['a name without texts', { [name]: [] }],
])('there is %s, as when the zone’s name was written twice [edge-txt-ownership]', async (_, here) => {
  zone = here;
  const [code, words] = await asked(long);
  expect(code).toBe(1);
  expect(words).toContain(`${name} has no text; write one`);
  const [, json] = await asked(long, '--json');
  expect(JSON.parse(String(json))).toEqual({ name, value: long, found: [], isThere: false });
});

test('nobody answers', async () => {
  zone = { [name]: 'SERVFAIL' };
  expect(await asked(long)).toEqual([1, `nobody could be asked for ${name}: ESERVFAIL`]);
});

test.each([
  [['a b', 'x'], 'the name is a b; write labels'],
  [[name], 'the value is missing'],
  [[name, 'x', '--server', 'nowhere'], '--server is nowhere; give an address'],
])('%j cannot be understood: %s', async (args, message) => {
  expect(await txt(args)).toBe(2);
  expect(said.join('\n')).toContain(message);
});
