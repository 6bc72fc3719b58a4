import { parseArgs } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
import { textTable } from '../table';
import { deadLettersOf, nameOf, type DeadLetters } from './find';
import { samplesOf, start, stop, tasksOf, type Sample, type Task } from './move';

const usage = `groundplan redrive <queue> [--samples <0-10>] [--json]
    show the dead letters of a queue, and the moves there were; nothing is changed
groundplan redrive <queue> --apply [--rate <1-500>] [--json]
    move them back to the queues they came from, so many a second
groundplan redrive <queue> --stop [--json]
    stop a move; what was moved stays moved
The queue is a name, an address or an ARN: a queue that has dead letters, or its dead-letter queue. Mend what made the messages
fail first.`;

const options = {
  apply: { type: 'boolean' },
  stop: { type: 'boolean' },
  rate: { type: 'string' },
  samples: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What was found and done. */
export interface Redrive {
  readonly deadLetters: string;
  readonly waiting: number;
  readonly goBackTo: readonly string[];
  readonly samples: readonly Sample[];
  readonly moves: readonly Task[];
  readonly done: string;
}

/**
 * Brings repaired messages back from the dead letters to their queue, and stops that; a dry run unless told otherwise.
 *
 * @returns 0, 1 where it could not be done, or 2 where the words cannot be understood
 * @claims messaging-queue-redrive
 */
export async function run(args: readonly string[], client = () => new SQSClient({})): Promise<number> {
  let order: Order;
  try {
    order = understood(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const redrive = await carriedOut(client(), order);
    console.log(order.json ? JSON.stringify(redrive, undefined, 2) : told(redrive));
    return 0;
  } catch (error) {
    console.error(inWords(error as Error));
    return 1;
  }
}

interface Order {
  readonly queue: string;
  readonly apply: boolean;
  readonly stop: boolean;
  readonly json: boolean;
  readonly rate?: number;
  readonly samples: number;
}

function understood(args: readonly string[]): Order {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const [queue, extra] = positionals;
  if (queue === undefined) throw new Error('no queue is named; give its name, its address or its ARN');
  if (extra !== undefined) throw new Error(`"${extra}" is one word too many; name one queue`);
  const { apply = false, stop: stopping = false, json = false } = values;
  if (apply && stopping) throw new Error('--apply does not go with --stop; leave one of the two out');
  if (values.rate !== undefined && !apply)
    throw new Error(`--rate ${values.rate} is for --apply; without it nothing moves`);
  const rate = values.rate === undefined ? undefined : whole('--rate', values.rate, 1, 500);
  const samples = whole('--samples', values.samples ?? '5', 0, 10);
  return { queue, apply, stop: stopping, json, samples, ...(rate !== undefined && { rate }) };
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high && text.trim() !== '') return value;
  throw new Error(`${name} is ${text}; give a whole number from ${low} to ${high}`);
}

async function carriedOut(sqs: SQSClient, order: Order): Promise<Redrive> {
  const letters = await deadLettersOf(sqs, order.queue);
  const running = (await tasksOf(sqs, letters)).find(({ handle }) => handle !== undefined);
  if (order.stop) {
    if (!running) throw new Error(`no move of ${nameOf(letters.url)} is running; there is nothing to stop`);
    const moved = await stop(sqs, running.handle!);
    return report(sqs, letters, [], `Stopped; ${moved} messages had been moved, and stay so.`);
  }
  const samples = await samplesOf(sqs, letters, order.samples);
  if (!order.apply)
    return report(
      sqs,
      letters,
      samples,
      letters.waiting === 0 ? 'There is nothing to move.' : 'Nothing was changed; add --apply to move them.',
    );
  if (running)
    throw new Error(
      `messages of ${nameOf(letters.url)} are being moved since ${running.started}, ${running.moved} of ${running.of} so far; wait, or add --stop`,
    );
  await start(sqs, letters, order.rate);
  const pace = order.rate === undefined ? '' : `, at most ${order.rate} a second`;
  return report(
    sqs,
    letters,
    samples,
    `Started${pace}. Run it again without --apply to see how far it is; --stop stops it.`,
  );
}

async function report(sqs: SQSClient, letters: DeadLetters, samples: Sample[], done: string): Promise<Redrive> {
  const moves = await tasksOf(sqs, letters);
  const { waiting, sources } = letters;
  return { deadLetters: nameOf(letters.url), waiting, goBackTo: sources, samples, moves, done };
}

function told({ deadLetters, waiting, goBackTo, samples, moves, done }: Redrive): string {
  return [
    `${deadLetters}: about ${waiting} dead letters, which go back to ${goBackTo.join(', ')}`,
    samples.length > 0 &&
      `\n${textTable([
        ['sent', 'receives', 'body'],
        ...samples.map(({ sent, receives, body }) => [sent, receives, body]),
      ])}`,
    moves.length > 0 &&
      `\n${textTable([
        ['move of', 'status', 'moved', 'of'],
        ...moves.map(({ started, status, moved, of, failure }) => [
          started,
          failure === undefined ? status : `${status}: ${failure}`,
          moved,
          of,
        ]),
      ])}`,
    `\n${done}`,
  ]
    .filter((line) => line !== false)
    .join('\n');
}

const inWords = ({ name, message }: Error): string => (name === 'Error' ? message : `${name}: ${message}`);
