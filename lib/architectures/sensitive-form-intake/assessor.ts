import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/sensitive-form-intake/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import type { FieldEncryption } from '../../constructs/edge/field-encryption';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { metricsNamespace } from '../../constructs/serverless/released-function';
import { StreamConsumer } from '../../constructs/serverless/stream-consumer';
import { StreamSource } from '../../constructs/serverless/stream-source';
import { handlerCode } from '../../handlers';
import { service } from './intake';

export interface AssessorProps {
  readonly alarms: AlarmTopic;
  readonly table: DocumentTable;
  readonly fields: FieldEncryption;
}

/** The one function that has the keys: it reads the fields of each new form, and notes what may be told of them. */
export class Assessor extends Construct {
  readonly failures: IQueue;

  constructor(scope: Construct, id: string, { alarms, table, fields }: AssessorProps) {
    super(scope, id);
    const assess = new AppFunction(this, 'Assess', {
      description: 'Reads what the edge has encrypted, and notes what may be told of it',
      code: handlerCode(service, 'assess'),
      service,
      memorySize: 512,
      timeout: Duration.seconds(30),
      environment: {
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        [environment.table]: table.table.tableName,
        [environment.provider]: fields.providerId,
        [environment.keys]: JSON.stringify(fields.readingKeys),
      },
    });
    fields.grantRead(assess.role);
    table.grantUpdate(assess.role);
    new FunctionAlarms(this, 'Alarms', { alarms, function: assess });
    const { queue } = new FailureQueue(this, 'Failures', { alarms });
    new StreamConsumer(this, 'NewForms', {
      source: StreamSource.table(table),
      consumer: assess,
      onFailure: AsyncDestination.queue(queue),
      alarms,
      retryAttempts: 3,
      // What the function notes of a form is a change of it too, and none that it has to hear of.
      filters: [{ eventName: ['INSERT'] }],
    });
    this.failures = queue;
  }
}
