import { Fn, Stack, Token } from 'aws-cdk-lib';
import {
  CfnVPC,
  CfnVPCEndpoint,
  Connections,
  InterfaceVpcEndpoint,
  Peer,
  Port,
  VpcEndpointIpAddressType,
  type IConnectable,
  type IInterfaceVpcEndpoint,
  type IInterfaceVpcEndpointService,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  type SubnetSelection,
  type VpcEndpointDnsRecordIpType,
} from 'aws-cdk-lib/aws-ec2';
import { Construct, type IConstruct } from 'constructs';
import { refuse } from '../faults';
import { familyFaults } from './endpoint-families';
import { allowFaults, allowOnly, type EndpointAllowance } from './endpoint-policy';
import { resourcesOf, same } from './network-rule';
import { PrivateNames } from './private-names';
import { zoneOf } from './subnet-zones';
import { TierSecurityGroup } from './tier-security-group';

export interface InterfaceEndpointProps {
  readonly vpc: IVpc;
  /** A service of AWS, or what somebody offers by PrivateLink. */
  readonly service: IInterfaceVpcEndpointService;
  /**
   * Where its interfaces stand: one subnet in each of two zones or more. Two of one zone are refused.
   * @default - the first private or isolated subnet of each zone
   */
  readonly subnets?: SubnetSelection;
  /**
   * Why an endpoint in one zone, which fails with it, is enough here; without a reason one zone is refused.
   * @default - at least two zones
   */
  readonly singleZoneReason?: string;
  /**
   * Who may use it: groups, or addresses as `Peer`. More can be let in by `connections`.
   * @default - whoever is in the VPC's first block
   */
  readonly clients?: readonly IConnectable[];
  /**
   * What is listened to.
   * @default - the service's TCP port, 443 for services of AWS
   */
  readonly ports?: readonly Port[];
  /**
   * What may be reached through the endpoint.
   * @default - everything the caller's own permissions allow
   */
  readonly allow?: readonly EndpointAllowance[];
  /**
   * Whether the service's usual name leads here. Two endpoints of a service that claim it in one VPC are refused.
   * @default - on for services of AWS, off for others and DynamoDB, for inbound resolvers only for S3
   */
  readonly privateNames?: PrivateNames;
  /**
   * The addresses of its interfaces. Dual-stack needs subnets of both families, IPv6 needs subnets of that alone.
   * @default - IPv4
   */
  readonly ipAddressType?: VpcEndpointIpAddressType;
  /**
   * The addresses its names give.
   * @default - what fits `ipAddressType`
   */
  readonly dnsRecordIpType?: VpcEndpointDnsRecordIpType;
  /**
   * The Region of the service, where it is another.
   * @default - the stack's
   */
  readonly serviceRegion?: string;
}

/**
 * A service as an address in your own subnets: an interface in each zone, behind a group that admits clients and lets nothing
 * out, with names of its own. It is billed by the hour for each zone, and by the GB.
 *
 * One interface stands in one zone and fails with it, so there is one in each zone used. Whoever offers the service cannot
 * open connections back.
 *
 * @claims network-interface-endpoint, network-interface-endpoint-ha, network-interface-endpoint-dns,
 * network-interface-endpoint-s3-dynamodb, network-interface-endpoint-families
 */
export class InterfaceEndpoint extends Construct implements IConnectable {
  readonly endpoint: IInterfaceVpcEndpoint;
  readonly securityGroup: ISecurityGroup;
  readonly connections: Connections;
  /** The endpoint's own name, which any zone answers. */
  readonly regionalName: string;
  /** The endpoint's own names for its single zones, as many as there are. */
  readonly zonalNames: readonly string[];
  /** Whether the service's usual name leads here for those inside the VPC. */
  readonly hasUsualName: boolean;
  private readonly resource: InterfaceVpcEndpoint;

  constructor(scope: Construct, id: string, props: InterfaceEndpointProps) {
    super(scope, id);
    const { vpc, service, clients, allow } = props;
    const name = shortName(service);
    const names = props.privateNames ?? PrivateNames.usualFor(name, service.privateDnsDefault ?? true);
    const { subnets } = vpc.selectSubnets({ onePerAz: true, ...props.subnets });
    const gateway = gatewayOf(this, vpc, service);
    refuse(this, [
      ...this.zoneFaults(subnets, props.singleZoneReason),
      ...familyFaults(subnets, props),
      ...regionFaults(service, props.serviceRegion, Stack.of(this).region),
      ...allowFaults(allow),
      clients?.length === 0 && 'clients are none; name who may use the endpoint, or leave them out',
      props.ports?.length === 0 && 'ports are none; name what is listened to, or leave them out',
      names.fault(name),
      names.inboundOnly &&
        isHere(this, vpc) &&
        gateway === undefined &&
        `privateNames of ${name} are for inbound resolvers only, so the VPC itself needs a gateway endpoint for ${name}; make a GatewayEndpoint first, or give PrivateNames.on() or off()`,
      this.rivalFault(vpc, service, names),
    ]);

    const { ports = [Port.tcp(service.port)] } = props;
    // The name of a service that is made with it is known only at deployment; descriptions are looked at before.
    const called = Token.isUnresolved(name) ? 'a private service' : name;
    const group = new TierSecurityGroup(this, 'Access', { vpc, description: `Endpoint for ${called}` });
    for (const client of clients ?? everyoneIn(vpc, props.ipAddressType))
      for (const port of ports) group.connections.allowFrom(client, port, `${port.toString()} to ${called}`);

    const scopeOfNames = names.scopeFor(name);
    const endpoint = new InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      service,
      subnets: { subnets },
      securityGroups: [group.securityGroup],
      open: false,
      privateDnsEnabled: names.enabled,
      ...(scopeOfNames && { privateDnsOnlyForInboundResolverEndpoint: scopeOfNames }),
      ...(props.ipAddressType && { ipAddressType: props.ipAddressType }),
      ...(props.dnsRecordIpType && { dnsRecordIpType: props.dnsRecordIpType }),
      ...(props.serviceRegion && { serviceRegion: props.serviceRegion }),
    });
    this.resource = endpoint;
    if (allow) this.allow(...allow);
    if (names.inboundOnly && gateway) endpoint.node.addDependency(gateway);

    this.endpoint = endpoint;
    this.securityGroup = group.securityGroup;
    this.connections = new Connections({ securityGroups: [group.securityGroup], defaultPort: ports[0] });
    const entry = (i: number) => Fn.select(1, Fn.split(':', Fn.select(i, endpoint.vpcEndpointDnsEntries)));
    this.regionalName = entry(0);
    this.zonalNames = subnets.map((_, i) => entry(i + 1));
    this.hasUsualName = names.enabled && !names.inboundOnly;
  }

  /** Lets this through besides what was allowed before; with the first call the endpoint lets through nothing else. */
  allow(...allow: readonly EndpointAllowance[]): void {
    refuse(this, allowFaults(allow));
    allowOnly(this.resource, allow);
  }

  /**
   * Where an application finds the service when its usual name does not lead here: what to put into `AWS_ENDPOINT_URL_…`.
   * S3's own names begin with a wildcard, for which `bucket` stands.
   */
  get url(): string {
    return Fn.join('', ['https://', Fn.join('bucket', Fn.split('*', this.regionalName))]);
  }

  private zoneFaults(subnets: readonly ISubnet[], reason: string | undefined): (string | false)[] {
    const paths = new Map<string, string[]>();
    for (const subnet of subnets) {
      const zone = zoneOf(this, subnet);
      paths.set(zone, [...(paths.get(zone) ?? []), subnet.node.path]);
    }
    return [
      subnets.length === 0 && 'subnets are none; give one in each of two zones or more',
      ...[...paths.values()].map(
        (all) =>
          all.length > 1 &&
          `subnets ${all.join(' and ')} are in one zone, where an endpoint takes one interface; give one of each zone`,
      ),
      paths.size === 1 &&
        !reason &&
        'subnets are in one zone, and the endpoint fails with it; give one in each of two zones or more, or say in singleZoneReason why one is enough',
    ];
  }

  private rivalFault(vpc: IVpc, service: IInterfaceVpcEndpointService, names: PrivateNames): string | false {
    if (!names.enabled) return false;
    const rival = endpointsOf(this, vpc, service, 'Interface').find(({ privateDnsEnabled }) => privateDnsEnabled);
    return (
      rival !== undefined &&
      `${shortName(service)} has its usual name at ${rival.node.scope!.node.path} already; use that endpoint, or give PrivateNames.off()`
    );
  }
}

/** `ssm` of `com.amazonaws.eu-west-1.ssm`; the whole name of what is no service of AWS. */
function shortName(service: IInterfaceVpcEndpointService): string {
  if ('shortName' in service) return String(service.shortName);
  return /^com\.amazonaws\.[^.]+\.(?!vpce-svc-)(.+)$/.exec(service.name)?.[1] ?? service.name;
}

/** Gateway or interface endpoints of a service that are already there. */
const endpointsOf = (scope: IConstruct, vpc: IVpc, service: { readonly name: string }, type: string) =>
  resourcesOf(scope, CfnVPCEndpoint).filter(
    (one) =>
      (one.vpcEndpointType ?? 'Gateway') === type &&
      same(scope, one.vpcId, vpc.vpcId) &&
      same(scope, one.serviceName, service.name),
  );

const gatewayOf = (scope: IConstruct, vpc: IVpc, service: { readonly name: string }) =>
  endpointsOf(scope, vpc, service, 'Gateway')[0];

/** Whether the VPC's parts can be looked at; those of one from elsewhere cannot. */
const isHere = (scope: IConstruct, vpc: IVpc): boolean =>
  vpc.node.defaultChild instanceof CfnVPC && Stack.of(vpc) === Stack.of(scope);

/** Written out where it is known, so that rule packs can read it. */
function blockOf(vpc: IVpc): string {
  const block = vpc.node.defaultChild instanceof CfnVPC ? vpc.node.defaultChild.cidrBlock : undefined;
  return block ?? vpc.vpcCidrBlock;
}

function everyoneIn(vpc: IVpc, type = VpcEndpointIpAddressType.IPV4): IConnectable[] {
  const blocks6 = 'vpcIpv6CidrBlocks' in vpc ? (vpc.vpcIpv6CidrBlocks as string[]) : [];
  return [
    ...(type === VpcEndpointIpAddressType.IPV6 ? [] : [Peer.ipv4(blockOf(vpc))]),
    ...(type === VpcEndpointIpAddressType.IPV4 ? [] : [Peer.ipv6(Fn.select(0, blocks6))]),
  ];
}

function regionFaults(service: IInterfaceVpcEndpointService, given: string | undefined, region: string): string[] {
  const [, named] = /^com\.amazonaws\.(?:vpce\.)?([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(service.name) ?? [];
  const wanted = given ?? region;
  return named === undefined || Token.isUnresolved(wanted) || named === wanted
    ? []
    : [`service is ${service.name}, which is not in ${wanted}; make serviceRegion ${named}`];
}
