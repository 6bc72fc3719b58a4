import { Peer, PrefixList, AddressFamily, type IPeer, type IPrefixList } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { cidrFault } from './cidr';

/** One range of the list. */
export interface OfficeRange {
  /** An IPv4 block in canonical form. */
  readonly cidr: string;
  /** Whose it is. */
  readonly description: string;
}

export interface OfficeRangesProps {
  /** The ranges, at least one. */
  readonly ranges: readonly OfficeRange[];
  /**
   * How many the list may ever hold, 1 to 1,000. A rule that names the list counts as that many rules.
   * @default - as many as there are
   */
  readonly maxEntries?: number;
}

/**
 * A managed prefix list: a name for a set of ranges, to be used in security groups and routes, but not in network ACLs.
 *
 * @claims network-sg-prefix-list
 */
export class OfficeRanges extends Construct {
  readonly prefixList: IPrefixList;
  /** How many rules a reference to the list counts as. */
  readonly maxEntries: number;

  constructor(scope: Construct, id: string, props: OfficeRangesProps) {
    super(scope, id);
    const { ranges, maxEntries = ranges.length } = props;
    const cidrs = ranges.map(({ cidr }) => cidr);
    refuse(this, [
      ranges.length === 0 && 'ranges are none; give at least one',
      ranges.length > 0 && outsideRange('maxEntries', maxEntries, 1, 1000),
      maxEntries < ranges.length &&
        `maxEntries is ${maxEntries}, but there are ${ranges.length} ranges; give ${ranges.length} or more`,
      ...cidrs.map((cidr) => cidrFault('ranges', cidr)),
      ...cidrs.filter((cidr, i) => cidrs.indexOf(cidr) !== i).map((cidr) => `ranges have ${cidr} twice; list it once`),
    ]);
    this.maxEntries = maxEntries;
    this.prefixList = new PrefixList(this, 'List', {
      addressFamily: AddressFamily.IP_V4,
      maxEntries,
      entries: ranges.map(({ cidr, description }) => ({ cidr, description })),
    });
  }

  /** The list as the other side of a security group rule. */
  get peer(): IPeer {
    return Peer.prefixList(this.prefixList.prefixListId);
  }
}
