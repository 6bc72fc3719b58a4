import { GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { keptSeconds } from './environment';
import type { Note } from './note';

const notes = z.array(z.strictObject({ text: z.string(), at: z.string(), by: z.string() }));

/** Answers of one Region, each kept for a moment. What is not there, or cannot be read, is made again. */
export class KeptAnswers {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => number = () => Date.now(),
  ) {}

  async find(name: string): Promise<Note[] | undefined> {
    const { Item } = await this.client.send(new GetItemCommand({ TableName: this.table, Key: { name: { S: name } } }));
    // DynamoDB deletes what has expired within days, so whoever reads has to look.
    if (!Item || !(Number(Item.expires?.N) * 1000 > this.now())) return undefined;
    return notes.safeParse(JSON.parse(Item.answer?.S ?? 'null')).data;
  }

  async keep(name: string, answer: readonly Note[]): Promise<void> {
    const expires = Math.floor(this.now() / 1000) + keptSeconds;
    const Item = { name: { S: name }, answer: { S: JSON.stringify(answer) }, expires: { N: String(expires) } };
    await this.client.send(new PutItemCommand({ TableName: this.table, Item }));
  }
}
