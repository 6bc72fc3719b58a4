import { Duration, Validations } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment, indexes } from '../../../lambda/newsletter-and-receipts/environment';
import type { MailPurpose } from '../../constructs/messaging/mail-purpose';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { FunctionUrl } from '../../constructs/serverless/function-url';
import { handlerCode } from '../../handlers';
import type { Lists } from './lists';

export interface SubscriptionsProps {
  readonly alarms: AlarmTopic;
  readonly lists: Lists;
  /** Where the mail waits by which an address is confirmed. */
  readonly receipts: MailPurpose;
}

/** The door for readers: ask for the newsletter, confirm, leave. */
export class Subscriptions extends Construct {
  readonly door: AppFunction;
  /** Where it is; ends with a slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, { alarms, lists, receipts }: SubscriptionsProps) {
    super(scope, id);
    this.door = new AppFunction(this, 'Door', {
      description: 'Takes and ends subscriptions',
      code: handlerCode('newsletter-and-receipts', 'subscriptions'),
      service: 'newsletter-and-receipts',
      timeout: Duration.seconds(10),
      // Anybody may call it: this is all that anybody can make of it at a time.
      reservedConcurrentExecutions: 5,
      environment: {
        [environment.subscribers]: lists.subscribers.table.tableName,
        [environment.receipts]: receipts.mails.queue.queueUrl,
      },
    });
    this.url = new FunctionUrl(this, 'Url', {
      function: this.door,
      authType: FunctionUrlAuthType.NONE,
      acceptPublic:
        'Readers have no account: a link in their mail, with a token nobody can guess, is what lets them confirm and leave.',
    }).url;
    lists.subscribers.grantUpdate(this.door.role);
    lists.subscribers.grantQuery(this.door.role, indexes.token);
    receipts.mails.grantSend(this.door.role);
    new FunctionAlarms(this, 'Alarms', { alarms, function: this.door });
    Validations.of(this.door.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'Readers wait for its answer, so there are no events that could be kept: a run that fails answers 503, and the reader or the mail program asks again.',
    });
  }
}
