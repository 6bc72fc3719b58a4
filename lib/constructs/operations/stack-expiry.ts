import { Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';

export interface StackExpiryProps {
  /** When the stack is deleted, to the second, in UTC. */
  readonly at: Date;
}

/**
 * Deletes the stack it stands in at a given time, so that a forgotten sandbox stops costing money.
 *
 * A one-off EventBridge schedule calls CloudFormation directly; there is no function to keep. Its role may delete this one
 * stack and nothing else: CloudFormation goes on with the role the stack was deployed with.
 */
export class StackExpiry extends Construct {
  constructor(scope: Construct, id: string, props: StackExpiryProps) {
    super(scope, id);
    const stack = Stack.of(this);
    new Schedule(this, 'Schedule', {
      description: `Deletes ${stack.node.id} and itself with it`,
      schedule: ScheduleExpression.at(props.at, TimeZone.ETC_UTC),
      target: new Universal({
        service: 'cloudformation',
        action: 'deleteStack',
        input: ScheduleTargetInput.fromObject({ StackName: stack.stackName }),
        policyStatements: [
          new PolicyStatement({ actions: ['cloudformation:DeleteStack'], resources: [stack.stackId] }),
        ],
      }),
    });
  }
}
