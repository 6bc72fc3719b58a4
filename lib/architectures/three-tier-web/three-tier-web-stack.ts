import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { ComputeTemplate } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import { RollOut } from '../../constructs/compute/roll-out';
import { TargetPool } from '../../constructs/compute/target-pool';
import { Transport } from '../../constructs/compute/transport';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { SignedIn } from './signed-in';
import { sizes } from './sizes';

const boot = (file: string): string => join(__dirname, 'boot', file);
const port = 80;
const healthPath = '/health';
/** Shown on the page; change it, or anything in `boot/`, and the next deployment replaces the fleet. */
const release = '1';

/** A web fleet behind a load balancer that heals, scales and rolls back. */
export class ThreeTierWeb extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const size = sizes[profile.name];

    const network = new TieredNetwork(this, 'Network', {
      zones: size.zones,
      nat: size.nat,
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3, tiers: ['application'] },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB, tiers: ['application'] },
      },
      flowLogs: FlowDestination.logs(),
    });
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const logs = new LogBucket(this, 'AccessLogs');

    const pages = new TargetPool(this, 'Pages', {
      vpc: network.vpc,
      port,
      health: { path: healthPath },
      deregistrationDelay: Duration.seconds(30),
    });
    const entry = new AppLoadBalancer(this, 'Entry', {
      vpc: network.vpc,
      subnets: network.subnets('web'),
      targets: pages,
      logs,
      logPrefix: 'entry',
      alarms,
      transport: settings.certificateArn
        ? Transport.tls({ certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn) })
        : Transport.plain(),
      deletionProtection: profile.deletionProtection,
    });

    const signedIn = new SignedIn(this, 'SignedIn', { alarms });
    const template = new ComputeTemplate(this, 'WebServer', {
      vpc: network.vpc,
      description: 'Web servers: requests and probes from the load balancer only',
      ...size.server,
      boot: new BootProgram(this, 'Boot', {
        program: boot('boot.sh'),
        files: [bootKit, boot('nginx.conf'), boot('page.html'), boot('sessions.service')],
        settings: {
          PORT: `${port}`,
          HEALTH_PATH: healthPath,
          TRUSTED_RANGE: network.plan.cidr,
          RELEASE: release,
          ...signedIn.settings,
        },
      }),
    });
    signedIn.grantRun(template.role);
    new Fleet(this, 'Fleet', {
      vpc: network.vpc,
      subnets: network.subnets('application'),
      template,
      size: size.fleet,
      targets: pages,
      alarms,
      bootTime: Duration.minutes(4),
      rollOut: RollOut.rolling({ timeout: Duration.minutes(15) }),
      scaling: size.scaling,
    });

    const { domainName, hostedZoneId, certificateArn } = settings;
    const named = domainName !== undefined && hostedZoneId !== undefined && certificateArn !== undefined;
    if (named) {
      new ARecord(this, 'Name', {
        zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName: domainName }),
        recordName: `${domainName}.`,
        target: RecordTarget.fromAlias(new LoadBalancerTarget(entry.loadBalancer, { evaluateTargetHealth: true })),
      });
    }
    new CfnOutput(this, 'Url', {
      description: 'Open it and reload: instance and zone change',
      value: named ? `https://${domainName}` : entry.url,
    });
    new CfnOutput(this, 'Transport', { description: 'How requests travel', value: entry.posture });
    new CfnOutput(this, 'AccessLogBucket', {
      description: 'Access logs, minutes after a request',
      value: logs.bucket.bucketName,
    });
  }
}
