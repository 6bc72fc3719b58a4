import { run } from '../../../tools/dns';
import { listening } from '../../support/console';

const said = listening();
const gallery = 'dns-routing-gallery';
const asked = async (...args: string[]) => {
  said.length = 0;
  const code = await run(['answer', ...args]);
  return [code, said.join('\n')];
};

test.each<[string[], number, string]>([
  [[gallery, 'place', '--from', 'barcelona'], 0, '192.0.2.51 (ES), kept for 60 seconds'],
  [[gallery, 'place', '--from', '129.78.0.9'], 0, '192.0.2.59 (default), kept for 60 seconds'],
  [[gallery, 'failover', '--down', 'page'], 0, '192.0.2.21 (secondary), kept for 60 seconds'],
  [[gallery, 'many', '--down', 'inside'], 0, '192.0.2.70 (192.0.2.70), kept for 60 seconds'],
  [[gallery, 'host.gallery.groundplan.test', '--type', 'aaaa'], 0, '2001:db8::1, kept for 60 seconds'],
  [[gallery, 'nobody.gallery.groundplan.test'], 1, 'there is no such name'],
  [[gallery, 'host', '--type', 'MX'], 1, 'the name is there, but nobody answers this client for this type'],
])('%j is answered with %d and %s [edge-routing-simulator]', async (args, code, words) => {
  expect(await asked(...args)).toEqual([code, words]);
});

test('tells a program all of it', async () => {
  const [, json] = await asked(gallery, 'tree', '--from', 'dublin', '--json');
  expect(JSON.parse(String(json))).toEqual({
    name: 'tree.gallery.groundplan.test',
    type: 'A',
    from: '134.226.0.10',
    unhealthy: [],
    code: 'NOERROR',
    values: ['192.0.2.41'],
    chosen: ['EU', 'eu-west-1'],
    ttl: 60,
  });
});

test.each<[string[], string]>([
  [['garden', 'www'], 'the architecture is "garden"; give one of '],
  [[gallery], 'the name is missing'],
  [[gallery, 'a', 'b'], '"b" is one word too many'],
  [['three-tier-network', 'www'], 'the architecture has no zone; there is nothing to ask'],
  [
    [gallery, 'www.example.com'],
    'the name is www.example.com, which no zone holds; there are lab.gallery.groundplan.test, gallery',
  ],
  [[gallery, 'host', '--from', 'mars'], '--from is mars; give an address, or one of dublin, oxford'],
  [[gallery, 'host', '--down', 'moon'], '--down is moon; give a part of HealthPage'],
  [[gallery, 'host', '--up'], "Unknown option '--up'"],
])('%j cannot be understood: %s', async (args, message) => {
  const [code, words] = await asked(...args);
  expect(code).toBe(2);
  expect(words).toContain(message);
});

test('what is no question is told all of them', async () => {
  expect(await run(['ask'])).toBe(2);
  expect(said.join('\n')).toContain('"ask" is none of answer, audit, available, register, txt');
  expect(said.join('\n')).toContain('groundplan dns register <domain> --contact');
});
