import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/reminder-service/environment';
import { handlerCode } from '../../handlers';
import { wildcardFinding } from '../../constructs/findings';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import type { Workflow } from '../../constructs/serverless/workflow';
import { longestWait, mostPeople } from './limits';

export interface ReminderFunctionProps {
  readonly remind: Workflow;
  readonly alarms: AlarmTopic;
  readonly strategy: ReleaseStrategy;
}

/** The function behind the page: it starts executions, and looks how they stand. */
export class ReminderFunction extends Construct {
  readonly alias: IAlias;
  readonly released: ReleasedFunction;

  constructor(scope: Construct, id: string, props: ReminderFunctionProps) {
    super(scope, id);
    const { remind, alarms, strategy } = props;
    const machine = remind.machine.stateMachineArn;
    this.released = new ReleasedFunction(this, 'Reminders', {
      alarms,
      strategy,
      service: 'reminder-service',
      description: 'Starts reminders, and says how they stand',
      code: handlerCode('reminder-service', 'reminders'),
      environment: {
        [environment.machine]: machine,
        [environment.longestWait]: String(longestWait.toSeconds()),
        [environment.mostPeople]: String(mostPeople),
      },
    });
    this.alias = this.released.alias;
    remind.grantStart(this.released.role);
    const name = Stack.of(this).splitArn(machine, ArnFormat.COLON_RESOURCE_NAME).resourceName!;
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${name}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.released.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] }),
    );
    Validations.of(this.released.role).acknowledge({
      id: wildcardFinding(this, executions),
      reason:
        'An execution is named when somebody asks for a reminder; the statement names the one machine whose executions may be looked at.',
    });
  }
}
