import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { CfnCertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SecurityPolicyProtocol, SSLMethod } from 'aws-cdk-lib/aws-cloudfront';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { logTargetFaults } from '../storage/log-target';
import { EDGE_REGION } from './edge-certificate';
import type { EdgeDistributionProps } from './edge-distribution';
import { routeFaults } from './edge-route';
import { EVERYTHING, matchBehaviour, patternFaults } from './path-pattern';
import { PrivateS3Origin } from './private-s3-origin';

/** Regions that CloudFront's standard logs cannot be written to: all that an account has to opt in to. */
const optInRegions = /^(af-|ap-east-|ap-south-2|ap-southeast-[3-9]|ca-west-|eu-central-2|eu-south-|il-|me-|mx-)/;
const modernProtocols = [
  SecurityPolicyProtocol.TLS_V1_2_2021,
  SecurityPolicyProtocol.TLS_V1_2_2025,
  SecurityPolicyProtocol.TLS_V1_3_2025,
];

/** What is wrong with a distribution before it is made. */
export function distributionFaults(scope: Construct, props: EdgeDistributionProps): (string | false | undefined)[] {
  const { defaultRoute, routes = [], maximumRoutes = 75 } = props;
  const patterns = routes.map(({ path }) => path);
  return [
    ...documentFaults(props),
    ...patternFaults(patterns, maximumRoutes),
    ...[{ ...defaultRoute, path: EVERYTHING }, ...routes].flatMap(routeFaults),
    ...(props.errorPages?.faults() ?? []),
    ...outagePageFaults(props, patterns),
    ...geoFaults(props),
    ...domainFaults(props),
    ...certificateFaults(props),
    ...logFaults(scope, props.logBucket),
    ...(props.firewall?.edgeFaults() ?? []),
  ];
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
