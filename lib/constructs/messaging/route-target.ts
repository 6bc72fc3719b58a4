import { Aws, Duration, Stack } from 'aws-cdk-lib';
import type { IRule, IRuleTarget, RuleTargetConfig, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine, SnsTopic, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { outsideDuration, outsideRange } from '../faults';
import type { BusEvent } from './bus-pattern';
import type { NoticeTopic } from './notice-topic';

export interface RouteTargetOptions {
  /**
   * What the target is told.
   * @default - the event as it is
   */
  readonly input?: RuleTargetInput;
  /**
   * How often a delivery is tried again, 0 to 185.
   * @default 185
   */
  readonly retryAttempts?: number;
  /**
   * How long a delivery is tried, one minute to 24 hours.
   * @default Duration.hours(24)
   */
  readonly maxEventAge?: Duration;
  /**
   * What the target itself puts on the same bus, as samples; a route that would hear its own echo is refused.
   * @default - nothing
   */
  readonly emits?: readonly BusEvent[];
}

export interface QueueTargetOptions extends RouteTargetOptions {
  /**
   * Within what a FIFO queue keeps order; needed for one, refused for a standard queue.
   * @default - none
   */
  readonly messageGroupId?: string;
}

/** How a target is called, once the route is known that calls it. */
type Binding = (route: Construct) => IRuleTarget;

/** Who is told of an event, and how hard EventBridge tries. */
export class RouteTarget {
  /** A queue under SSE-SQS or a customer key; it keeps what its consumer cannot take yet. */
  static queue(queue: IQueue, { messageGroupId, ...options }: QueueTargetOptions = {}): RouteTarget {
    const { input: message } = options;
    return new RouteTarget(
      () => new SqsQueue(queue, { ...(message && { message }), ...(messageGroupId && { messageGroupId }) }),
      options,
      [
        queue.encryptionType === QueueEncryption.KMS_MANAGED &&
          `is the queue ${queue.node.path} under the AWS-managed key, which admits no rule; encrypt it with a customer key or SSE-SQS`,
        queue.fifo &&
          messageGroupId === undefined &&
          `is the FIFO queue ${queue.node.path} without messageGroupId; say within what order is kept`,
        !queue.fifo &&
          messageGroupId !== undefined &&
          `has messageGroupId for the standard queue ${queue.node.path}; leave it out, or give a FIFO queue`,
      ],
    );
  }

  /** A function or its alias, which Lambda runs asynchronously: what fails there goes where its `AsyncInvocation` says. */
  static function(called: IFunction, options: RouteTargetOptions = {}): RouteTarget {
    const { input: event } = options;
    return new RouteTarget(() => new LambdaFunction(called, event ? { event } : {}), options);
  }

  /** A standard topic, published to by a role, because EventBridge does not tell the topic's key on whose behalf it calls. */
  static topic(notices: NoticeTopic, options: RouteTargetOptions = {}): RouteTarget {
    const { input: message } = options;
    return new RouteTarget(
      (route) => {
        const role = roleOf(route);
        notices.grantPublish(role);
        return new SnsTopic(notices.topic, { authorizeUsingRole: true, role, ...(message && { message }) });
      },
      options,
      [
        notices.topic.fifo &&
          `is the FIFO topic ${notices.node.path}, to which EventBridge does not publish; give a standard topic or a FIFO queue`,
      ],
    );
  }

  /** A state machine; every event starts an execution. */
  static workflow(machine: IStateMachine, options: RouteTargetOptions = {}): RouteTarget {
    const { input } = options;
    return new RouteTarget((route) => {
      const role = roleOf(route);
      machine.grantStartExecution(role);
      return new SfnStateMachine(machine, { role, ...(input && { input }) });
    }, options);
  }

  /**
   * Another bus, of this account or another, in this Region or another; events of another account need its leave
   * (`EventHub.admitAccount`).
   */
  static bus(eventBusArn: string, options: Omit<RouteTargetOptions, 'input'> = {}): RouteTarget {
    return new RouteTarget(
      (route) => {
        const role = roleOf(route);
        role.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [eventBusArn] }));
        return { bind: () => ({ arn: eventBusArn, role }) };
      },
      options,
      [],
      eventBusArn,
    );
  }

  readonly emits: readonly BusEvent[];

  private constructor(
    private readonly binding: Binding,
    private readonly options: RouteTargetOptions,
    private readonly kindFaults: readonly (string | false)[] = [],
    /** The bus events go to, when it is one. */
    readonly eventBusArn?: string,
  ) {
    this.emits = options.emits ?? [];
  }

  /** What is wrong with sending events here, as ends of a sentence. */
  faults(): string[] {
    const { retryAttempts, maxEventAge } = this.options;
    return [
      ...this.kindFaults,
      outsideRange('retryAttempts', retryAttempts, 0, 185),
      outsideDuration('maxEventAge', maxEventAge, Duration.minutes(1), Duration.hours(24)),
    ].filter((fault): fault is string => Boolean(fault));
  }

  /** The target as a rule takes it, with its retries, and a queue for what still could not be delivered. */
  bind(route: Construct, deadLetterQueue: IQueue): IRuleTarget {
    const { retryAttempts = 185, maxEventAge = Duration.hours(24) } = this.options;
    const target = this.binding(route);
    return {
      bind: (rule: IRule, id?: string): RuleTargetConfig => {
        deadLetterQueue.addToResourcePolicy(
          new PolicyStatement({
            principals: [new ServicePrincipal('events.amazonaws.com')],
            actions: ['sqs:SendMessage'],
            resources: [deadLetterQueue.queueArn],
            conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
          }),
        );
        return {
          ...target.bind(rule, id),
          deadLetterConfig: { arn: deadLetterQueue.queueArn },
          retryPolicy: {
            maximumRetryAttempts: retryAttempts,
            maximumEventAgeInSeconds: maxEventAge.toSeconds(),
          },
        };
      },
    };
  }
}

/**
 * What a route calls its targets with, one role for all of them. Any rule of the account may be given it by whoever may pass it:
 * the rule itself cannot be named, because it refers to the role.
 */
function roleOf(route: Construct): IRole {
  const existing = route.node.tryFindChild('Role') as Role | undefined;
  if (existing) return existing;
  const rules = Stack.of(route).formatArn({ service: 'events', resource: 'rule', resourceName: '*' });
  return new Role(route, 'Role', {
    description: `Delivers the events of ${route.node.path}`,
    assumedBy: new ServicePrincipal('events.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': rules } },
    }),
  });
}
