import { Stack, Tags, Validations } from 'aws-cdk-lib';
import { AccountRootPrincipal, Effect, PolicyStatement, Role, type IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import type { IQueuePair } from './queue-pair';

export interface QueueOperatorsProps {
  /** The queues they look after, dead letters included; each gets the tag. */
  readonly queues: readonly IQueuePair[];
  /**
   * What marks these queues for these operators: 1 to 256 letters, digits, spaces and any of `_ . : / = + - @`.
   * @default - the path of this construct
   */
  readonly tag?: string;
}

/** The tag by which the rights of operators know a queue. */
export const queueTag = 'groundplan:queue-operators';

/**
 * Who looks after queues: a role that people of this account take on, with rights that follow a tag. A queue that is tagged
 * tomorrow is theirs tomorrow, with no policy changed; one that is not tagged stays closed.
 *
 * They look, and move dead letters back. They cannot change a queue's tags, and no other policy of theirs can let them: whoever may tag
 * a queue opens it.
 *
 * @claims messaging-queue-tag-access
 */
export class QueueOperators extends Construct {
  readonly role: IRole;
  readonly tag: string;

  constructor(scope: Construct, id: string, props: QueueOperatorsProps) {
    super(scope, id);
    const { queues, tag = this.node.path } = props;
    refuse(this, [
      queues.length === 0 && 'queues are none; name those the operators look after',
      !/^[\w .:/=+@-]{1,256}$/.test(tag) &&
        `tag is "${tag}"; give 1 to 256 letters, digits, spaces and any of _ . : / = + - @`,
    ]);
    this.tag = tag;
    for (const { queue, deadLetterQueue } of queues)
      for (const one of [queue, deadLetterQueue]) Tags.of(one).add(queueTag, tag);

    const everyQueue = Stack.of(this).formatArn({ service: 'sqs', resource: '*' });
    const role = new Role(this, 'Role', {
      description: 'Looks after queues, by their tag',
      assumedBy: new AccountRootPrincipal(),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: operations.map((action) => `sqs:${action}`),
        resources: [everyQueue],
        conditions: { StringEquals: { [`aws:ResourceTag/${queueTag}`]: tag } },
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['sqs:TagQueue', 'sqs:UntagQueue'],
        resources: [everyQueue],
      }),
    );
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, everyQueue),
      reason:
        'That the policy names no queue is its point: the condition on their tag leaves the queues that are tagged for these operators, and who has this role can tag none.',
    });
    this.role = role;
  }
}

/** What it takes to see what is wrong, and to move messages back once it is mended. */
const operations: readonly string[] = [
  'CancelMessageMoveTask',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'ListMessageMoveTasks',
  'ReceiveMessage',
  'SendMessage',
  'StartMessageMoveTask',
];
