import { Aws, Duration, Size, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';

export interface BucketStreamProps {
  readonly bucket: IBucket;
  /** The folder written to, with the slash at its end. What cannot be delivered goes into `undelivered/` in it. */
  readonly folder: string;
  /** What is written, as the description of the role: `Writes access logs of an API`. */
  readonly description: string;
  /**
   * The stream's name, where its writer asks for one.
   * @default - CloudFormation gives it one
   */
  readonly streamName?: string;
}

/**
 * A Data Firehose stream that gathers records for a minute and puts them into a folder of a bucket, compressed. It may write
 * there and nowhere else.
 */
export class BucketStream extends Construct {
  readonly stream: CfnDeliveryStream;

  constructor(scope: Construct, id: string, props: BucketStreamProps) {
    super(scope, id);
    const { bucket, folder, description, streamName } = props;
    refuse(this, [
      !/^[^/].*\/$/.test(folder) && `folder is "${folder}"; name one that ends in a slash, such as "orders-api/"`,
    ]);
    const role = new Role(this, 'Role', {
      description,
      assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const objects = bucket.arnForObjects(`${folder}*`);
    const granted = [
      role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['s3:AbortMultipartUpload', 's3:PutObject'], resources: [objects] }),
      ),
      role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
          resources: [bucket.bucketArn],
        }),
      ),
    ];
    Validations.of(role).acknowledge({
      id: wildcardFinding(role, objects),
      reason:
        'Firehose names each file by the time it writes it, so the role may write any name below the folder of this stream, and nothing beside it.',
    });

    this.stream = new CfnDeliveryStream(this, 'Stream', {
      ...(streamName !== undefined && { deliveryStreamName: streamName }),
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: folder,
        errorOutputPrefix: `${folder}undelivered/`,
        compressionFormat: 'GZIP',
        bufferingHints: {
          intervalInSeconds: Duration.minutes(1).toSeconds(),
          sizeInMBs: Size.mebibytes(5).toMebibytes(),
        },
      },
    });
    for (const { policyDependable } of granted) if (policyDependable) this.stream.node.addDependency(policyDependable);
    // On destroy the stream goes first, so that it writes nothing into a bucket that was just emptied.
    this.stream.node.addDependency(bucket);
  }
}
