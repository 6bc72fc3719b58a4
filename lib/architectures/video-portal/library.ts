import { Validations } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import { wildcardFinding } from '../../constructs/findings';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

/** What the key of everything begins with that was made of uploads. */
export const mediaPrefix = 'videos/';

export interface LibraryProps {
  readonly alarms: AlarmTopic;
  /** Where access logs go. */
  readonly accessLogs: IBucket;
  readonly deletionProtection: boolean;
}

/** What was made: files under names that nobody can guess, and a table that says whose they are. */
export class Library extends Construct {
  readonly videos: DocumentTable;
  readonly media: IBucket;

  constructor(scope: Construct, id: string, { alarms, accessLogs, deletionProtection }: LibraryProps) {
    super(scope, id);
    this.videos = new DocumentTable(this, 'Videos', {
      partitionKey: { name: 'owner', type: AttributeType.STRING },
      sortKey: { name: 'video', type: AttributeType.STRING },
      alarms,
      deletionProtection,
    });
    this.media = new PrivateBucket(this, 'Media', { accessLogs, accessLogPrefix: 'media/' }).bucket;
  }

  /** Lets a role put what was made, or get it, and so make links that do. */
  grantMedia(role: IRole, action: 's3:GetObject' | 's3:PutObject'): void {
    const resource = this.media.arnForObjects(`${mediaPrefix}*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(role, resource),
      reason: `The names of what is made follow from uploads and cannot be known before; ${action} below ${mediaPrefix} is all this role may do there, and it can neither list nor delete.`,
    });
  }
}
