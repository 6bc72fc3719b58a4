import {
  CancelMessageMoveTaskCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { run, type Redrive } from '../../tools/redrive';
import { listening } from '../support/console';

const sqs = mockClient(SQSClient);
const home = 'https://sqs.eu-west-1.amazonaws.com/111122223333';
const arn = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;

/** A fake of as much of SQS as the command asks: a queue, its dead letters, and the moves of them. */
let dead: string[];
let moves: { TaskHandle?: string; Status: string; moved: number; of: number; rate?: number; FailureReason?: string }[];

beforeEach(() => {
  sqs.reset();
  dead = ['{"job": 1}', 'x'.repeat(200)];
  moves = [];
  sqs.on(GetQueueUrlCommand).callsFake(({ QueueName }: { QueueName: string }) => {
    if (!['jobs', 'dead', 'other', 'lonely'].includes(QueueName))
      throw new QueueDoesNotExist({ message: 'no such queue', $metadata: {} });
    return { QueueUrl: `${home}/${QueueName}` };
  });
  sqs.on(GetQueueAttributesCommand).callsFake(({ QueueUrl }: { QueueUrl: string }) => {
    const name = QueueUrl.split('/').at(-1)!;
    return {
      Attributes: {
        QueueArn: arn(name),
        ApproximateNumberOfMessages: name === 'dead' ? `${dead.length}` : '0',
        ...(['jobs', 'other'].includes(name) && {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 3 }),
        }),
      },
    };
  });
  sqs.on(ListDeadLetterSourceQueuesCommand).callsFake(({ QueueUrl }: { QueueUrl: string }) => ({
    queueUrls: QueueUrl.endsWith('/dead') ? [`${home}/other`, `${home}/jobs`] : [],
  }));
  sqs.on(ReceiveMessageCommand).callsFake(({ MaxNumberOfMessages = 1 }: { MaxNumberOfMessages?: number }) => ({
    Messages: dead.slice(0, MaxNumberOfMessages).map((Body, i) => ({
      MessageId: `m${i}`,
      Body,
      Attributes: { SentTimestamp: '1795860000000', ApproximateReceiveCount: '4' },
    })),
  }));
  sqs.on(StartMessageMoveTaskCommand).callsFake((input: { MaxNumberOfMessagesPerSecond?: number }) => {
    const rate = input.MaxNumberOfMessagesPerSecond;
    moves.unshift({ TaskHandle: 'handle', Status: 'RUNNING', moved: 0, of: dead.length, ...(rate && { rate }) });
    return { TaskHandle: 'handle' };
  });
  sqs.on(ListMessageMoveTasksCommand).callsFake(() => ({
    Results: moves.map(({ moved, of, ...more }) => ({
      ...more,
      StartedTimestamp: 1_795_860_000_000,
      ApproximateNumberOfMessagesMoved: moved,
      ApproximateNumberOfMessagesToMove: of,
    })),
  }));
  sqs.on(CancelMessageMoveTaskCommand).callsFake(({ TaskHandle }: { TaskHandle: string }) => {
    const move = moves.find((one) => one.TaskHandle === TaskHandle)!;
    move.Status = 'CANCELLED';
    delete move.TaskHandle;
    return { ApproximateNumberOfMessagesMoved: move.moved };
  });
});

describe('groundplan redrive', () => {
  const said = listening();
  const call = (...args: string[]) => run(args, () => new SQSClient({ region: 'eu-west-1' }));
  const answer = () => JSON.parse(said[0]) as Redrive;
  const changed = () => sqs.commandCalls(StartMessageMoveTaskCommand).length + moves.length;

  test('shows what is there and changes nothing unless told to [messaging-queue-redrive]', async () => {
    expect(await call('jobs')).toBe(0);
    expect(said[0].split('\n')).toEqual([
      'dead: about 2 dead letters, which go back to jobs, other',
      '',
      'sent                      receives  body',
      '------------------------  --------  ' + '-'.repeat(100),
      '2026-11-28T10:00:00.000Z         4  {"job": 1}',
      `2026-11-28T10:00:00.000Z         4  ${'x'.repeat(99)}…`,
      '',
      'Nothing was changed; add --apply to move them.',
    ]);
    // What is only looked at can be seen by others at once.
    expect(sqs.commandCalls(ReceiveMessageCommand)[0].args[0].input).toMatchObject({ VisibilityTimeout: 0 });
    expect(changed()).toBe(0);
  });

  test.each([['jobs'], ['dead'], [`${home}/jobs`], [arn('dead')]])(
    'finds the dead letters by the queue or by themselves: %s [messaging-queue-redrive]',
    async (queue) => {
      expect(await call(queue, '--json', '--samples', '1')).toBe(0);
      expect(answer()).toMatchObject({
        deadLetters: 'dead',
        waiting: 2,
        goBackTo: ['jobs', 'other'],
        samples: [{ id: 'm0', sent: '2026-11-28T10:00:00.000Z', receives: 4, body: '{"job": 1}' }],
        moves: [],
      });
    },
  );

  test('moves them back at the rate that is asked for, each to where it came from [messaging-queue-redrive]', async () => {
    expect(await call('jobs', '--apply', '--rate', '10', '--json')).toBe(0);
    expect(sqs.commandCalls(StartMessageMoveTaskCommand)[0].args[0].input).toEqual({
      SourceArn: arn('dead'),
      MaxNumberOfMessagesPerSecond: 10,
    });
    expect(answer().moves).toMatchObject([{ status: 'RUNNING', moved: 0, of: 2 }]);
    expect(answer().done).toContain('Started, at most 10 a second');
    sqs.resetHistory();
    moves = [];
    await call('jobs', '--apply');
    expect(sqs.commandCalls(StartMessageMoveTaskCommand)[0].args[0].input).toEqual({ SourceArn: arn('dead') });
  });

  test('stops a move, after which what was moved stays so [messaging-queue-redrive]', async () => {
    await call('jobs', '--apply');
    moves[0].moved = 1;
    said.length = 0;
    expect(await call('jobs', '--stop')).toBe(0);
    expect(said[0]).toContain('Stopped; 1 messages had been moved, and stay so.');
    expect(said[0]).toMatch(/CANCELLED +1 +2$/m);
    expect(await call('jobs', '--stop')).toBe(1);
    expect(said[1]).toBe('no move of dead is running; there is nothing to stop');
  });

  test('fails when one is running already, and tells why an earlier one failed', async () => {
    await call('jobs', '--apply');
    said.length = 0;
    expect(await call('jobs', '--apply')).toBe(1);
    expect(said[0]).toBe(
      'messages of dead are being moved since 2026-11-28T10:00:00.000Z, 0 of 2 so far; wait, or add --stop',
    );
    moves = [{ Status: 'FAILED', moved: 0, of: 2, FailureReason: 'AccessDenied' }];
    said.length = 0;
    await call('jobs');
    expect(said[0]).toContain('FAILED: AccessDenied');
  });

  test('says when there is nothing to move', async () => {
    dead = [];
    await call('jobs', '--samples', '0');
    expect(said[0]).toBe('dead: about 0 dead letters, which go back to jobs, other\n\nThere is nothing to move.');
    expect(sqs.commandCalls(ReceiveMessageCommand)).toEqual([]);
  });

  test.each([
    ['nowhere', 'there is no queue nowhere in this account and Region; look at the outputs of the stack'],
    ['lonely', 'lonely has no dead-letter queue, and is none of another queue; name a queue that has one'],
  ])('fails when nothing can be redriven: %s', async (queue, reason) => {
    expect(await call(queue)).toBe(1);
    expect(said[0]).toContain(reason);
  });

  test.each([
    [[], 'no queue is named; give its name, its address or its ARN'],
    [['jobs', 'other'], '"other" is one word too many; name one queue'],
    [['jobs', '--apply', '--rate', '501'], '--rate is 501; give a whole number from 1 to 500'],
    [['jobs', '--apply', '--rate', ''], '--rate is ; give a whole number from 1 to 500'],
    [['jobs', '--rate', '5'], '--rate 5 is for --apply; without it nothing moves'],
    [['jobs', '--samples', '11'], '--samples is 11; give a whole number from 0 to 10'],
    [['jobs', '--apply', '--stop'], '--apply does not go with --stop; leave one of the two out'],
    [['jobs', '--fast'], "Unknown option '--fast'"],
  ])('fails when the words cannot be understood: %j', async (args, reason) => {
    expect(await call(...args)).toBe(2);
    expect(said[0]).toContain(reason);
    expect(said[0]).toContain('groundplan redrive <queue>');
    expect(sqs.calls()).toEqual([]);
  });

  test('tells what AWS said when it refuses', async () => {
    sqs.on(ListMessageMoveTasksCommand).rejects(Object.assign(new Error('not yours'), { name: 'AccessDenied' }));
    expect(await call('jobs')).toBe(1);
    expect(said[0]).toBe('AccessDenied: not yours');
  });
});
