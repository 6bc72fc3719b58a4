import type { ParseArgsConfig } from 'node:util';
import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** Who is asked, in the Region that was named. Add a client here when a command is the first to need it. */
export interface Clients {
  readonly ec2: () => EC2Client;
  /** EC2 in another Region. */
  readonly ec2In: (region: string) => EC2Client;
  readonly autoScaling: () => AutoScalingClient;
  readonly ssm: () => SSMClient;
}

/** What was found, and done or not: for a reader, and for a program. */
export interface Outcome {
  readonly words: string;
  readonly facts: object;
  /**
   * Whether it could not be done, although nothing was thrown.
   * @default false
   */
  readonly failed?: boolean;
}

/** The words of an order. */
export interface Order {
  /** Those without a name, in order. */
  readonly words: readonly string[];
  /** Options of the command's own, as `parseArgs` gives them. */
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  /** Whether it is to be done, not only told. */
  readonly apply: boolean;
}

/** Does what was understood, or tells what would be done. */
export type Work = (clients: Clients) => Promise<Outcome>;

/** One thing to do with servers. */
export interface ServerCommand {
  /** What stands after its name, such as `<instance> <type>`. */
  readonly words: string;
  /** What it does, beginning with a small letter. */
  readonly purpose: string;
  /**
   * Options of its own; --apply, --region and --json are everybody's.
   * @default - none
   */
  readonly options?: ParseArgsConfig['options'];
  /**
   * Understands an order.
   *
   * @throws with what is wrong and what to write instead
   */
  readonly understand: (order: Order) => Work;
}

/** The last line of what is told where nothing was changed. */
export const unchanged = 'Nothing was changed; add --apply to do it.';

/** The words of an order, which must be as many as have names. @throws naming the one that is missing, or the first too many */
export function wordsOf({ words }: Order, ...names: readonly string[]): string[] {
  const missing = names[words.length];
  if (missing !== undefined) throw new Error(`no ${missing} is named; the words are: ${names.join(', ')}`);
  if (words.length > names.length) throw new Error(`"${words[names.length]}" is one word too many`);
  return [...words];
}

/** An id of EC2. @throws when it is none of that kind */
export function idOf(kind: 'i' | 'vol' | 'snap' | 'ami' | 'sir', text: string): string {
  if (!new RegExp(`^${kind}-[0-9a-z]{8,17}$`).test(text))
    throw new Error(`"${text}" is no id; write one such as ${kind}-0123456789abcdef0`);
  return text;
}

/** What the code of a Region looks like. */
export const regionCode: RegExp = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** The code of a Region. @throws when it is none */
export function regionOf(text: string): string {
  if (!regionCode.test(text)) throw new Error(`"${text}" is no Region; write its code, such as eu-west-1`);
  return text;
}
