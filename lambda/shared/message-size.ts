/** A message for a queue or a topic. */
export interface OutgoingMessage {
  readonly body: string;
  /** Text and number attributes by name. */
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** The most one message, and all messages of one call together, may hold. */
export const largestMessage = 1_048_576;

/**
 * What a message weighs: its body, and of each attribute the name, the type and the value, in UTF-8.
 *
 * @claims messaging-queue-message-size, messaging-topic-message-size
 */
export function messageBytes({ body, attributes = {} }: OutgoingMessage): number {
  const texts = Object.entries(attributes).flatMap(([name, value]) => [name, attributeType(value), `${value}`]);
  return [body, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** What SQS calls the type of an attribute. */
export const attributeType = (value: string | number): 'String' | 'Number' =>
  typeof value === 'number' ? 'Number' : 'String';
