import { depthOf, isWithin } from './domain-name';
import { firewallRule, type DnsRuleGroup } from './firewall-verdict';

/** One set of values under one name. */
export interface NameRecord {
  /** The name in full; `*.` stands for what has no record of its own. */
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}

/** A hosted zone and what it holds. */
export interface NameZone {
  readonly name: string;
  readonly records: readonly NameRecord[];
}

/** A resolver rule: queries for a domain go elsewhere, or (`system`) stay in spite of a rule for a wider domain. */
export interface ResolverRule {
  /** `.` for everything. */
  readonly domain: string;
  readonly kind: 'forward' | 'system';
}

/** What answers names in one place: in a VPC all of it, outside only `publicZones`. */
export interface NameView {
  readonly rules?: readonly ResolverRule[];
  readonly privateZones?: readonly NameZone[];
  readonly publicZones?: readonly NameZone[];
  readonly firewall?: readonly DnsRuleGroup[];
}

export interface NameAnswer {
  /** Who answers. */
  readonly by: 'firewall' | 'rule' | 'private zone' | 'public DNS';
  /** The domain of the rule or zone that answers, where one does. */
  readonly of?: string;
  /** `NODATA`: the name exists, but not with this type. `FORWARDED`: the answer is that of the servers the rule names. */
  readonly code: 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'FORWARDED';
  readonly values: readonly string[];
}

/**
 * What a resolver answers.
 *
 * A firewall is asked first. Then the most specific domain that holds the name decides: a resolver rule, at equal length before a
 * private zone, and public DNS only where neither matches. A private zone that matches answers alone: what it lacks does not
 * exist, whatever a public zone of the same name holds.
 *
 * @param type the type of record asked for
 * @claims network-dns-answer-order
 */
export function resolveName(name: string, view: NameView, type = 'A'): NameAnswer {
  return answer(name, view, type, [], false);
}

function answer(name: string, view: NameView, type: string, before: readonly string[], trusted: boolean): NameAnswer {
  const rule = trusted ? undefined : firewallRule(view.firewall ?? [], name);
  if (rule?.action === 'BLOCK') {
    const { response = 'NXDOMAIN', override } = rule;
    return response === 'OVERRIDE'
      ? { by: 'firewall', code: 'NOERROR', values: [override!] }
      : { by: 'firewall', code: response, values: [] };
  }
  const found = unfiltered(name, view, type);
  const [alias] = found.values;
  // An alias of an alias of itself has no end; resolvers give up on it too.
  if (found.code !== 'NOERROR' || !found.alias || type === 'CNAME' || before.includes(alias)) return plain(found);
  return answer(alias, view, type, [...before, name], trusted || rule?.trustRedirection === true);
}

interface Found extends NameAnswer {
  /** Whether the value is another name, at which to go on. */
  readonly alias?: boolean;
}

const plain = ({ alias: _, ...rest }: Found): NameAnswer => rest;

function unfiltered(name: string, { rules = [], privateZones = [], publicZones = [] }: NameView, type: string): Found {
  const rule = mostSpecific(rules, ({ domain }) => domain, name);
  const zone = mostSpecific(privateZones, (one) => one.name, name);
  if (rule?.kind === 'forward' && depthOf(rule.domain) >= (zone ? depthOf(zone.name) : 0))
    return { by: 'rule', of: rule.domain, code: 'FORWARDED', values: [] };
  if (zone) return { by: 'private zone', of: zone.name, ...lookUp(zone, name, type) };
  const open = mostSpecific(publicZones, (one) => one.name, name);
  return open
    ? { by: 'public DNS', of: open.name, ...lookUp(open, name, type) }
    : { by: 'public DNS', code: 'NXDOMAIN', values: [] };
}

function mostSpecific<T>(all: readonly T[], domainOf: (one: T) => string, name: string): T | undefined {
  return all
    .filter((one) => isWithin(name, domainOf(one)))
    .sort((a, b) => depthOf(domainOf(b)) - depthOf(domainOf(a)))[0];
}

function lookUp(zone: NameZone, name: string, type: string): Pick<Found, 'code' | 'values' | 'alias'> {
  const holder = holderOf(zone, name);
  if (holder === undefined) return { code: 'NXDOMAIN', values: [] };
  const here = zone.records.filter((record) => record.name === holder);
  const exact = here.find((record) => record.type === type);
  const alias = here.find((record) => record.type === 'CNAME');
  if (exact) return { code: 'NOERROR', values: exact.values };
  return alias ? { code: 'NOERROR', values: alias.values, alias: true } : { code: 'NODATA', values: [] };
}

/** The name whose records answer: the name itself where anything is at or below it, else the nearest `*` that may stand for it. */
export function holderOf(
  { name: apex, records }: { readonly name: string; readonly records: readonly { readonly name: string }[] },
  name: string,
): string | undefined {
  const exists = (one: string) => one === apex || records.some((record) => isWithin(record.name, one));
  if (exists(name)) return name;
  let parent = name;
  do parent = parent.slice(parent.indexOf('.') + 1);
  while (!exists(parent));
  const wildcard = `*.${parent}`;
  return records.some((record) => record.name === wildcard) ? wildcard : undefined;
}
