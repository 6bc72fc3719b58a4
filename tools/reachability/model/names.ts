import type { Element, Network } from './network';

/** The names of a network's elements: short ones for people, and every form a person may ask by. */
export class Names {
  private readonly labels = new Map<string, string>();

  constructor(private readonly network: Network) {
    const shown = network.elements;
    const wanted = new Map(shown.map((element) => [element, segmentsOf(element)]));
    for (const [element, segments] of wanted) this.labels.set(element.key, shortest(segments, element, wanted));
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
    (/^(ASG|Instance|Resource|Service)$/.test(segments.at(-1)!) || segments.at(-1) === segments.at(-2))
  )
    segments.pop();
  return segments;
}

function shortest(segments: readonly string[], element: Element, all: ReadonlyMap<Element, readonly string[]>): string {
  for (let length = 1; length <= segments.length; length++) {
    const label = segments.slice(-length).join('/');
    const isTaken = [...all].some(([other, theirs]) => other !== element && theirs.slice(-length).join('/') === label);
    if (!isTaken && !reserved.has(label)) return label;
  }
  const full = element.isNamedByPath ? element.path : element.logicalId;
  const isTaken = [...all.keys()].some(
    (other) => other !== element && (other.isNamedByPath ? other.path : other.logicalId) === full,
  );
  return isTaken ? element.fullPath : full;
}

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
