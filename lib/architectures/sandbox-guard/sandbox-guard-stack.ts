import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { CostBudget } from '../../constructs/operations/cost-budget';
import { StackFailures } from '../../constructs/operations/stack-failures';

/** What a sandbox may cost in a month where nobody says. */
const usualBudget = 25;

/** What an account for trying things out gets first: somebody is told of costs, and of stacks that do not go away. */
export class SandboxGuard extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { settings } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    new CostBudget(this, 'Spending', { monthlyLimit: Number(settings.monthlyBudget ?? usualBudget), alarms });
    new StackFailures(this, 'Stuck', { alarms });

    new CfnOutput(this, 'NoticeTopic', {
      description: 'Everything is told here; subscribe whom else it concerns',
      value: alarms.topic.topicArn,
    });
  }
}
