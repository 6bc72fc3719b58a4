import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { MailKind, MailPurpose } from '../../constructs/messaging/mail-purpose';
import { SenderIdentity } from '../../constructs/messaging/sender-identity';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { Feedback } from './feedback';
import { Lists } from './lists';
import { MailWorker } from './mail-worker';
import { Publisher } from './publisher';
import { senderOf } from './sender';
import { Subscriptions } from './subscriptions';

/** Receipts arrive promptly, newsletters go to who wants them, and the sender keeps its good name. */
export class NewsletterAndReceipts extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const failures = new FailureQueue(this, 'Failures', { alarms });
    const lists = new Lists(this, 'Lists', { alarms, deletionProtection: profile.deletionProtection });
    const sender = new SenderIdentity(this, 'Sender', { sender: senderOf(this, settings) });
    const { events } = new Feedback(this, 'Feedback', { alarms, failures, lists });

    const common = { sender, events, alarms, failures };
    const receipts = new MailPurpose(this, 'Receipts', { ...common, kind: MailKind.transactional() });
    const { url } = new Subscriptions(this, 'Subscriptions', { alarms, lists, receipts });
    const newsletters = new MailPurpose(this, 'Newsletters', {
      ...common,
      kind: MailKind.marketing(`${url}unsubscribe`),
    });
    // When SES takes only so much in a second, most of it is for what somebody waits for.
    new MailWorker(this, 'SendReceipts', {
      description: 'Sends what somebody waits for',
      purpose: receipts,
      lists,
      subscriptions: url,
      maxConcurrency: 10,
    });
    new MailWorker(this, 'SendNewsletters', {
      description: 'Sends an issue to its subscribers',
      purpose: newsletters,
      lists,
      subscriptions: url,
      maxConcurrency: 2,
    });
    const { issues } = new Publisher(this, 'Publish', { alarms, lists, newsletters });

    const output = (name: string, description: string, value: string) =>
      new CfnOutput(this, name, { description, value });
    output('SenderAddress', 'Who mail comes from', sender.address);
    output('SubscriptionsUrl', 'Where readers ask for the newsletter, confirm and leave', url);
    output('ReceiptsQueueUrl', 'Mail that somebody waits for', receipts.mails.queue.queueUrl);
    output('ReceiptsDeadLetterUrl', 'Such mail that could not be sent', receipts.mails.deadLetterQueue.queueUrl);
    output('IssuesQueueUrl', 'Issues to publish', issues.queue.queueUrl);
    output('NewslettersQueueUrl', 'Mail to subscribers', newsletters.mails.queue.queueUrl);
    output('SubscribersTable', 'Who wants the newsletter', lists.subscribers.table.tableName);
    output('MailsTable', 'Which mails were sent', lists.mails.table.tableName);
    output('BounceAlarm', 'Goes off when newsletters come back', newsletters.reputationAlarms[0].alarmName);
  }
}
