import { domainNameFault } from '../../lib/constructs/network/domain-name';
import { orNone, resolverAt } from './lookup';
import { Misunderstood, told, wordsOf } from './words';

/**
 * Says whether a text that proves ownership, such as that of ACME, is under its name for all to see. Whoever checks it asks the same DNS,
 * so that a wrong text or one too few dots is found before they do.
 *
 * @returns 0 where it is there, 1 where it is not, 2 where the words cannot be understood
 * @claims edge-txt-ownership
 */
export function txt(args: readonly string[]): Promise<number> {
  return told(async () => {
    const { positionals, values } = wordsOf(args, ['the name', 'the value'], { server: { type: 'string' } });
    const [name, value] = positionals;
    const fault = domainNameFault('the name', name);
    if (fault) throw new Misunderstood(fault);
    const found = (await orNone(resolverAt(values.server as string | undefined).resolveTxt(name), name)).map((pieces) =>
      pieces.join(''),
    );
    const isThere = found.includes(value);
    console.log(
      values.json ? JSON.stringify({ name, value, found, isThere }, undefined, 2) : inWords(name, found, isThere),
    );
    return isThere ? 0 : 1;
  });
}

function inWords(name: string, found: readonly string[], isThere: boolean): string {
  if (isThere) return `${name} has the text`;
  if (found.length === 0)
    return `${name} has no text; write one, and wait as long as resolvers may remember that there was none`;
  return `${name} has ${found.map((one) => `"${one}"`).join(' and ')}, but not the text; resolvers keep what was there for as long as its TTL`;
}
