import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What may be done about a mail now. */
export type Claim =
  /** Nobody has sent it; who asks does. */
  | { readonly is: 'mine'; readonly by: string }
  /** It was sent, or it was decided that it is not to be. */
  | { readonly is: 'done' }
  /** Somebody was about to send it a moment ago and has not been heard of since. */
  | { readonly is: 'unclear' };

/** After how many seconds without a word from SES a mail that was about to be sent was not sent. */
export const settleSeconds = 60;
/** For how many seconds a mail is remembered: longer than a queue keeps its message. */
const rememberSeconds = 30 * 86_400;

/**
 * Which mails were sent. SES knows no key by which it would tell a second request from the first, so a request whose answer is
 * lost says nothing. But SES tells of every mail it has taken, by an event that carries the id of the mail: a mail that was about
 * to be sent, and of which no such event came, was not taken, and only then is it sent again.
 */
export class Ledger {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Asks to be the one who sends a mail. */
  async claim(id: string): Promise<Claim> {
    const by = randomUUID();
    const now = this.now();
    try {
      await this.#update(id, {
        set: { state: 'sending', claimedBy: by, at: now, expires: Math.floor(now / 1000) + rememberSeconds },
        when: 'attribute_not_exists(id) OR #state = :free OR (#state = :sending AND #at < :settled)',
        values: { ':free': 'free', ':sending': 'sending', ':settled': now - settleSeconds * 1000 },
      });
      return { is: 'mine', by };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK may have asked twice, because the first answer was lost on the way.
      if (error.Item?.claimedBy?.S === by) return { is: 'mine', by };
      return { is: error.Item?.state?.S === 'sending' ? 'unclear' : 'done' };
    }
  }

  /** SES has certainly not taken it: anybody may send it at once. */
  async release(id: string, by: string): Promise<void> {
    await this.#unlessElsewhere(() =>
      this.#update(id, {
        set: { state: 'free' },
        when: '#state = :sending AND #claimedBy = :by',
        values: { ':sending': 'sending', ':by': by },
      }),
    );
  }

  /** It was sent, or it is not to be sent. */
  async settle(id: string, state: 'sent' | 'skipped'): Promise<void> {
    await this.#unlessElsewhere(() =>
      this.#update(id, { set: { state }, when: '#state = :sending', values: { ':sending': 'sending' } }),
    );
  }

  async #unlessElsewhere(change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async #update(
    id: string,
    { set, when, values }: { readonly set: object; readonly when: string; readonly values: object },
  ): Promise<void> {
    const names = [
      ...new Set([...Object.keys(set), 'state', ...(when.match(/#\w+/g) ?? []).map((one) => one.slice(1))]),
    ];
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: { id: { S: id } },
        UpdateExpression: `SET ${Object.keys(set)
          .map((name) => `#${name} = :new_${name}`)
          .join(', ')}`,
        ConditionExpression: when,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries([
          ...Object.entries(set).map(([name, value]) => [`:new_${name}`, attribute(value)]),
          ...Object.entries(values).map(([name, value]) => [name, attribute(value)]),
        ]) as Record<string, { S: string }>,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  }
}

const attribute = (value: unknown) => (typeof value === 'number' ? { N: String(value) } : { S: String(value) });
