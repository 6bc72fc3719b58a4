import type { Element, Network } from './network';

/** The names of a network's elements: short ones for people, and every form a person may ask by. */
export class Names {
  private readonly labels = new Map<string, string>();

  constructor(private readonly network: Network) {
    const all = network.elements.map((element) => ({ element, segments: segmentsOf(element) }));
    const uses = new Map<string, number>();
    for (const { segments } of all) for (const end of endsOf(segments)) uses.set(end, (uses.get(end) ?? 0) + 1);
    // Two stacks of one construct have elements whose paths are the same but for the stack.
    for (const { element, segments } of all)
      if (fullOf(element) !== segments.join('/')) uses.set(fullOf(element), (uses.get(fullOf(element)) ?? 0) + 1);
    for (const { element, segments } of all) this.labels.set(element.key, shortest(segments, element, uses));
  }

  /** The shortest end of its path that no other element has. */
  label(element: Element): string {
    return this.labels.get(element.key) ?? element.path;
  }

  /**
   * The element a person means: by its construct path or the end of it, by its logical id, with or without the hash.
   *
   * @throws when there is none, or more than one
   */
  find(name: string): Element {
    const found = this.match(name);
    if (found.length === 1) return found[0];
    if (found.length > 1)
      throw new Error(
        `"${name}" may be ${found.map((element) => this.label(element)).join(' or ')}; write more of the path`,
      );
    throw new Error(`the network has no "${name}"${this.suggestion(name)}`);
  }

  private match(name: string): readonly Element[] {
    const { elements } = this.network;
    const tests: readonly ((element: Element) => boolean)[] = [
      (element) => this.label(element) === name,
      ({ fullPath, path, logicalId }) => [fullPath, path, logicalId].includes(name),
      ({ service }) => service === name,
      (element) => segmentsOf(element).join('/').endsWith(`/${name}`),
      ({ path, isNamedByPath }) => isNamedByPath && path.endsWith(`/${name}`),
      (element) => isEndOf(name, element),
    ];
    for (const test of tests) {
      const found = elements.filter(test);
      if (found.length > 0) return found;
    }
    return [];
  }

  private suggestion(name: string): string {
    const labels = [...this.labels.values(), 'internet', 'internet6'];
    const near = labels
      .map((label) => ({ label, steps: distance(label.toLowerCase(), name.toLowerCase()) }))
      .filter(
        ({ label, steps }) =>
          steps <= Math.max(2, label.length / 4) || label.toLowerCase().includes(name.toLowerCase()),
      )
      .sort((a, b) => a.steps - b.steps)[0];
    const known = [...this.labels.values()].sort();
    const shown =
      known.length > 20 ? `${known.slice(0, 20).join(', ')} and ${known.length - 20} more` : known.join(', ');
    return `${near ? `, did you mean ${near.label}?` : ';'} it has internet, internet6${shown && `, ${shown}`}`;
  }
}

/** What a logical id says without the hash the CDK adds to it. */
const human = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

/** The CDK ends a logical id with the words of the path, so a capital letter begins a word. */
function isEndOf(name: string, { logicalId, isNamedByPath }: Element): boolean {
  if (isNamedByPath) return false;
  const words = human(logicalId);
  return /^[A-Z]/.test(name) && words.endsWith(name.replaceAll('/', ''));
}

/** `Web/Fleet/ASG` in pieces, without those that only repeat or name what it is. */
function segmentsOf({ path, isNamedByPath, logicalId }: Element): readonly string[] {
  if (!isNamedByPath) return [human(logicalId) === '' ? logicalId : human(logicalId)];
  const segments = path.split('/');
  while (
    segments.length > 1 &&
    (/^(ASG|Endpoint|Function|Group|Instance|Resource|Service)$/.test(segments.at(-1)!) ||
      segments.at(-1) === segments.at(-2))
  )
    segments.pop();
  return segments;
}

/** Every end of a path, the shortest first. */
const endsOf = (segments: readonly string[]): string[] =>
  segments.map((_, i) => segments.slice(segments.length - 1 - i).join('/'));

function shortest(segments: readonly string[], element: Element, uses: ReadonlyMap<string, number>): string {
  const free = endsOf(segments).find((end) => uses.get(end) === 1 && !reserved.has(end));
  if (free !== undefined) return free;
  const full = fullOf(element);
  return (uses.get(full) ?? 0) <= 1 && !reserved.has(full) ? full : element.fullPath;
}

const fullOf = ({ isNamedByPath, path, logicalId }: Element): string => (isNamedByPath ? path : logicalId);

const reserved: ReadonlySet<string> = new Set(['internet', 'internet6']);

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    previous = row;
  }
  return previous[b.length];
}
