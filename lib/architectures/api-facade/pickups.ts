import { AttributeType, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { pickupEnvironment } from '../../../lambda/api-facade/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { handlerCode } from '../../handlers';
import { service } from './parcel-desk';

export interface PickupsProps {
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

/**
 * Pickups: a queue that takes them, which the API fills by itself, a function that books them, and a table, which the API reads
 * by itself. Nobody waits for the booking, and no function runs for asking.
 */
export class Pickups extends Construct {
  readonly orders: IQueue;
  readonly refused: IQueue;
  readonly table: ITable;

  constructor(scope: Construct, id: string, { alarms, deletionProtection }: PickupsProps) {
    super(scope, id);
    // eslint-disable-next-line awscdk/no-parent-name-construct-id-match -- a part is named after what it keeps, and so is its table
    const pickups = new DocumentTable(this, 'Pickups', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      alarms,
      deletionProtection,
    });
    const booker = new AppFunction(this, 'Booker', {
      description: 'Books the pickups in the queue',
      code: handlerCode(service, 'book-pickup'),
      service,
      environment: {
        [pickupEnvironment.pickupTable]: pickups.table.tableName,
      },
    });
    pickups.grantPut(booker.role);
    const work = new WorkQueue(this, 'Orders', { alarms, consumerTimeout: booker.timeout });
    new QueueConsumer(this, 'Consumer', { source: work, consumer: booker });
    new FunctionAlarms(this, 'Alarms', { alarms, function: booker });
    this.orders = work.queue;
    this.refused = work.deadLetterQueue;
    this.table = pickups.table;
  }
}
