import { QueryCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { boardId } from './board-window';

/** Names of the tables the readers count in. */
export interface Tables {
  readonly minutes: string;
  readonly board: string;
  readonly hours: string;
}

/** The pages clicked most in the last window, of all shards together. */
export interface Board {
  /** When the window ended; none before the first. */
  readonly end?: string;
  readonly late: number;
  readonly leaders: readonly { readonly page: string; readonly clicks: number }[];
}

type Item = Record<string, AttributeValue>;

const leadersShown = 10;
const newestShown = 60;
/** More shards than this have no window in common that one question could find. */
const mostShards = 100;

/** What the readers of the stream have counted, one question a report. */
export class Reports {
  constructor(
    private readonly dynamodb: DynamoDBClient,
    private readonly tables: Tables,
  ) {}

  async board(): Promise<Board> {
    const items = await this.newest(this.tables.board, boardId, mostShards);
    const end = items[0]?.at.S!.split('#')[0];
    if (end === undefined) return { late: 0, leaders: [] };
    const ofWindow = items.filter(({ at }) => at.S!.startsWith(`${end}#`));
    const pages = new Map<string, number>();
    for (const item of ofWindow)
      for (const [page, { N }] of Object.entries(item.pages.M!)) pages.set(page, (pages.get(page) ?? 0) + Number(N));
    const leaders = [...pages]
      .map(([page, clicks]) => ({ page, clicks }))
      .sort((a, b) => b.clicks - a.clicks || (a.page < b.page ? -1 : 1))
      .slice(0, leadersShown);
    return { end, late: ofWindow.reduce((sum, { late }) => sum + Number(late.N), 0), leaders };
  }

  /** Clicks by minute, the newest first. */
  async minutes(page: string): Promise<Record<string, number>> {
    const items = await this.newest(this.tables.minutes, page, newestShown);
    return Object.fromEntries(items.map(({ at, clicks }) => [at.S!, clicks.SS!.length]));
  }

  /** Clicks of an hour by where visitors came from. */
  async hour(hour: string): Promise<Record<string, number>> {
    const items = await this.newest(this.tables.hours, hour, 1000);
    return Object.fromEntries(items.map(({ at, clicks }) => [at.S!, Number(clicks.N)]));
  }

  private async newest(table: string, id: string, limit: number): Promise<Item[]> {
    const { Items = [] } = await this.dynamodb.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: { ':id': { S: id } },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return Items;
  }
}
