import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { environment, indexes } from '../../../lambda/newsletter-and-receipts/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';

export interface ListsProps {
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** What is remembered: who wants the newsletter, and which mails were sent. */
export class Lists extends Construct {
  readonly subscribers: DocumentTable;
  readonly mails: DocumentTable;
  /** What functions are told of the tables. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { alarms, deletionProtection }: ListsProps) {
    super(scope, id);
    this.subscribers = new DocumentTable(this, 'Subscribers', {
      partitionKey: text('email'),
      alarms,
      deletionProtection,
    });
    // Only who is listed has the attribute, so the index holds nobody else, and no issue reads the others.
    this.subscribers.index(indexes.listed, {
      partitionKey: text('listed'),
      sortKey: text('email'),
      attributes: ['token'],
    });
    this.subscribers.index(indexes.token, { partitionKey: text('token'), attributes: ['standing'] });
    this.mails = new DocumentTable(this, 'Mails', {
      partitionKey: text('id'),
      expiryAttribute: 'expires',
      alarms,
      deletionProtection,
    });
    this.environment = {
      [environment.subscribers]: this.subscribers.table.tableName,
      [environment.mails]: this.mails.table.tableName,
    };
  }
}
