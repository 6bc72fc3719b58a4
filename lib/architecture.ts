import type { Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Profile } from './profile';
import type { Settings } from './settings';

/** What every architecture is given; none of it is required of the person who deploys it. */
export interface ArchitectureProps extends StackProps {
  readonly profile: Profile;
  readonly settings: Settings;
}

/**
 * A form an architecture can take beside its profile (`-c variant=nat-regional`): another strength of one thing, so that two
 * templates and two bills can be laid side by side.
 */
export interface Variant {
  /** What it changes, in a sentence without its full stop. */
  readonly what: string;
  /** What of the stack's props it sets. */
  readonly props: object;
}

export interface ArchitectureStack {
  new (scope: Construct, id: string, props: ArchitectureProps): Stack;
  /** The forms it can take, by names that no other architecture uses. @default - one form */
  readonly variants?: Readonly<Record<string, Variant>>;
}

/** A month of use, for the bill of an architecture. */
export interface ExampleUse extends Use {
  /** What comes in during the month, in words: `a thousand videos of 5 MB`. */
  readonly what: string;
  /** How many of them. */
  readonly events: number;
  /** What differs for a part, by the beginning of its path; the longest beginning counts. @default - nothing */
  readonly parts?: Readonly<Record<string, PartUse>>;
}

export interface PartUse extends Use {
  /** How often one event reaches the part. @default 1 */
  readonly times?: number;
}

/** What one event asks of a part. */
export interface Use {
  /** How large it is, in KB. @default 10 */
  readonly kilobytes?: number;
  /** How long a function works on it, in milliseconds. @default 100 */
  readonly milliseconds?: number;
}

/** The parts of the catalogue, in reading order. */
export const subjects = [
  'Networks',
  'Servers',
  'Names and the edge',
  'Files and records',
  'Messages and events',
  'APIs and applications',
  'Accounts',
] as const;
export type Subject = (typeof subjects)[number];

/** One entry of the catalogue. */
export interface Architecture {
  /** The folder below `lib/architectures`, the stack's id, and the word on the command line. */
  readonly name: string;
  /** The name as a heading. */
  readonly title: string;
  /** Which part of the catalogue it stands in. */
  readonly subject: Subject;
  /** What it is for, in at most twelve words. */
  readonly purpose: string;
  /** What the sandbox may cost at most when nobody calls it, in US dollars a month. @default 5 */
  readonly monthlyCap?: number;
  /** Whether `domainName` needs a certificate beside it; not where the name is only written into zones. @default true */
  readonly needsCertificate?: boolean;
  /** The month of use its bill is shown for. @default - a million calls that reach each part once */
  readonly exampleUse?: ExampleUse;
  /** Loads the module; called only when the architecture is wanted. */
  readonly load: () => ArchitectureStack;
}
