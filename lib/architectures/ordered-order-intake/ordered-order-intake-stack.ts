import { CfnOutput, Stack } from 'aws-cdk-lib';
import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { DocumentTable } from '../../constructs/data/document-table';
import { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { Subscriber } from '../../constructs/messaging/subscriber';
import { TopicOrder } from '../../constructs/messaging/topic-order';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { Desk } from './desk';
import { Packing } from './packing';
import { Worker } from './worker';

/** What happens to the orders of one customer is worked in order and once; those of others beside it. */
export class OrderedOrderIntake extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const orders = new DocumentTable(this, 'Orders', {
      partitionKey: { name: 'customer', type: AttributeType.STRING },
      sortKey: { name: 'order', type: AttributeType.STRING },
      stream: StreamViewType.NEW_IMAGE,
      alarms,
      deletionProtection: profile.deletionProtection,
    });
    const events = new NoticeTopic(this, 'Events', {
      alarms,
      order: TopicOrder.fifo({ contentBasedDeduplication: false }),
    });
    const beside = profile.name === 'production' ? 50 : 5;
    const worker = new Worker(this, 'Worker', { alarms, orders, beside });
    events.subscribe('Worker', Subscriber.queue(worker.queue), { rawMessageDelivery: true });
    const desk = new Desk(this, 'Desk', { alarms, events, orders });
    const packing = new Packing(this, 'Packing', {
      alarms,
      orders,
      beside,
      deletionProtection: profile.deletionProtection,
    });

    const outputs = {
      DeskUrl: ['Say here what happened to an order, and ask how it stands; calls are signed', desk.url],
      EventsTopicArn: ['Where whatever happens is heard', events.topic.topicArn],
      QueueUrl: ['What waits to be worked', worker.queue.queue.queueUrl],
      DeadLetterUrl: ['What was not worked, in order', worker.queue.deadLetterQueue.queueUrl],
      DeadLetterArn: ['The same, to send it back', worker.queue.deadLetterQueue.queueArn],
      OrdersTable: ['How each order stands', orders.table.tableName],
      ParcelsTable: ['What is to be done with the parcel of each order', packing.parcels.table.tableName],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
