import { matchesPattern } from './domain-name';

/** A rule of a DNS Firewall rule group. */
export interface DnsRule {
  /** Unique within its group; the lowest is looked at first. */
  readonly priority: number;
  /** Names, `*.` and a name, or `*`. */
  readonly domains: readonly string[];
  readonly action: 'ALLOW' | 'BLOCK' | 'ALERT';
  /** What a blocked query gets. @default 'NXDOMAIN' */
  readonly response?: 'NODATA' | 'NXDOMAIN' | 'OVERRIDE';
  /** The name a blocked query is sent to with `OVERRIDE`. */
  readonly override?: string;
  /** Whether names that an admitted one is an alias of (CNAME) are admitted with it. @default false */
  readonly trustRedirection?: boolean;
}

/** A rule group as it stands on a VPC. */
export interface DnsRuleGroup {
  /** Unique on its VPC; the lowest is looked at first. */
  readonly priority: number;
  readonly rules: readonly DnsRule[];
}

/**
 * The rule that decides about a name: groups from the lowest priority up, in each its rules likewise, and the first whose list
 * holds the name.
 *
 * @returns nothing where no rule matches, and the query passes
 * @claims network-dns-firewall, network-dns-firewall-allow-list
 */
export function firewallRule(groups: readonly DnsRuleGroup[], name: string): DnsRule | undefined {
  return byPriority(groups)
    .flatMap(({ rules }) => byPriority(rules))
    .find(({ domains }) => domains.some((pattern) => matchesPattern(name, pattern)));
}

const byPriority = <T extends { readonly priority: number }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => a.priority - b.priority);
