import { CfnOutput, Duration, Size, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { DeliveryDestination } from '../../constructs/messaging/delivery-destination';
import { DeliveryPipe } from '../../constructs/messaging/delivery-pipe';
import { FlowCapture, FlowDestination, FlowSource } from '../../constructs/network/flow-capture';
import { FlowQuery } from '../../constructs/network/flow-query';
import { SmallHost } from '../../constructs/network/small-host';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { ProfileName } from '../../profile';
import { Analyses } from './analyses';
import { Ends } from './ends';
import { KnockWatch } from './knock-watch';

export interface NetworkWatchProps extends ArchitectureProps {
  /**
   * Whether AWS analyses what is deployed, at a price for each run.
   * @default false
   */
  readonly analyses?: boolean;
  /**
   * Whether a host with a public address stands in the web tier, so that there is a door to knock at.
   * @default false
   */
  readonly door?: boolean;
}

/** How long records are kept, and how much of them one query may read. */
const byProfile: Readonly<Record<ProfileName, { readonly kept: Duration; readonly scanLimit: Size }>> = {
  sandbox: { kept: Duration.days(30), scanLimit: Size.gibibytes(1) },
  production: { kept: Duration.days(365), scanLimit: Size.gibibytes(100) },
};

const port = 5432;

/**
 * See what a network does, and prove what it cannot do.
 *
 * @claims network-flow-log-levels, network-flow-log-destinations
 */
export class NetworkWatch extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'network-analyses': {
      what: 'AWS analyses what is deployed: two paths and a barrier',
      props: { analyses: true } satisfies Partial<NetworkWatchProps>,
    },
    'knocked-door': {
      what: 'a host with a public address, to knock at',
      props: { door: true } satisfies Partial<NetworkWatchProps>,
    },
  };

  constructor(scope: Construct, id: string, props: NetworkWatchProps) {
    super(scope, id, props);
    const { profile, settings, analyses = false, door = false } = props;
    const { kept, scanLimit } = byProfile[profile.name];

    const network = new TieredNetwork(this, 'Network', {
      plan: {
        cidr: '10.24.0.0/16',
        tiers: [
          { name: 'database', access: 'isolated' },
          { name: 'web', access: 'public' },
        ],
        zones: 2,
      },
      gatewayEndpoints: {},
    });
    const ends = new Ends(this, 'Ends', { network, port });
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });

    const everything = new FlowCapture(this, 'Everything', {
      source: FlowSource.vpc(network.vpc),
      destination: FlowDestination.s3(kept),
    });
    const query = new FlowQuery(this, 'Query', { capture: everything, scanLimit });
    const { subnets } = network.vpc.selectSubnets(network.subnets('web'));
    const watches = subnets.map((subnet, i) => new KnockWatch(this, `Web${i + 1}`, { subnet, alarms }));
    const { stream } = new DeliveryPipe(this, 'Onwards', {
      destination: DeliveryDestination.bucket(everything.bucket!, 'stream/'),
      description: 'Writes records of one interface',
    });
    // The service that delivers logs may write only to streams that say so.
    Tags.of(stream).add('LogDeliveryEnabled', 'true');
    new FlowCapture(this, 'DatabaseCapture', {
      source: FlowSource.networkInterface(ends.database.attrId),
      destination: FlowDestination.firehose(stream),
      aggregation: Duration.minutes(1),
    });

    this.tell({
      VpcId: ['The network', network.vpc.vpcId],
      RecordFiles: ['Where records of the whole network are, in a folder for each day', query.location],
      WorkGroup: ['Where records are queried', query.workGroup],
      FlowDatabase: ['The catalogue of the table', query.database],
      FlowTable: ['The table of records', query.table],
      RejectedSources: ['The saved query that finds who was refused most', query.queries.RejectedSources],
      KnocksOnAdminPorts: ['The saved query that finds knocks', query.queries.KnocksOnAdminPorts],
      WebRecords: ['The log group with the records of the first web subnet', watches[0].capture.logGroup!.logGroupName],
      KnockAlarm: ['Goes off when somebody knocks there', watches[0].knocks.alarm.alarmName],
      Stream: ['Where records of the database interface go on', stream.ref],
      DatabaseInterface: ['The interface that stands for a database', ends.database.attrId],
    });
    if (door) this.addDoor(network);
    if (analyses) this.analyse(new Analyses(this, 'Analyses', { network, ends, port }));
  }

  /** Closed in both directions: what knocks is refused, which is what the alarm is about. */
  private addDoor(network: TieredNetwork): void {
    const { vpc } = network;
    const { securityGroup } = new TierSecurityGroup(this, 'DoorGroup', {
      vpc,
      description: 'A door that is never opened',
    });
    const [subnet] = vpc.selectSubnets(network.subnets('web')).subnets;
    const host = new SmallHost(this, 'Door', { vpc, subnet, securityGroup });
    this.tell({
      KnockAddress: ['An address to knock at', host.addAddress(subnet.internetConnectivityEstablished)],
    });
  }

  private analyse({ inside, fromInternet, barrier }: Analyses): void {
    this.tell({
      WebToDatabase: ['The analysis that should find a path', inside.analysisId],
      InternetToDatabase: ['The analysis that should find none', fromInternet.analysisId],
      InternetToTier: ['The analysis of the barrier, which should have no findings', barrier.analysisId],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
