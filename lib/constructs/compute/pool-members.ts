import { Token } from 'aws-cdk-lib';
import { Peer, type IConnectable, type IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  Protocol,
  TargetType,
  type ApplicationListener,
  type INetworkLoadBalancerTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AlbListenerTarget, IpTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import type { AppLoadBalancer } from './app-load-balancer';
import { addressFault, isOutside } from './target-address';

/** What a pool is for, as far as its members care. */
export interface PoolTraffic {
  readonly vpc: IVpc;
  readonly port: number;
  readonly protocol: Protocol;
}

/**
 * Who is in a `TransportPool`. One pool holds one kind.
 *
 * @claims compute-nlb-alb-target
 */
export class PoolMembers {
  /** Instances: those of a `Fleet`, or single ones that are added to the pool. They see their clients' own addresses. */
  static instances(): PoolMembers {
    return new PoolMembers(TargetType.INSTANCE);
  }

  /**
   * Private addresses, of this network or of one that it reaches.
   *
   * @param group the security group of whoever has them, which then lets the entry in; without it the entry is let out to the addresses alone
   */
  static addresses(addresses: readonly string[], group?: IConnectable): PoolMembers {
    return new PoolMembers(TargetType.IP, addresses, group);
  }

  /** One internal Application Load Balancer, on the port it serves: addresses that stay, and rules that read requests. */
  static balancer(balancer: AppLoadBalancer): PoolMembers {
    return new PoolMembers(TargetType.ALB, [], balancer, balancer);
  }

  private constructor(
    readonly type: TargetType,
    private readonly addresses: readonly string[] = [],
    private readonly group?: IConnectable,
    private readonly balancer?: AppLoadBalancer,
  ) {}

  /** Whether members end TLS themselves, as far as that is known here. */
  get endsTls(): boolean {
    return this.balancer?.transport.isTls ?? true;
  }

  /** Whom the entry is to reach. */
  get doors(): readonly IConnectable[] {
    if (this.group) return [this.group];
    return this.addresses.map((address) => Peer.ipv4(`${address}/32`));
  }

  faults({ port, protocol }: PoolTraffic): (string | false | undefined)[] {
    return [...this.addressFaults(), ...this.balancerFaults(port, protocol)];
  }

  targets({ vpc, port }: PoolTraffic): INetworkLoadBalancerTarget[] {
    if (this.balancer) return [new AlbListenerTarget(this.balancer.listener as ApplicationListener)];
    return this.addresses.map((address) => new IpTarget(address, port, isOutsideOf(address, vpc) ? 'all' : undefined));
  }

  private addressFaults(): (string | false)[] {
    if (this.type !== TargetType.IP) return [];
    return [
      this.addresses.length === 0 && 'addresses are none; give one at least, or take PoolMembers.instances()',
      ...this.addresses.map(addressFault),
    ];
  }

  private balancerFaults(port: number, protocol: Protocol): (string | false)[] {
    if (!this.balancer) return [];
    const { node, exposure, listener } = this.balancer;
    const { port: served } = listener as ApplicationListener;
    return [
      exposure.isPublic &&
        `balancer is ${node.path}, which has public addresses of its own, so that clients could pass the fixed ones by; give it Exposure.behindEntry()`,
      protocol !== Protocol.TCP &&
        `protocol is ${protocol}, and an Application Load Balancer is a target of TCP alone; leave protocol out`,
      port !== served && `port is ${port}, and ${node.path} serves ${served}; give that port, a target takes no other`,
    ];
  }
}

const isOutsideOf = (address: string, vpc: IVpc): boolean => !Token.isUnresolved(address) && isOutside(address, vpc);
