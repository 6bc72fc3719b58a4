import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { formKey } from '../../../lambda/sensitive-form-intake/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';

export interface FormsProps {
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

/** Forms for thirty days: what everybody may read as it is, and beside it fields without meaning. */
export class Forms extends Construct {
  readonly table: DocumentTable;

  constructor(scope: Construct, id: string, { alarms, deletionProtection }: FormsProps) {
    super(scope, id);
    this.table = new DocumentTable(this, 'Table', {
      partitionKey: { name: formKey, type: AttributeType.STRING },
      expiryAttribute: 'expiresAt',
      stream: StreamViewType.NEW_IMAGE,
      alarms,
      deletionProtection,
    });
  }
}
