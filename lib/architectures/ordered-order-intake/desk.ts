import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/ordered-order-intake/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import type { NoticeTopic } from '../../constructs/messaging/notice-topic';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { FunctionUrl } from '../../constructs/serverless/function-url';
import { handlerCode } from '../../handlers';
import { masked } from './masked';

export interface DeskProps {
  readonly alarms: AlarmTopic;
  readonly events: NoticeTopic;
  readonly orders: DocumentTable;
}

/** Where shops say what happened to an order, and ask how it stands: an address of the function's own, for callers that sign. */
export class Desk extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { alarms, events, orders }: DeskProps) {
    super(scope, id);
    const desk = new AppFunction(this, 'Function', {
      description: 'Hears what happened to orders, and tells how they stand',
      code: handlerCode('ordered-order-intake', 'desk'),
      service: 'ordered-order-intake',
      timeout: Duration.seconds(10),
      maskedInLogs: masked,
      environment: {
        [environment.topic]: events.topic.topicArn,
        [environment.orders]: orders.table.tableName,
      },
    });
    events.grantPublish(desk.role);
    orders.grantGet(desk.role);
    new FunctionAlarms(this, 'Alarms', { alarms, function: desk });
    this.url = new FunctionUrl(this, 'Door', { function: desk }).url;
  }
}
