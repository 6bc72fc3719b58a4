import { awsClass, awsTypes } from '../../../lambda/traffic-inspection/geneve';

/** A segment of TCP, written as a client or a server would. */
export interface Said {
  readonly from?: string;
  readonly to?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly flags?: string;
  readonly text?: string | Buffer;
}

const bits: Readonly<Record<string, number>> = { F: 0x01, S: 0x02, R: 0x04, P: 0x08, A: 0x10 };
export const client = { address: '198.51.100.7', port: 40_000 } as const;
export const application = { address: '10.60.0.10', port: 8080 } as const;

/** A segment: from the client to the application, unless it is said otherwise. */
export function tcp(said: Said = {}): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(said.fromPort ?? client.port, 0);
  header.writeUInt16BE(said.toPort ?? application.port, 2);
  header.writeUInt32BE(said.sequence ?? 0, 4);
  header.writeUInt32BE(said.acknowledgement ?? 0, 8);
  header[12] = 5 << 4;
  header[13] = [...(said.flags ?? 'A')].reduce((sum, flag) => sum | bits[flag], 0);
  header.writeUInt16BE(0xffff, 14);
  return Buffer.concat([header, Buffer.from(said.text ?? '')]);
}

const bytesOf = (address: string): number[] => address.split('.').map(Number);

/** Of version 4. */
export function ipv4(
  content: Buffer,
  {
    from = client.address,
    to = application.address,
    protocol = 6,
    fragment = 0,
  }: Partial<Record<'from' | 'to', string>> & Partial<Record<'protocol' | 'fragment', number>> = {},
): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + content.length, 2);
  header.writeUInt16BE(fragment, 6);
  header[8] = 64;
  header[9] = protocol;
  header.set([...bytesOf(from), ...bytesOf(to)], 12);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += header.readUInt16BE(at);
  header.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, 10);
  return Buffer.concat([header, content]);
}

/** Of version 6, with other headers before the content where they are given. */
export function ipv6(content: Buffer, next = 6, before = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(before.length + content.length, 4);
  header[6] = next;
  header[7] = 64;
  header.write('20010db8000000000000000000000007', 8, 'hex');
  header.write('20010db800000000000000000000000a', 24, 'hex');
  return Buffer.concat([header, before, content]);
}

export const packet = (said: Said = {}): Buffer =>
  ipv4(tcp(said), { ...(said.from && { from: said.from }), ...(said.to && { to: said.to }) });

/** What the application answers. */
export const answer = (said: Said = {}): Buffer =>
  packet({
    from: application.address,
    to: client.address,
    fromPort: application.port,
    toPort: client.port,
    ...said,
  });

export function option(type: number, data: Buffer, of: number = awsClass): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(of, 0);
  header[2] = type;
  header[3] = data.length / 4;
  return Buffer.concat([header, data]);
}

export const endpointId = '0123456789abcdef';
export const cookie = 'c0ffee01';
/** The options that a Gateway Load Balancer writes. */
export const awsOptions = (endpoint: string = endpointId): Buffer =>
  Buffer.concat([
    option(awsTypes.endpoint, Buffer.from(endpoint, 'hex')),
    option(awsTypes.attachment, Buffer.alloc(8, 7)),
    option(awsTypes.cookie, Buffer.from(cookie, 'hex')),
  ]);

/** A packet in its wrapping. */
export function wrapped(content: Buffer, options: Buffer = awsOptions(), first = 0, flags = 0): Buffer {
  const header = Buffer.alloc(8);
  header[0] = first | (options.length / 4);
  header[1] = flags;
  header.writeUInt16BE(content[0] >> 4 === 6 ? 0x86dd : 0x0800, 2);
  return Buffer.concat([header, options, content]);
}
