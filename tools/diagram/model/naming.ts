import type { Entry } from '../../access/names';

/**
 * What a construct's last word says about every resource of its type: `Uploads/Bucket` is `Uploads`. Kept as a name only
 * where nothing else is left.
 */
const sayingNothing =
  /^(ASG|Alias|Api|Bucket|Cluster|Construct|Default|Distribution|Endpoint|Function|Group|Handler|Instance|Key|Machine|Policy|Queue|Resource|RestApi|Service|Stream|Subnet|Table|Topic|Volume|Vpc|VPC|Workflow)$/;

/** The words of a construct's path that tell it from others, the most telling first. */
function wordsOf({ path, logicalId }: Entry): string[] {
  if (path === undefined) return [logicalId.replace(/(?<=.)[0-9A-F]{8}$/, '')];
  const [stack, ...words] = path.split('/');
  const telling = words.filter((word, i) => !sayingNothing.test(word) && word !== words[i - 1]);
  if (telling.length > 0) return telling.reverse();
  return words.length > 0 ? words.slice(-1) : [stack];
}

/** The name of each: one word that no other of its kind has, else as much of its path as it takes. */
export function namesOf(entries: readonly Entry[], kindOf: (entry: Entry) => string): ReadonlyMap<Entry, string> {
  const words = new Map(entries.map((entry) => [entry, wordsOf(entry)]));
  const alike = (entry: Entry) => entries.filter((other) => other !== entry && kindOf(other) === kindOf(entry));
  return new Map(
    entries.map((entry) => {
      const own = words.get(entry)!;
      const others = alike(entry).map((other) => words.get(other)!);
      const telling = own.find((word) => others.every((other) => !other.includes(word)));
      if (telling !== undefined) return [entry, inWords(telling)];
      const counts = own.map((_, i) => i + 1);
      const count = counts.find((some) => others.every((other) => end(other, some) !== end(own, some)));
      return [entry, own.slice(0, count).reverse().map(inWords).join(' / ')];
    }),
  );
}

const end = (words: readonly string[], count: number): string => words.slice(0, count).join('/');

/** `DeadLetters` is `Dead letters`; `Jobs480p` and `DNS` stay. */
export function inWords(name: string): string {
  if (/[^A-Za-z0-9]/.test(name)) return name;
  return name
    .replace(/([a-z0-9])([A-Z])(?!b$)/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(' ')
    .map((word, i) =>
      abbreviations.test(word) ? word.toUpperCase() : i > 0 && /^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word,
    )
    .join(' ')
    .replace(/Db\b/g, 'DB');
}

const abbreviations = /^(api|db|dns|ecr|http|https|ip|kms|sns|sqs|ssm|sts|url|vpc|waf)$/i;
