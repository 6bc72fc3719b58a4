import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { redact } from '../shared/redact';
import { fingerprint, type OrderEvent } from './order-event';

/** What names an order, and what is ordered: the number under a bar code can be that of a card, and must arrive as it is. */
const names = ['customer', 'order', 'sku'];

/**
 * Says what happened, to whoever listens: in order for each customer, and once, however often it is said within five minutes. Card
 * numbers, addresses of mail and tokens that somebody wrote into a note stay here.
 *
 * @returns what was said
 * @claims messaging-sensitive-data, messaging-topic-fifo
 */
export async function told(client: SNSClient, topic: string, event: OrderEvent): Promise<string> {
  const { customer, order, number } = event;
  const body = JSON.stringify(redact(event, names));
  await client.send(
    new PublishCommand({
      TopicArn: topic,
      Message: body,
      MessageGroupId: customer,
      // With the content in it, what was put right passes under the number it had.
      MessageDeduplicationId: `${customer}.${order}.${number}.${fingerprint(body)}`,
    }),
  );
  return body;
}
