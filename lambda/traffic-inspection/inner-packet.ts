import { Malformed } from './geneve';

/** A segment of TCP, with the addresses of the packet it came in. */
export interface Segment {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Buffer;
}

const tcp = 6;
const fragment = 44;
/** What may stand between the header of IPv6 and what is sent: options for hops, a route, options for the destination. */
const extensions = [0, 43, 60];

/**
 * Reads a packet of IP.
 *
 * @returns the segment of TCP in it; undefined where it holds something else
 * @throws Malformed where it is cut off, or a part of a segment, which nobody can judge without the others
 */
export function segmentIn(packet: Buffer): Segment | undefined {
  return packet[0] >> 4 === 4 ? inVersion4(packet) : inVersion6(packet);
}

function inVersion4(packet: Buffer): Segment | undefined {
  if (packet.length < 20) throw new Malformed('the header of IP is cut off');
  const headerBytes = (packet[0] & 0x0f) * 4;
  const bytes = packet.readUInt16BE(2);
  if (headerBytes < 20 || bytes < headerBytes || packet.length < bytes) throw new Malformed('the packet is cut off');
  if (packet[9] !== tcp) return undefined;
  if ((packet.readUInt16BE(6) & 0x3fff) !== 0) throw new Malformed('it is a part of a segment');
  return segmentOf(packet.subarray(headerBytes, bytes), packet.subarray(12, 16), packet.subarray(16, 20));
}

function inVersion6(packet: Buffer): Segment | undefined {
  if (packet.length < 40) throw new Malformed('the header of IP is cut off');
  const end = 40 + packet.readUInt16BE(4);
  if (packet.length < end) throw new Malformed('the packet is cut off');
  let [next, at] = [packet[6], 40];
  while (extensions.includes(next)) {
    if (end - at < 8) throw new Malformed('a header of IP is cut off');
    [next, at] = [packet[at], at + (packet[at + 1] + 1) * 8];
  }
  if (next === fragment) throw new Malformed('it is a part of a segment');
  if (next !== tcp) return undefined;
  return segmentOf(packet.subarray(at, end), packet.subarray(8, 24), packet.subarray(24, 40));
}

function segmentOf(bytes: Buffer, source: Buffer, destination: Buffer): Segment {
  const headerBytes = bytes.length < 20 ? 0 : (bytes[12] >> 4) * 4;
  if (headerBytes < 20 || bytes.length < headerBytes) throw new Malformed('the header of TCP is cut off');
  const flags = bytes[13];
  return {
    source: source.toString('hex'),
    destination: destination.toString('hex'),
    sourcePort: bytes.readUInt16BE(0),
    destinationPort: bytes.readUInt16BE(2),
    sequence: bytes.readUInt32BE(4),
    acknowledgement: bytes.readUInt32BE(8),
    fin: (flags & 0x01) !== 0,
    syn: (flags & 0x02) !== 0,
    rst: (flags & 0x04) !== 0,
    ack: (flags & 0x10) !== 0,
    payload: bytes.subarray(headerBytes),
  };
}

/** `10.16.0.10` of `0a10000a`, for people. */
export function addressText(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  return bytes.length === 4 ? bytes.join('.') : (hex.match(/.{4}/g) ?? []).join(':');
}
