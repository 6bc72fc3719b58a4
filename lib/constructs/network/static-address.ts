import { CfnEIP, CfnEIPAssociation, CfnInstance, CfnSubnet, type IInstance } from 'aws-cdk-lib/aws-ec2';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import { refuse } from '../faults';
import type { FloatingInterface } from './floating-interface';
import { referent, resolved, resourcesOf, same } from './network-rule';

export interface StaticAddressProps {
  /** What has the address: an interface, with which it moves, or an instance, at which it stays when that is stopped. */
  readonly target: FloatingInterface | IInstance;
  /** What must be there first: the attachment of the internet gateway. */
  readonly internet: IDependable;
  /**
   * The private address of the target that it stands for; each can have one.
   * @default - the primary one
   */
  readonly privateIpAddress?: string;
}

/**
 * A public IPv4 address that stays: an Elastic IP, owned by the account and charged for every hour, in use or not.
 *
 * It takes the place of the address AWS gave the host, for good: what that was, nobody gets back. A host never has it configured; the internet
 * gateway translates. Where a name or a load balancer will do, take that: an address is a promise to whoever wrote it down.
 *
 * @claims network-elastic-ip, compute-elastic-ip
 */
export class StaticAddress extends Construct {
  readonly address: string;
  readonly allocationId: string;

  constructor(scope: Construct, id: string, props: StaticAddressProps) {
    super(scope, id);
    const { target, privateIpAddress } = props;
    const place =
      'networkInterfaceId' in target
        ? { networkInterfaceId: target.networkInterfaceId }
        : { instanceId: target.instanceId };
    refuse(this, [...this.rivals(place, privateIpAddress), publicFault(this, target)]);

    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    address.node.addDependency(props.internet);
    new CfnEIPAssociation(this, 'Association', {
      allocationId: address.attrAllocationId,
      ...place,
      ...(privateIpAddress !== undefined && { privateIpAddress }),
    });
    this.address = address.ref;
    this.allocationId = address.attrAllocationId;
  }

  /** A second association of one private address would take the first one away. */
  private rivals(place: { networkInterfaceId?: string; instanceId?: string }, address: string | undefined): string[] {
    return resourcesOf(this, CfnEIPAssociation)
      .filter(
        (other) =>
          same(this, other.networkInterfaceId, place.networkInterfaceId) &&
          same(this, other.instanceId, place.instanceId) &&
          same(this, other.privateIpAddress, address),
      )
      .map(
        ({ node }) =>
          `${node.scope!.node.path} is the address of ${address ?? 'the primary private address'} already; name another private address in privateIpAddress, or use that one`,
      );
  }
}

/** An instance that is given a public address as it starts would lose it at once, and for good. */
function publicFault(scope: IConstruct, target: FloatingInterface | IInstance): string | false {
  const hosts = 'networkInterfaceId' in target ? [] : [target.node.defaultChild];
  const [instance] = hosts.filter((host) => host instanceof CfnInstance);
  if (!instance) return false;
  const [first] = (resolved(scope, instance.networkInterfaces) ?? []) as {
    associatePublicIpAddress?: boolean;
    subnetId?: unknown;
  }[];
  const subnet = referent(scope, first?.subnetId ?? instance.subnetId, CfnSubnet);
  const assigned = first?.associatePublicIpAddress ?? subnet?.mapPublicIpOnLaunch === true;
  return (
    assigned &&
    `${target.node.path} is given a public address as it starts, which it would lose for good; set associatePublicIpAddress to false, or leave this address out`
  );
}
