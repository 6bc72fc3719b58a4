import { Size } from 'aws-cdk-lib';
import { SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Notice, NoticeFilter } from './filter-policy';
import type { SubscriberDetails } from './subscriber';

/** What of a topic decides who may subscribe. */
export interface TopicFacts {
  readonly fifo: boolean;
  readonly maximumMessageSize: Size;
  readonly samples: readonly Notice[];
  /** How many subscribers there are, this one among them. */
  readonly subscriptions: number;
}

export const usualMaximum: Size = Size.kibibytes(256);
/** Protocols that take messages above 256 KiB. */
const roomy: readonly SubscriptionProtocol[] = [
  SubscriptionProtocol.SQS,
  SubscriptionProtocol.LAMBDA,
  SubscriptionProtocol.FIREHOSE,
];

/** What SNS refuses of a subscriber, or what would never be heard. */
export function subscriberFaults(
  id: string,
  details: SubscriberDetails,
  filter: NoticeFilter | undefined,
  { fifo, maximumMessageSize, samples, subscriptions }: TopicFacts,
): (string | undefined)[] {
  const { protocol, queue, deadLetterQueue } = details;
  const large = maximumMessageSize.toBytes() > usualMaximum.toBytes();
  return [
    details.fault,
    orderFault(details, fifo),
    ...[queue, deadLetterQueue].map((each) =>
      each?.encryptionType === QueueEncryption.KMS_MANAGED
        ? `has the queue ${each.node.path} under the AWS-managed key, which admits no topic; encrypt it with a customer key or SSE-SQS`
        : undefined,
    ),
    large && !roomy.includes(protocol)
      ? `listens by ${protocol}, which takes no message above 256 KiB, while maximumMessageSize is ${maximumMessageSize.toKibibytes()} KiB; lower it, or subscribe a queue`
      : undefined,
    large && subscriptions > 100
      ? `is subscriber ${subscriptions} of a topic with messages above 256 KiB; keep to 100, or lower maximumMessageSize`
      : undefined,
    ...(filter?.faults() ?? []),
    filter && samples.length > 0 && !samples.some((sample) => filter.accepts(sample))
      ? 'has a filter that none of the samples passes, so it would never hear anything; correct the filter or the samples'
      : undefined,
    ...retryFaults(details.retries),
  ].map((fault) => fault && `subscriber ${id} ${fault}`);
}

/** What of a subscriber does not go with the order of the topic. */
function orderFault({ protocol, queue, deadLetterQueue }: SubscriberDetails, fifo: boolean): string | undefined {
  if (queue?.fifo && !fifo)
    return 'is a FIFO queue on a standard topic; make the topic with TopicOrder.fifo(…), or subscribe a standard queue';
  if (fifo && !queue)
    return `listens by ${protocol} on a FIFO topic, which delivers to queues only; subscribe a queue, or make the topic standard`;
  if (deadLetterQueue.fifo === fifo) return undefined;
  const [own, other] = fifo ? ['FIFO', 'standard'] : ['standard', 'FIFO'];
  return `would leave what a ${own} topic could not deliver to the ${other} queue ${deadLetterQueue.node.path}, which SNS does not use for it; give a ${own} queue`;
}

/** What SNS refuses about the retries of an HTTPS subscriber and the CDK lets pass. */
function retryFaults(retries: SubscriberDetails['retries']): (string | undefined)[] {
  if (!retries) return [];
  const { numRetries = 3, numNoDelayRetries = 0, numMinDelayRetries = 0, numMaxDelayRetries = 0 } = retries;
  const phases = numNoDelayRetries + numMinDelayRetries + numMaxDelayRetries;
  return [
    phases > numRetries
      ? `has ${phases} retries in its phases but ${numRetries} in all; raise numRetries or shorten a phase`
      : undefined,
  ];
}
