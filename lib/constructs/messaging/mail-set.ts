import { Duration, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  CfnConfigurationSetEventDestination,
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  SuppressionReasons,
  type IConfigurationSet,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { NoticeTopic } from './notice-topic';
import type { SenderIdentity } from './sender-identity';

export interface MailSetProps {
  /** Who mail comes from. */
  readonly sender: SenderIdentity;
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
  /**
   * Where SES tells what became of each mail.
   * @default - it tells nobody; figures and the list of addresses that get none are kept all the same
   */
  readonly events?: NoticeTopic;
}

/** Above these, SES looks into an account: of a hundred mails five come back, of a thousand one is complained about. */
const limits = { Bounce: 0.05, Complaint: 0.001 } as const;

/**
 * How mail of one kind leaves: by TLS alone, with figures of its own and alarms on them, and not to addresses that bounced or complained.
 * For mail that a queue holds until it is sent, take a `MailPurpose`.
 *
 * @claims messaging-email-reputation, messaging-email-suppression
 */
export class MailSet extends Construct {
  readonly configurationSet: IConfigurationSet;
  readonly reputationAlarms: readonly IAlarm[];
  protected readonly sender: SenderIdentity;
  protected readonly alarmTopic: AlarmTopic;

  constructor(scope: Construct, id: string, props: MailSetProps) {
    super(scope, id);
    const { sender, alarms, events } = props;
    this.sender = sender;
    this.alarmTopic = alarms;
    const set = new ConfigurationSet(this, 'Set', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.configurationSet = set;
    if (events) this.tell(set, events);
    this.reputationAlarms = (['Bounce', 'Complaint'] as const).map((rate) => this.watch(rate));
  }

  /** Lets an identity send from this sender by this set, and by no other. */
  grantSend(grantee: IGrantable): void {
    this.sender.grantSend(grantee, this.configurationSet.configurationSetName);
  }

  /** What a statement names that lets somebody send so: the sender and the set. */
  get resourceArns(): string[] {
    return [this.sender.identity.emailIdentityArn, arnOf(this.configurationSet)];
  }

  private tell(set: ConfigurationSet, events: NoticeTopic): void {
    events.admit('ses.amazonaws.com', arnOf(set));
    // Not the CDK's construct, which admits SES to the topic a second time and to its key not at all.
    const told = new CfnConfigurationSetEventDestination(this, 'Events', {
      configurationSetName: set.configurationSetName,
      eventDestination: {
        enabled: true,
        matchingEventTypes: ['send', 'delivery', 'bounce', 'complaint', 'reject', 'renderingFailure'],
        snsDestination: { topicArn: events.topic.topicArn },
      },
    });
    // SES tries the topic at once, so its policy must be there.
    told.node.addDependency(events);
  }

  private watch(rate: keyof typeof limits): IAlarm {
    return this.alarmTopic.alarm(this, `${rate}Rate`, {
      alarmDescription: `Too much mail of ${this.node.path} ${rate === 'Bounce' ? 'comes back' : 'is complained about'}; SES may stop the account.`,
      metric: new Metric({
        namespace: 'AWS/SES',
        metricName: `Reputation.${rate}Rate`,
        dimensionsMap: { 'ses:configuration-set': this.configurationSet.configurationSetName },
        statistic: 'Average',
        period: Duration.hours(1),
      }),
      threshold: limits[rate],
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

const arnOf = (set: IConfigurationSet): string =>
  Stack.of(set).formatArn({
    service: 'ses',
    resource: 'configuration-set',
    resourceName: set.configurationSetName,
  });
