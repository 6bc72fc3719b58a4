import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { EntryAddresses } from '../../constructs/compute/entry-addresses';
import { TransportEntry } from '../../constructs/compute/transport-entry';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { RequestRules } from './request-rules';
import { Servers } from './servers';
import { Services } from './services';
import { sizes } from './sizes';

export interface StaticIpEntryProps extends ArchitectureProps {
  /**
   * Whether a load balancer that reads requests stands behind one of the ports.
   * @default false
   */
  readonly readsRequests?: boolean;
}

/** Services below HTTP at addresses that stay, for clients and firewalls that know addresses and no names. */
export class StaticIpEntry extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'request-rules': {
      what: 'an Application Load Balancer behind the same addresses, which reads requests',
      props: { readsRequests: true } satisfies Partial<StaticIpEntryProps>,
    },
  };

  constructor(scope: Construct, id: string, props: StaticIpEntryProps) {
    super(scope, id, props);
    const { profile, settings, readsRequests = false } = props;
    const { network: plan, servers, fleet, server } = sizes[profile.name];
    const { deletionProtection } = profile;

    const network = new TieredNetwork(this, 'Network', {
      ...plan,
      gatewayEndpoints: {},
      flowLogs: profile.name === 'production' ? FlowDestination.s3(Duration.days(365)) : FlowDestination.logs(),
    });
    const { vpc } = network;
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });

    const services = new Services(this, 'Services', { vpc });
    const rules = readsRequests
      ? new RequestRules(this, 'Requests', { vpc, subnets: network.subnets(servers), alarms, deletionProtection })
      : undefined;
    const entry = new TransportEntry(this, 'Entry', {
      vpc,
      subnets: network.subnets('entry'),
      addresses: EntryAddresses.elastic(),
      ports: [...services.ports, ...(rules ? [rules.port] : [])],
      crossZone: true,
      alarms,
      deletionProtection,
    });
    const made = new Servers(this, 'Servers', {
      vpc,
      subnets: network.subnets(servers),
      pools: services.pools,
      pages: rules?.pages,
      alarms,
      fleet,
      server,
    });

    entry.addresses.forEach((address, i) => this.tell(`Address${i + 1}`, `The address of zone ${i + 1}`, address));
    this.tell('Name', 'A name that leads to all of them', entry.loadBalancer.loadBalancerDnsName);
    this.tell('EntryArn', 'The load balancer that has them', entry.loadBalancer.loadBalancerArn);
    this.tell('ServerGroup', 'The servers', made.group.autoScalingGroupName);
    this.tell('ServerLogs', 'What servers say', made.logGroup.logGroupName);
  }

  private tell(id: string, description: string, value: string): void {
    new CfnOutput(this, id, { description, value });
  }
}
