import { Aws, CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { companionStack } from '../../constructs/companion-stack';
import { accountRegionalName } from '../../constructs/storage/bucket-name';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ObjectEncryption } from '../../constructs/storage/object-encryption';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { ReplicaTarget } from '../../constructs/storage/replica-target';
import { objectRole } from './object-role';

/**
 * The bucket of the copies and its key, in a stack of another region that is deployed first. Bucket and key have names that can be written
 * down, so that neither stack takes a value of the other and each can be deployed while the other region is gone.
 */
export class FarCopies {
  readonly bucketName: string;
  readonly target: ReplicaTarget;

  constructor(
    home: Stack,
    readonly region: string,
  ) {
    const name = `${home.node.id}-copies`;
    const there = companionStack(home, 'copies', {
      region,
      description: `Copies of what ${home.node.id} keeps, in ${region}`,
    });
    const { bucket: accessLogs } = new LogBucket(there, 'AccessLogs', { writtenByBuckets: true });
    const key = new Key(there, 'Key', { description: `Encrypts ${name}`, enableKeyRotation: true });
    key.addAlias(name);
    const copies = new PrivateBucket(there, 'Copies', {
      accessLogs,
      accessLogPrefix: 'copies/',
      bucketNamePrefix: name,
      encryption: ObjectEncryption.customerKey({ key }),
      versions: ObjectVersions.kept(Duration.days(365)),
      allowedRegions: [region],
    });
    const rescuer = objectRole(there, 'Rescuer', {
      description: `Reads copies when ${home.node.id} is lost or damaged, and changes none`,
      of: copies,
      may: ['s3:GetObject', 's3:GetObjectVersion'],
    });
    new CfnOutput(there, 'RescuerRole', { description: 'Reads copies', value: rescuer.roleArn });

    this.bucketName = accountRegionalName(name, Aws.ACCOUNT_ID, region);
    this.target = ReplicaTarget.named({
      bucketName: this.bucketName,
      region,
      keyArn: `arn:${Aws.PARTITION}:kms:${region}:${Aws.ACCOUNT_ID}:alias/${name}`,
      isVersioned: true,
    });
  }
}
