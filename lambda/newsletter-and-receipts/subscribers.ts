import { createHash, randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { indexes } from './environment';
import type { MailKind } from './mail';

/**
 * How a subscriber stands: asked and not confirmed; gets issues; left; mail to it came back for good; it complained. Mail to
 * the last two would cost the sender its name.
 */
export type Standing = 'pending' | 'listed' | 'left' | 'bounced' | 'complained';

/** One subscriber as an issue needs it. */
export interface Listed {
  readonly email: string;
  readonly token: string;
}

/** Who wants the newsletter, by address. */
export class Subscribers {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  /** Whether mail of this kind may go to an address: a newsletter to who is listed, anything else unless it comes back. */
  async maySend(email: string, kind: MailKind): Promise<boolean> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.table, Key: keyOf(email), ConsistentRead: true }),
    );
    const standing = Item?.standing?.S as Standing | undefined;
    return kind === 'marketing' ? standing === 'listed' : standing !== 'bounced';
  }

  /**
   * Somebody asks for the newsletter at this address.
   *
   * @returns the token of the link that confirms it; nothing where there is nothing to confirm
   */
  async ask(email: string): Promise<string | undefined> {
    const token = randomUUID();
    const asked = await this.#change(email, 'attribute_not_exists(email) OR standing IN (:pending, :left)', {
      update: 'SET standing = :pending, #token = if_not_exists(#token, :token)',
      values: { ':pending': { S: 'pending' }, ':left': { S: 'left' }, ':token': { S: token } },
      names: { '#token': 'token' },
    });
    return asked?.token?.S;
  }

  /** Who holds the link gets the newsletter from now on; false where no such link was given out, or mail came back. */
  async confirm(token: string): Promise<boolean> {
    const outcome = await this.#byToken(token, 'standing IN (:pending, :left, :listed)', {
      update: 'SET standing = :listed, listed = :list',
      values: {
        ':pending': { S: 'pending' },
        ':left': { S: 'left' },
        ':listed': { S: 'listed' },
        ':list': { S: 'all' },
      },
    });
    return outcome === 'changed';
  }

  /** Who holds the link gets no more; false where no such link was given out. */
  async leave(token: string): Promise<boolean> {
    const outcome = await this.#byToken(token, 'standing IN (:pending, :left, :listed)', {
      update: 'SET standing = :left REMOVE listed',
      values: { ':pending': { S: 'pending' }, ':left': { S: 'left' }, ':listed': { S: 'listed' } },
    });
    // To who bounced or complained nothing is sent anyway.
    return outcome !== 'unknown';
  }

  /** Mail to an address came back for good, or its owner complained; whoever is no subscriber stays none. */
  async strike(email: string, standing: 'bounced' | 'complained'): Promise<void> {
    await this.#change(email, 'attribute_exists(email)', {
      update: 'SET standing = :standing REMOVE listed',
      values: { ':standing': { S: standing } },
    });
  }

  /** Those who get an issue, page by page; `after` goes on where another run stopped. */
  async page(after: string | undefined, most: number): Promise<{ readonly listed: Listed[]; readonly after?: string }> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: indexes.listed,
        KeyConditionExpression: 'listed = :list',
        ExpressionAttributeValues: { ':list': { S: 'all' } },
        Limit: most,
        ...(after !== undefined && { ExclusiveStartKey: { listed: { S: 'all' }, email: { S: after } } }),
      }),
    );
    const listed = Items.map(({ email, token }) => ({ email: email.S!, token: token.S! }));
    return { listed, ...(LastEvaluatedKey && { after: LastEvaluatedKey.email.S! }) };
  }

  async #byToken(token: string, when: string, how: Change): Promise<'unknown' | 'changed' | 'unchanged'> {
    // DynamoDB takes no empty key, and no token of ours looks otherwise.
    if (!/^[A-Za-z0-9-]{16,64}$/.test(token)) return 'unknown';
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: indexes.token,
        KeyConditionExpression: '#token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':token': { S: token } },
      }),
    );
    if (Items.length === 0) return 'unknown';
    return (await this.#change(Items[0].email.S!, when, how)) ? 'changed' : 'unchanged';
  }

  /** Changes one subscriber; undefined where the condition does not hold. */
  async #change(email: string, when: string, { update, values, names }: Change) {
    try {
      const { Attributes } = await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: keyOf(email),
          UpdateExpression: update,
          ConditionExpression: when,
          ExpressionAttributeValues: values,
          ...(names && { ExpressionAttributeNames: names }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}

interface Change {
  readonly update: string;
  readonly values: Record<string, AttributeValue>;
  readonly names?: Record<string, string>;
}

/** Mail to the same mailbox is the same subscriber, however it is written. */
const keyOf = (email: string): { email: { S: string } } => ({ email: { S: email.toLowerCase() } });

/** A short name of an address that SES takes in a tag, and that tells nobody the address. */
export const nameOf = (email: string): string =>
  createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 32);
