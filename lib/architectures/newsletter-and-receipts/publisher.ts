import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment, indexes } from '../../../lambda/newsletter-and-receipts/environment';
import type { MailPurpose } from '../../constructs/messaging/mail-purpose';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { handlerCode } from '../../handlers';
import type { Lists } from './lists';

export interface PublisherProps {
  readonly alarms: AlarmTopic;
  readonly lists: Lists;
  readonly newsletters: MailPurpose;
}

/** Makes of an issue a mail to each subscriber. A run that has not the time for all of them hands the rest to the next. */
export class Publisher extends Construct {
  readonly issues: WorkQueue;
  readonly worker: AppFunction;

  constructor(scope: Construct, id: string, { alarms, lists, newsletters }: PublisherProps) {
    super(scope, id);
    const timeout = Duration.minutes(5);
    this.issues = new WorkQueue(this, 'Issues', { alarms, consumerTimeout: timeout });
    this.worker = new AppFunction(this, 'Worker', {
      description: 'Makes of an issue a mail to each subscriber',
      code: handlerCode('newsletter-and-receipts', 'publish'),
      service: 'newsletter-and-receipts',
      timeout,
      environment: {
        [environment.newsletters]: newsletters.mails.queue.queueUrl,
        [environment.issues]: this.issues.queue.queueUrl,
        [environment.subscribers]: lists.subscribers.table.tableName,
      },
    });
    new QueueConsumer(this, 'Consumer', {
      source: this.issues,
      consumer: this.worker,
      batchSize: 1,
      maxConcurrency: 2,
    });
    lists.subscribers.grantQuery(this.worker.role, indexes.listed);
    newsletters.mails.grantSend(this.worker.role);
    this.issues.grantSend(this.worker.role);
  }
}
