import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Assessment } from './assess-form';
import type { Form } from './form';

/** For how many days a form is kept. */
const keptFor = 30;

/** What everybody may know of a form who knows its id. */
export interface FormState {
  readonly id: string;
  readonly status: string;
  /** The last digits of the card, once somebody who may has read it. */
  readonly cardEnding?: string;
  /** Fields that are wrong. */
  readonly wrong?: readonly string[];
}

/** Forms, by the ids that their pages made up. */
export class FormStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Keeps a form; one that is there already stays as it is, so that a form sent twice is one. */
  async keep({ id, ...form }: Form): Promise<void> {
    const now = this.now();
    const item = {
      id,
      ...form,
      status: 'received',
      receivedAt: new Date(now).toISOString(),
      expiresAt: Math.floor(now / 1000) + keptFor * 86_400,
    };
    await unlessThere(
      this.client.send(
        new PutCommand({ TableName: this.table, Item: item, ConditionExpression: 'attribute_not_exists(id)' }),
      ),
    );
  }

  /** What became of a form; nothing where there is none, or its time is over. */
  async state(id: string): Promise<FormState | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({
        TableName: this.table,
        Key: { id },
        ProjectionExpression: 'id, #status, cardEnding, wrong, expiresAt',
        ExpressionAttributeNames: { '#status': 'status' },
      }),
    );
    if (!Item || Number(Item.expiresAt) * 1000 <= this.now()) return undefined;
    const { expiresAt, ...state } = Item;
    return state as FormState;
  }

  /** Notes what a form was found to be, once: whoever comes again with the same changes nothing. */
  async note(id: string, { status, cardEnding, wrong }: Assessment): Promise<void> {
    await unlessThere(
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { id },
          UpdateExpression: 'SET #status = :status, cardEnding = :ending, wrong = :wrong',
          ConditionExpression: '#status = :received',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':status': status,
            ':ending': cardEnding,
            ':wrong': wrong,
            ':received': 'received',
          },
        }),
      ),
    );
  }
}

async function unlessThere(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
