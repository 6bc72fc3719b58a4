import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { fitsPattern, type BusEvent, type BusPattern } from '../../../lib/constructs/messaging/bus-pattern';
import type { Aws } from './aws';

/** A change of an item, as the stream of its table tells it to a pipe. */
export interface Change {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: {
    readonly Keys: Readonly<Record<string, object>>;
    readonly NewImage?: Readonly<Record<string, object>>;
  };
}

/** What EventBridge does between the changes of a table and a FIFO queue, as the template says it: it filters, reshapes and hands on. */
export class Pipe {
  private readonly patterns: readonly BusPattern[];
  private readonly template: string;
  private readonly ids: { readonly MessageGroupId: string; readonly MessageDeduplicationId: string };

  /** @param properties those of the pipe, resolved */
  constructor(
    private readonly aws: Aws,
    private readonly queueUrl: string,
    properties: Readonly<Record<string, any>>,
  ) {
    const { SourceParameters, TargetParameters } = properties;
    this.patterns = SourceParameters.FilterCriteria.Filters.map(
      ({ Pattern }: { Pattern: string }) => JSON.parse(Pattern) as BusPattern,
    );
    this.template = TargetParameters.InputTemplate;
    this.ids = TargetParameters.SqsQueueParameters;
  }

  /**
   * @param again what tells this time from others, when it is told once more after the queue has forgotten it
   * @returns whether it was handed on
   */
  async tell(change: Change, again = ''): Promise<boolean> {
    if (!this.patterns.some((pattern) => fitsPattern(pattern, change as unknown as BusEvent))) return false;
    await this.aws.sqs.send(
      new SendMessageCommand({
        QueueUrl: this.queueUrl,
        MessageBody: this.template.replace(/<(\$[^>]+)>/g, (_, path: string) =>
          JSON.stringify(at(change, path)).slice(1, -1),
        ),
        MessageGroupId: at(change, this.ids.MessageGroupId),
        MessageDeduplicationId: `${at(change, this.ids.MessageDeduplicationId)}${again}`,
      }),
    );
    return true;
  }
}

/** The text at `$.dynamodb.Keys.customer.S`. */
function at(change: Change, path: string): string {
  const found = path
    .split('.')
    .slice(1)
    .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], change);
  if (typeof found !== 'string') throw new Error(`${path} is no text in ${JSON.stringify(change)}`);
  return found;
}
