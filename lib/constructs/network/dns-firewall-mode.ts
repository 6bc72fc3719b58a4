import { Duration } from 'aws-cdk-lib';
import { outsideDuration } from '../faults';
import { domainNameFault, domainPatternFault } from './domain-name';

/** What somebody gets who asks for a blocked name. */
export class BlockResponse {
  /** That the name does not exist; programs give up at once. */
  static nxdomain(): BlockResponse {
    return new BlockResponse('NXDOMAIN');
  }

  /** That the name exists and has no such record. */
  static nodata(): BlockResponse {
    return new BlockResponse('NODATA');
  }

  /**
   * Another name instead, such as that of a page which says why.
   *
   * @param domain the name that answers, as a CNAME
   * @param ttl how long the answer is kept, 0 seconds to 7 days
   */
  static override(domain: string, ttl: Duration): BlockResponse {
    return new BlockResponse('OVERRIDE', domain, ttl);
  }

  private constructor(
    readonly kind: 'NXDOMAIN' | 'NODATA' | 'OVERRIDE',
    readonly domain?: string,
    readonly ttl?: Duration,
  ) {}

  faults(): (string | undefined)[] {
    if (this.domain === undefined) return [];
    return [
      domainNameFault('domain of the override', this.domain),
      outsideDuration('ttl of the override', this.ttl, Duration.seconds(0), Duration.days(7)),
    ];
  }
}

/** A step of a firewall: what it does with the names of a list. */
export interface FirewallStep {
  /** The id of its list and the beginning of its reason. */
  readonly id: string;
  /** Names of an own list, or the id of one that AWS keeps. */
  readonly list: readonly string[] | string;
  readonly action: 'ALLOW' | 'BLOCK';
  readonly response?: BlockResponse;
  readonly trustRedirection?: boolean;
}

export interface BlockListProps {
  /**
   * Names that are blocked; `*.example.com` is everything below example.com, but not example.com itself.
   * @default - none of one's own
   */
  readonly domains?: readonly string[];
  /**
   * Ids of lists that AWS keeps, which differ by Region: `aws route53resolver list-firewall-domain-lists`.
   * @default - none
   */
  readonly managedLists?: readonly string[];
  /** @default BlockResponse.nxdomain() */
  readonly response?: BlockResponse;
}

export interface AllowListProps {
  /** All names that may be asked for, private ones too; whatever else is asked for is blocked. */
  readonly domains: readonly string[];
  /**
   * Whether a name in the list may be an alias (CNAME) of names that are not.
   * @default false
   */
  readonly trustRedirection?: boolean;
  /** @default BlockResponse.nxdomain() */
  readonly response?: BlockResponse;
}

/** Which names a firewall lets through. */
export abstract class DnsFirewallMode {
  /** Everything but what is known to be bad. */
  static blockList(props: BlockListProps): DnsFirewallMode {
    return new BlockList(props);
  }

  /** Nothing but what is known to be needed. */
  static allowList(props: AllowListProps): DnsFirewallMode {
    return new AllowList(props);
  }

  /** What is done, in order. */
  abstract readonly steps: readonly FirewallStep[];
  abstract faults(): (string | undefined | false)[];
}

class BlockList extends DnsFirewallMode {
  readonly steps: readonly FirewallStep[];

  constructor(private readonly props: BlockListProps) {
    super();
    const { domains = [], managedLists = [], response = BlockResponse.nxdomain() } = props;
    this.steps = [
      ...(domains.length > 0 ? [{ id: 'Blocked', list: domains, action: 'BLOCK', response } as const] : []),
      ...managedLists.map((list, at) => ({ id: `Managed${at + 1}`, list, action: 'BLOCK', response }) as const),
    ];
  }

  faults(): (string | undefined | false)[] {
    const { domains = [], managedLists = [], response } = this.props;
    return [
      this.steps.length === 0 && 'domains and managedLists are none, so nothing would be blocked; give one of them',
      domains.includes('*') &&
        'domains of the block-list holds *, which would block every name; use an allow-list to say what may pass',
      ...listFaults(domains),
      ...managedLists
        .filter((id) => !/^rslvr-fdl-[0-9a-f]+$/.test(id))
        .map(
          (id) =>
            `managedLists has ${id}; give ids such as rslvr-fdl-0123456789abcdef, from aws route53resolver list-firewall-domain-lists`,
        ),
      ...(response?.faults() ?? []),
    ];
  }
}

class AllowList extends DnsFirewallMode {
  readonly steps: readonly FirewallStep[];

  constructor(private readonly props: AllowListProps) {
    super();
    const { domains, trustRedirection = false, response = BlockResponse.nxdomain() } = props;
    this.steps = [
      { id: 'Allowed', list: domains, action: 'ALLOW', trustRedirection },
      { id: 'Everything', list: ['*'], action: 'BLOCK', response },
    ];
  }

  faults(): (string | undefined | false)[] {
    const { domains, response } = this.props;
    return [
      domains.length === 0 &&
        'domains of the allow-list are none, so every name would be blocked; give those that are needed',
      domains.includes('*') &&
        'domains of the allow-list holds *, which lets every name pass; name those that are needed',
      ...listFaults(domains),
      ...(response?.faults() ?? []),
    ];
  }
}

function listFaults(domains: readonly string[]): (string | undefined | false)[] {
  const twice = domains.find((domain, at) => domains.indexOf(domain) < at);
  return [
    ...domains.map((domain) => domainPatternFault('domains', domain)),
    twice !== undefined && `domains has ${twice} twice; name each once`,
  ];
}
