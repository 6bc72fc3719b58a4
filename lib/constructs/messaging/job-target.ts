import { Stack, Token } from 'aws-cdk-lib';
import { Grant, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { EventHub } from './event-hub';

/** What the Scheduler puts in the place of these words, wherever they stand in an input. */
export const jobContext = {
  /** When the run was due, such as `2026-11-28T06:30:00Z`; the same for every attempt at it, so the key of being done once. */
  scheduledTime: '<aws.scheduler.scheduled-time>',
  /** Of one attempt. */
  executionId: '<aws.scheduler.execution-id>',
  attempt: '<aws.scheduler.attempt-number>',
} as const;

/** An event as a job puts it on a bus. */
export interface JobEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
}

/** A call of the API of any service, as the Scheduler makes it by itself. */
export interface JobCall {
  /** The service as the SDK for Java calls it, in small letters: `ec2`, `sfn`. */
  readonly service: string;
  /** The action in camel case: `stopInstances`. */
  readonly action: string;
  readonly input?: object;
  /**
   * What the role may do for it.
   * @default - the action of the same name
   */
  readonly iamAction?: string;
  /** What it may be done to, by ARN. `*` is refused, unless `noResource` says why. */
  readonly resources: readonly string[];
  /**
   * Why the action takes no resource.
   * @default - it takes one
   */
  readonly noResource?: string;
}

type Details = Omit<CfnSchedule.TargetProperty, 'roleArn' | 'deadLetterConfig' | 'retryPolicy'>;

/** Whom a job calls, and what its role may do for it. */
export class JobTarget {
  /**
   * A function or its alias, which Lambda runs asynchronously: what fails there goes where its `AsyncInvocation` says.
   *
   * @param input what it is told; by default when the run was due, as `scheduledTime`
   */
  static function(called: IFunction, input: object = { scheduledTime: jobContext.scheduledTime }): JobTarget {
    return new JobTarget(
      () => ({ arn: called.functionArn, input: JSON.stringify(input) }),
      (role) =>
        Grant.addToPrincipal({
          grantee: role,
          actions: ['lambda:InvokeFunction'],
          resourceArns: [called.functionArn],
        }),
    );
  }

  /** A queue under SSE-SQS or a customer key; `messageGroupId` for a FIFO queue. */
  static queue(queue: IQueue, input: object, messageGroupId?: string): JobTarget {
    return new JobTarget(
      () => ({
        arn: queue.queueArn,
        input: JSON.stringify(input),
        ...(messageGroupId !== undefined && { sqsParameters: { messageGroupId } }),
      }),
      (role) => queue.grantSendMessages(role),
      [
        queue.fifo !== (messageGroupId !== undefined) &&
          `target is the ${queue.fifo ? 'FIFO' : 'standard'} queue ${queue.node.path} ${queue.fifo ? 'without' : 'with'} messageGroupId; a FIFO queue needs one, a standard queue takes none`,
        queue.encryptionType === QueueEncryption.KMS_MANAGED &&
          `target is the queue ${queue.node.path} under the AWS-managed key, which the Scheduler may not use; encrypt it with a customer key or SSE-SQS`,
      ],
    );
  }

  /** A state machine; every run starts an execution. */
  static workflow(machine: IStateMachine, input: object = { scheduledTime: jobContext.scheduledTime }): JobTarget {
    return new JobTarget(
      () => ({ arn: machine.stateMachineArn, input: JSON.stringify(input) }),
      (role) => machine.grantStartExecution(role),
    );
  }

  /** An event for whoever listens. */
  static event(hub: EventHub, { source, detailType, detail }: JobEvent): JobTarget {
    return new JobTarget(
      () => ({
        arn: hub.bus.eventBusArn,
        input: JSON.stringify(detail),
        eventBridgeParameters: { source, detailType },
      }),
      (role) => hub.grantSend(role, source),
    );
  }

  /** A call of any API, with no function between. */
  static call({ service, action, input = {}, iamAction, resources, noResource }: JobCall): JobTarget {
    const allowed = iamAction ?? `${service}:${action[0].toUpperCase()}${action.slice(1)}`;
    const open = resources.some((resource) => !Token.isUnresolved(resource) && resource === '*');
    return new JobTarget(
      (job) => ({
        arn: `arn:${Stack.of(job).partition}:scheduler:::aws-sdk:${service}:${action}`,
        input: JSON.stringify(input),
      }),
      (role) => Grant.addToPrincipal({ grantee: role, actions: [allowed], resourceArns: [...resources] }),
      [
        resources.length === 0 && `target calls ${allowed} on nothing; name resources`,
        open &&
          !noResource &&
          `target calls ${allowed} on *, so that the role may do it to everything; name resources, or say in noResource why the action takes none`,
        allowed.includes('*') && `target calls ${allowed}; a job does one thing, so write one action`,
      ],
    );
  }

  private constructor(
    /** The target as the Scheduler takes it. */
    readonly details: (job: Construct) => Details,
    /** Lets the role of a job do what it is for. */
    readonly grant: (role: IRole) => Grant,
    readonly faults: readonly (string | false)[] = [],
  ) {}
}
