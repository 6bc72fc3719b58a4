import type { Part } from './site';

/** Hours in a month, as AWS counts them in its own examples. */
export const HOURS = 730;

/** What is billed whether or not anybody calls. */
export interface Charge {
  /** Id of a price. */
  readonly price: string;
  /** Units in a month. */
  readonly units: number;
  /** How the units come about: `2 zones`. */
  readonly words?: string;
}

/** What is billed by use. */
export interface Meter {
  /** Id of a price. */
  readonly price: string;
  /** How many units one event takes, in words: `3 requests an event`. */
  readonly words: string;
  /** Units in a month of a load; none where the example does not touch it. */
  readonly units?: (load: Load) => number;
}

/** A month of use of one part. */
export interface Load {
  /** Calls, uploads, messages: whatever comes in from outside. */
  readonly events: number;
  /** How long a function works on one, in milliseconds. */
  readonly milliseconds: number;
  /** How large one is on its way in or out. */
  readonly kilobytes: number;
}

/** What one resource is billed for. */
export interface Billing {
  readonly fixed?: readonly Charge[];
  readonly usage?: readonly Meter[];
  /** What the price leaves out, or how it grows, in a sentence. */
  readonly note?: string;
}

export type Rule = (part: Part) => Billing;

export type Rules = Readonly<Record<string, Rule>>;

/** Something that is there for every hour of the month. */
export const hourly = (price: string, count = 1, words?: string): Charge => ({
  price,
  units: count * HOURS,
  words: words ?? (count === 1 ? undefined : `${count}`),
});

/** Something that is billed by the month. */
export const monthly = (price: string, count = 1, words?: string): Charge => ({ price, units: count, words });

export const gigabytes = ({ events, kilobytes }: Load): number => (events * kilobytes) / 1_000_000;
