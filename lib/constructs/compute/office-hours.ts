import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/office-hours/environment';
import { handlerCode } from '../../handlers';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { JobTarget } from '../messaging/job-target';
import { TimedJob } from '../messaging/timed-job';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';
import type { WorkingHours } from './working-hours';

export interface OfficeHoursProps {
  /** Which instances keep the hours. */
  readonly of: OfficeServers;
  readonly hours: WorkingHours;
  /**
   * After when they keep no hours any more, and stay as they are.
   * @default - for ever
   */
  readonly until?: Date;
  /** Where it is told that a start or a stop was given up. */
  readonly alarms: AlarmTopic;
}

type Deed = 'start' | 'stop';
type Ways = Readonly<Record<Deed, JobTarget>>;

interface Turning {
  readonly ways: Ways;
  /** In whose name EC2 is called; that of the schedule where no function does it. */
  readonly role?: IRole;
}

/** An instance, by whatever made it. */
export interface NamedServer {
  readonly instanceId: string;
  /**
   * Keys of its volumes, without which it would stop again at once.
   * @default - the account's own
   */
  readonly encryptionKeys?: readonly IKey[];
}

/** Which instances keep office hours. */
export class OfficeServers {
  /** These. The Scheduler calls EC2 by itself; there is no function. */
  static named(...instances: readonly NamedServer[]): OfficeServers {
    return new OfficeServers(
      (place) => ({ ways: callsOf(place, instances) }),
      [instances.length === 0 && 'of names no instance; name at least one'],
      [...new Set(instances.flatMap(({ encryptionKeys = [] }) => encryptionKeys))],
    );
  }

  /**
   * Whichever bear the tag when it is time, in the Region, besides members of Auto Scaling groups and spot instances.
   *
   * @param encryptionKeys those of their volumes other than the account's own, without which they would stop again at once
   */
  static tagged(key: string, value: string, encryptionKeys: readonly IKey[] = []): OfficeServers {
    return new OfficeServers(
      (place, failures) => functionOf(place, failures, key, value),
      [
        !/^[A-Za-z0-9 _.:/=+@-]{1,128}$/.test(key) &&
          `of goes by the tag ${key || '(empty)'}; give 1 to 128 characters`,
        key.startsWith('aws:') && `of goes by the tag ${key}, which only AWS sets; take a tag of your own`,
        value === '' && `of goes by the tag ${key} without a value; give one, or any instance with the tag would stop`,
      ],
      encryptionKeys,
    );
  }

  private constructor(
    /** Makes what starts and stops them. */
    readonly turning: (place: Construct, failures: FailureQueue) => Turning,
    readonly faults: readonly (string | false)[],
    readonly encryptionKeys: readonly IKey[],
  ) {}
}

/**
 * Servers that run in the hours they are needed and stand still in the others, in a time zone with its summer time.
 *
 * A server that stands still is not billed by the hour; its volumes are, and so is an Elastic IP. Another public address is given back, and a new one
 * comes with the start. A start or stop that cannot be carried out is tried again, and in the end kept, with an alarm.
 *
 * @claims compute-start-stop-schedule
 */
export class OfficeHours extends Construct {
  readonly failures: FailureQueue;
  readonly start: TimedJob;
  readonly stop: TimedJob;

  constructor(scope: Construct, id: string, { of, hours, until, alarms }: OfficeHoursProps) {
    super(scope, id);
    refuse(this, [...of.faults, ...hours.faults()]);
    this.failures = new FailureQueue(this, 'Failures', { alarms });
    const { ways, role } = of.turning(this, this.failures);
    const job = (name: string, does: Deed) =>
      new TimedJob(this, name, {
        description: `${does === 'start' ? 'Starts' : 'Stops'} servers by their hours, ${hours.toString()}`,
        when: does === 'start' ? hours.begin : hours.end,
        target: ways[does],
        failures: this.failures,
        // A start of yesterday would meet the stop of today.
        maxEventAge: Duration.hours(1),
        ...(until && { end: until }),
        alarms,
      });
    this.start = job('Start', 'start');
    this.stop = job('Stop', 'stop');
    if (of.encryptionKeys.length > 0) (role ?? this.start.role).addToPrincipalPolicy(forStarting(of.encryptionKeys));
  }
}

/** EC2 opens encrypted volumes by a grant that whoever starts their instance gives it. */
const forStarting = (keys: readonly IKey[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['kms:CreateGrant'],
    resources: keys.map(({ keyArn }) => keyArn),
    conditions: { Bool: { 'kms:GrantIsForAWSResource': true } },
  });

function callsOf(place: Construct, instances: readonly NamedServer[]): Ways {
  const ids = instances.map(({ instanceId }) => instanceId);
  const arns = ids.map((id) => Stack.of(place).formatArn({ service: 'ec2', resource: 'instance', resourceName: id }));
  const call = (action: string) =>
    JobTarget.call({ service: 'ec2', action, input: { InstanceIds: ids }, resources: arns });
  return { start: call('startInstances'), stop: call('stopInstances') };
}

function functionOf(place: Construct, failures: FailureQueue, key: string, value: string): Turning {
  const turner = new AppFunction(place, 'Turner', {
    description: 'Starts or stops the instances that bear a tag',
    code: handlerCode('office-hours', 'switch'),
    timeout: Duration.seconds(120),
    unscopedActions: ['ec2:DescribeInstances'],
    environment: { [environment.tagKey]: key, [environment.tagValue]: value },
  });
  const any = Stack.of(place).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
  turner.role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['ec2:StartInstances', 'ec2:StopInstances'],
      resources: [any],
      conditions: { StringEquals: { [`aws:ResourceTag/${key}`]: value } },
    }),
  );
  Validations.of(turner.role).acknowledge({
    id: wildcardFinding(turner.role, any),
    reason: `Instances have ids only once they run, and new ones join by the tag ${key}; the condition leaves only those that bear it.`,
  });
  new AsyncInvocation(place, 'Running', { function: turner, onFailure: AsyncDestination.queue(failures.queue) });
  const called = (does: Deed) => JobTarget.function(turner.function, { does });
  return { ways: { start: called('start'), stop: called('stop') }, role: turner.role };
}
