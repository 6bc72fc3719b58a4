import fc from 'fast-check';
import { Malformed, unwrap } from '../../../lambda/traffic-inspection/geneve';
import { addressText, segmentIn } from '../../../lambda/traffic-inspection/inner-packet';
import {
  application,
  awsOptions,
  client,
  cookie,
  endpointId,
  ipv4,
  ipv6,
  option,
  packet,
  tcp,
  wrapped,
} from './packets';

describe('the wrapping', () => {
  test('holds the packet as it was sent, the endpoint it came by, and what the balancer calls the connection', () => {
    const sent = packet({ text: 'GET / HTTP/1.1\r\n\r\n' });
    const { packet: found, endpoint, cookie: flow } = unwrap(wrapped(sent));
    expect([found.equals(sent), endpoint, flow]).toEqual([true, endpointId, cookie]);
  });

  test('may have options that nobody knows, unless they are marked as ones that must be known', () => {
    const unknown = Buffer.concat([option(0x21, Buffer.alloc(0), 0x0999), option(0x22, Buffer.alloc(124), 0x0999)]);
    expect(unwrap(wrapped(packet(), unknown)).options.map(({ type, data }) => [type, data.length])).toEqual([
      [0x21, 0],
      [0x22, 124],
    ]);
    const critical = Buffer.concat([awsOptions(), option(0x81, Buffer.alloc(4), 0x0999)]);
    expect(() => unwrap(wrapped(packet(), critical, 0, 0x40))).toThrow(
      'the option 129 of class 2457 must be known, and is not',
    );
  });

  test.each<[string, Buffer]>([
    ['the header is cut off', Buffer.alloc(7)],
    ['version 1 is not known', wrapped(packet(), awsOptions(), 0x40)],
    ['it is a message to the appliance', wrapped(packet(), awsOptions(), 0, 0x80)],
    ['it holds 0x6558, which is no packet of IP', Buffer.from('0000655800000000', 'hex')],
    ['the options are cut off', Buffer.from('3f00080000000000', 'hex')],
    ['an option is cut off', wrapped(packet(), Buffer.from('0108011f', 'hex'))],
    ['it holds nothing', Buffer.from('0000080000000000', 'hex')],
    [
      'the packet is of another kind than it says',
      Buffer.concat([Buffer.from('0000080000000000', 'hex'), ipv6(tcp())]),
    ],
  ])('fails when %s', (why, datagram) => {
    expect(() => unwrap(datagram)).toThrow(new Malformed(why));
  });

  test('cut anywhere, or of any bytes, it is read or refused with a reason, and nothing else happens', () => {
    const whole = wrapped(packet({ text: 'GET / HTTP/1.1\r\n\r\n' }));
    const cut = fc.nat(whole.length - 1).map((end) => whole.subarray(0, end));
    const changed = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(whole);
      copy[at] = byte;
      return copy;
    });
    const any = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(cut, changed, any), (datagram) => {
        try {
          segmentIn(unwrap(datagram).packet);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the packet', () => {
  test('of either version holds a segment, behind whatever headers', () => {
    const said = { sequence: 4_294_967_295, acknowledgement: 5, flags: 'SAF', text: 'x' };
    const expected = {
      fromPort: client.port,
      sequence: 4_294_967_295,
      acknowledgement: 5,
      syn: true,
      fin: true,
      text: 'x',
    };
    const read = (bytes: Buffer) => {
      const found = segmentIn(bytes)!;
      const { sourcePort: fromPort, sequence, acknowledgement, syn, fin, payload } = found;
      return { fromPort, sequence, acknowledgement, syn, fin, text: payload.toString() };
    };
    expect(read(packet(said))).toEqual(expected);
    expect(read(ipv6(tcp(said)))).toEqual(expected);
    const hops = Buffer.from('3c00000000000000', 'hex');
    const forDestination = Buffer.concat([Buffer.from('0601', 'hex'), Buffer.alloc(14)]);
    expect(read(ipv6(tcp(said), 0, Buffer.concat([hops, forDestination])))).toEqual(expected);
    const { source, destination } = segmentIn(packet())!;
    expect([addressText(source), addressText(destination)]).toEqual([client.address, application.address]);
    expect(addressText(segmentIn(ipv6(tcp()))!.source)).toBe('2001:0db8:0000:0000:0000:0000:0000:0007');
  });

  test('ends where it says, whatever was added behind it', () => {
    expect(segmentIn(Buffer.concat([packet({ text: 'ab' }), Buffer.alloc(6)]))!.payload.toString()).toBe('ab');
  });

  test('of another protocol holds none, and in part of a segment nobody can read', () => {
    expect(segmentIn(ipv4(Buffer.alloc(8), { protocol: 17 }))).toBeUndefined();
    expect(segmentIn(ipv4(Buffer.alloc(8), { protocol: 17, fragment: 0x2000 }))).toBeUndefined();
    for (const fragment of [0x2000, 0x0001])
      expect(() => segmentIn(ipv4(tcp(), { fragment }))).toThrow('it is a part of a segment');
    expect(() => segmentIn(ipv6(tcp(), 44))).toThrow('it is a part of a segment');
  });
});
