import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment, workerEnvironment } from '../../../lambda/ordered-order-intake/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import { OrderedQueue } from '../../constructs/messaging/ordered-queue';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { handlerCode } from '../../handlers';
import { masked } from './masked';

export interface WorkerProps {
  readonly alarms: AlarmTopic;
  readonly orders: DocumentTable;
  /** Customers whose orders are worked at the same time, at most. */
  readonly beside: number;
}

/** Works what happened to orders: of one customer in turn, of several beside each other. */
export class Worker extends Construct {
  readonly queue: OrderedQueue;

  constructor(scope: Construct, id: string, { alarms, orders, beside }: WorkerProps) {
    super(scope, id);
    const worker = new AppFunction(this, 'Function', {
      description: 'Works what happened to orders, one after the other for each customer',
      code: handlerCode('ordered-order-intake', 'work'),
      service: 'ordered-order-intake',
      timeout: Duration.seconds(10),
      maskedInLogs: masked,
      environment: {
        [environment.orders]: orders.table.tableName,
        [workerEnvironment.mostPieces]: '100',
      },
    });
    orders.grantUpdate(worker.role);
    this.queue = new OrderedQueue(this, 'Queue', {
      alarms,
      // The topic gives every message its own.
      contentBasedDeduplication: false,
      consumerTimeout: worker.timeout,
    });
    new QueueConsumer(this, 'Consumer', { source: this.queue, consumer: worker, maxConcurrency: beside });
    new FunctionAlarms(this, 'Alarms', { alarms, function: worker });
  }
}
