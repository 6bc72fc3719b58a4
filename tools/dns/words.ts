import { parseArgs, type ParseArgsConfig } from 'node:util';
import { domainNameFault } from '../../lib/constructs/network/domain-name';

/** What was written cannot be understood: exit code 2. */
export class Misunderstood extends Error {}

export interface Words {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** Reads the words of a sub-command: exactly so many, and options that there are. */
export function wordsOf(
  args: readonly string[],
  names: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): Words {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: { ...options, json: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new Misunderstood((error as Error).message);
  }
  const { positionals, values } = parsed;
  if (positionals.length < names.length) throw new Misunderstood(`${names[positionals.length]} is missing`);
  if (positionals.length > names.length) throw new Misunderstood(`"${positionals[names.length]}" is one word too many`);
  return { positionals, values };
}

/** A domain as text, refused with the form to write. */
export function domainOf(text: string): string {
  const fault = domainNameFault('the domain', text);
  if (fault) throw new Misunderstood(fault);
  if (!text.includes('.')) throw new Misunderstood(`the domain is ${text}, a top-level domain; give one below it`);
  return text;
}

/** Runs a sub-command: 2 where its words cannot be understood, 1 where somebody could not be asked. */
export async function told(work: () => Promise<number> | number): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    console.error(
      error instanceof Misunderstood ? `${message}\n\nnpx groundplan dns tells what can be asked` : message,
    );
    return error instanceof Misunderstood ? 2 : 1;
  }
}
