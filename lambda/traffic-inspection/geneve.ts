/** What is wrong with a packet that cannot be judged. */
export class Malformed extends Error {}

/** One of the options that stand between the header and the packet. */
export interface GeneveOption {
  readonly class: number;
  /** With the highest bit set, whoever does not know the option must drop the packet. */
  readonly type: number;
  readonly data: Buffer;
}

/** A packet in the wrapping in which a Gateway Load Balancer hands it over. */
export interface Wrapped {
  readonly options: readonly GeneveOption[];
  /** The packet as the client or the application sent it. */
  readonly packet: Buffer;
  /** The endpoint it came by. Networks behind two endpoints may have the same addresses. */
  readonly endpoint: string;
  /** What the balancer calls the connection; it comes back unchanged with the wrapping. */
  readonly cookie: string;
}

/** The options of AWS: the endpoint, its attachment, and the balancer's name for the connection. */
export const awsClass = 0x0108;
export const awsTypes = { endpoint: 1, attachment: 2, cookie: 3 } as const;

const packetTypes = [0x0800, 0x86dd];

/**
 * Takes a packet out of its wrapping, GENEVE of RFC 8926.
 *
 * @throws Malformed where it is cut off, of another version, a message to the appliance itself, holds no packet of IP, or has an option that
 * nobody may pass over and that is not known
 */
export function unwrap(datagram: Buffer): Wrapped {
  if (datagram.length < 8) throw new Malformed('the header is cut off');
  const version = datagram[0] >> 6;
  if (version !== 0) throw new Malformed(`version ${version} is not known`);
  if ((datagram[1] & 0x80) !== 0) throw new Malformed('it is a message to the appliance');
  const type = datagram.readUInt16BE(2);
  if (!packetTypes.includes(type)) throw new Malformed(`it holds 0x${type.toString(16)}, which is no packet of IP`);
  const end = 8 + (datagram[0] & 0x3f) * 4;
  if (datagram.length < end) throw new Malformed('the options are cut off');
  const options = optionsOf(datagram.subarray(8, end));
  const packet = datagram.subarray(end);
  if (packet.length === 0) throw new Malformed('it holds nothing');
  if (packet[0] >> 4 !== (type === 0x0800 ? 4 : 6)) throw new Malformed('the packet is of another kind than it says');
  const own = (wanted: number): string =>
    options.find((option) => option.class === awsClass && option.type === wanted)?.data.toString('hex') ?? '';
  return { options, packet, endpoint: own(awsTypes.endpoint), cookie: own(awsTypes.cookie) };
}

function optionsOf(bytes: Buffer): GeneveOption[] {
  const options: GeneveOption[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 4) throw new Malformed('an option is cut off');
    const length = (bytes[at + 3] & 0x1f) * 4;
    if (bytes.length - at - 4 < length) throw new Malformed('an option is cut off');
    const option = {
      class: bytes.readUInt16BE(at),
      type: bytes[at + 2],
      data: bytes.subarray(at + 4, at + 4 + length),
    };
    if ((option.type & 0x80) !== 0)
      throw new Malformed(`the option ${option.type} of class ${option.class} must be known, and is not`);
    options.push(option);
    at += 4 + length;
  }
  return options;
}
