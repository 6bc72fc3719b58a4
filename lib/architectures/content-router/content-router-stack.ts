import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { RuleTable } from '../../constructs/compute/rule-table';
import { Transport } from '../../constructs/compute/transport';
import { AliasRecord } from '../../constructs/edge/alias-record';
import { refuse } from '../../constructs/faults';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { googleSignIn } from './google';
import { Reports, type ReportsWay } from './reports';
import { officeFault, rules } from './rules';
import { Services } from './services';

export interface ContentRouterProps extends ArchitectureProps {
  /**
   * How TLS gets to servers that have certificates of their own.
   * @default - there are no servers
   */
  readonly reports?: ReportsWay;
}

/** A range of documentation, from which nobody asks. */
const nobody = ['203.0.113.0/24'];

/**
 * Several small services behind one balancer, which sends each request where a table of rules says: by path, name, header, parameter,
 * method and source.
 */
export class ContentRouter extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'tls-bridged': {
      what: 'reports from servers: the balancer reads each request and encrypts it anew',
      props: { reports: 'bridged' } satisfies Partial<ContentRouterProps>,
    },
    'tls-passed-through': {
      what: 'reports from servers at a door of their own, which hands on what clients encrypted and reads nothing',
      props: { reports: 'passed-through' } satisfies Partial<ContentRouterProps>,
    },
  };

  /** Answers beforehand what the balancer will do. */
  readonly table: RuleTable;

  constructor(scope: Construct, id: string, props: ContentRouterProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const { domainName, hostedZoneId, certificateArn, allowFrom = nobody } = settings;
    refuse(this, [officeFault(allowFrom)]);
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const network = new TieredNetwork(this, 'Network', {
      plan: { cidr: '10.31.0.0/16', tiers: [{ name: 'web', access: 'public' }], tierSlots: 2 },
      zones: profile.name === 'production' ? 3 : 2,
      nat: NatStrategy.none(),
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    const entry = new AppLoadBalancer(this, 'Entry', {
      vpc: network.vpc,
      subnets: network.subnets('web'),
      logs: new LogBucket(this, 'AccessLogs', { expiration: Duration.days(profile.logRetention) }),
      logPrefix: 'entry',
      alarms,
      transport: certificateArn
        ? Transport.tls({ certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn) })
        : Transport.plain(),
      deletionProtection: profile.deletionProtection,
    });

    const signIn = googleSignIn(this, settings);
    const services = new Services(this, 'Services', {
      alarms,
      signer: signIn && entry.loadBalancer.loadBalancerArn,
    });
    const reports =
      props.reports &&
      new Reports(this, 'Reports', {
        network,
        alarms,
        way: props.reports,
        profile: profile.name,
        deletionProtection: profile.deletionProtection,
      });
    this.table = new RuleTable(this, 'Rules', {
      balancer: entry,
      rules: rules({
        services,
        domain: domainName ?? 'example.com',
        office: allowFrom,
        signIn,
        reports: reports?.pool,
      }),
    });
    reports?.launch();
    if (domainName !== undefined && hostedZoneId !== undefined) {
      const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName: domainName });
      const target = new LoadBalancerTarget(entry.loadBalancer);
      new AliasRecord(this, 'Name', { zone, name: domainName, target });
      new AliasRecord(this, 'Names', { zone, name: `*.${domainName}`, target });
    }

    new CfnOutput(this, 'Url', { value: entry.url, description: 'Where every service is' });
    if (reports?.url) new CfnOutput(this, 'ReportsUrl', { value: reports.url, description: 'Where reports are' });
    new CfnOutput(this, 'Transport', { value: entry.posture, description: 'How requests travel' });
  }
}
