import { CreateJobCommand, type CreateJobCommandInput, type S3ControlClient } from '@aws-sdk/client-s3-control';
import type { ObjectAddress } from './address';

/** A job that copies what was there before a rule of replication. */
export interface CopyingJob {
  /** Whose objects are copied, by the rules that the bucket has. */
  readonly bucket: string;
  /** What the job acts as: a role that trusts `batchoperations.s3.amazonaws.com`. */
  readonly roleArn: string;
  /** Where the list of what could not be copied is written. */
  readonly report: ObjectAddress;
  /** The same token makes no second job. */
  readonly token: string;
}

/**
 * The request for such a job. S3 makes the list of objects by itself: those that rules of the bucket select, and that were not copied, or
 * could not be.
 *
 * @throws when the role is none
 * @claims storage-replication-not-retroactive
 */
export function copyingJob({ bucket, roleArn, report, token }: CopyingJob): CreateJobCommandInput {
  const [, partition, account] = /^arn:([a-z-]+):iam::(\d{12}):role\/.+$/.exec(roleArn) ?? [];
  if (account === undefined)
    throw new Error(
      `--role is ${roleArn || '(empty)'}; give the ARN of a role that trusts batchoperations.s3.amazonaws.com`,
    );
  const arnOf = (name: string) => `arn:${partition}:s3:::${name}`;
  return {
    AccountId: account,
    ClientRequestToken: token,
    ConfirmationRequired: false,
    Description: `Copies what lay in ${bucket} before its rules of replication`,
    Priority: 10,
    RoleArn: roleArn,
    Operation: { S3ReplicateObject: {} },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: arnOf(bucket),
        EnableManifestOutput: false,
        Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ['NONE', 'FAILED'] },
      },
    },
    Report: {
      Enabled: true,
      Bucket: arnOf(report.bucket),
      ...(report.key !== '' && { Prefix: report.key.replace(/\/$/, '') }),
      Format: 'Report_CSV_20180820',
      ReportScope: 'FailedTasksOnly',
    },
  };
}

/** @returns the job's id */
export async function copyExisting(s3: S3ControlClient, job: CopyingJob): Promise<string | undefined> {
  return (await s3.send(new CreateJobCommand(copyingJob(job)))).JobId;
}
