import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Step } from './parse';

/** Programs a README may call that not every machine has, and how to get them. */
const howToGet: Readonly<Record<string, string>> = {
  aws: 'pip install awscli, or docs.aws.amazon.com/cli',
  curl: 'apt-get install curl',
  jq: 'apt-get install jq',
  nc: 'apt-get install netcat-openbsd',
};

/** The programs these steps call that are not on this machine, in one line; undefined where none is missing. */
export function missingPrograms(steps: readonly Step[], path = process.env.PATH ?? ''): string | undefined {
  const text = steps.map(({ command }) => command).join('\n');
  const missing = Object.keys(howToGet)
    .filter((program) => new RegExp(`(^|[|&;({]\\s*|^\\s+)${program}\\b`, 'm').test(text))
    .filter((program) => !path.split(delimiter).some((folder) => existsSync(join(folder, program))));
  if (missing.length === 0) return undefined;
  return `the steps call ${missing.join(', ')}, not found here (${missing.map((one) => `${one}: ${howToGet[one]}`).join('; ')})`;
}
