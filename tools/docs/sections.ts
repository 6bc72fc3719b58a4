import Big from 'big.js';
import { subjects } from '../../lib/architecture';
import { inDollars } from '../bill';
import { costSection } from '../bill/section';
import type { Claim } from '../claims/ledger';
import type { Drawing } from '../diagram/draw';
import { legendInWords } from '../diagram/legend';
import { countsInWords, isTestOf, type ArchitectureFacts, type Block } from '../facts';
import { markdownTable } from '../table';
import { fates, type Leftover } from '../teardown/leftovers';
import type { Part } from './page';

/** From the README of an architecture to a file of the repository. */
const to = (file: string): string => `../../../${file}`;

/** Every generated part of an architecture's README. */
export function sectionsOf(
  one: ArchitectureFacts,
  { mermaid, picture: drawn }: Drawing,
): Partial<Record<Part, string>> {
  return {
    picture: picture(one, mermaid, legendInWords(drawn)),
    parts: parts(one),
    claims: claims(one),
    leftovers: leftovers(one),
    cost: costSection(one.name, { sandbox: one.profiles.sandbox.bill, production: one.profiles.production.bill }),
    ...(one.variants.length > 0 && { variants: variants(one) }),
  };
}

/** Each subject with one line an architecture: what it is for, and the size of its sandbox. */
export const table = (architectures: readonly ArchitectureFacts[]): string =>
  subjects
    .map((subject) => ({ subject, of: architectures.filter((one) => one.subject === subject) }))
    .filter(({ of }) => of.length > 0)
    .map(({ subject, of }) => `### ${subject}\n\n${tableOf(of)}`)
    .join('\n\n');

const tableOf = (architectures: readonly ArchitectureFacts[]): string =>
  markdownTable([
    ['architecture', 'purpose', 'resources'],
    ...architectures.map(({ name, purpose, profiles }) => [
      `[\`${name}\`](lib/architectures/${name}/README.md)`,
      purpose,
      profiles.sandbox.resources.length,
    ]),
  ]);

const folded = (summary: string, text: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`;

const picture = ({ title }: ArchitectureFacts, mermaid: string, legend: string): string =>
  [
    `![${title}: what it is made of and what connects to what](picture.svg)`,
    ...(legend === '' ? [] : [legend]),
    folded('The picture as text', `\`\`\`mermaid\n${mermaid}\n\`\`\``),
  ].join('\n\n');

function parts({ profiles: { sandbox } }: ArchitectureFacts): string {
  const rows = sandbox.parts.map(({ name, block, counts }) => [
    `\`${name}\``,
    block ? blockLink(block) : '',
    countsInWords(counts),
  ]);
  return folded(
    `All ${sandbox.resources.length} resources of the sandbox, by part`,
    markdownTable([['part', 'block', 'resources'], ...rows]),
  );
}

const blockLink = ({ name, file }: Block): string => `[\`${name}\`](${to(file)})`;

function claims({ name, claims: own, blocks }: ArchitectureFacts): string {
  const proven = own.filter(({ state }) => state === 'proven');
  const names = [...blocks].sort((a, b) => (a.name < b.name ? -1 : 1)).map(blockLink);
  const [claimed, blocksThat] = [counted(proven.length, 'claim'), counted(names.length, 'block')];
  const summary = [
    ...(proven.length > 0 ? [`${claimed} of the notes, each with its test`] : []),
    ...(names.length > 0 ? [`${blocksThat} with claims of their own`] : []),
  ];
  const text = [
    ...(proven.length > 0 ? [proven.map((one) => claim(one, name)).join('\n')] : []),
    ...(names.length > 0
      ? [`Claims of blocks are listed in [the notes](${to('notes/README.md')}): ${names.join(', ')}.`]
      : []),
  ];
  return summary.length === 0 ? '' : folded(summary.join('; '), text.join('\n\n'));
}

const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** A claim with the test that speaks for it: the architecture's own, where it has one. */
function claim({ id, domain, says, proven }: Claim, name: string): string {
  const own = proven.find(({ file }) => isTestOf(file, name)) ?? proven[0];
  // What `test.each` fills in is different each time.
  const title = own.name.replaceAll(/%[sdij]/g, '…').replaceAll(/[[\]]/g, '\\$&');
  return `- ${says.trim()} ([\`${id}\`](${to(`notes/${domain}.md`)}), test [“${title}”](${to(own.file)}))`;
}

function leftovers({ profiles: { sandbox, production } }: ArchitectureFacts): string {
  const nothing = 'nothing is left over, and nothing stands in the way';
  return [
    sandbox.leftovers.length === 0
      ? `In a sandbox ${nothing}.`
      : `In a sandbox:\n\n${leftoverTable(sandbox.leftovers)}`,
    production.leftovers.length === 0
      ? `In production ${nothing}.`
      : folded('In production', leftoverTable(production.leftovers)),
  ].join('\n\n');
}

/** One row for each fate and reason, with everything that has it. */
function leftoverTable(found: readonly Leftover[]): string {
  const reasons = [...new Set(found.map(({ kind, why }) => `${kind} ${why}`))];
  const rows = reasons.map((reason) => {
    const same = found.filter(({ kind, why }) => `${kind} ${why}` === reason);
    return [same.map(({ path }) => `\`${path}\``).join(', '), fates[same[0].kind], same[0].why];
  });
  return markdownTable([['what', 'what happens', 'why, and what to do'], ...rows]);
}

/** One line a variant: what it changes, and what it costs when nobody calls it. */
function variants({ variants: all }: ArchitectureFacts): string {
  const dollars = (amount: string) => inDollars(new Big(amount));
  const rows = all.map(({ name, what, monthly }) => [
    `\`${name}\``,
    what,
    dollars(monthly.sandbox),
    dollars(monthly.production),
  ]);
  return [
    markdownTable([['`-c variant=`', 'what', 'sandbox', 'production'], ...rows]),
    'The last two columns are US dollars a month when nobody calls, as above.',
  ].join('\n\n');
}
