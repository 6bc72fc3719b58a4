import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LockMode } from '../../lib/constructs/storage/object-lock';
import type { RestoreTier } from '../../lib/constructs/storage/storage-classes';
import { understoodAddress, type ObjectAddress } from './address';
import type { SecondFactor } from './locks';

export const usage = `groundplan objects upload <file> s3://bucket/key [--class <class>] [--retain <mode>:<date>] [--single] [--kms <key> [--context name=value]]
    put a file, in parts from 100 MB on; --kms encrypts it before it leaves
groundplan objects read s3://bucket/key [--version <id>] [--bytes <from>-<to>] [--lines <from>-<to>] [--decrypt [--context name=value]] > file
    read it, or only these bytes, or the lines that begin within them
groundplan objects versions s3://bucket/[prefix]
    list every version and delete marker
groundplan objects class s3://bucket/key <class> [--version <id>] [--apply]
    put it into another storage class
groundplan objects restore s3://bucket/key [--version <id>] [--tier Expedited|Standard|Bulk] [--days <1->] [--apply]
    ask for a copy of an archived object that can be read
groundplan objects undelete s3://bucket/key [--apply]
    bring a deleted object back
groundplan objects delete s3://bucket/key --version <id> [--as-officer] [--apply]
    delete one version for good
groundplan objects purge s3://bucket/[key|folder/] [--as-officer] [--confirm <the address again>]
    delete every version of an object, or of all there is below, for good
groundplan objects hold|release s3://bucket/key [--version <id>] [--apply]
    put a legal hold on a version, or take it off
groundplan objects mfa-delete s3://bucket --serial <number> --code <6 digits> [--off] [--apply]
    have the root user's second factor asked before a version is deleted
groundplan objects copy-existing s3://bucket --role <arn> --report s3://bucket/folder [--apply]
    have what was there before a rule of replication copied by a job
Everywhere: [--requester-pays] [--caller-key <file of 32 bytes>] [--json].
Without --apply, or --confirm, nothing is changed.`;

const options = {
  apply: { type: 'boolean' },
  'as-officer': { type: 'boolean' },
  bytes: { type: 'string' },
  'caller-key': { type: 'string' },
  class: { type: 'string' },
  code: { type: 'string' },
  confirm: { type: 'string' },
  context: { type: 'string', multiple: true },
  days: { type: 'string' },
  decrypt: { type: 'boolean' },
  json: { type: 'boolean' },
  kms: { type: 'string' },
  lines: { type: 'string' },
  off: { type: 'boolean' },
  report: { type: 'string' },
  'requester-pays': { type: 'boolean' },
  retain: { type: 'string' },
  role: { type: 'string' },
  serial: { type: 'string' },
  single: { type: 'boolean' },
  tier: { type: 'string' },
  version: { type: 'string' },
} as const;
type Option = keyof typeof options;

/** Which words and options each order takes besides those that all take. */
const orders: Readonly<Record<string, { readonly words: readonly string[]; readonly options: readonly Option[] }>> = {
  upload: { words: ['file', 'object'], options: ['class', 'retain', 'single', 'kms', 'context'] },
  read: { words: ['object'], options: ['version', 'bytes', 'lines', 'decrypt', 'context'] },
  versions: { words: ['folder'], options: [] },
  class: { words: ['object', 'class'], options: ['version', 'apply'] },
  restore: { words: ['object'], options: ['version', 'tier', 'days', 'apply'] },
  undelete: { words: ['object'], options: ['apply'] },
  delete: { words: ['object'], options: ['version', 'as-officer', 'apply'] },
  purge: { words: ['folder'], options: ['as-officer', 'confirm'] },
  hold: { words: ['object'], options: ['version', 'apply'] },
  release: { words: ['object'], options: ['version', 'apply'] },
  'mfa-delete': { words: ['bucket'], options: ['serial', 'code', 'off', 'apply'] },
  'copy-existing': { words: ['bucket'], options: ['role', 'report', 'apply'] },
};
const everywhere: readonly Option[] = ['requester-pays', 'caller-key', 'json'];

/** What somebody wants done, checked as far as that goes without asking S3. */
export interface Order {
  readonly does: string;
  readonly address: ObjectAddress;
  readonly file?: string;
  readonly storageClass?: string;
  readonly retain?: { readonly mode: LockMode; readonly until: Date };
  readonly bytes?: readonly [number, number];
  readonly lines?: readonly [number, number];
  readonly tier: RestoreTier;
  readonly days: number;
  readonly factor: SecondFactor;
  readonly kms?: string;
  readonly role: string;
  readonly report?: ObjectAddress;
  readonly context: Readonly<Record<string, string>>;
  readonly confirmed: boolean;
  readonly flags: Readonly<Record<'apply' | 'asOfficer' | 'decrypt' | 'json' | 'off' | 'single', boolean>>;
}

/** @throws with the word that cannot be understood, and what to write instead */
export function understood(args: readonly string[]): Order {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const [does = '', ...words] = positionals;
  const order = orders[does];
  if (order === undefined)
    throw new Error(`"${does}" is nothing that can be done; say one of ${Object.keys(orders).join(', ')}`);
  if (words.length !== order.words.length)
    throw new Error(`${does} takes ${order.words.map((word) => `<${word}>`).join(' ')}, not ${words.length} words`);
  for (const option of Object.keys(values) as Option[])
    if (![...order.options, ...everywhere].includes(option))
      throw new Error(`--${option} is not for ${does}; leave it out`);

  const at = order.words.findIndex((word) => word !== 'file' && word !== 'class');
  const address = understoodAddress(words[at], order.words[at] as 'object');
  if (values.confirm !== undefined && values.confirm !== words[at])
    throw new Error(`--confirm is ${values.confirm}; type ${words[at]} again to delete what is there for good`);
  const key = values['caller-key'];
  return {
    does,
    address: {
      ...address,
      ...(values.version !== undefined && { version: values.version }),
      ...(values['requester-pays'] && { requesterPays: true }),
      ...(key !== undefined && { callerKey: readFileSync(key) }),
    },
    ...(does === 'upload' && { file: words[0] }),
    ...((values.class ?? (does === 'class' ? words[1] : undefined)) !== undefined && {
      storageClass: values.class ?? words[1],
    }),
    ...(values.retain !== undefined && { retain: retention(values.retain) }),
    ...(values.bytes !== undefined && { bytes: range('--bytes', values.bytes) }),
    ...(values.lines !== undefined && { lines: range('--lines', values.lines) }),
    tier: tier(values.tier ?? 'Standard'),
    days: Number(values.days ?? 7),
    factor: { serial: values.serial ?? '', code: values.code ?? '' },
    ...(values.kms !== undefined && { kms: values.kms }),
    role: values.role ?? '',
    ...(values.report !== undefined && { report: understoodAddress(values.report, 'folder') }),
    context: Object.fromEntries((values.context ?? []).map(pair)),
    confirmed: values.confirm !== undefined,
    flags: {
      apply: values.apply ?? false,
      asOfficer: values['as-officer'] ?? false,
      decrypt: values.decrypt ?? false,
      json: values.json ?? false,
      off: values.off ?? false,
      single: values.single ?? false,
    },
  };
}

function retention(text: string): Order['retain'] {
  const [, mode, date] = /^(GOVERNANCE|COMPLIANCE):(\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?)$/.exec(text) ?? [];
  const until = new Date(date ?? '');
  if (mode === undefined || Number.isNaN(until.getTime()))
    throw new Error(`--retain is ${text}; write it as GOVERNANCE:2031-01-31 or COMPLIANCE:2031-01-31`);
  return { mode: mode as LockMode, until };
}

function range(name: string, text: string): readonly [number, number] {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (from === undefined) throw new Error(`${name} is ${text}; write it as 0-1000, the second without`);
  return [Number(from), Number(to)];
}

function tier(text: string): RestoreTier {
  if (text === 'Expedited' || text === 'Standard' || text === 'Bulk') return text;
  throw new Error(`--tier is ${text}; give Expedited, Standard or Bulk`);
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--context is ${text}; write it as name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}
