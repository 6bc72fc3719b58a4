import { existsSync, readFileSync } from 'node:fs';

/**
 * An event as it was written on the command line, or that of a file.
 *
 * @throws when it is neither JSON nor a file of it
 */
export function eventOf(given: string): string {
  const text = existsSync(given) ? readFileSync(given, 'utf8') : given;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new Error(`--event is "${given}", which is neither JSON nor a file of it; give {"kilograms": 3} or a path`);
  }
}
