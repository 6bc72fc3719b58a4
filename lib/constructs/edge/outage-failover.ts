import { Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IAliasRecordTarget, IHealthCheck, IHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { EdgeDistribution } from './edge-distribution';
import { EndpointHealthCheck } from './endpoint-health-check';
import type { HealthSignal } from './health-signal';
import type { OutOfBandPage } from './out-of-band-page';
import { RoutedRecords } from './routed-records';
import { RoutingPolicy } from './routing-policy';

export interface OutageFailoverProps {
  /** The name, in full. */
  readonly domainName: string;
  /** The public zone that holds it. */
  readonly zone: IHostedZone;
  /** A certificate of us-east-1 for the name, by which the page answers under it. The application has one of its own. */
  readonly certificate: ICertificate;
  /** What the name stands for while it is healthy: a balancer, the domain of an API; no distribution, which would need the name too. */
  readonly application: IAliasRecordTarget;
  /** What makes it healthy; asked by another name than this one, under which the page would answer for it. */
  readonly signal: HealthSignal;
  readonly page: OutOfBandPage;
  /** Where the page's distribution writes its access logs, below `outage/`. */
  readonly logBucket: IBucket;
}

/**
 * By DNS: a name that leads to the application while that is healthy, and else to a distribution that has nothing but the page and knows
 * nothing of the application.
 *
 * @claims edge-out-of-band-page, storage-out-of-band-page
 */
export class OutageFailover extends Construct {
  readonly healthCheck: IHealthCheck;
  readonly edge: EdgeDistribution;

  constructor(scope: Construct, id: string, props: OutageFailoverProps) {
    super(scope, id);
    const { domainName, zone, certificate, application, signal, page, logBucket } = props;
    refuse(this, [
      application instanceof CloudFrontTarget &&
        `application is a distribution, and CloudFront gives ${domainName} to one distribution alone; give a balancer or an API, or put the page into its origin group by OutOfBandPage.behind(...)`,
      signal.config().fullyQualifiedDomainName === domainName &&
        `signal asks ${domainName}, which the page answers while the application is down, so that it would look healthy; ask the application by a name of its own`,
    ]);
    this.healthCheck = new EndpointHealthCheck(this, 'Health', { signal }).healthCheck;
    this.edge = new EdgeDistribution(this, 'Page', {
      description: `What ${domainName} shows while its servers are down`,
      defaultRoute: page.everything,
      errorPages: page.errorPages,
      domainNames: [domainName],
      certificate,
      logBucket,
      logPrefix: 'outage/',
    });
    Validations.of(this.edge).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'Whoever the application answers may know that it is down, wherever they are.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason:
          'Behind it stands one page of a bucket, which no query and no body reaches: nothing a firewall could look into.',
      },
    );
    new RoutedRecords(this, 'Records', {
      zone,
      name: domainName,
      policy: RoutingPolicy.failover({
        primary: { id: 'application', alias: application, healthCheck: this.healthCheck },
        secondary: { id: 'page', alias: new CloudFrontTarget(this.edge.distribution) },
      }),
    });
  }
}
