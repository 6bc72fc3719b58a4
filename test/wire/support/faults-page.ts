import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { markdownTable, textTable } from '../../../tools/table';
import type { Figures } from './figures';

const heading = ['what', 'in', 'done once', 'refused or dead-lettered, with reason', 'lost', 'doubled'];
const row = ({ what, once, refused, lost, doubled, ...figures }: Figures) => [
  what,
  figures.in,
  once,
  refused,
  lost,
  doubled,
];

/** The figures as a table for people at a terminal. */
export const printed = (figures: readonly Figures[]): string => textTable([heading, ...figures.map(row)]);

const faults: readonly (readonly [string, string])[] = [
  ['duplicate delivery', 'S3 announces an upload twice; a client sends its request twice at the same moment.'],
  ['two workers on one message', 'A batch of a standard queue is given to two environments at once.'],
  ['out-of-order delivery', 'The messages of a batch come in any order; the older of two versions comes last.'],
  [
    'poison',
    'Something that no retry mends, in the middle of good messages: a video that is none, an order of nothing.',
  ],
  [
    'throttling',
    'A service turns a call away in its own words: 503 SlowDown, ProvisionedThroughputExceededException, 429.',
  ],
  ['a lost call', 'The connection breaks before the service has the call.'],
  ['a lost answer', 'The service did it, and the connection breaks before the answer arrives.'],
  ['silence', 'The service takes the call and never answers.'],
  ['a death', 'The environment is killed after its effect, before it could say so to anybody.'],
  ['a dependency that is down', 'A table cannot be reached, or has no capacity, for a while.'],
  ['a clock that jumps', 'By an hour, by days, by more than a year, forwards and backwards; two clocks an hour apart.'],
  ['another body under a known key', 'A client uses its idempotency key for something else, at once or much later.'],
  [
    'a payload over the limit',
    'A message of one byte too many, an attachment that is too large, a token that is too long.',
  ],
];

/** Services that no handler calls, and that call none, with what its source would name if that changed. */
export const unused: Readonly<Record<string, RegExp>> = {
  'The rotation of Secrets Manager': /SecretsManagerRotation/,
};

const page = (figures: readonly Figures[]): string => `# Handlers under faults

<!-- Written by \`npm run test:wire -- --write\`. -->

Every handler runs as it would in Lambda: a process of its own with the bundle that would be deployed, between the buckets,
tables, queues and topics of the template, in an emulator. Between the SDK and the emulator things go wrong, by a seed: the same
seed has the same faults. \`npm run test:wire -- --seed=7\` tries others.

${markdownTable([heading, ...figures.map(row)])}

A message that failed too often for no fault of its own is sent back from the dead letters, as a person would; what stays
there has its reason in the log, or, for an event nobody waits for, beside it in the failure queue. An effect is counted at the
emulator: objects and items that were written, not what a handler said of it.

## What goes wrong

${markdownTable([['fault', 'what it is'], ...faults])}

## What this does not show

${new Intl.ListFormat('en-GB').format(Object.keys(unused))} is in no test here, because it calls no handler yet. Which events fit which rules of a template is decided here by the pattern matcher
of \`lib/constructs/messaging\`, and delivered once or twice, and a pipe is a model of it; EventBridge itself is tried by the READMEs of
\`event-hub\` and \`ordered-order-intake\`. The emulator decides conditions one call at
a time and shows every write at once; S3's \`409 ConditionalRequestConflict\` and the late index of DynamoDB do not occur in it.
A clock that runs ahead of all others by more than the length of a run lets its claims stand as much longer, if it dies; its
messages then go to the dead letters with that reason.
`;

/** Writes docs/faults.md. */
export const write = (figures: readonly Figures[]): void => writeFileSync(resolve('docs', 'faults.md'), page(figures));
