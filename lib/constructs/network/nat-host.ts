import { Token, Validations } from 'aws-cdk-lib';
import {
  NatProvider,
  Peer,
  Port,
  RouterType,
  SecurityGroup,
  UserData,
  type ConfigureNatOptions,
  type GatewayConfig,
  type ISecurityGroup,
  type IVpc,
  type Instance,
  type InstanceType,
  type PrivateSubnet,
  type PublicSubnet,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { mayForward } from './route-rules';
import { SmallHost } from './small-host';

/**
 * NAT on EC2: Amazon Linux 2023 (the NAT images are retired) that forwards and masquerades, with an Elastic IP, the
 * source/destination check off because forwarded packets carry foreign addresses, and ingress from the private subnets only.
 *
 * The CDK's own provider opens the host to the world, or to nobody, and gives it no address that stays.
 *
 * @claims network-nat-instance
 */
export class NatHostProvider extends NatProvider {
  private readonly hosts: { readonly zone: string; readonly instance: Instance }[] = [];

  constructor(private readonly instanceType: InstanceType) {
    super();
  }

  get configuredGateways(): GatewayConfig[] {
    return this.hosts.map(({ zone, instance }) => ({ az: zone, gatewayId: instance.instanceId }));
  }

  configureNat({ vpc, natSubnets, privateSubnets }: ConfigureNatOptions): void {
    const privateCidrs = privateSubnets.map(({ ipv4CidrBlock }) => ipv4CidrBlock);
    const group = new NatHostGroup(vpc, 'NatHosts', { vpc, privateCidrs });
    for (const subnet of natSubnets)
      this.hosts.push({ zone: subnet.availabilityZone, instance: this.hostIn(subnet, vpc, group) });
    for (const subnet of privateSubnets) this.configureSubnet(subnet);
  }

  configureSubnet(subnet: PrivateSubnet): void {
    const host = this.hosts.find(({ zone }) => zone === subnet.availabilityZone) ?? this.hosts[0];
    subnet.addRoute('DefaultRoute', {
      routerType: RouterType.INSTANCE,
      routerId: host.instance.instanceId,
      enablesInternetConnectivity: true,
    });
  }

  private hostIn(subnet: PublicSubnet, vpc: Vpc, securityGroup: ISecurityGroup): Instance {
    const host = new SmallHost(subnet, 'NatHost', {
      vpc,
      subnet,
      instanceType: this.instanceType,
      securityGroup,
      sourceDestCheck: false,
      userData: forwarding(),
    });
    mayForward(host);
    host.addAddress(subnet.internetConnectivityEstablished);
    return host;
  }
}

export interface NatHostGroupProps {
  readonly vpc: IVpc;
  /** The blocks of the private subnets. */
  readonly privateCidrs: readonly string[];
}

/** Who may send packets to be forwarded: the private subnets, and nobody else. */
export class NatHostGroup extends SecurityGroup {
  constructor(scope: Construct, id: string, { vpc, privateCidrs }: NatHostGroupProps) {
    super(scope, id, {
      vpc,
      description: 'NAT hosts: in from private subnets, out to anywhere',
      allowAllOutbound: true,
    });
    for (const cidr of privateCidrs) this.addIngressRule(Peer.ipv4(cidr), Port.allTraffic(), 'Packets to be forwarded');
    if (privateCidrs.some(Token.isUnresolved))
      Validations.of(this).acknowledge({
        id: 'AwsSolutions::AwsSolutions-EC23',
        reason:
          'The rule cannot read blocks that are carved from the network at deployment. They are those of its private subnets, and a ' +
          'part of the network is never the whole internet.',
      });
  }
}

/** What a host runs to forward. Packages come over the internet, and the host has no address there until its Elastic IP is associated: hence the loop. */
export function forwarding(): UserData {
  const userData = UserData.forLinux();
  userData.addCommands(
    'until dnf install -y iptables-services; do sleep 5; done',
    'echo "net.ipv4.ip_forward=1" > /etc/sysctl.d/90-nat.conf',
    'sysctl -p /etc/sysctl.d/90-nat.conf',
    'systemctl enable --now iptables',
    'iptables -F FORWARD',
    `iptables -t nat -A POSTROUTING -o "$(ip route show default | awk '{print $5; exit}')" -j MASQUERADE`,
    'iptables-save > /etc/sysconfig/iptables',
  );
  return userData;
}
