import { Stack, Token } from 'aws-cdk-lib';
import { CfnDistribution, type IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { IAliasRecordTarget, IHostedZone } from 'aws-cdk-lib/aws-route53';
import { BucketWebsiteTarget, CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { RoutedTarget } from './routing-policy';

/** Why a zone cannot hold a name; nothing if it can. */
export function outsideZone(name: string, { zoneName }: IHostedZone): string | false {
  if (Token.isUnresolved(name) || Token.isUnresolved(zoneName)) return false;
  const within = name === zoneName || name.endsWith(`.${zoneName}`);
  return !within && `name is ${name}, which the zone ${zoneName} does not hold; give a name in it, or its own zone`;
}

/** Why a name cannot stand for an AWS resource; nothing if it can. */
export const aliasFaults = (name: string, target: IAliasRecordTarget, evaluatesHealth: boolean): (string | false)[] => [
  ...distributionFaults(name, target, evaluatesHealth),
  ...websiteFaults(name, target),
];

/** Whether an alias leaves the answers while what it stands for is unhealthy; a distribution has no health to ask for. */
export function followsTarget({ alias, healthCheck, evaluateTargetHealth }: RoutedTarget): boolean {
  if (alias === undefined) return false;
  return evaluateTargetHealth ?? (healthCheck === undefined && !(alias instanceof CloudFrontTarget));
}

function distributionFaults(name: string, target: IAliasRecordTarget, evaluatesHealth: boolean): (string | false)[] {
  if (!(target instanceof CloudFrontTarget)) return [];
  const { distribution } = target as unknown as { distribution: IDistribution };
  const resource = distribution.node.defaultChild;
  const listed =
    resource instanceof CfnDistribution
      ? ((Stack.of(resource).resolve(resource.distributionConfig) as CfnDistribution.DistributionConfigProperty)
          .aliases ?? [])
      : undefined;
  return [
    evaluatesHealth && 'evaluateTargetHealth is true, but a distribution has no health to ask for; leave it out',
    listed !== undefined &&
      !listed.includes(name) &&
      `name is ${name}, which the distribution does not answer for (it lists ${listed.join(', ') || 'no name'}); add it to domainNames`,
  ];
}

/** The website endpoint finds its bucket by the host a browser asks for, which is the name of the record. */
function websiteFaults(name: string, target: IAliasRecordTarget): string[] {
  if (!(target instanceof BucketWebsiteTarget)) return [];
  const { bucket } = target as unknown as { bucket: IBucket };
  const resource = bucket.node.defaultChild;
  // The CDK gives a token where the name is left to CloudFormation, too.
  const called = Stack.of(bucket).resolve(resource instanceof CfnBucket ? resource.bucketName : bucket.bucketName) as
    string | object | undefined;
  if (called === name || typeof called === 'object') return [];
  return [
    `name is ${name}, but the bucket is called ${called ?? 'what CloudFormation chooses'}; a website is found by its bucket’s name, so name the bucket ${name}`,
  ];
}
