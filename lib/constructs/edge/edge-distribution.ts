import { Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  HttpVersion,
  SecurityPolicyProtocol,
  SSLMethod,
  type IDistribution,
  type IResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { ComparisonOperator, Metric, Stats, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AliasRecord } from './alias-record';
import { distributionFaults } from './distribution-faults';
import { EDGE_REGION } from './edge-certificate';
import { behaviour, type EdgePathRoute, type EdgeRoute } from './edge-route';
import type { ErrorPages } from './error-pages';
import { encryptFields } from './field-encryption';
import type { GeoGate } from './geo-gate';
import { originFaults } from './origin-faults';
import { SecurityHeaders } from './security-headers';
import type { IWebFirewall } from './web-firewall';

export interface EdgeDistributionProps {
  /** What the distribution is for, at most 128 characters; shown in the console. */
  readonly description: string;
  /** Answers what no other route does. */
  readonly defaultRoute: EdgeRoute;
  /**
   * Routes for some paths; the first that matches answers, so the more specific stand first.
   * @default - none
   */
  readonly routes?: readonly EdgePathRoute[];
  /** Where access logs go; a bucket whose access control lists are on, such as `LogBucket` with `writtenWithAcl`. */
  readonly logBucket: IBucket;
  /**
   * The folder of this distribution's logs in that bucket.
   * @default 'distribution/'
   */
  readonly logPrefix?: string;
  /**
   * The document that answers the path `/`, without a slash at its beginning.
   * @default - none
   */
  readonly entryDocument?: string;
  /**
   * What viewers see instead of an error.
   * @default - what the origin sends
   */
  readonly errorPages?: ErrorPages;
  /**
   * Headers added to every answer.
   * @default - those of `SecurityHeaders`
   */
  readonly headers?: IResponseHeadersPolicy;
  /**
   * From which countries it answers.
   * @default - from all
   */
  readonly geo?: GeoGate;
  /**
   * What looks at every request before it is answered, from the cache too: a `WebFirewall` of the scope edge.
   * @default - none
   */
  readonly firewall?: IWebFirewall;
  /**
   * Names of your own it is reached by; they need `certificate`.
   * @default - the name CloudFront gives it, with TLS that works
   */
  readonly domainNames?: readonly string[];
  /**
   * A certificate of us-east-1 that covers `domainNames`.
   * @default - CloudFront's own, for its own name
   */
  readonly certificate?: ICertificate;
  /**
   * The public zone that gets an A and an AAAA alias record for each of `domainNames`.
   * @default - no records
   */
  readonly hostedZone?: IHostedZone;
  /**
   * The oldest TLS that viewers may use with `domainNames`, TLSv1.2_2021 or newer.
   * @default SecurityPolicyProtocol.TLS_V1_2_2021
   */
  readonly minimumProtocol?: SecurityPolicyProtocol;
  /**
   * Whether names share CloudFront's addresses (SNI) or have addresses of their own (VIP), which browsers without SNI need.
   * @default SSLMethod.SNI
   */
  readonly sslMethod?: SSLMethod;
  /**
   * Whether the monthly price of dedicated addresses, 600 USD a certificate, is accepted.
   * @default false
   */
  readonly acceptDedicatedIpCost?: boolean;
  /**
   * How many routes beside the default one this account allows.
   * @default 75
   */
  readonly maximumRoutes?: number;
}

/**
 * A CloudFront distribution: one or more origins behind one worldwide name, over HTTP/2 and 3 and IPv6, compressed, with
 * security headers and access logs. It caches reads only.
 *
 * @claims edge-distribution-baseline, edge-read-through-cache, edge-path-behaviours, edge-error-pages, edge-viewer-protocol,
 * edge-default-domain-tls, edge-alternate-domain, edge-certificate-us-east-1, edge-sni-or-dedicated-ip,
 * edge-geo-restriction, edge-origin-failover, edge-private-behaviour, edge-retired-types, edge-field-encryption
 */
export class EdgeDistribution extends Construct {
  readonly distribution: IDistribution;
  /** Where it is reached: the first of the given names, else the one CloudFront made. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: EdgeDistributionProps) {
    super(scope, id);
    const { routes = [], domainNames = [], logPrefix = 'distribution/' } = props;
    refuse(this, distributionFaults(this, props));

    const headers = props.headers ?? new SecurityHeaders(this, 'Headers').policy;
    const { minimumProtocol = SecurityPolicyProtocol.TLS_V1_2_2021, sslMethod = SSLMethod.SNI } = props;
    const distribution = new Distribution(this, 'Distribution', {
      comment: props.description,
      defaultBehavior: { origin: props.defaultRoute.origin, ...behaviour(this, props.defaultRoute, headers) },
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      logBucket: props.logBucket,
      logFilePrefix: logPrefix,
      ...(props.entryDocument !== undefined && { defaultRootObject: props.entryDocument }),
      ...(props.errorPages && { errorResponses: props.errorPages.responses }),
      ...(props.geo && { geoRestriction: props.geo.restriction }),
      ...(props.firewall && { webAclId: props.firewall.arnFor(this) }),
      ...(props.certificate && {
        domainNames: [...domainNames],
        certificate: props.certificate,
        minimumProtocolVersion: minimumProtocol,
        sslSupportMethod: sslMethod,
      }),
    });
    if (!props.certificate) {
      Validations.of(distribution).acknowledge({
        id: 'AwsSolutions::AwsSolutions-CFR4',
        reason:
          "It is reached by CloudFront's own name with CloudFront's own certificate, whose oldest protocol cannot be set; with domainNames and certificate it is TLSv1.2_2021.",
      });
    }
    for (const route of routes) distribution.addBehavior(route.path, route.origin, behaviour(this, route, headers));
    refuse(this, originFaults(distribution));
    encryptFields(this, distribution, [props.defaultRoute, ...routes]);

    for (const [i, name] of (props.hostedZone ? domainNames : []).entries()) {
      new AliasRecord(this, `Alias${i === 0 ? '' : i + 1}`, {
        zone: props.hostedZone!,
        name,
        target: new CloudFrontTarget(distribution),
      });
    }
    this.distribution = distribution;
    this.url = `https://${domainNames[0] ?? distribution.distributionDomainName}`;
  }

  /** The share of requests answered with a 5xx code, in percent. CloudFront publishes it in us-east-1, as the region Global. */
  metricServerErrors(): Metric {
    return new Metric({
      namespace: 'AWS/CloudFront',
      metricName: '5xxErrorRate',
      dimensionsMap: { DistributionId: this.distribution.distributionId, Region: 'Global' },
      statistic: Stats.AVERAGE,
      period: Duration.minutes(1),
    });
  }

  /**
   * Reports when more than 5 % of requests fail for 5 minutes. An alarm watches metrics of its own region only, so the stack
   * has to be fixed to us-east-1.
   */
  alarmOnServerErrors(alarms: AlarmTopic): IAlarm {
    const { region } = Stack.of(this);
    refuse(this, [
      region !== EDGE_REGION &&
        `an alarm in ${Token.isUnresolved(region) ? 'no fixed region' : region} would never see a figure of CloudFront, which are all in ${EDGE_REGION}; fix the stack to that region, or make the alarm in another stack there`,
    ]);
    return alarms.alarm(this, 'ServerErrors', {
      alarmDescription: 'More than 5 % of requests to the distribution fail',
      metric: this.metricServerErrors(),
      threshold: 5,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
