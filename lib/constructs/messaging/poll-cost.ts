export interface Polling {
  /** Messages in a month. */
  readonly messages: number;
  /**
   * Size of a message in bytes.
   * @default 1024
   */
  readonly messageBytes?: number;
  /**
   * Messages that come with one answer, 1 to 10.
   * @default 10
   */
  readonly batch?: number;
  /**
   * Consumers that ask at the same time; Lambda starts with five.
   * @default 5
   */
  readonly pollers?: number;
  /** How long the queue lets a request wait for a message, 0 to 20 seconds; 0 is short polling. */
  readonly waitSeconds: number;
  /**
   * With short polling, how long a consumer rests after an empty answer, in seconds.
   * @default 1
   */
  readonly restSeconds?: number;
  /**
   * Whether the queue is FIFO.
   * @default false
   */
  readonly fifo?: boolean;
}

export interface PollCost {
  /** Requests as billed: one for every 64 KB or part of it. */
  readonly requests: number;
  /** How many of them bring nothing. */
  readonly emptyRequests: number;
  /** US dollars a month in us-east-1, beyond the free million requests. */
  readonly dollars: number;
}

const secondsInMonth = 30 * 24 * 3600;
const billedBytes = 64 * 1024;
const freeRequests = 1_000_000;
/** US dollars for a million requests, us-east-1, November 2026. */
const price = { standard: 0.4, fifo: 0.5 };

/**
 * What it costs to ask a queue for messages and to delete them, for a month of 30 days in which it is nearly always empty.
 *
 * Asking an empty queue costs as much as asking a full one. With long polling a consumer asks once in `waitSeconds`, with
 * short polling once in `restSeconds`.
 *
 * @claims messaging-queue-polling
 */
export function pollCost(polling: Polling): PollCost {
  const { messages, messageBytes = 1024, batch = 10, pollers = 5, waitSeconds, restSeconds = 1 } = polling;
  const answers = Math.ceil(messages / batch);
  const receives = answers * Math.ceil((batch * messageBytes) / billedBytes);
  const deletes = answers;
  const emptyRequests = Math.ceil((pollers * secondsInMonth) / (waitSeconds > 0 ? waitSeconds : restSeconds));
  const requests = receives + deletes + emptyRequests;
  const rate = polling.fifo ? price.fifo : price.standard;
  return { requests, emptyRequests, dollars: (Math.max(0, requests - freeRequests) * rate) / 1_000_000 };
}
