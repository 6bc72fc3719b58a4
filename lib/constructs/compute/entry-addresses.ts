import { Token } from 'aws-cdk-lib';
import { CfnEIP, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import type { SubnetMapping } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';

/** What the nodes of an entry get. */
export interface EntryMapping {
  /** A mapping for each subnet; none where AWS chooses. */
  readonly mappings?: SubnetMapping[];
  /** The public addresses, zone by zone, where they are known at deployment. */
  readonly addresses: readonly string[];
}

/** Which addresses a `TransportEntry` answers at: one in each of its zones, that stays as long as the balancer. */
export class EntryAddresses {
  /** An Elastic IP of each zone, made here; it goes with the stack. For lists that others keep, which name addresses and no names. */
  static elastic(): EntryAddresses {
    return new EntryAddresses('elastic');
  }

  /** Elastic IPs that were there before and stay when the stack goes, one for each zone: those you have told to others. */
  static owned(allocationIds: readonly string[]): EntryAddresses {
    return new EntryAddresses('owned', allocationIds);
  }

  /** Whatever AWS gives: public or private by the exposure, and another one for the next balancer. */
  static assigned(): EntryAddresses {
    return new EntryAddresses('assigned');
  }

  private constructor(
    private readonly kind: 'elastic' | 'owned' | 'assigned',
    private readonly allocationIds: readonly string[] = [],
  ) {}

  faults(zones: number, isPublic: boolean): (string | false)[] {
    const { allocationIds } = this;
    return [
      this.kind !== 'assigned' &&
        !isPublic &&
        `addresses are ${this.kind === 'elastic' ? 'Elastic IPs' : 'yours'}, which are public, and the exposure is not; take Exposure.internet(), or EntryAddresses.assigned()`,
      this.kind === 'owned' &&
        allocationIds.length !== zones &&
        `addresses are ${allocationIds.length} for ${zones} zones; give one for each`,
      new Set(allocationIds).size < allocationIds.length && 'addresses name one twice; a node takes one of its own',
      ...allocationIds.map(
        (one) =>
          !Token.isUnresolved(one) &&
          !/^eipalloc-[0-9a-f]+$/.test(one) &&
          `addresses have ${one || '(empty)'}; give the allocation id of an Elastic IP, such as eipalloc-0123456789abcdef0`,
      ),
    ];
  }

  /** Makes what has to be made. */
  make(scope: Construct, subnets: readonly ISubnet[]): EntryMapping {
    if (this.kind === 'assigned') return { addresses: [] };
    if (this.kind === 'owned')
      return { addresses: [], mappings: subnets.map((subnet, i) => ({ subnet, allocationId: this.allocationIds[i] })) };
    const made = subnets.map((subnet, i) => {
      const address = new CfnEIP(scope, `Address${i + 1}`, { domain: 'vpc' });
      address.node.addDependency(subnet.internetConnectivityEstablished);
      return address;
    });
    return {
      addresses: made.map(({ ref }) => ref),
      mappings: subnets.map((subnet, i) => ({ subnet, allocationId: made[i].attrAllocationId })),
    };
  }
}
