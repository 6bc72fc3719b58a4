import { Construct } from 'constructs';
import { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { Subscriber } from '../../constructs/messaging/subscriber';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { AsyncInvocation } from '../../constructs/serverless/async-invocation';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { handlerCode } from '../../handlers';
import type { Lists } from './lists';

export interface FeedbackProps {
  readonly alarms: AlarmTopic;
  readonly failures: FailureQueue;
  readonly lists: Lists;
}

/** What SES tells of each mail, and who listens: a mail it took is written down as sent, who bounces or complains leaves the list. */
export class Feedback extends Construct {
  readonly events: NoticeTopic;
  readonly worker: AppFunction;

  constructor(scope: Construct, id: string, { alarms, failures, lists }: FeedbackProps) {
    super(scope, id);
    this.events = new NoticeTopic(this, 'Events', { alarms });
    this.worker = new AppFunction(this, 'Worker', {
      description: 'Hears what became of each mail',
      code: handlerCode('newsletter-and-receipts', 'hear'),
      service: 'newsletter-and-receipts',
      environment: lists.environment,
    });
    lists.subscribers.grantUpdate(this.worker.role);
    lists.mails.grantUpdate(this.worker.role);
    new AsyncInvocation(this, 'Runs', { function: this.worker, onFailure: AsyncDestination.queue(failures.queue) });
    this.events.subscribe('Hears', Subscriber.function(this.worker.function, failures.queue));
  }
}
