import { Aws, Validations } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, type IAlarm, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /**
   * Who is mailed; the address must confirm the subscription once.
   * @default - nobody, the topic has no subscriber
   */
  readonly email?: string;
}

/**
 * The place all alarms of an architecture report to.
 *
 * CloudWatch cannot publish to a topic under the AWS-managed key, so the topic has a key of its own whose policy admits
 * CloudWatch of this account.
 *
 * @claims messaging-service-publishers
 */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;
  private readonly alarms: Alarm[] = [];
  private readonly own: { readonly key: Key; readonly topic: Topic };

  constructor(scope: Construct, id: string, props: AlarmTopicProps = {}) {
    super(scope, id);
    const key = new Key(this, 'Key', { description: 'Encrypts alarm notices', enableKeyRotation: true });
    const topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    this.own = { key, topic };
    this.topic = topic;
    this.admit('cloudwatch.amazonaws.com');
    if (props.email !== undefined) {
      const subscription = topic.addSubscription(new EmailSubscription(props.email));
      Validations.of(subscription).acknowledge({
        id: 'Serverless::Serverless-SNSRedrivePolicy',
        reason:
          'A notice that cannot be mailed for hours has lost its use, and the alarm of a dead-letter queue would be mailed to the very address that does not answer.',
      });
    }
  }

  /** Every alarm that reports here, in the order they were made. */
  get made(): readonly Alarm[] {
    return this.alarms;
  }

  /** Lets another service publish, on behalf of this account only. */
  admit(service: string): void {
    const publisher = new ServicePrincipal(service, {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    this.own.key.grants.encryptDecrypt(publisher);
    this.own.topic.grants.publish(publisher);
  }

  /**
   * Makes an alarm that reports here when it goes off and when it recovers.
   *
   * @param owner where the alarm stands, normally the block it watches
   * @param actions what else it does when it goes off
   */
  alarm(owner: Construct, id: string, props: AlarmProps, ...actions: readonly IAlarmAction[]): IAlarm {
    const alarm = new Alarm(owner, id, props);
    alarm.addAlarmAction(new SnsAction(this.topic), ...actions);
    alarm.addOkAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
    return alarm;
  }
}
