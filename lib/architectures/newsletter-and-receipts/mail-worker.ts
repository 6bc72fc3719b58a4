import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/newsletter-and-receipts/environment';
import type { MailPurpose } from '../../constructs/messaging/mail-purpose';
import { AppFunction } from '../../constructs/serverless/app-function';
import { handlerCode } from '../../handlers';
import type { Lists } from './lists';

export interface MailWorkerProps {
  readonly description: string;
  /** What it sends. */
  readonly purpose: MailPurpose;
  readonly lists: Lists;
  /** Where readers confirm and leave; ends with a slash. */
  readonly subscriptions: string;
  /** Runs in flight at most: the share of what SES takes in a second. */
  readonly maxConcurrency: number;
}

/** Sends the mail of one purpose, each once. */
export class MailWorker extends Construct {
  readonly worker: AppFunction;

  constructor(scope: Construct, id: string, props: MailWorkerProps) {
    super(scope, id);
    const { purpose, lists } = props;
    this.worker = new AppFunction(this, 'Worker', {
      description: props.description,
      code: handlerCode('newsletter-and-receipts', 'send'),
      service: 'newsletter-and-receipts',
      timeout: Duration.seconds(20),
      environment: {
        ...purpose.environment,
        ...lists.environment,
        [environment.subscriptions]: props.subscriptions,
      },
    });
    lists.subscribers.grantGet(this.worker.role);
    lists.mails.grantUpdate(this.worker.role);
    purpose.sendBy(this.worker, props.maxConcurrency);
  }
}
