import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { AppFunction } from './app-function';
import { AsyncDestination } from './async-destination';
import { AsyncInvocation } from './async-invocation';
import type { FailureQueue } from './failure-queue';
import { allowInvoke, Invoker } from './invoker';

/** What a `DeviceRule` sets in motion for each message it chooses. */
export class DeviceAction {
  /**
   * A function, which IoT does not wait for: Lambda tries three times, and then puts the message and the reason into the failure
   * queue of the rule.
   *
   * @param alias what of it is called; the newest code unless given
   */
  static invoke(called: AppFunction, alias?: IAlias): DeviceAction {
    const callee = alias ?? called.function;
    return new DeviceAction(
      (scope, failures) => {
        new AsyncInvocation(scope, 'Runs', {
          function: called,
          ...(alias && { alias }),
          onFailure: AsyncDestination.queue(failures.queue),
        });
        return { lambda: { functionArn: callee.functionArn } };
      },
      (scope, ruleArn, account) =>
        allowInvoke(
          scope,
          callee,
          'DeviceMessages',
          Invoker.service('iot.amazonaws.com', { sourceArn: ruleArn, sourceAccount: account }),
        ),
    );
  }

  /** An execution of a state machine, which gets the message as its input. What fails in it is the state machine's matter. */
  static startExecution(machine: IStateMachine): DeviceAction {
    return new DeviceAction((scope) => {
      const role = new Role(scope, 'Starter', {
        description: `Starts an execution for each message that ${scope.node.path} chooses`,
        assumedBy: rulesOf(scope),
      });
      machine.grantStartExecution(role);
      const { resourceName = '' } = Stack.of(scope).splitArn(machine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
      return { stepFunctions: { stateMachineName: resourceName, roleArn: role.roleArn } };
    });
  }

  private constructor(
    /** Makes what it needs below the rule, and says how IoT calls it. */
    readonly bind: (scope: Construct, failures: FailureQueue) => CfnTopicRule.ActionProperty,
    /** Lets the rule call it, once the rule is there. */
    readonly admit: (scope: Construct, ruleArn: string, account: string) => void = () => undefined,
  ) {}
}

/** Rules of this account, whose roles they take; the rule itself cannot be named, because it refers to the role. */
export const rulesOf = (scope: Construct): IPrincipal =>
  new ServicePrincipal('iot.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': Stack.of(scope).formatArn({ service: 'iot', resource: 'rule', resourceName: '*' }) },
    },
  });
