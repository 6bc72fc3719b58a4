import { AspectPriority, Aspects, type CfnResource } from 'aws-cdk-lib';
import { CfnGroup, CfnManagedPolicy, CfnPolicy, CfnRole, CfnUser } from 'aws-cdk-lib/aws-iam';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { NetworkRule, referent, resolved, resourcesOf } from '../network/network-rule';
import { anonymousReadMark } from './anonymous-read';
import { arnFaults } from './bucket-arns';
import { anybodyFaults, type Statement } from './bucket-rules';
import { rawRuleFaults, type RawRule } from './ladder-rules';
import { corsFaults } from './object-cors';

/** Puts `StorageRule` on everything below a construct; it looks when all else is done. */
export function guardStorage(scope: IConstruct): void {
  Aspects.of(scope).add(new StorageRule(), { priority: AspectPriority.READONLY });
}

/**
 * What holds for buckets and for policies about them, whoever made them: nobody without a name is let in but where a reason says
 * so, pages of any origin do not write, a statement about objects names objects, objects move only where S3 moves them, and nothing
 * turns away all visitors of a website.
 *
 * @claims storage-policy-anonymous-optin, storage-cors-guard, storage-bucket-and-object-arns, storage-static-website-legacy
 */
export class StorageRule extends NetworkRule {
  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnBucket) return bucketFaults(node);
    if (node instanceof CfnBucketPolicy) return [...policyFaults(node), ...statementFaults(node, node.policyDocument)];
    if (node instanceof CfnPolicy || node instanceof CfnManagedPolicy)
      return statementFaults(node, node.policyDocument);
    if (node instanceof CfnRole || node instanceof CfnUser || node instanceof CfnGroup)
      return inlineDocuments(node).flatMap((document) => statementFaults(node, document));
    return [];
  }
}

function bucketFaults(bucket: CfnBucket): (string | undefined | false)[] {
  const { rules = [] } = (resolved(bucket, bucket.lifecycleConfiguration) ?? {}) as { readonly rules?: RawRule[] };
  return [...corsOf(bucket), ...rawRuleFaults(rules), ...websiteFaults(bucket)];
}

/** Visitors of a website do not sign, and nobody uses a key of KMS without. */
function websiteFaults(bucket: CfnBucket): string[] {
  if (!servesWebsite(bucket)) return [];
  const { serverSideEncryptionConfiguration: encryption = [] } = (resolved(bucket, bucket.bucketEncryption) ?? {}) as {
    readonly serverSideEncryptionConfiguration?: CfnBucket.ServerSideEncryptionRuleProperty[];
  };
  return encryption
    .map((rule) => rule.serverSideEncryptionByDefault as CfnBucket.ServerSideEncryptionByDefaultProperty | undefined)
    .flatMap((byDefault) => (byDefault && byDefault.sseAlgorithm !== 'AES256' ? [byDefault.sseAlgorithm] : []))
    .map(
      (algorithm) =>
        `websiteConfiguration is given and bucketEncryption is ${algorithm}, which no visitor of a website can use; use AES256, or serve a private bucket by CloudFront`,
    );
}

/** Whether visitors are to read objects of it; what only redirects has none. */
function servesWebsite(bucket: CfnBucket | undefined): boolean {
  const website = bucket && (resolved(bucket, bucket.websiteConfiguration) as CfnBucket.WebsiteConfigurationProperty);
  return website !== undefined && website.redirectAllRequestsTo === undefined;
}

function corsOf(bucket: CfnBucket): string[] {
  const { corsRules } = (resolved(bucket, bucket.corsConfiguration) ?? {}) as CfnBucket.CorsConfigurationProperty & {
    readonly corsRules?: CfnBucket.CorsRuleProperty[];
  };
  if (corsRules === undefined) return [];
  // Whether somebody gave a reason for any origin, ObjectCors has asked; where it is not used, writing is refused all the same.
  return corsFaults(corsRules, true);
}

function policyFaults(policy: CfnBucketPolicy): string[] {
  const bucket = referent(policy, policy.bucket, CfnBucket);
  const statements = statementsOf(policy, policy.policyDocument);
  return [
    ...(bucket?.getMetadata(anonymousReadMark) === undefined ? anybodyFaults(statements) : []),
    ...(servesWebsite(bucket) ? plainHttpFaults(statements) : []),
  ];
}

/** The endpoint of a website speaks nothing else. */
const plainHttpFaults = (statements: readonly Statement[]): string[] =>
  statements
    .filter(({ Effect, Condition = {} }) => Effect === 'Deny' && Condition['Bool']?.['aws:SecureTransport'] === 'false')
    .map(
      () =>
        'denies plain HTTP, and the website endpoint of its bucket speaks nothing else; leave enforceSSL out, or serve a private bucket by CloudFront',
    );

function statementFaults(node: CfnResource, document: unknown): string[] {
  const isBucket = (id: string) => resourcesOf(node, CfnBucket).some((one) => resolved(node, one.logicalId) === id);
  return statementsOf(node, document).flatMap((statement) =>
    arnFaults(statement, isBucket).map((fault) => `the policy ${fault}`),
  );
}

const inlineDocuments = (node: CfnRole | CfnUser | CfnGroup): unknown[] =>
  ((resolved(node, node.policies) ?? []) as { readonly policyDocument?: unknown }[]).map(
    ({ policyDocument }) => policyDocument,
  );

const statementsOf = (node: CfnResource, document: unknown): readonly Statement[] =>
  [((resolved(node, document) ?? {}) as { readonly Statement?: Statement | Statement[] }).Statement ?? []].flat();
