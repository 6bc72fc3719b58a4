import { Aws, Fn } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { LoggingProtocol, SubscriptionProtocol, type Subscription, type Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

const logged: Readonly<Partial<Record<SubscriptionProtocol, LoggingProtocol>>> = {
  [SubscriptionProtocol.SQS]: LoggingProtocol.SQS,
  [SubscriptionProtocol.LAMBDA]: LoggingProtocol.LAMBDA,
  [SubscriptionProtocol.FIREHOSE]: LoggingProtocol.FIREHOSE,
  [SubscriptionProtocol.HTTPS]: LoggingProtocol.HTTP,
  [SubscriptionProtocol.APPLICATION]: LoggingProtocol.APPLICATION,
};

/** Where SNS writes down its deliveries: two log groups whose names it chooses, made here so that they expire and go away. */
export class DeliveryLogs extends Construct {
  private readonly role: Role;
  private readonly protocols = new Set<LoggingProtocol>();

  constructor(
    scope: Construct,
    private readonly topic: Topic,
    private readonly successSampleRate: number,
  ) {
    super(scope, 'DeliveryLogs');
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('sns.amazonaws.com') });
    for (const [id, suffix] of [
      ['Successes', []],
      ['Failures', ['Failure']],
    ] as const) {
      const group = new LogGroup(this, id, {
        logGroupName: Fn.join('/', ['sns', Aws.REGION, Aws.ACCOUNT_ID, topic.topicName, ...suffix]),
      });
      group.grant(
        this.role,
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'logs:PutMetricFilter',
        'logs:PutRetentionPolicy',
      );
    }
  }

  /** Logs deliveries over a protocol, of which SNS logs some; no delivery is made before the log groups are there. */
  log(by: SubscriptionProtocol, subscription: Subscription): void {
    const protocol = logged[by];
    if (protocol === undefined) return;
    subscription.node.addDependency(this);
    if (this.protocols.has(protocol)) return;
    this.protocols.add(protocol);
    this.topic.addLoggingConfig({
      protocol,
      successFeedbackRole: this.role,
      failureFeedbackRole: this.role,
      successFeedbackSampleRate: this.successSampleRate,
    });
  }
}
