import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  paginateListDeadLetterSourceQueues,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A dead-letter queue, and the queues its messages came from. */
export interface DeadLetters {
  readonly url: string;
  readonly arn: string;
  /** How many messages wait to be looked at. */
  readonly waiting: number;
  /** The names of the queues they go back to. */
  readonly sources: readonly string[];
}

/**
 * The dead letters of a queue: its own ones where it has any, or the queue itself where others have it as theirs.
 *
 * @param queue a name, an address or an ARN
 * @throws when there is no such queue, or it neither has dead letters nor holds any
 */
export async function deadLettersOf(sqs: SQSClient, queue: string): Promise<DeadLetters> {
  const url = await urlOf(sqs, queue);
  const { RedrivePolicy } = await attributesOf(sqs, url);
  if (RedrivePolicy === undefined) {
    const found = await look(sqs, url);
    if (found.sources.length === 0)
      throw new Error(
        `${nameOf(url)} has no dead-letter queue, and is none of another queue; name a queue that has one, or its dead-letter queue`,
      );
    return found;
  }
  const { deadLetterTargetArn } = JSON.parse(RedrivePolicy) as { readonly deadLetterTargetArn: string };
  return look(sqs, await urlOf(sqs, deadLetterTargetArn));
}

async function look(sqs: SQSClient, url: string): Promise<DeadLetters> {
  const sources: string[] = [];
  for await (const { queueUrls = [] } of paginateListDeadLetterSourceQueues({ client: sqs }, { QueueUrl: url }))
    sources.push(...queueUrls.map(nameOf));
  const { QueueArn, ApproximateNumberOfMessages } = await attributesOf(sqs, url);
  return { url, arn: QueueArn, waiting: Number(ApproximateNumberOfMessages), sources: sources.sort() };
}

async function attributesOf(sqs: SQSClient, QueueUrl: string): Promise<Record<string, string>> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes;
}

async function urlOf(sqs: SQSClient, queue: string): Promise<string> {
  if (/^https?:\/\//.test(queue)) return queue;
  const [, account, name] = /^arn:[^:]+:sqs:[^:]+:(\d{12}):(.+)$/.exec(queue) ?? [];
  const order = { QueueName: name ?? queue, ...(account && { QueueOwnerAWSAccountId: account }) };
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand(order));
    return QueueUrl!;
  } catch (cause) {
    if (!/NonExistentQueue|QueueDoesNotExist/.test((cause as Error).name)) throw cause;
    throw new Error(`there is no queue ${queue} in this account and Region; look at the outputs of the stack`, {
      cause,
    });
  }
}

export const nameOf = (url: string): string => url.split('/').at(-1)!;
