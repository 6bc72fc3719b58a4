import { AspectPriority, Aspects } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct, IConstruct } from 'constructs';
import { refuse } from '../faults';
import { NetworkRule } from '../network/network-rule';
import { CallHelper } from '../operations/call-helper';
import { noteRequestersPay } from './log-target';
import { PrivateBucket, type PrivateBucketProps } from './private-bucket';

/**
 * A bucket of which whoever asks pays for the request and for what they download; its owner pays for the storage, as ever. Who asks
 * must sign, and say that they pay (`x-amz-request-payer: requester`), or is refused.
 *
 * CloudFormation has no property for it, so a custom resource asks S3, and takes it back when this construct goes.
 *
 * @claims storage-requester-pays
 */
export class RequesterPaysBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    refuse(scope, [
      props.anonymousRead &&
        `${id} has anonymousRead, but who does not sign cannot pay; leave it out, or take a PrivateBucket`,
    ]);
    super(scope, id, props);
    noteRequestersPay(this.bucket);
    Aspects.of(this).add(new NoWebsite(), { priority: AspectPriority.READONLY });
    const { bucketName, bucketArn } = this.bucket;
    const paidBy = (payer: 'Requester' | 'BucketOwner') => ({
      service: 'S3',
      action: 'putBucketRequestPayment',
      parameters: { Bucket: bucketName, RequestPaymentConfiguration: { Payer: payer } },
      physicalResourceId: PhysicalResourceId.of(`${bucketName}-payer`),
    });
    const helper = CallHelper.of(this, 'PaymentHelper');
    const payer = new AwsCustomResource(this, 'Payer', {
      resourceType: 'Custom::BucketRequestPayment',
      onUpdate: paidBy('Requester'),
      onDelete: { ...paidBy('BucketOwner'), ignoreErrorCodesMatching: 'NoSuchBucket' },
      installLatestAwsSdk: false,
      role: helper.role,
      logGroup: helper.logs,
      memorySize: 256,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['s3:PutBucketRequestPayment'], resources: [bucketArn] }),
      ]),
    });
    helper.acknowledge(payer);
  }
}

/** Browsers that come to a website neither sign nor say that they pay. */
class NoWebsite extends NetworkRule {
  protected faults(node: IConstruct): (string | false)[] {
    return [
      node instanceof CfnBucket &&
        node.websiteConfiguration !== undefined &&
        'websiteConfiguration is given, but the requester pays, which no visitor of a website can; leave it out, or take a PrivateBucket',
    ];
  }
}
