import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { EventType, type IBucket } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Construct } from 'constructs';
import { uploadPrefix, workerEnvironment } from '../../../lambda/queued-worker-tier/environment';
import { wildcardFinding } from '../../constructs/findings';
import type { IQueuePair } from '../../constructs/messaging/queue-pair';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface DocumentsProps {
  /** Where each new document becomes a message. */
  readonly jobs: IQueuePair;
  /** Where access logs go. */
  readonly accessLogs: IBucket;
}

/** Where documents arrive, each of which becomes a message that holds only its place; and where reports of them are kept. */
export class Documents extends Construct {
  readonly uploads: IBucket;
  readonly reports: IBucket;
  /** The environment variables of who reads documents and writes reports. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { jobs, accessLogs }: DocumentsProps) {
    super(scope, id);
    this.uploads = new PrivateBucket(this, 'Uploads', {
      accessLogs,
      accessLogPrefix: 'uploads/',
      announces: true,
    }).bucket;
    this.uploads.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(jobs.queue), {
      prefix: uploadPrefix,
    });
    this.reports = new PrivateBucket(this, 'Reports', { accessLogs, accessLogPrefix: 'reports/' }).bucket;
    this.environment = {
      [workerEnvironment.uploadBucket]: this.uploads.bucketName,
      [workerEnvironment.reportBucket]: this.reports.bucketName,
    };
  }

  /** Lets somebody read documents and write reports of them. */
  grantWork({ grantPrincipal }: IGrantable): void {
    const documents = this.uploads.arnForObjects(`${uploadPrefix}*`);
    const reports = this.reports.arnForObjects('*');
    const statements = [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [documents] }),
      // Without it a document that is gone looks like one that is forbidden.
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.uploads.bucketArn] }),
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [reports] }),
    ];
    for (const statement of statements) grantPrincipal.addToPrincipalPolicy(statement);
    if (!Construct.isConstruct(grantPrincipal)) return;
    for (const [resource, reason] of [
      [
        documents,
        'Whoever uploads chooses the name of a document, so workers may read any below the prefix, and change none.',
      ],
      [
        reports,
        'A report is named after its document, whose name is known only when it comes; the bucket holds reports alone.',
      ],
    ])
      Validations.of(grantPrincipal).acknowledge({ id: wildcardFinding(this, resource), reason });
  }
}
