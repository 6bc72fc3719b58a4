import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';

export interface TaskStoreProps {
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** What the application keeps: tasks, whose changes are told, and how many there are of them. */
export class TaskStore extends Construct {
  /** Each owner's tasks in a partition of its own. */
  readonly tasks: DocumentTable;
  /** Each owner's totals, and for two days which changes are in them. */
  readonly counts: DocumentTable;

  constructor(scope: Construct, id: string, { alarms, deletionProtection }: TaskStoreProps) {
    super(scope, id);
    this.tasks = new DocumentTable(this, 'Tasks', {
      alarms,
      deletionProtection,
      partitionKey: text('owner'),
      sortKey: text('taskId'),
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.counts = new DocumentTable(this, 'Counts', {
      alarms,
      deletionProtection,
      partitionKey: text('owner'),
      sortKey: text('entry'),
      expiryAttribute: 'expiresAt',
    });
  }
}
