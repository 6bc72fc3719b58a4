import { Duration } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { packingEnvironment } from '../../../lambda/ordered-order-intake/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import { EventPipe } from '../../constructs/messaging/event-pipe';
import { OrderedQueue } from '../../constructs/messaging/ordered-queue';
import { PipeSource, PipeTarget } from '../../constructs/messaging/pipe-ends';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { StreamSource } from '../../constructs/serverless/stream-source';
import { handlerCode } from '../../handlers';
import { masked } from './masked';

export interface PackingProps {
  readonly alarms: AlarmTopic;
  /** How each order stands; its changes are what is packed by. */
  readonly orders: DocumentTable;
  /** Customers whose parcels are worked at the same time, at most. */
  readonly beside: number;
  readonly deletionProtection: boolean;
}

/**
 * Packs what was ordered. It is told by the change of the table itself, in the same order: whoever writes an order says nothing, and
 * so cannot have written what nobody hears of.
 */
export class Packing extends Construct {
  readonly parcels: DocumentTable;

  constructor(scope: Construct, id: string, { alarms, orders, beside, deletionProtection }: PackingProps) {
    super(scope, id);
    this.parcels = new DocumentTable(this, 'Parcels', {
      partitionKey: { name: 'customer', type: AttributeType.STRING },
      sortKey: { name: 'order', type: AttributeType.STRING },
      alarms,
      deletionProtection,
    });
    const packer = new AppFunction(this, 'Function', {
      description: 'Has parcels packed, packed anew and put back',
      code: handlerCode('ordered-order-intake', 'pack'),
      service: 'ordered-order-intake',
      timeout: Duration.seconds(10),
      maskedInLogs: masked,
      environment: {
        [packingEnvironment.parcels]: this.parcels.table.tableName,
      },
    });
    this.parcels.grantUpdate(packer.role);
    const queue = new OrderedQueue(this, 'Queue', {
      alarms,
      // The pipe gives every message the id of the change.
      contentBasedDeduplication: false,
      consumerTimeout: packer.timeout,
    });
    new EventPipe(this, 'Outbox', {
      description: 'Tells packing how orders stand, as it is written',
      source: PipeSource.stream(StreamSource.table(orders), { failures: new FailureQueue(this, 'Untold', { alarms }) }),
      filters: [{ eventName: ['INSERT', 'MODIFY'] }],
      input: Object.fromEntries(
        Object.entries({ customer: 'S', order: 'S', number: 'N', status: 'S' }).map(([name, type]) => [
          name,
          `$.dynamodb.NewImage.${name}.${type}`,
        ]),
      ),
      target: PipeTarget.queue(queue.queue, '$.dynamodb.Keys.customer.S'),
      alarms,
    });
    new QueueConsumer(this, 'Consumer', { source: queue, consumer: packer, maxConcurrency: beside });
    new FunctionAlarms(this, 'Alarms', { alarms, function: packer });
  }
}
