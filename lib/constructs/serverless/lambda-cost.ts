/** A month of one function, or of several alike. */
export interface LambdaUse {
  /** Runs in a month. */
  readonly requests: number;
  /** How long a run takes on average, in milliseconds. */
  readonly milliseconds: number;
  /** Memory of the function in MB. */
  readonly memorySize: number;
  /**
   * Whether it runs on Graviton, which costs a fifth less a second.
   * @default true
   */
  readonly arm?: boolean;
}

export interface LambdaCost {
  /** Seconds run, times gigabytes of memory. */
  readonly gigabyteSeconds: number;
  /** US dollars for the number of runs. */
  readonly forRequests: number;
  /** US dollars for time and memory. */
  readonly forDuration: number;
  /** US dollars in all. */
  readonly dollars: number;
}

/** What an account need not pay for in a month, whatever it runs. */
export const freeEachMonth = { requests: 1_000_000, gigabyteSeconds: 400_000 } as const;
/** US dollars in us-east-1, November 2026: for a million runs, and for a gigabyte-second. */
const price = { millionRequests: 0.2, gigabyteSecond: { arm: 0.0000133334, x86: 0.0000166667 } };

/**
 * What a function costs in a month: its runs, and the time they take times the memory it has, each beyond a free part. A
 * function that does not run costs nothing.
 *
 * @param use what runs; negative figures are refused
 * @param free what is still free, as the free part is one for the whole account; accounts on a credit plan have none
 *
 * @claims serverless-billing-model
 */
export function lambdaCost(
  use: LambdaUse,
  free: { readonly requests: number; readonly gigabyteSeconds: number } = freeEachMonth,
): LambdaCost {
  const { requests, milliseconds, memorySize, arm = true } = use;
  const wrong = Object.entries({ requests, milliseconds, memorySize }).filter(([, value]) => !(value >= 0));
  if (wrong.length > 0) {
    throw new Error(wrong.map(([name, value]) => `${name} is ${value}; give a number that is not negative`).join('\n'));
  }
  const gigabyteSeconds = requests * (milliseconds / 1000) * (memorySize / 1024);
  const forRequests = (Math.max(0, requests - free.requests) * price.millionRequests) / 1_000_000;
  const forDuration = Math.max(0, gigabyteSeconds - free.gigabyteSeconds) * price.gigabyteSecond[arm ? 'arm' : 'x86'];
  return { gigabyteSeconds, forRequests, forDuration, dollars: forRequests + forDuration };
}
