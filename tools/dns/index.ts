import { answer } from './answer';
import { audit } from './audit';
import { available, register } from './register';
import { txt } from './txt';

export const usage = `groundplan dns answer <architecture> <name> [--type A] [--from <client or address>] [--down <check> ...] [--json]
    who would be answered what, by the template, without AWS
groundplan dns audit <domain> [--server <address[:port]>] [--json]
    whether the registrar of a domain names the name servers of its zone, and what to change
groundplan dns available <domain> [--json]
    whether a domain can be registered, asked of Route 53
groundplan dns register <domain> --contact <file of JSON> [--years <1 to 10>] [--json]
    the calls that register a domain; nothing is bought
groundplan dns txt <name> <value> [--server <address[:port]>] [--json]
    whether a text that proves ownership is there for all to see`;

type Sub = (args: readonly string[]) => number | Promise<number>;
const subs: Readonly<Record<string, Sub>> = { answer, audit, available, register, txt };

/** Answers questions about names: by a template, by Route 53, or by the DNS of the world. It changes nothing. */
export async function run([name = '', ...args]: readonly string[]): Promise<number> {
  if (!Object.hasOwn(subs, name)) {
    console.error(`"${name}" is none of ${Object.keys(subs).join(', ')}\n\n${usage}`);
    return 2;
  }
  return subs[name](args);
}
