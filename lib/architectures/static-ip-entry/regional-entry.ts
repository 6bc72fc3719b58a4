import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EntryAddresses } from '../../constructs/compute/entry-addresses';
import type { EntryPort } from '../../constructs/compute/entry-port';
import type { Exposure } from '../../constructs/compute/exposure';
import { TransportEntry } from '../../constructs/compute/transport-entry';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { Profile } from '../../profile';
import type { Settings } from '../../settings';
import { RequestRules } from './request-rules';
import { Servers } from './servers';
import { Services } from './services';
import { sizes } from './sizes';

export interface RegionalEntryProps {
  readonly profile: Profile;
  readonly settings: Settings;
  /** The range of its network, which no other Region has. */
  readonly cidr: string;
  /** Which addresses its nodes have. */
  readonly addresses: EntryAddresses;
  /**
   * Who reaches them.
   * @default Exposure.internet()
   */
  readonly exposure?: Exposure;
  /** Whether a load balancer that reads requests stands behind one of the ports. */
  readonly readsRequests: boolean;
}

/** What answers in one Region. */
export interface RegionalEntry {
  readonly entry: TransportEntry;
  /** What is open. */
  readonly ports: readonly EntryPort[];
  readonly servers: Servers;
}

/** Makes what one Region needs to answer by itself, directly below `scope`: a network, an entry, and servers. */
export function regionalEntry(scope: Construct, props: RegionalEntryProps): RegionalEntry {
  const { profile, settings, cidr, addresses, exposure, readsRequests } = props;
  const { network: plan, servers: tier, fleet, server } = sizes[profile.name];
  const { deletionProtection } = profile;

  const network = new TieredNetwork(scope, 'Network', {
    ...plan,
    plan: { ...plan.plan, cidr },
    gatewayEndpoints: {},
    flowLogs: profile.name === 'production' ? FlowDestination.s3(Duration.days(365)) : FlowDestination.logs(),
  });
  const { vpc } = network;
  const alarms = new AlarmTopic(scope, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });

  const services = new Services(scope, 'Services', { vpc });
  const rules = readsRequests
    ? new RequestRules(scope, 'Requests', { vpc, subnets: network.subnets(tier), alarms, deletionProtection })
    : undefined;
  const ports = [...services.ports, ...(rules ? [rules.port] : [])];
  const entry = new TransportEntry(scope, 'Entry', {
    vpc,
    subnets: network.subnets('entry'),
    addresses,
    ...(exposure && { exposure }),
    ports,
    crossZone: true,
    alarms,
    deletionProtection,
  });
  const servers = new Servers(scope, 'Servers', {
    vpc,
    subnets: network.subnets(tier),
    pools: services.pools,
    pages: rules?.pages,
    alarms,
    fleet,
    server,
  });
  rules?.pool.filledBy(servers.group);
  return { entry, ports, servers };
}
