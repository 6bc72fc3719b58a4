import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { companionStack } from '../../constructs/companion-stack';
import { EntryAddresses } from '../../constructs/compute/entry-addresses';
import { Exposure } from '../../constructs/compute/exposure';
import { readAcross } from '../../constructs/edge/across-stacks';
import { secondRegionOf } from '../../constructs/second-region';
import { regionalEntry, type RegionalEntry } from './regional-entry';
import { World } from './world';

export interface StaticIpEntryProps extends ArchitectureProps {
  /**
   * Whether a load balancer that reads requests stands behind one of the ports.
   * @default false
   */
  readonly readsRequests?: boolean;
  /**
   * What gives the addresses that stay: an Elastic IP in each zone, or an accelerator, two for two Regions.
   * @default 'zones'
   */
  readonly fixedBy?: 'zones' | 'world';
}

/** Services below HTTP at addresses that stay, for clients and firewalls that know addresses and no names. */
export class StaticIpEntry extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'request-rules': {
      what: 'an Application Load Balancer behind the same addresses, which reads requests',
      props: { readsRequests: true } satisfies Partial<StaticIpEntryProps>,
    },
    accelerated: {
      what: 'two addresses for two Regions: clients are led to the nearest that is well',
      props: { fixedBy: 'world' } satisfies Partial<StaticIpEntryProps>,
    },
  };

  constructor(scope: Construct, id: string, props: StaticIpEntryProps) {
    super(scope, id, props);
    const { profile, settings, readsRequests = false, fixedBy = 'zones' } = props;
    const given = { profile, settings, readsRequests };
    if (fixedBy === 'zones') {
      const home = regionalEntry(this, { ...given, cidr: '10.58.0.0/16', addresses: EntryAddresses.elastic() });
      home.entry.addresses.forEach((address, i) =>
        this.tell(`Address${i + 1}`, `The address of zone ${i + 1}`, address),
      );
      this.tell('Name', 'A name that leads to all of them', home.entry.loadBalancer.loadBalancerDnsName);
      this.tellOf('', 'The load balancer that has them', home);
      return;
    }

    const region = settings.secondRegion ?? secondRegionOf(this.region);
    const there = companionStack(this, 'away', { region, description: `What ${id} has in ${region}` });
    const addresses = EntryAddresses.assigned();
    const exposure = Exposure.accelerator();
    // Under other names than in zones: a balancer keeps the addresses it was made with, so that one form becomes the other by parts that are all new.
    const [home, away] = [this, there].map((stack, i) =>
      regionalEntry(new Construct(stack, 'Region'), { ...given, cidr: `10.${58 + i}.0.0/16`, addresses, exposure }),
    );
    const world = new World(this, 'World', { home, away });
    world.addresses.forEach((address, i) => this.tell(`Address${i + 1}`, 'An address of both Regions', address));
    this.tell('Accelerator', 'What has them', world.acceleratorArn);
    this.tell('AwayRegion', 'The second Region', region);
    this.tellOf('', 'The load balancer of this Region', home);
    this.tellOf('Away', 'That of the second Region', away);
  }

  private tellOf(prefix: string, what: string, { entry, servers }: RegionalEntry): void {
    const read = (owner: Construct, id: string, value: string) => readAcross(owner, id, value, this);
    const { loadBalancer } = entry;
    this.tell(`${prefix}EntryArn`, what, read(entry, 'Arn', loadBalancer.loadBalancerArn));
    this.tell(`${prefix}ServerGroup`, 'The servers', read(servers, 'Name', servers.group.autoScalingGroupName));
    this.tell(`${prefix}ServerLogs`, 'What servers say', read(servers, 'LogsName', servers.logGroup.logGroupName));
  }

  private tell(id: string, description: string, value: string): void {
    new CfnOutput(this, id, { description, value });
  }
}
