import { TimeZone, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alias, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import {
  ProvisionedCapacity,
  type ProvisionedCapacityProps,
} from '../../../lib/constructs/serverless/provisioned-capacity';
import { ReleaseStrategy } from '../../../lib/constructs/serverless/release-strategy';
import { SafeRelease } from '../../../lib/constructs/serverless/safe-release';
import { testStack } from '../../support/app';

const answer = (stack: Stack, props: Partial<AppFunctionProps> = {}, id = 'Answer') =>
  new AppFunction(stack, id, { description: 'Answers', code: Code.fromInline('x'), ...props });
const live = (stack: Stack, of: AppFunction, version = of.currentVersion) =>
  new Alias(stack, 'Live', { aliasName: 'live', version });

function keptWarm(props: Partial<ProvisionedCapacityProps> = {}, ofFunction: Partial<AppFunctionProps> = {}): Template {
  const stack = testStack();
  const made = answer(stack, ofFunction);
  new ProvisionedCapacity(stack, 'Warm', { function: made, on: live(stack, made), executions: 5, ...props });
  return Template.fromStack(stack);
}

describe('ProvisionedCapacity', () => {
  test('keeps environments of an alias warm, or of a version, and of nothing that did not ask [serverless-provisioned-concurrency]', () => {
    const config = { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 5 } };
    const template = keptWarm();
    template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live', ...config });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);

    const stack = testStack();
    const made = answer(stack);
    live(stack, made);
    new ProvisionedCapacity(stack, 'Warm', { function: made, on: made.currentVersion, executions: 5 });
    const ofVersion = Template.fromStack(stack);
    ofVersion.hasResourceProperties('AWS::Lambda::Version', config);
    ofVersion.hasResourceProperties('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: Match.absent() });
  });

  test('their number follows how busy they are [serverless-provisioned-concurrency]', () => {
    const template = keptWarm({ maximum: 20, utilisation: 0.6 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 5, MaxCapacity: 20 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 0.6,
        PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
      },
    });
  });

  test('their number follows the clock [serverless-provisioned-concurrency]', () => {
    const hours = {
      Morning: { at: Schedule.cron({ hour: '8', minute: '0' }), executions: 10 },
      Evening: { at: Schedule.cron({ hour: '20', minute: '0' }), executions: 1 },
    };
    const template = keptWarm({ hours, timeZone: TimeZone.EUROPE_BERLIN });
    const action = (at: string, executions: number) => ({
      Schedule: `cron(0 ${at} * * ? *)`,
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: executions, MaxCapacity: executions },
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 1,
      MaxCapacity: 10,
      ScheduledActions: Match.arrayWith([Match.objectLike(action('8', 10)), Match.objectLike(action('20', 1))]),
    });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 0);
    keptWarm({ hours, maximum: 20 }).hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      ScheduledActions: Match.arrayWith([
        Match.objectLike({ ScalableTargetAction: { MinCapacity: 10, MaxCapacity: 20 } }),
      ]),
    });
  });

  test('refuses $LATEST, and an alias of it [serverless-provisioned-concurrency]', () => {
    const stack = testStack();
    const made = answer(stack);
    const { latestVersion } = made.function;
    const warm = (id: string, on: ProvisionedCapacityProps['on']) => () =>
      new ProvisionedCapacity(stack, id, { function: made, on, executions: 1 });
    expect(warm('One', live(stack, made, latestVersion))).toThrow(
      'Stack/One:\n  on is the alias live of $LATEST, of which nothing can be kept warm, as it may change; give an alias of currentVersion',
    );
    expect(warm('Two', latestVersion)).toThrow('on is $LATEST, of which nothing can be kept warm');
  });

  test('refuses more than may run at once, of every number it is given [serverless-provisioned-concurrency]', () => {
    const reserved = { reservedConcurrentExecutions: 8 };
    expect(() => keptWarm({ executions: 8 }, reserved)).not.toThrow();
    expect(() => keptWarm({ executions: 9 }, reserved)).toThrow(
      'executions is 9, and the function may run 8 times at once (reservedConcurrentExecutions); keep no more warm than may run',
    );
    expect(() => keptWarm({ maximum: 10 }, reserved)).toThrow('maximum is 10, and the function may run 8 times');
    const hours = { Noon: { at: Schedule.cron({ hour: '12' }), executions: 11 } };
    expect(() => keptWarm({ hours }, reserved)).toThrow('hours.Noon.executions is 11, and the function may run 8');
  });

  test.each<[string, Partial<ProvisionedCapacityProps>, string]>([
    ['a utilisation above 0.9', { maximum: 9, utilisation: 0.91 }, 'should be between 0.1 and 0.9. Found 0.91'],
    ['a utilisation without a maximum', { utilisation: 0.5 }, 'utilisation is 0.5 without a maximum; say how many'],
    ['no environment', { executions: 0 }, 'executions is 0; give a whole number from 1 to 1000000'],
    ['a maximum below the least', { maximum: 4 }, 'maximum is 4 and executions is 5; give a maximum of 5 or more'],
  ])('refuses %s [serverless-provisioned-concurrency]', (_, props, message) => {
    expect(() => keptWarm(props)).toThrow(message);
  });

  test('refuses an alias whose calls go to two versions [serverless-provisioned-concurrency, serverless-weighted-alias]', () => {
    const stack = testStack();
    const made = answer(stack);
    const alarms = new AlarmTopic(stack, 'Alarms');
    const strategy = ReleaseStrategy.fixedWeight({ version: '3', weight: 0.1 });
    const { alias } = new SafeRelease(stack, 'Release', { function: made, alarms, strategy });
    expect(() => new ProvisionedCapacity(stack, 'Warm', { function: made, on: alias, executions: 5 })).toThrow(
      'Stack/Warm:\n  on is the alias live, whose calls go to two versions by fixed weights, beside which Lambda keeps nothing warm; give an alias of one version',
    );
  });

  test('refuses an alias of another function, an imported one, numbers that change of a version, and snapshots [serverless-provisioned-concurrency]', () => {
    const stack = testStack();
    const made = answer(stack);
    const other = answer(stack, {}, 'Other');
    expect(() => keptWarm({ on: live(stack, other) })).toThrow(
      'on belongs to Stack/Other/Function, and function is Stack/Answer',
    );
    const imported = Alias.fromAliasAttributes(stack, 'Imported', {
      aliasName: 'live',
      aliasVersion: made.currentVersion,
    });
    const warm = (id: string, props: Partial<ProvisionedCapacityProps>) => () =>
      new ProvisionedCapacity(stack, id, { function: made, on: imported, executions: 1, ...props });
    expect(warm('One', {})).toThrow('on was imported from elsewhere; keep it warm where it is made');
    expect(warm('Two', { on: made.currentVersion, maximum: 3 })).toThrow(
      'maximum and hours are given for a version, and the next release has another one; give an alias',
    );
    expect(() => keptWarm({}, { runtime: Runtime.PYTHON_3_13, snapStart: true })).toThrow(
      'function starts from snapshots (snapStart), of which Lambda keeps nothing warm; choose one of the two',
    );
  });
});
