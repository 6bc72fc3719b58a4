import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where test files leave their figures for `figures-reporter.cjs`. */
export const figuresFolder = resolve('.cache', 'wire');

/** What became of the messages of one kind. */
export interface Figures {
  /** `video-job-fanout, 720p` */
  readonly what: string;
  readonly in: number;
  /** Had its effect exactly once. */
  readonly once: number;
  /** Refused, or moved aside, with the reason. */
  readonly refused: number;
  readonly lost: number;
  readonly doubled: number;
}

/** Files figures for the table. */
export function note(file: string, figures: readonly Figures[]): void {
  mkdirSync(figuresFolder, { recursive: true });
  writeFileSync(join(figuresFolder, `${file}.json`), JSON.stringify(figures));
}
