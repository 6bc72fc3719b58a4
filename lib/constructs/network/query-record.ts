/** One query to a VPC's resolver, and what became of it. */
export interface QueryRecord {
  readonly accountId: string;
  readonly region: string;
  readonly vpcId: string;
  /** When it was asked, in ISO 8601 and UTC. */
  readonly time: string;
  /** Without the dot at its end. */
  readonly name: string;
  readonly type: string;
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL` and so on. A firewall's answer is told by `firewall`, not by this. */
  readonly code: string;
  readonly answers: readonly { readonly type: string; readonly value: string }[];
  /** Who asked. */
  readonly address: string;
  readonly port: number;
  readonly transport: string;
  /** The instance that asked, where it was one. */
  readonly instanceId?: string;
  /** What the DNS Firewall did; only where a rule that blocks or alerts matched. */
  readonly firewall?: { readonly action: string; readonly ruleGroupId: string; readonly domainListId?: string };
}

/**
 * Reads one line of a resolver query log, in the JSON that Route 53 writes since version 1.
 *
 * Answers from the resolver's own cache are not in the log.
 *
 * @throws when the line is no JSON object, or a field is missing or cannot be what it stands for
 * @claims network-dns-query-log
 */
export function parseQueryRecord(line: string): QueryRecord {
  const fields = objectIn(line);
  const text = (key: string): string => {
    const value = fields[key];
    if (typeof value === 'string' && value !== '') return value;
    throw new Error(`${key} is ${value === undefined ? 'missing' : JSON.stringify(value)}, not text: ${line}`);
  };
  const version = text('version');
  if (!version.startsWith('1.')) throw new Error(`version is ${version}; this reads 1.x: ${line}`);
  const port = Number(text('srcport'));
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`srcport is ${text('srcport')}, not a port: ${line}`);
  const { instance } = (fields.srcids ?? {}) as { readonly instance?: string };
  return {
    accountId: text('account_id'),
    region: text('region'),
    vpcId: text('vpc_id'),
    time: text('query_timestamp'),
    name: bare(text('query_name')),
    type: text('query_type'),
    code: text('rcode'),
    answers: answersIn(fields.answers, line),
    address: text('srcaddr'),
    port,
    transport: text('transport'),
    ...(instance !== undefined && { instanceId: instance }),
    ...(fields.firewall_rule_action !== undefined && {
      firewall: {
        action: text('firewall_rule_action'),
        ruleGroupId: text('firewall_rule_group_id'),
        ...(fields.firewall_domain_list_id !== undefined && { domainListId: text('firewall_domain_list_id') }),
      },
    }),
  };
}

/** A record in words: `10.18.0.4 asked for A example.net: blocked by rslvr-frg-0123`. */
export function describeQuery({ address, type, name, code, answers, firewall }: QueryRecord): string {
  const outcome =
    firewall?.action === 'BLOCK'
      ? `blocked by ${firewall.ruleGroupId}`
      : [code, ...answers.map(({ value }) => value)].join(' ') + (firewall ? `, ${firewall.action}` : '');
  return `${address} asked for ${type} ${name}: ${outcome}`;
}

function objectIn(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, with the line.
  }
  throw new Error(`A resolver query log holds one JSON object a line, not: ${line}`);
}

function answersIn(value: unknown, line: string): { type: string; value: string }[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`answers is ${JSON.stringify(value)}, not a list: ${line}`);
  return value.map(({ Type, Rdata }: { Type: string; Rdata: string }) => ({ type: Type, value: bare(Rdata) }));
}

const bare = (name: string): string => name.replace(/\.$/, '');
