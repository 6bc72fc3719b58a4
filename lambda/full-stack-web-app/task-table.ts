import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Problem } from '../shared/problem';
import type { Task, WrittenTask } from './task';

export interface TaskPage {
  readonly tasks: readonly Task[];
  /** The task after which the next page begins. */
  readonly next?: string;
}

const pageSize = 100;

/** The table of tasks, each owner's in a partition of its own. */
export class TaskTable {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
  }

  async of(owner: string, after?: string): Promise<TaskPage> {
    const { Items = [], LastEvaluatedKey } = await this.documents.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': owner },
        Limit: pageSize,
        ...(after !== undefined && { ExclusiveStartKey: { owner, taskId: after } }),
      }),
    );
    return {
      tasks: Items.map((item) => taskIn(item as StoredTask)),
      ...(LastEvaluatedKey && { next: LastEvaluatedKey.taskId as string }),
    };
  }

  /**
   * Writes a task over the version its writer has seen. The same words again are the same writing.
   *
   * @throws Problem 409 when another version is there
   */
  async write(owner: string, taskId: string, { text, done, version }: WrittenTask): Promise<Task> {
    const task: Task = { taskId, text, done, version: version + 1, updatedAt: this.now().toISOString() };
    const fresh = version === 0;
    try {
      await this.documents.send(
        new PutCommand({
          TableName: this.table,
          Item: { owner, ...task },
          ConditionExpression: fresh ? 'attribute_not_exists(taskId)' : '#version = :seen',
          ...(!fresh && {
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':seen': version },
          }),
        }),
      );
      return task;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const there = await this.get(owner, taskId);
      if (there?.version === task.version && there.text === text && there.done === done) return there;
      throw new Problem(409, {
        detail: there
          ? `The task is at version ${there.version}, and version ${version} was written over; read it again first.`
          : 'The task is not there any more; write it with version 0 to make it anew.',
      });
    }
  }

  /** Removes a task; one that is not there is no error. */
  async remove(owner: string, taskId: string): Promise<void> {
    await this.documents.send(new DeleteCommand({ TableName: this.table, Key: { owner, taskId } }));
  }

  private async get(owner: string, taskId: string): Promise<Task | undefined> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.table, Key: { owner, taskId }, ConsistentRead: true }),
    );
    return Item && taskIn(Item as StoredTask);
  }
}

interface StoredTask extends Task {
  readonly owner: string;
}
const taskIn = ({ taskId, text, done, version, updatedAt }: StoredTask): Task => ({
  taskId,
  text,
  done,
  version,
  updatedAt,
});
