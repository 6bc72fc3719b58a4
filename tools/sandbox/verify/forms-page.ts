import { markdownTable } from '../../table';
import type { Forms } from './forms';

/** The last section of the page. */
export const heading = '## Variants';

/** What the page says of an architecture in its variants; no variant where nobody has seen them deployed. */
export type FormsRow = Pick<Forms, 'name' | 'variants' | 'kept'>;

/** The section, from its heading to its end. */
export const sectionOf = (rows: readonly FormsRow[]): string => `${heading}

Written by \`npm run sandbox -- verify --variants --write\`. Each form that an architecture can take (\`-c variant=…\`) was deployed on an emulator
that held nothing else: the first from nothing, each other as an update of the one before where both have the same stacks. Every time the stack was
complete, with every resource of the template. Then all was destroyed, and nothing was left but what a template retains.

${markdownTable([
  ['architecture', 'variants', 'left'],
  ...rows.map(({ name, variants, kept }) => [
    `\`${name}\``,
    variants.map((variant) => `\`${variant}\``).join(', ') || unseen,
    variants.length === 0 ? '' : kept > 0 ? `${kept} retained` : 'nothing',
  ]),
])}
`;

const unseen = 'not deployed yet';

/** The rows of a section that was written before. */
export function formsIn(section: string): FormsRow[] {
  const lines = [...section.matchAll(/^\| `([\w-]+)` *\| (.*?) *\| (.*?) *\|$/gm)];
  return lines.map(([, name, words, left]) => ({
    name,
    variants: [...words.matchAll(/`([\w-]+)`/g)].map(([, variant]) => variant),
    kept: Number(/^\d+/.exec(left)?.[0] ?? 0),
  }));
}

/** Where rows differ from the variants there are, one sentence each with the remedy. */
export function formFaultsIn(
  rows: readonly FormsRow[],
  today: readonly Pick<FormsRow, 'name' | 'variants'>[],
): string[] {
  const gone = rows.filter(({ name }) => !today.some((now) => now.name === name));
  return [
    ...today.flatMap(({ name, variants }) => {
      const row = rows.find((one) => one.name === name);
      if (!row) return [`the variants of ${name} have no row; ${remedy(name)}`];
      if (row.variants.length === 0 || row.variants.join() === variants.join()) return [];
      return [`${name} was seen as ${row.variants.join(', ')}, and can be ${variants.join(', ')}; ${remedy(name)}`];
    }),
    ...gone.map(({ name }) => `${name} has no variants any more; run npm run sandbox -- verify --variants --write`),
  ];
}

export const remedy = (name: string): string =>
  `run npm run sandbox -- verify --variants ${name} --write and commit it`;
