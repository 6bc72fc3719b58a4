import { Aws, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { wildcardFinding } from '../../constructs/findings';

export interface BackfillRoleProps {
  /** Whose objects are copied that were there before the rule, or whose copy failed. */
  readonly source: IBucket;
  /** Where the job writes what it could not copy, below `backfill/`. */
  readonly report: IBucket;
}

/** What a job of S3 Batch Operations acts as that `groundplan objects copy-existing` makes: it starts copies by the rules of the bucket, and reads nothing. */
export function backfillRole(scope: Construct, id: string, { source, report }: BackfillRoleProps): IRole {
  // eslint-disable-next-line awscdk/no-variable-construct-id -- whoever asks for the role names it
  const role = new Role(scope, id, {
    description: 'Has objects copied that were there before the rule',
    assumedBy: new ServicePrincipal('batchoperations.s3.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
  const [objects, reports] = [source.arnForObjects('*'), report.arnForObjects('backfill/*')];
  role.addToPolicy(new PolicyStatement({ actions: ['s3:InitiateReplication'], resources: [objects] }));
  role.addToPolicy(
    new PolicyStatement({
      // S3 lists the objects for the job as an inventory does.
      actions: ['s3:GetReplicationConfiguration', 's3:PutInventoryConfiguration'],
      resources: [source.bucketArn],
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [reports] }));
  Validations.of(role).acknowledge(
    {
      id: wildcardFinding(role, objects),
      reason: 'Which objects are copied is decided by the rules of the bucket; the role is for this one bucket.',
    },
    {
      id: wildcardFinding(role, reports),
      reason: 'The job names its report by its own id, below this folder.',
    },
  );
  return role;
}
