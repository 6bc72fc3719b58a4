import fc from 'fast-check';
import { echoed, longestDatagram, mirrored, tallied } from '../../../lambda/static-ip-entry/answers';
import { Lines, longestLine } from '../../../lambda/static-ip-entry/lines';

const ends = { server: '10.58.0.9', client: '203.0.113.7' };

test('a line comes back with who answers and whom it saw', () => {
  expect(mirrored('hello', ends)).toBe('10.58.0.9 to 203.0.113.7: hello');
});

test('lines are counted for each client, and who was away the longest is forgotten first', () => {
  const tally = tallied(2);
  const from = (client: string) => tally('', { ...ends, client }).split(' ')[0];
  expect(['a', 'a', 'b', 'a', 'c', 'a', 'b'].map(from)).toEqual(['1', '2', '1', '3', '1', '4', '1']);
});

describe('lines', () => {
  const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\t', '漢'), maxLength: 20 }), {
    maxLength: 8,
  });

  test('are the same however they are cut to pieces, and what has no end yet waits', () => {
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('x', 'ü') }), fc.array(fc.nat(200)), (whole, rest, cuts) => {
        const bytes = Buffer.from([...whole, rest].join('\n'));
        const places = [0, ...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const lines = new Lines();
        const got = places.slice(1).flatMap((to, i) => lines.push(bytes.subarray(places[i], to)));
        expect(got).toEqual(whole);
      }),
    );
  });

  test('may end as in Windows', () => {
    expect(new Lines().push(Buffer.from('a\r\nb\r\n'))).toEqual(['a', 'b']);
  });

  test('have at most 1,024 bytes, also before their end has come', () => {
    const longest = 'x'.repeat(longestLine);
    expect(new Lines().push(Buffer.from(`${longest}\n`))).toEqual([longest]);
    for (const end of ['', '\n'])
      expect(() => new Lines().push(Buffer.from(`${longest}x${end}`))).toThrow('a line has at most 1024 bytes');
  });
});

describe('datagrams', () => {
  test('that ask are answered', () => {
    expect(echoed(Buffer.from('ping hello'))?.toString()).toBe('pong hello');
  });

  test.each(['', 'ping', 'pong hello', 'PING hello', `ping ${'x'.repeat(longestDatagram)}`])(
    'no other is: %j',
    (text) => {
      expect(echoed(Buffer.from(text))).toBeUndefined();
    },
  );

  test('an answer is never longer than what it answers, and is never answered itself', () => {
    const datagram = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.concat([Buffer.from('ping '), bytes])),
    );
    fc.assert(
      fc.property(datagram, (bytes) => {
        const answer = echoed(Buffer.from(bytes));
        expect(answer === undefined || (answer.length <= bytes.length && echoed(answer) === undefined)).toBe(true);
      }),
    );
  });
});
