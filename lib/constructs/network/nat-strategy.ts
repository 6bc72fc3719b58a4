import { InstanceClass, InstanceSize, InstanceType, NatProvider } from 'aws-cdk-lib/aws-ec2';
import { NatHostProvider } from './nat-host';

/** What a strategy has to know of the network it serves. */
export interface NatSite {
  readonly zones: number;
  readonly hasPublicTier: boolean;
  readonly hasPrivateTier: boolean;
  readonly hasIpv6OnlyTier: boolean;
}

/** What a strategy brings into a network. */
export interface NatParts {
  /** Gateways or hosts that stand in public subnets. */
  readonly count: number;
  /** Makes and routes them; a new one for each network. */
  readonly provider?: NatProvider;
}

export interface NatSingleOptions {
  /**
   * Whether it is accepted that egress of every zone fails with the gateway's zone. Until then a warning says so at each
   * synthesis.
   * @default false
   */
  readonly acceptZoneDependency?: boolean;
}

export interface NatInstanceOptions {
  /**
   * The kind of host; its network bandwidth is the egress bandwidth of the zones it serves.
   * @default - t4g.micro
   */
  readonly instanceType?: InstanceType;
  /**
   * How many hosts there are, each in a zone of its own, 1 to the network's zones.
   * @default 1
   */
  readonly hosts?: number;
  /**
   * Whether it is accepted that a zone's egress fails with the one host that serves it. Until then a warning says so.
   * @default false
   */
  readonly acceptZoneDependency?: boolean;
}

/**
 * How private subnets reach the IPv4 internet, in five strengths. Changing it changes no subnet and no route table: only
 * the gateways themselves and the target of the private default routes.
 *
 * @claims network-nat-strategy, network-nat-single, network-nat-per-az, network-nat-regional, network-nat-instance
 */
export abstract class NatStrategy {
  /** No egress over IPv4. Private tiers become isolated, or keep IPv6 egress in a dual-stack network. */
  static none(): NatStrategy {
    return new NoNat();
  }

  /** One NAT gateway in the first zone, shared by all; the cheapest managed one, gone when its zone is. */
  static single(options: NatSingleOptions = {}): NatStrategy {
    return new SingleGateway(options.acceptZoneDependency ?? false);
  }

  /** One NAT gateway in each zone, serving that zone; what regional resilience needs. */
  static perZone(): NatStrategy {
    return new GatewayPerZone();
  }

  /** One NAT gateway that AWS spreads over the zones in use; it stands in no subnet and has no Elastic IP in the template. */
  static regional(): NatStrategy {
    return new RegionalGateway();
  }

  /** EC2 hosts that forward and translate: cheaper than a gateway when traffic is little, and yours to look after. */
  static instance(options: NatInstanceOptions = {}): NatStrategy {
    return new NatInstances(options);
  }

  /** The strategy's name, as its factory method has it. */
  abstract readonly name: string;
  /** Whether NAT gateways translate IPv6 for IPv6-only subnets here. */
  readonly translatesIpv6: boolean = true;

  /** Whether its gateways or hosts stand in public subnets, and packets of private tiers pass there. */
  readonly passesPublicTier: boolean = false;

  /** Everything that keeps the strategy from serving a network. */
  faults(site: NatSite): string[] {
    return [
      ...(site.hasPrivateTier
        ? []
        : [`nat is ${this.name}, but no tier is private, so nothing would use it; write NatStrategy.none()`]),
      ...(site.hasIpv6OnlyTier && !this.translatesIpv6
        ? [
            `nat is ${this.name}, but an ipv6Only tier reaches IPv4 through a NAT gateway; write NatStrategy.single(), perZone() or regional()`,
          ]
        : []),
    ];
  }

  /** What egress depends on that the strategy does not repeat in each zone; nothing if each stands alone or it was accepted. */
  dependency(_zones: number): string | undefined {
    return undefined;
  }

  /** Makes what a network of so many zones needs. */
  abstract parts(zones: number): NatParts;
}

class NoNat extends NatStrategy {
  readonly name = 'none';
  override readonly translatesIpv6 = false;

  override faults(site: NatSite): string[] {
    return super.faults({ ...site, hasPrivateTier: true });
  }

  parts(): NatParts {
    return { count: 0 };
  }
}

/** Strategies whose gateways or hosts stand in public subnets. */
abstract class InPublicSubnets extends NatStrategy {
  override readonly passesPublicTier = true;

  override faults(site: NatSite): string[] {
    return [
      ...super.faults(site),
      ...(site.hasPublicTier
        ? []
        : [
            `nat is ${this.name}, which stands in a public subnet, but no tier is public; add one, or write NatStrategy.regional()`,
          ]),
    ];
  }
}

class SingleGateway extends InPublicSubnets {
  readonly name = 'single';

  constructor(private readonly accepted: boolean) {
    super();
  }

  override dependency(zones: number): string | undefined {
    if (this.accepted || zones === 1) return undefined;
    return `One NAT gateway serves ${zones} zones, and egress of all of them fails with its zone; write NatStrategy.perZone() or regional(), or accept it with acceptZoneDependency`;
  }

  parts(): NatParts {
    return { count: 1, provider: NatProvider.gateway() };
  }
}

class GatewayPerZone extends InPublicSubnets {
  readonly name = 'perZone';

  parts(zones: number): NatParts {
    return { count: zones, provider: NatProvider.gateway() };
  }
}

class RegionalGateway extends NatStrategy {
  readonly name = 'regional';

  parts(): NatParts {
    return { count: 1, provider: NatProvider.regionalGateway() };
  }
}

class NatInstances extends InPublicSubnets {
  readonly name = 'instance';
  override readonly translatesIpv6 = false;
  private readonly hosts: number;

  constructor(private readonly options: NatInstanceOptions) {
    super();
    this.hosts = options.hosts ?? 1;
  }

  override faults(site: NatSite): string[] {
    return [
      ...super.faults(site),
      ...(Number.isInteger(this.hosts) && this.hosts >= 1 && this.hosts <= site.zones
        ? []
        : [
            `nat hosts is ${this.hosts}; each stands in a zone of its own, so give 1 to ${site.zones}, or write NatStrategy.none()`,
          ]),
    ];
  }

  override dependency(zones: number): string | undefined {
    if (this.options.acceptZoneDependency || this.hosts >= zones) return undefined;
    return `${this.hosts === 1 ? 'One NAT host serves' : `${this.hosts} NAT hosts serve`} ${zones} zones, and egress fails with a host until it is replaced; write NatStrategy.perZone() or regional(), or accept it with acceptZoneDependency`;
  }

  parts(): NatParts {
    const instanceType = this.options.instanceType ?? InstanceType.of(InstanceClass.T4G, InstanceSize.MICRO);
    return { count: this.hosts, provider: new NatHostProvider(instanceType) };
  }
}
