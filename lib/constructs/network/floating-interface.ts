import { RemovalPolicy, Token } from 'aws-cdk-lib';
import {
  CfnInstance,
  CfnNetworkInterface,
  CfnNetworkInterfaceAttachment,
  CfnSubnet,
  Connections,
  type IConnectable,
  type IInstance,
  type ISecurityGroup,
  type ISubnet,
} from 'aws-cdk-lib/aws-ec2';
import { Construct, type IConstruct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { fixedAddressFault } from './cidr';
import { referent, resolved, same } from './network-rule';

export interface FloatingInterfaceProps {
  /** Where its addresses are from; the interface never leaves this subnet, nor its zone. */
  readonly subnet: ISubnet;
  /** The groups of the interface, 1 to 5; they move with it, whatever groups its host has. */
  readonly securityGroups: readonly ISecurityGroup[];
  /** What it is for, in a few words. */
  readonly description: string;
  /** The host that holds it at first; refused in another zone than the subnet's. */
  readonly holder: IInstance;
  /**
   * Hosts it may be moved to; refused in another zone.
   * @default - none
   */
  readonly standbys?: readonly IInstance[];
  /**
   * Its primary address, which never changes.
   * @default - AWS chooses one of the subnet
   */
  readonly privateIpAddress?: string;
  /**
   * How many further private addresses it has, each of which can have an Elastic IP of its own, 0 to 49.
   * @default 0
   */
  readonly secondaryAddresses?: number;
  /**
   * Whether interface and MAC outlive the stack, for software that is licensed to the MAC. Its logical id then no longer hangs on
   * where it stands in the tree, so that moving code about does not replace it.
   * @default false
   */
  readonly retainMac?: boolean;
}

/** Where an interface that is moved is attached; 0 is the one an instance is born with, which nobody detaches. */
export const floatingDeviceIndex = 1;

/**
 * A network interface made on its own, so that it can be moved: addresses, MAC and groups stay as they are while hosts come
 * and go. It is bound to one zone, and so are the hosts it can be moved between.
 *
 * After a move the template still says who held it first. That is no fault: CloudFormation looks at what changed in the
 * template, and nothing did. Hosts are deleted before the interface, so that it is free by then, whoever holds it.
 *
 * @claims network-eni, network-eni-failover, network-eni-multi-homed, compute-eni-secondary
 */
export class FloatingInterface extends Construct implements IConnectable {
  readonly networkInterface: CfnNetworkInterface;
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
  readonly connections: Connections;
  /** Who may hold it, the first holder first. */
  readonly hosts: readonly IInstance[];

  constructor(scope: Construct, id: string, props: FloatingInterfaceProps) {
    super(scope, id);
    const { subnet, securityGroups, holder, standbys = [], secondaryAddresses = 0, retainMac = false } = props;
    const hosts = [holder, ...standbys];
    const fixed = props.privateIpAddress;
    refuse(this, [
      securityGroups.length === 0 && 'securityGroups are none, so the default one of the VPC would be used; name one',
      outsideRange('secondaryAddresses', secondaryAddresses, 0, 49),
      fixed !== undefined &&
        !Token.isUnresolved(fixed) &&
        !Token.isUnresolved(subnet.ipv4CidrBlock) &&
        fixedAddressFault('privateIpAddress', fixed, subnet.ipv4CidrBlock),
      ...hosts.flatMap((host, at) => [
        hosts.indexOf(host) !== at && `${host.node.path} is named twice; name each host once`,
        zoneFault(this, host, subnet),
      ]),
    ]);

    const resource = new CfnNetworkInterface(this, 'Interface', {
      description: props.description,
      subnetId: subnet.subnetId,
      groupSet: securityGroups.map(({ securityGroupId }) => securityGroupId),
      ...(fixed !== undefined && { privateIpAddress: fixed }),
      ...(secondaryAddresses > 0 && { secondaryPrivateIpAddressCount: secondaryAddresses }),
    });
    if (retainMac) {
      resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
      resource.overrideLogicalId(`${id.replace(/[^A-Za-z0-9]/g, '')}RetainedInterface`);
    }
    new CfnNetworkInterfaceAttachment(this, 'Attachment', {
      networkInterfaceId: resource.attrId,
      instanceId: holder.instanceId,
      deviceIndex: String(floatingDeviceIndex),
      deleteOnTermination: false,
    });
    for (const host of hosts) host.node.addDependency(resource);

    this.networkInterface = resource;
    this.networkInterfaceId = resource.attrId;
    this.privateIpAddress = resource.attrPrimaryPrivateIpAddress;
    this.connections = new Connections({ securityGroups: [...securityGroups] });
    this.hosts = hosts;
  }
}

/** Two zones that are the same in the template, or one of which is not known, are no fault. */
function zoneFault(scope: IConstruct, host: IInstance, { availabilityZone }: ISubnet): string | false {
  const own = zoneOf(scope, host);
  if (own === undefined || same(scope, own, availabilityZone)) return false;
  const word = (zone: unknown) => JSON.stringify(resolved(scope, zone)).replaceAll('"', '');
  return `${host.node.path} is in ${word(own)}, the subnet in ${word(availabilityZone)}; an interface stays in its zone, so put both into one`;
}

function zoneOf(scope: IConstruct, host: IInstance): unknown {
  const instance = host.node.defaultChild;
  return instance instanceof CfnInstance ? referent(scope, instance.subnetId, CfnSubnet)?.availabilityZone : undefined;
}

/** The name by which a private address is known inside a VPC: `ip-10-16-0-10.ec2.internal`. @claims network-eni */
export function internalName(address: string, region: string): string {
  return `ip-${address.replaceAll('.', '-')}.${region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`}`;
}
