import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { rulesOf, type DeviceAction } from './device-action';
import type { FailureQueue } from './failure-queue';

export interface DeviceRuleProps {
  /** What the rule is for, in a sentence. */
  readonly description: string;
  /** Which messages, and what of them: `SELECT *, topic(2) AS device FROM 'cameras/+/pictures' WHERE size > 0`. */
  readonly sql: string;
  readonly action: DeviceAction;
  /** Where messages go that the action could not be given, or that failed in it; a rule without such a place loses them. */
  readonly failures: FailureQueue;
}

/**
 * What devices publish is worked as it arrives: IoT chooses messages by a query over topic and content, and hands each to a
 * function or a state machine.
 *
 * @claims serverless-iot-rule
 */
export class DeviceRule extends Construct {
  readonly ruleArn: string;
  readonly ruleName: string;

  constructor(scope: Construct, id: string, props: DeviceRuleProps) {
    super(scope, id);
    const { sql, action, failures } = props;
    refuse(this, sqlFaults(sql));

    const reporter = new Role(this, 'Reporter', {
      description: `Puts aside what ${this.node.path} could not hand on`,
      assumedBy: rulesOf(this),
    });
    reporter.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queue.queueArn] }));
    const rule = new CfnTopicRule(this, 'Rule', {
      topicRulePayload: {
        description: props.description,
        sql,
        awsIotSqlVersion: '2016-03-23',
        ruleDisabled: false,
        actions: [action.bind(this, failures)],
        errorAction: { sqs: { queueUrl: failures.queue.queueUrl, roleArn: reporter.roleArn, useBase64: false } },
      },
    });
    // IoT tries whether it may, when the rule is made.
    rule.node.addDependency(reporter);
    this.ruleArn = rule.attrArn;
    this.ruleName = rule.ref;
    action.admit(this, rule.attrArn, Stack.of(this).account);
  }
}

function sqlFaults(sql: string): (string | false)[] {
  const topic = /^\s*SELECT\s[\s\S]+?\sFROM\s+'([^']*)'/i.exec(sql)?.[1];
  if (topic === undefined)
    return [`sql is "${sql}"; write SELECT what FROM 'topic', such as SELECT * FROM 'cameras/+/pictures'`];
  const levels = topic.split('/');
  return [
    Buffer.byteLength(sql) > 2048 && `sql holds ${Buffer.byteLength(sql)} bytes; IoT takes 2048`,
    topic === '' && `sql reads from no topic; name one, such as 'cameras/+/pictures'`,
    topic === '#' &&
      `sql reads from '#', which is every message of every device of the account, each of which is paid for; name the topics`,
    levels.slice(0, -1).includes('#') && `sql reads from '${topic}'; # stands at the end only`,
    levels.some((level) => level.length > 1 && /[+#]/.test(level)) &&
      `sql reads from '${topic}'; + and # stand for whole levels between slashes`,
    levels.length > 8 && `sql reads from '${topic}', which has ${levels.length} levels; IoT takes 8`,
  ];
}
