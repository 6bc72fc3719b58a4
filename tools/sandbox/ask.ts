import { createInterface } from 'node:readline/promises';

/**
 * A question that only "y" or "yes" answers with yes.
 *
 * @throws where nobody is there to be asked
 */
export async function askAtTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error(`${question} There is no terminal to ask at; add --yes if it is meant`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
