/** The fields of a default flow log record, in order. */
export const flowRecordFields = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
] as const;

type Field = (typeof flowRecordFields)[number];

/** The fields that hold a number, or a dash where there is none. */
const numbers: ReadonlySet<Field> = new Set([
  'version',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
] as const);

/**
 * The fields as columns of a table, in the order of the record: Athena takes no hyphen in a name, and reads a dash as `NULL`
 * where a number should be.
 *
 * @claims network-flow-log-query
 */
export const flowRecordColumns: readonly { readonly name: string; readonly type: 'bigint' | 'string' }[] =
  flowRecordFields.map((field) => ({
    name: field.replaceAll('-', '_'),
    type: numbers.has(field) ? 'bigint' : 'string',
  }));

/** Who spoke to whom in one span, and whether it was let through. */
export interface FlowRecord {
  readonly version: number;
  readonly accountId: string;
  readonly interfaceId: string;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** By IANA's numbers: 1 ICMP, 6 TCP, 17 UDP. */
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  /** First and last packet of the span, in seconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly action: 'ACCEPT' | 'REJECT';
  readonly status: 'OK';
}

/** A span without a record: nothing was seen, or some records were lost. */
export interface FlowGap extends Pick<FlowRecord, 'version' | 'accountId' | 'interfaceId' | 'start' | 'end'> {
  readonly status: 'NODATA' | 'SKIPDATA';
}

const protocols: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' };

const unlogged: Readonly<Record<string, string>> = {
  '169.254.169.254': 'the instance metadata service',
  'fd00:ec2::254': 'the instance metadata service',
  '169.254.169.123': 'the time service',
  'fd00:ec2::123': 'the time service',
  '169.254.169.253': 'the Amazon resolver',
  'fd00:ec2::253': 'the Amazon resolver',
  '169.254.169.250': 'Windows licence activation',
  '169.254.169.251': 'Windows licence activation',
};

/**
 * Reads one line of a flow log in the default format.
 *
 * @throws when the line does not have fourteen fields, or one of them cannot be what it stands for
 * @claims network-flow-log-record
 */
export function parseFlowRecord(line: string): FlowRecord | FlowGap {
  const fields = line.trim().split(/\s+/);
  if (fields.length !== flowRecordFields.length)
    throw new Error(
      `The line has ${fields.length} fields; a default flow log record has ${flowRecordFields.length}: ${line}`,
    );
  const value = (name: Field): string => fields[flowRecordFields.indexOf(name)];
  const number = (name: Field): number => {
    if (numbers.has(name) && /^\d+$/.test(value(name))) return Number(value(name));
    throw new Error(`${name} is ${value(name)}, not a number: ${line}`);
  };
  const common = {
    version: number('version'),
    accountId: value('account-id'),
    interfaceId: value('interface-id'),
    start: number('start'),
    end: number('end'),
  };
  const status = oneOf('log-status', value('log-status'), ['OK', 'NODATA', 'SKIPDATA'] as const, line);
  if (status !== 'OK') return { ...common, status };
  return {
    ...common,
    source: value('srcaddr'),
    destination: value('dstaddr'),
    sourcePort: number('srcport'),
    destinationPort: number('dstport'),
    protocol: number('protocol'),
    packets: number('packets'),
    bytes: number('bytes'),
    action: oneOf('action', value('action'), ['ACCEPT', 'REJECT'] as const, line),
    status,
  };
}

/** A record in words: `TCP 203.0.113.5:40022 to 10.16.48.10:22, REJECT, 1 packet`. */
export function describeFlow(record: FlowRecord | FlowGap): string {
  if (record.status !== 'OK')
    return `${record.status === 'NODATA' ? 'nothing seen' : 'records lost'} on ${record.interfaceId}`;
  const { source, destination, sourcePort, destinationPort, protocol, action, packets } = record;
  const name = protocols[protocol] ?? `protocol ${protocol}`;
  const end = (address: string, port: number) =>
    protocol === 1 ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return `${name} ${end(source, sourcePort)} to ${end(destination, destinationPort)}, ${action}, ${packets} packet${packets === 1 ? '' : 's'}`;
}

/**
 * Why traffic with an address is in no flow log; nothing where it would be.
 *
 * @param resolverAddress where the VPC's own resolver answers
 * @claims network-flow-log-record
 */
export function whyNotLogged(address: string, resolverAddress?: string): string | undefined {
  const service = address === resolverAddress ? 'the Amazon resolver' : unlogged[address];
  return service && `${address} is ${service}, and flow logs leave that out`;
}

function oneOf<T extends string>(name: Field, value: string, allowed: readonly T[], line: string): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Error(`${name} is ${value}; it is ${allowed.join(' or ')} in a record: ${line}`);
  return found;
}
