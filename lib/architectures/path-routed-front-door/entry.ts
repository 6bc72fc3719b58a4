import type { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { Exposure } from '../../constructs/compute/exposure';
import { Transport } from '../../constructs/compute/transport';
import { AliasRecord } from '../../constructs/edge/alias-record';
import { GuardedCustomOrigin } from '../../constructs/edge/guarded-custom-origin';
import type { OriginGuard } from '../../constructs/edge/origin-guard';
import { VpcBalancerOrigin } from '../../constructs/edge/vpc-balancer-origin';
import type { TieredNetwork } from '../../constructs/network/tiered-network';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import type { Settings } from '../../settings';
import { ServerPages } from './server-pages';

export interface EntryProps {
  readonly network: TieredNetwork;
  readonly alarms: AlarmTopic;
  readonly guard: OriginGuard;
  /** Whether the balancer has no public address. */
  readonly isInside: boolean;
  readonly deletionProtection: boolean;
  readonly logExpiration: Duration;
  readonly settings: Settings;
}

/** The balancer, the pages behind it, and the one way in. */
export class Entry extends Construct {
  readonly balancer: AppLoadBalancer;
  readonly origin: IOrigin;
  /** Whether requests go from CloudFront to the balancer in plain HTTP, over the internet. */
  readonly isPlain: boolean;

  constructor(scope: Construct, id: string, props: EntryProps) {
    super(scope, id);
    const { network, alarms, guard, isInside, settings } = props;
    const { domainName, hostedZoneId, certificateArn } = settings;
    const name = domainName !== undefined && certificateArn !== undefined ? `origin.${domainName}` : undefined;
    const way = name === undefined ? { allowPlainOriginLeg: true } : { domainName: name };

    this.balancer = new AppLoadBalancer(this, 'Balancer', {
      vpc: network.vpc,
      subnets: network.subnets(isInside ? 'inside' : 'web'),
      logs: new LogBucket(this, 'AccessLogs', { expiration: props.logExpiration }),
      logPrefix: 'balancer',
      alarms,
      exposure: isInside ? Exposure.vpcOrigin() : guard.exposure,
      transport:
        name === undefined
          ? Transport.plain()
          : Transport.tls({
              certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn!),
              redirect: false,
            }),
      deletionProtection: props.deletionProtection,
    });
    new ServerPages(this, 'Pages', { alarms, balancer: this.balancer, guard, conditions: [guard.condition] });
    if (name !== undefined && hostedZoneId !== undefined)
      new AliasRecord(this, 'Name', {
        zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName: domainName! }),
        name,
        target: new LoadBalancerTarget(this.balancer.loadBalancer),
      });
    this.isPlain = name === undefined && !isInside;
    this.origin = isInside
      ? new VpcBalancerOrigin(this, 'Inside', { loadBalancer: this.balancer, guard, ...way }).origin
      : new GuardedCustomOrigin(this, 'Guarded', { loadBalancer: this.balancer, guard, ...way }).origin;
  }
}
