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

const page = (figures: readonly Figures[]): string => `# Handlers under faults

<!-- Written by \`npm run test:wire -- --write\`. -->

${markdownTable([heading, ...figures.map(row)])}
`;

/** Writes docs/faults.md. */
export const write = (figures: readonly Figures[]): void => writeFileSync(resolve('docs', 'faults.md'), page(figures));
