import fc from 'fast-check';
import { unwrap } from '../../../lambda/traffic-inspection/geneve';
import { Inspector, type Verdict } from '../../../lambda/traffic-inspection/inspector';
import { WatchedStream } from '../../../lambda/traffic-inspection/watched-stream';
import { answer, application, awsOptions, ipv4, packet, wrapped, type Said } from './packets';

const header = 'x-blocked';
const start = 1_000;
const request = (extra = '') => `GET / HTTP/1.1\r\nHost: page.example\r\n${extra}\r\n`;
const bad = request('X-Blocked: yes\r\n');

/** An appliance, and a client that has begun a connection by it. */
function begun(now?: () => number) {
  const inspector = new Inspector({ port: application.port, headers: [header] }, now);
  const judge = (content: Buffer, endpoint?: string): Verdict =>
    inspector.judge(unwrap(wrapped(content, awsOptions(endpoint))));
  const says = (said: Said): string | undefined => judge(packet(said)).because;
  const answers = (said: Said): string | undefined => judge(answer(said)).because;
  expect(says({ sequence: start, flags: 'S' })).toBeUndefined();
  return { inspector, judge, says, answers };
}

test('a request goes on, and so does its answer', () => {
  const { says, answers } = begun();
  expect(answers({ flags: 'SA', acknowledgement: start + 1 })).toBeUndefined();
  expect(says({ sequence: start + 1, text: request() })).toBeUndefined();
  expect(answers({ acknowledgement: start + 1 + request().length, text: 'HTTP/1.1 200 OK\r\n\r\n' })).toBeUndefined();
});

test.each(['X-Blocked: yes\r\n', 'x-blocked:yes\r\n', 'X-BLOCKED:\n'])(
  'a request with %j does not, nor anything that follows in either direction',
  (line) => {
    const { says, answers } = begun();
    expect(says({ sequence: start + 1, text: request(line) })).toBe('blocked header');
    expect(says({ sequence: start + 1, text: request(line) })).toBe('connection blocked');
    expect(answers({ acknowledgement: start + 1 })).toBe('connection blocked');
    // Not even one that begins anew, or whoever was blocked could take the old one up again.
    expect(says({ sequence: start + 90_000, flags: 'S' })).toBe('connection blocked');
  },
);

test('a name that only ends so, or stands inside a line, is another header', () => {
  const { says } = begun();
  expect(says({ sequence: start + 1, text: request('Not-X-Blocked: x-blocked: 1\r\n') })).toBeUndefined();
});

test('however a request is cut and sent again, the header is found; and without it all of it goes on', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sizes, fc.boolean(), fc.integer({ min: 0, max: 0xffffffff }), (cuts, isBad, from) => {
      const text = isBad ? bad : request();
      const stream = new WatchedStream(from, [header]);
      const heard: (string | undefined)[] = [];
      let at = 0;
      for (let i = 0; at < text.length; i += 1) {
        const size = cuts[i % cuts.length];
        const piece = Buffer.from(text.slice(at, at + size));
        heard.push(stream.read((from + at) >>> 0, piece));
        if (i % 3 === 0 && heard.at(-1) === undefined) heard.push(stream.read((from + at) >>> 0, piece));
        if (i % 4 === 0) stream.acknowledged((from + at) >>> 0);
        if (heard.at(-1)) break;
        at += size;
      }
      expect(heard.filter(Boolean)).toEqual(isBad ? ['blocked header'] : []);
    }),
  );
});

test('a segment that comes before its time waits for the one it follows, which is sent again', () => {
  const { says } = begun();
  const [head, rest] = [bad.slice(0, 41), bad.slice(41)];
  expect(says({ sequence: start + 1 + head.length, text: rest })).toBe('out of order');
  expect(says({ sequence: start + 1, text: head })).toBeUndefined();
  expect(says({ sequence: start + 1 + head.length, text: rest })).toBe('blocked header');
});

test('a segment sent again says the same, until the application has it', () => {
  const { says, answers } = begun();
  const innocent = request('X-Harmless: 1\r\n');
  expect(says({ sequence: start + 1, text: innocent })).toBeUndefined();
  expect(says({ sequence: start + 1, text: innocent })).toBeUndefined();
  const end = start + 1 + innocent.length;
  answers({ acknowledgement: end });
  // What is asked so is only whether the other side lives; some systems send a byte of nothing with it.
  expect(says({ sequence: end - 1, text: '\0' })).toBeUndefined();
  const again = begun();
  again.says({ sequence: start + 1, text: innocent });
  expect(again.says({ sequence: start + 1, text: bad })).toBe('changed afterwards');
  expect(again.says({ sequence: start + 1, text: innocent })).toBe('connection blocked');
});

test('a second request of a connection is read as the first was', () => {
  const { says, answers } = begun();
  says({ sequence: start + 1, text: request() });
  answers({ acknowledgement: start + 1 + request().length });
  expect(says({ sequence: start + 1 + request().length, text: bad })).toBe('blocked header');
});

test('a beginning in the middle hides nothing; after the end the same ports begin another connection', () => {
  const { says, answers } = begun();
  expect(says({ sequence: start + 1, text: request() })).toBeUndefined();
  expect(says({ sequence: 77_000, flags: 'S' })).toBe('out of order');
  answers({ flags: 'FA', acknowledgement: start + 1 + request().length });
  expect(says({ sequence: 77_000, flags: 'S' })).toBeUndefined();
  expect(says({ sequence: 77_001, text: bad })).toBe('blocked header');
});

test('an end that is none, as the application has not come so far, hides nothing either', () => {
  const { says } = begun();
  expect(says({ sequence: start + 500, flags: 'R' })).toBe('out of order');
  expect(says({ sequence: 77_000, flags: 'S' })).toBe('out of order');
});

test('a connection that another appliance saw begin is read from where it comes here', () => {
  const inspector = new Inspector({ port: application.port, headers: [header] });
  const judge = (content: Buffer) => inspector.judge(unwrap(wrapped(content))).because;
  expect(judge(answer({ acknowledgement: 500, text: 'HTTP/1.1 200 OK\r\n\r\n' }))).toBeUndefined();
  expect(judge(packet({ sequence: 500, text: request() }))).toBeUndefined();
  expect(judge(packet({ sequence: 500 + request().length, text: bad }))).toBe('blocked header');
});

test('the same addresses behind two endpoints are two connections', () => {
  const { judge, says } = begun();
  says({ sequence: start + 1, text: bad });
  expect(judge(packet({ sequence: start + 1, text: request() }), 'fedcba9876543210').because).toBeUndefined();
});

test('other ports and other protocols go on unread; what cannot be read does not', () => {
  const { judge, says, inspector } = begun();
  expect(says({ toPort: 443, sequence: start + 1, text: bad })).toBeUndefined();
  expect(judge(ipv4(Buffer.alloc(8), { protocol: 17 })).passes).toBe(true);
  expect(judge(ipv4(Buffer.alloc(12)))).toEqual({ passes: false, because: 'malformed' });
  expect(inspector.size).toBe(1);
});

test('a sender that waits for nobody is slowed down, not remembered for ever', () => {
  const { says, answers } = begun();
  const piece = 'a'.repeat(1_000);
  let at = start + 1;
  while (says({ sequence: at, text: piece }) === undefined) at += piece.length;
  expect(at - start - 1).toBe(262_000);
  expect(says({ sequence: at, text: piece })).toBe('too much in flight');
  answers({ acknowledgement: at });
  expect(says({ sequence: at, text: piece })).toBeUndefined();
});

test('connections in which nobody says anything are forgotten after 350 seconds, and the oldest when there are too many', () => {
  let now = 0;
  const { says, inspector } = begun(() => now);
  says({ sequence: start + 1, text: bad });
  now = 350_001;
  expect(says({ sequence: 5, flags: 'S' })).toBeUndefined();
  for (let port = 1; port <= 10_500; port += 1) says({ fromPort: port, sequence: 1, flags: 'S' });
  expect(inspector.size).toBe(10_000);
});

test('fails when a header has a name that could be a pattern', () => {
  expect(() => new Inspector({ port: 80, headers: ['x.blocked'] })).toThrow(
    'the header x.blocked cannot be watched for; give letters, digits and hyphens',
  );
});
