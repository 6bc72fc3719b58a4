import { Arn, ArnFormat, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import { CfnCertificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachedMethods,
  Distribution,
  HttpVersion,
  SecurityPolicyProtocol,
  SSLMethod,
  ViewerProtocolPolicy,
  type AddBehaviorOptions,
  type IDistribution,
  type IKeyGroup,
  type IOrigin,
  type IResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { OriginGroup, S3BucketOrigin, S3StaticWebsiteOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { ComparisonOperator, Metric, Stats, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { logTargetFaults } from '../storage/bucket-rules';
import { AliasRecord } from './alias-record';
import type { CacheRules } from './cache-rules';
import { EDGE_REGION } from './edge-certificate';
import { hookFaults, hookOptions, type IEdgeCode } from './edge-hook';
import type { ErrorPages } from './error-pages';
import { encryptFields, fieldRouteFaults, type FieldEncryption } from './field-encryption';
import type { GeoGate } from './geo-gate';
import { EVERYTHING, matchBehaviour, patternFaults } from './path-pattern';
import { PrivateS3Origin } from './private-s3-origin';
import { SecurityHeaders } from './security-headers';
import type { IWebFirewall } from './web-firewall';

export interface EdgeRoute {
  /** Where answers come from that the cache does not hold. An origin group fails over, for reads only. */
  readonly origin: IOrigin;
  /** How long answers are kept, and what makes two requests different. */
  readonly cache: CacheRules;
  /**
   * Whether PUT, POST, PATCH and DELETE are passed on; they are never answered from the cache.
   * @default false
   */
  readonly acceptsWrites?: boolean;
  /**
   * Whether OPTIONS is passed on and its answer kept, as cross-origin requests need.
   * @default false
   */
  readonly cachesOptions?: boolean;
  /**
   * What happens to plain HTTP: redirected, refused, or answered too. A route that checks signatures never answers it.
   * @default ViewerProtocolPolicy.REDIRECT_TO_HTTPS
   */
  readonly viewerProtocol?: ViewerProtocolPolicy;
  /**
   * Whose signed URLs and cookies open this route.
   * @default - it is open to all
   */
  readonly trustedKeyGroups?: readonly IKeyGroup[];
  /**
   * Code that requests of this route, and their answers, meet on their way: one on each hook.
   * @default - none
   */
  readonly runs?: readonly IEdgeCode[];
  /**
   * Fields of forms that are encrypted before they go to the origin. The route has to accept writes, HTTPS alone, and go to a web
   * server by HTTPS.
   * @default - none
   */
  readonly fieldEncryption?: FieldEncryption;
}

export interface EdgePathRoute extends EdgeRoute {
  /** Which paths it answers: `/images/*`; `*` stands for any characters, `?` for one. */
  readonly path: string;
}

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

/** Regions that CloudFront's standard logs cannot be written to: all that an account has to opt in to. */
const optInRegions = /^(af-|ap-east-|ap-south-2|ap-southeast-[3-9]|ca-west-|eu-central-2|eu-south-|il-|me-|mx-)/;
const modernProtocols = [
  SecurityPolicyProtocol.TLS_V1_2_2021,
  SecurityPolicyProtocol.TLS_V1_2_2025,
  SecurityPolicyProtocol.TLS_V1_3_2025,
];

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
    const { routes = [], domainNames = [], logPrefix = 'distribution/', maximumRoutes = 75 } = props;
    const patterns = routes.map(({ path }) => path);
    refuse(this, [
      ...documentFaults(props),
      ...patternFaults(patterns, maximumRoutes),
      ...[{ ...props.defaultRoute, path: EVERYTHING }, ...routes].flatMap(routeFaults),
      ...(props.errorPages?.faults() ?? []),
      ...outagePageFaults(props, patterns),
      ...geoFaults(props),
      ...domainFaults(props),
      ...certificateFaults(props),
      ...logFaults(this, props.logBucket),
      ...(props.firewall?.edgeFaults() ?? []),
    ]);

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

function behaviour(scope: Construct, route: EdgeRoute, headers: IResponseHeadersPolicy): AddBehaviorOptions {
  const reads = route.cachesOptions ? AllowedMethods.ALLOW_GET_HEAD_OPTIONS : AllowedMethods.ALLOW_GET_HEAD;
  return {
    allowedMethods: route.acceptsWrites ? AllowedMethods.ALLOW_ALL : reads,
    cachedMethods: route.cachesOptions ? CachedMethods.CACHE_GET_HEAD_OPTIONS : CachedMethods.CACHE_GET_HEAD,
    cachePolicy: route.cache.policy,
    ...(route.cache.originRequestPolicy && { originRequestPolicy: route.cache.originRequestPolicy }),
    compress: true,
    responseHeadersPolicy: headers,
    viewerProtocolPolicy: route.viewerProtocol ?? ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    ...(route.trustedKeyGroups && { trustedKeyGroups: [...route.trustedKeyGroups] }),
    ...hookOptions(scope, route.runs ?? []),
  };
}

function documentFaults({ description, entryDocument, defaultRoute }: EdgeDistributionProps): (string | false)[] {
  return [
    description.length > 128 &&
      `description has ${description.length} characters; it takes 128 and the rest would be cut off`,
    defaultRoute.origin instanceof PrivateS3Origin &&
      defaultRoute.origin.tellsMissing &&
      entryDocument === undefined &&
      'defaultRoute has a bucket with tellsMissing and no entryDocument, so that the path / would list all there is; give an entryDocument',
    entryDocument?.startsWith('/') === true &&
      `entryDocument is ${entryDocument}; leave the slash out, ${entryDocument.slice(1)}`,
  ];
}

const mostKeyGroups = 4;

function routeFaults(route: EdgePathRoute): (string | false)[] {
  const { path, origin, acceptsWrites = false, trustedKeyGroups = [] } = route;
  return [
    route.trustedKeyGroups?.length === 0 &&
      `the route ${path} names trustedKeyGroups and none in it, which leaves it open to all; give a group, or leave the prop out`,
    trustedKeyGroups.length > mostKeyGroups &&
      `the route ${path} trusts ${trustedKeyGroups.length} key groups; CloudFront takes ${mostKeyGroups}`,
    trustedKeyGroups.length > 0 &&
      (origin instanceof S3StaticWebsiteOrigin ||
        (origin instanceof S3BucketOrigin && !(origin instanceof PrivateS3Origin))) &&
      `the route ${path} checks signatures and its bucket answers others than this distribution, who go round it; give it a PrivateS3Origin`,
    acceptsWrites &&
      origin instanceof OriginGroup &&
      `the route ${path} accepts writes although its origin is an origin group, which fails over for reads only; give it one origin`,
    acceptsWrites &&
      origin instanceof PrivateS3Origin &&
      !origin.acceptsWrites &&
      `the route ${path} accepts writes although the bucket does not admit them; set acceptsWrites of the PrivateS3Origin too`,
    trustedKeyGroups.length > 0 &&
      route.viewerProtocol === ViewerProtocolPolicy.ALLOW_ALL &&
      `the route ${path} checks signatures and answers plain HTTP, which gives them away; redirect to HTTPS, or allow only that`,
    ...hookFaults(path, route.runs ?? []),
    ...fieldRouteFaults(route),
  ];
}

/** A gate turns viewers away with 403; a page that makes it a success lets them in. */
function geoFaults({ geo, errorPages }: EdgeDistributionProps): (string | false)[] {
  if (!geo) return [];
  const open = errorPages?.pages.find(({ code, as = code }) => code === 403 && as === 200);
  return [
    ...geo.faults(),
    open !== undefined &&
      `errorPages shows ${open.page} as 200 for 403, which is what geo answers to those it turns away; answer 403 with a page of its own`,
  ];
}

/** A page for an outage that is fetched from the origin which is out does not arrive. */
function outagePageFaults(
  { errorPages, defaultRoute, routes = [] }: EdgeDistributionProps,
  patterns: readonly string[],
): string[] {
  const originOf = (page: string) =>
    routes.find(({ path }) => path === matchBehaviour(patterns, page))?.origin ?? defaultRoute.origin;
  return (errorPages?.pages ?? [])
    .filter(({ code, page }) => code >= 500 && originOf(page) === defaultRoute.origin)
    .map(
      ({ code, page }) =>
        `errorPages shows ${page} for ${code}, which comes from the very origin that fails then; give it a route to another origin`,
    );
}

function domainFaults(props: EdgeDistributionProps): (string | false)[] {
  const { domainNames = [], certificate, hostedZone, minimumProtocol, sslMethod, acceptDedicatedIpCost } = props;
  return [
    domainNames.length > 0 &&
      certificate === undefined &&
      `domainNames is ${domainNames.join(', ')} without a certificate that proves them; give certificate, or leave the names out`,
    domainNames.length === 0 &&
      certificate !== undefined &&
      'certificate is given without domainNames, so that nobody would be shown it; give the names it covers, or leave it out',
    domainNames.length === 0 &&
      hostedZone !== undefined &&
      'hostedZone is given without domainNames to write into it; give the names, or leave it out',
    minimumProtocol !== undefined &&
      !modernProtocols.includes(minimumProtocol) &&
      `minimumProtocol is ${minimumProtocol}; give ${modernProtocols.join(', ')}`,
    minimumProtocol !== undefined &&
      certificate === undefined &&
      `minimumProtocol is ${minimumProtocol}, which only takes effect with a certificate; give certificate and domainNames too`,
    sslMethod !== undefined &&
      sslMethod !== SSLMethod.SNI &&
      !acceptDedicatedIpCost &&
      `sslMethod is ${sslMethod}, which costs 600 USD a month; use sni-only, or set acceptDedicatedIpCost`,
  ];
}

function certificateFaults({ certificate, domainNames = [] }: EdgeDistributionProps): (string | false)[] {
  if (!certificate) return [];
  const made = certificate.node.defaultChild;
  if (!(made instanceof CfnCertificate)) {
    if (Token.isUnresolved(certificate.certificateArn)) return [];
    const { region } = Arn.split(certificate.certificateArn, ArnFormat.SLASH_RESOURCE_NAME);
    return [
      region !== EDGE_REGION &&
        `certificate is of the region ${region}; CloudFront uses certificates of ${EDGE_REGION} only, so request one there`,
    ];
  }
  const { region } = Stack.of(made);
  const covered = [made.domainName, ...(made.subjectAlternativeNames ?? [])];
  const bare = domainNames.filter((name) => !covered.some((pattern) => coversName(pattern, name)));
  return [
    region !== EDGE_REGION &&
      `certificate is made in ${Token.isUnresolved(region) ? 'a stack without a fixed region' : `the region ${region}`}; CloudFront uses certificates of ${EDGE_REGION} only, so make it in a stack there`,
    bare.length > 0 &&
      `domainNames has ${bare.join(', ')}, which the certificate for ${covered.join(', ')} does not cover; add the name to it`,
  ];
}

function logFaults(scope: Construct, logBucket: IBucket): (string | false)[] {
  const { region } = Stack.of(scope);
  const resource = logBucket.node.defaultChild;
  const { ownership } = Stack.of(scope).resolve({
    ownership: resource instanceof CfnBucket ? resource.ownershipControls : undefined,
  }) as { ownership?: CfnBucket.OwnershipControlsProperty };
  const rules = (ownership?.rules ?? []) as CfnBucket.OwnershipControlsRuleProperty[];
  const hasLists = rules.some(({ objectOwnership }) => objectOwnership !== 'BucketOwnerEnforced');
  return [
    ...logTargetFaults('logBucket', logBucket),
    resource instanceof CfnBucket &&
      !hasLists &&
      `logBucket is ${logBucket.node.path}, whose access control lists are off, and CloudFront writes its logs with one; use a LogBucket with writtenWithAcl`,
    !Token.isUnresolved(region) &&
      optInRegions.test(region) &&
      `logBucket would be in ${region}, where CloudFront cannot write its logs; deploy to a region that is on by default, such as eu-west-1`,
  ];
}

/** Whether a certificate's name covers a host's; a wildcard stands for one label. */
function coversName(pattern: string, name: string): boolean {
  if (Token.isUnresolved(pattern) || Token.isUnresolved(name) || pattern === name) return true;
  return pattern.startsWith('*.') && name.slice(name.indexOf('.') + 1) === pattern.slice(2);
}
