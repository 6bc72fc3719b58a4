import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { FailureQueue } from '../serverless/failure-queue';
import type { AlarmTopic } from './alarm-topic';

export interface StackFailuresProps {
  /** Who is told. */
  readonly alarms: AlarmTopic;
}

/** The states a stack stays in until a person does something, while what is left of it goes on costing. */
const stuck = ['CREATE_FAILED', 'DELETE_FAILED', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED'];

/**
 * Tells somebody when a stack of the account and region is stuck: a deletion that failed above all, because what is left of
 * the stack goes on costing and nobody looks at it any more.
 *
 * The rule publishes by a role of its own: EventBridge does not tell a key on whose behalf it calls.
 */
export class StackFailures extends Construct {
  constructor(scope: Construct, id: string, props: StackFailuresProps) {
    super(scope, id);
    const { queue } = new FailureQueue(this, 'Undelivered', { alarms: props.alarms });
    const [stack, status, reason] = ['stack-id', 'status-details.status', 'status-details.status-reason'].map((field) =>
      EventField.fromPath(`$.detail.${field}`),
    );
    const role = new Role(this, 'Role', {
      description: 'Tells of stacks that are stuck',
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Action::kms:GenerateDataKey*]',
      reason:
        'Publishing to an encrypted topic takes a data key of its key, with or without the plaintext; the statement names that one key.',
    });
    new Rule(this, 'Rule', {
      description: 'Stacks that are stuck until a person does something',
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Stack Status Change'],
        detail: { 'status-details': { status: stuck } },
      },
      targets: [
        new SnsTopic(props.alarms.topic, {
          authorizeUsingRole: true,
          role,
          deadLetterQueue: queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
          message: RuleTargetInput.fromText(
            `${status}: ${stack} is stuck, and what is left of it goes on costing. ${reason}`,
          ),
        }),
      ],
    });
  }
}
