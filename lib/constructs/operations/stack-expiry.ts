import { Aspects, Aws, CfnResource, Duration, Stack, type IAspect } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  CfnScheduleGroup,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct, type IConstruct } from 'constructs';
import { refuse } from '../faults';

export interface StackExpiryProps {
  /** When the stack is deleted, to the minute. An invalid date is refused. */
  readonly at: Date;
}

/** How long until a deletion that did not come to its end is asked for again. */
const again = Duration.minutes(15);

/**
 * Deletes the stack it stands in at a given time, so that a forgotten sandbox stops costing money.
 *
 * An EventBridge schedule calls CloudFormation directly; there is no function to keep. It begins at the given time and goes on
 * every quarter of an hour until the stack is gone, because a single call would be lost where the stack is just being updated,
 * where another stack still uses an export of this one, or where one resource could not be deleted at the first try. For
 * the same reason it is made before everything else in the stack and deleted after it.
 *
 * Its role may delete this one stack and nothing else, and only schedules of this stack's own group get it. CloudFormation
 * deletes the resources with the role the stack was deployed with, as it does for whoever may call DeleteStack, without
 * iam:PassRole. A stack that was deployed without such a role cannot expire.
 */
export class StackExpiry extends Construct {
  constructor(scope: Construct, id: string, props: StackExpiryProps) {
    super(scope, id);
    refuse(this, [Number.isNaN(props.at.getTime()) && 'at is no valid date; give the time the stack is deleted at']);
    const stack = Stack.of(this);
    const group = new CfnScheduleGroup(this, 'Group');
    const role = new Role(this, 'Role', {
      description: `Deletes the stack ${stack.node.id}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.attrArn },
        },
      }),
    });
    const schedule = new Schedule(this, 'Schedule', {
      description: `Deletes ${stack.node.id}, and itself last`,
      scheduleGroup: ScheduleGroup.fromScheduleGroupName(this, 'ByName', group.ref),
      start: props.at,
      schedule: ScheduleExpression.rate(again),
      target: new Universal({
        service: 'cloudformation',
        action: 'deleteStack',
        // By its id: a later stack of the same name is not meant.
        input: ScheduleTargetInput.fromObject({ StackName: stack.stackId }),
        policyStatements: [
          new PolicyStatement({ actions: ['cloudformation:DeleteStack'], resources: [stack.stackId] }),
        ],
        role,
        // What could not be called until the next call is due needs no more tries.
        maxEventAge: again,
      }),
    });
    schedule.node.addDependency(role);
    Aspects.of(stack).add(new Outlives(this, schedule.node.defaultChild as CfnResource));
  }
}

/** Makes every other resource of the stack depend on one, so that it is created first and deleted last. */
class Outlives implements IAspect {
  constructor(
    private readonly spared: IConstruct,
    private readonly resource: CfnResource,
  ) {}

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || Stack.of(node) !== this.resource.stack) return;
    if (node.node.scopes.includes(this.spared)) return;
    node.addResourceDependency(this.resource);
  }
}
