import { Duration, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { mailEnvironment, pauseEnvironment } from '../../../lambda/mail-purpose/environment';
import { handlerCode } from '../../handlers';
import { refuse } from '../faults';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import type { FailureQueue } from '../serverless/failure-queue';
import { QueueConsumer } from '../serverless/queue-consumer';
import { EventRoute } from './event-route';
import { MailSet, type MailSetProps } from './mail-set';
import type { NoticeTopic } from './notice-topic';
import { RouteTarget } from './route-target';
import { WorkQueue } from './work-queue';

/** What mail is for. Receivers judge a sender by all of it, so what nobody asked for must not spoil what somebody waits for. */
export class MailKind {
  /** Mail somebody waits for, such as a receipt. */
  static transactional(): MailKind {
    return new MailKind('transactional');
  }

  /**
   * Mail to many, such as a newsletter. It takes its turn behind mail that somebody waits for, stops by itself when much of it comes
   * back, and lets every reader leave.
   *
   * @param unsubscribeUrl where a reader leaves with one click; HTTPS
   */
  static marketing(unsubscribeUrl: string): MailKind {
    return new MailKind('marketing', unsubscribeUrl);
  }

  private constructor(
    readonly name: 'transactional' | 'marketing',
    readonly unsubscribeUrl?: string,
  ) {}

  faults(): (string | false)[] {
    const url = this.unsubscribeUrl;
    return [
      this.name === 'marketing' &&
        !url &&
        'unsubscribeUrl is empty; large receivers turn away mail to many that nobody can leave with one click, so say where',
      !!url &&
        !Token.isUnresolved(url) &&
        !/^https:\/\/./.test(url) &&
        `unsubscribeUrl is ${url}; mail programs post to HTTPS addresses only, so give one`,
    ];
  }
}

export interface MailPurposeProps extends MailSetProps {
  readonly kind: MailKind;
  /** Where SES tells what became of each mail. */
  readonly events: NoticeTopic;
  /** Where an alarm's word waits that the pausing function could not take. */
  readonly failures: FailureQueue;
  /**
   * The longest run of the function that sends.
   * @default Duration.seconds(20)
   */
  readonly consumerTimeout?: Duration;
  /**
   * After how many receives without success a mail is moved aside, 1 to 1,000. A receive that finds SES busy counts.
   * @default - 5; 100 for mail to many, which steps back whenever SES is busy
   */
  readonly maxReceiveCount?: number;
}

/**
 * One purpose of mail: a queue, the function that sends what waits there, a configuration set of its own with its own figures, what
 * becomes of each mail told to a topic, and alarms when too much of it comes back. The alarms of mail to many stop its queue; nothing
 * in it is lost, and the other purposes go on.
 *
 * @claims messaging-email-purposes, messaging-email-reputation
 */
export class MailPurpose extends MailSet {
  readonly mails: WorkQueue;
  /** What the function that sends is told, by `mailEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly props: MailPurposeProps;

  constructor(scope: Construct, id: string, props: MailPurposeProps) {
    super(scope, id, props);
    refuse(this, props.kind.faults());
    const { kind, sender, alarms, consumerTimeout = Duration.seconds(20) } = props;
    this.props = props;
    this.mails = new WorkQueue(this, 'Mails', {
      alarms,
      consumerTimeout,
      maxReceiveCount: props.maxReceiveCount ?? (kind.name === 'marketing' ? 100 : 5),
    });
    this.environment = {
      [mailEnvironment.sender]: sender.address,
      [mailEnvironment.configurationSet]: this.configurationSet.configurationSetName,
      [mailEnvironment.kind]: kind.name,
    };
  }

  /** Lets a function send what waits, and nothing but mail of this purpose. */
  sendBy(consumer: AppFunction, maxConcurrency: number): void {
    const { kind } = this.props;
    this.grantSend(consumer.role);
    const { mapping } = new QueueConsumer(this, 'Consumer', {
      source: this.mails,
      consumer,
      maxConcurrency,
    });
    if (kind.name === 'marketing') this.pauseWhenJudged(mapping.eventSourceMappingId, mapping.eventSourceMappingArn);
  }

  /** An alarm of this purpose stops its queue, until a person starts it again. */
  private pauseWhenJudged(mapping: string, mappingArn: string): void {
    const pause = new AppFunction(this, 'Pause', {
      description: 'Stops the queue of a purpose of mail',
      code: handlerCode('mail-purpose', 'pause'),
      environment: { [pauseEnvironment.mapping]: mapping },
    });
    pause.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:UpdateEventSourceMapping'], resources: [mappingArn] }),
    );
    new AsyncInvocation(this, 'PauseRuns', {
      function: pause,
      onFailure: AsyncDestination.queue(this.props.failures.queue),
    });
    new EventRoute(this, 'Judged', {
      description: 'An alarm on the reputation of this purpose stops its queue',
      alarms: this.props.alarms,
      failures: this.props.failures,
      pattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: this.reputationAlarms.map(({ alarmArn }) => alarmArn),
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [RouteTarget.function(pause.function)],
    });
  }
}
