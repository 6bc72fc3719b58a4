/** Names of the environment variables by which `WorkerTier` tells the worker on an instance where and how it works. */
export const environment = {
  /** The queue it works. */
  queueUrl: 'WORKER_QUEUE_URL',
  /** For how many seconds a received message is hidden; the worker asks for more while it works. */
  visibilitySeconds: 'WORKER_VISIBILITY_SECONDS',
  /** For how many seconds one job may be worked before it counts as failed. */
  longestSeconds: 'WORKER_LONGEST_SECONDS',
  /** How many jobs are worked side by side. */
  concurrency: 'WORKER_CONCURRENCY',
  /** For how many seconds jobs are worked on after the instance is told to go. */
  drainSeconds: 'WORKER_DRAIN_SECONDS',
  /** The hook of the group that waits until the worker has drained. */
  hook: 'WORKER_HOOK',
} as const;
