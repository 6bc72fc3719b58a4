import { createHash, randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { hasExpired, secondsOf } from './expiry';

/**
 * Admissions to a WebSocket. A browser can send no header with one, and an address is written down in many places, so what stands
 * in it is no token but a ticket: good for one connection, within seconds, and worth nothing to whoever finds it later.
 *
 * @claims serverless-websocket-api
 */
export class Tickets {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
  }

  /** A ticket for somebody who has shown who he is. */
  async issue(owner: string, seconds: number): Promise<string> {
    const ticket = randomBytes(24).toString('base64url');
    const expiresAt = secondsOf(this.now()) + seconds;
    await this.documents.send(
      new PutCommand({ TableName: this.table, Item: { ticket: hashed(ticket), owner, expiresAt } }),
    );
    return ticket;
  }

  /** Whose ticket it is; undefined for one that is unknown, was used, or is too old. It can be used once. */
  async redeem(ticket: string): Promise<string | undefined> {
    const { Attributes } = await this.documents.send(
      new DeleteCommand({ TableName: this.table, Key: { ticket: hashed(ticket) }, ReturnValues: 'ALL_OLD' }),
    );
    const found = Attributes as { readonly owner: string; readonly expiresAt: number } | undefined;
    return found && !hasExpired(found.expiresAt, this.now()) ? found.owner : undefined;
  }
}

/** Whoever can read the table cannot connect with what stands in it. */
const hashed = (ticket: string): string => createHash('sha256').update(ticket).digest('hex');
