import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Failed, Outcome, Ready } from './outcome';
import type { Upload } from './upload';

/** A video in the table. The job is there once MediaConvert has taken it. */
export type Entry = Readonly<Pick<Upload, 'owner' | 'video' | 'sequencer'>> & {
  /** When it was uploaded, ISO 8601. */
  readonly uploadedAt: string;
  readonly job?: string;
} & (Ready | Failed | { readonly state: 'processing' });

export interface Page {
  readonly videos: readonly Entry[];
  /** After which video the next page begins. */
  readonly next?: string;
}

/** Newer than what is there, or the end of what is there. */
const forward =
  'attribute_not_exists(video) OR sequencer < :sequencer OR (sequencer = :sequencer AND #state = :processing)';

/**
 * The table of videos. An entry only moves forward, from one upload to a newer one and from processing to its end, whatever
 * order events come in and however often.
 */
export class VideoTable {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
  ) {
    this.documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  /**
   * Notes that an upload is being worked.
   *
   * @returns whether a job is to be made: not for an upload that has one, has ended, or has been followed by a newer one
   */
  async begin({ owner, video, sequencer, at }: Upload): Promise<boolean> {
    const item: Entry = { owner, video, sequencer, uploadedAt: at, state: 'processing' };
    return this.put(item, `${forward} AND attribute_not_exists(job)`);
  }

  /** Notes the job of an upload, unless the job has ended meanwhile. */
  async setJob({ owner, video, sequencer }: Upload, job: string): Promise<void> {
    await this.unlessOvertaken(
      new UpdateCommand({
        TableName: this.table,
        Key: { owner, video },
        UpdateExpression: 'SET job = :job',
        ConditionExpression: 'sequencer = :sequencer AND #state = :processing',
        ...this.values(sequencer, { ':job': job }),
      }),
    );
  }

  /** Notes that an upload cannot be worked, and why. */
  async refuse({ owner, video, sequencer, at }: Upload, reason: string): Promise<boolean> {
    return this.put({ owner, video, sequencer, uploadedAt: at, state: 'failed', reason }, forward);
  }

  /** @returns whether it was the end of the newest upload, told for the first time */
  async end({ owner, video, sequencer, at, job, ended }: Outcome): Promise<boolean> {
    return this.put({ owner, video, sequencer, uploadedAt: at, job, ...ended }, forward);
  }

  async get(owner: string, video: string): Promise<Entry | undefined> {
    const { Item } = await this.documents.send(new GetCommand({ TableName: this.table, Key: { owner, video } }));
    return Item as Entry | undefined;
  }

  /** A page of somebody's videos, by name. */
  async of(owner: string, limit: number, after?: string): Promise<Page> {
    const { Items = [], LastEvaluatedKey } = await this.documents.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': owner },
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: { owner, video: after } }),
      }),
    );
    return {
      videos: Items as Entry[],
      ...(LastEvaluatedKey && { next: (LastEvaluatedKey as Pick<Entry, 'video'>).video }),
    };
  }

  private put(item: Entry, condition: string): Promise<boolean> {
    return this.unlessOvertaken(
      new PutCommand({
        TableName: this.table,
        Item: item,
        ConditionExpression: condition,
        ...this.values(item.sequencer),
      }),
    );
  }

  private values(sequencer: string, more: Readonly<Record<string, string>> = {}) {
    return {
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':sequencer': sequencer, ':processing': 'processing', ...more },
    };
  }

  private async unlessOvertaken(command: PutCommand | UpdateCommand): Promise<boolean> {
    try {
      await (command instanceof PutCommand ? this.documents.send(command) : this.documents.send(command));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
