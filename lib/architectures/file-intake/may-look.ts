import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { wildcardFinding } from '../../constructs/findings';
import { folders } from './folders';

/** Lets a function see which files and results there are, and change none. */
export function mayLook(role: IRole, bucket: IBucket): void {
  const objects = Object.values(folders).map((folder) => bucket.arnForObjects(`${folder}*`));
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: objects }));
  // Also because S3, without it, says of what is not there that it is forbidden.
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
  Validations.of(role).acknowledge(
    ...objects.map((object) => ({
      id: wildcardFinding(bucket, object),
      reason:
        'Whoever puts a file chooses its name, and its results are named after it; the function may read below this folder, and write nowhere.',
    })),
  );
}
