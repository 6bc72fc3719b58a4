import { Fn, Stack, Token, type Duration } from 'aws-cdk-lib';
import {
  Accelerator,
  ClientAffinity,
  ConnectionProtocol,
  HealthCheckProtocol,
  IpAddressType,
  type IAccelerator,
  type IEndpoint,
  type PortRange,
} from 'aws-cdk-lib/aws-globalaccelerator';
import { Construct } from 'constructs';
import { hourlyCostFault, outsideRange, refuse } from '../faults';

export interface AcceleratedRegion {
  /**
   * The region its endpoints are in.
   * @default - the stack's
   */
  readonly region?: string;
  /** Load balancers, Elastic IPs or instances, each with a weight from 0 to 255 that says its share of the region's traffic. */
  readonly endpoints: readonly IEndpoint[];
  /**
   * How much of the traffic that is nearest to this region it gets, 0 to 100 percent; the rest goes to the next.
   * @default 100
   */
  readonly dial?: number;
  /**
   * The path that is asked whether an endpoint is well, where it speaks HTTP.
   * @default - a connection is enough
   */
  readonly healthPath?: string;
  /**
   * How often it is asked, 10 or 30 seconds.
   * @default Duration.seconds(30)
   */
  readonly healthInterval?: Duration;
}

export interface AcceleratedEndpointProps {
  /** Where traffic goes, one entry for each region. */
  readonly regions: readonly AcceleratedRegion[];
  /** Which ports are open, 1 to 65,535. */
  readonly ports: readonly PortRange[];
  /** @default ConnectionProtocol.TCP */
  readonly protocol?: ConnectionProtocol;
  /**
   * Which ports are open for UDP beside those for TCP, behind the same addresses.
   * @default - none
   */
  readonly udpPorts?: readonly PortRange[];
  /**
   * Whether it has two IPv6 addresses too.
   * @default false
   */
  readonly dualStack?: boolean;
  /**
   * Whether a client stays with the endpoint it has, as long as that is well.
   * @default false
   */
  readonly sticky?: boolean;
  /** Why it is worth an hourly bill, in a sentence: 0.025 USD an hour, 18 USD a month, and more for each gigabyte. It is refused without. */
  readonly acceptHourlyCost: string;
}

/**
 * Two addresses for the whole world that never change (four, with IPv6), over endpoints in one region or several: traffic enters
 * AWS at the nearest edge and goes on by its own network. TCP and UDP, and nothing is kept.
 *
 * @claims edge-global-accelerator, edge-accelerator-endpoints
 */
export class AcceleratedEndpoint extends Construct {
  readonly accelerator: IAccelerator;
  /** The name that leads to the addresses, over IPv4. */
  readonly dnsName: string;
  /** The two addresses, with a comma between, as they are known once it is deployed. */
  readonly ipv4Addresses: string;
  /** The two of IPv6, where it has them. */
  readonly ipv6Addresses?: string;

  constructor(scope: Construct, id: string, props: AcceleratedEndpointProps) {
    super(scope, id);
    const { regions, ports, udpPorts = [], dualStack = false } = props;
    const { protocol = ConnectionProtocol.TCP } = props;
    refuse(this, [
      hourlyCostFault(props.acceptHourlyCost, 'an accelerator', 'take an EdgeDistribution, or names that fail over'),
      regions.length === 0 && 'regions is empty, so that nothing would answer; name one',
      ports.length === 0 && 'ports is empty, so that nothing would be open; name one',
      ...regionFaults(Stack.of(this).region, regions),
      ...regions.flatMap((one) => groupFaults(one)),
      ...[...ports, ...udpPorts].flatMap(portFaults),
      udpPorts.length > 0 &&
        protocol === ConnectionProtocol.UDP &&
        'udpPorts are given and protocol is UDP already; name all of them in ports',
    ]);
    const accelerator = new Accelerator(this, 'Accelerator', {
      ipAddressType: dualStack ? IpAddressType.DUAL_STACK : IpAddressType.IPV4,
    });
    listen(accelerator, 'Listener', protocol, ports, props);
    if (udpPorts.length > 0) listen(accelerator, 'Datagrams', ConnectionProtocol.UDP, udpPorts, props);
    this.accelerator = accelerator;
    this.dnsName = accelerator.dnsName;
    this.ipv4Addresses = Fn.join(',', accelerator.ipv4Addresses!);
    if (dualStack) this.ipv6Addresses = Fn.join(',', accelerator.ipv6Addresses!);
  }
}

function listen(
  accelerator: Accelerator,
  id: string,
  protocol: ConnectionProtocol,
  portRanges: readonly PortRange[],
  { regions, sticky = false }: AcceleratedEndpointProps,
): void {
  const listener = accelerator.addListener(id, {
    portRanges: [...portRanges],
    protocol,
    clientAffinity: sticky ? ClientAffinity.SOURCE_IP : ClientAffinity.NONE,
  });
  regions.forEach(({ endpoints, region, dial = 100, healthPath, healthInterval }, at) => {
    listener.addEndpointGroup(`Region${at + 1}`, {
      endpoints: [...endpoints],
      ...(region !== undefined && { region }),
      trafficDialPercentage: dial,
      ...(healthInterval && { healthCheckInterval: healthInterval }),
      ...(healthPath === undefined
        ? { healthCheckProtocol: HealthCheckProtocol.TCP }
        : { healthCheckProtocol: HealthCheckProtocol.HTTP, healthCheckPath: healthPath }),
    });
  });
}

function regionFaults(own: string, regions: readonly AcceleratedRegion[]): string[] {
  const named = regions.map(({ region = own }) => region);
  const again = named.filter((region, at) => named.indexOf(region) !== at);
  return [...new Set(again)].map(
    (region) =>
      `regions has ${Token.isUnresolved(region) ? "the stack's region" : region} more than once; a listener takes one group for each, so put its endpoints together`,
  );
}

function groupFaults({
  endpoints,
  dial,
  healthPath,
  healthInterval,
  region,
}: AcceleratedRegion): (string | false | undefined)[] {
  const seconds = healthInterval?.toSeconds({ integral: false });
  return [
    endpoints.length === 0 &&
      `endpoints of ${region ?? "the stack's region"} are none; name one, or leave the region out`,
    outsideRange('dial', dial, 0, 100, 'percent'),
    ...endpoints.map((endpoint) => {
      const { weight } = endpoint.renderEndpointConfiguration() as { readonly weight?: number };
      return outsideRange('the weight of an endpoint', weight, 0, 255);
    }),
    seconds !== undefined &&
      seconds !== 10 &&
      seconds !== 30 &&
      `healthInterval is ${healthInterval!.toHumanString()}; give 10 or 30 seconds`,
    healthPath !== undefined &&
      !healthPath.startsWith('/') &&
      `healthPath is ${healthPath}; begin it with a slash, such as /health`,
  ];
}

function portFaults({ fromPort, toPort = fromPort }: PortRange): (string | false | undefined)[] {
  return [
    outsideRange('ports', fromPort, 1, 65_535),
    toPort !== fromPort && outsideRange('ports', toPort, 1, 65_535),
    fromPort > toPort && `ports go from ${fromPort} to ${toPort}; give the lower one first`,
  ];
}
