/** Why a segment does not go on. */
export type Refusal = 'blocked header' | 'changed afterwards' | 'out of order' | 'too much in flight';

/** How far one number of a stream is ahead of another; they are of 32 bits and begin again. */
const ahead = (one: number, other: number): number => (one - other) | 0;

/** More than any window that a request needs. */
const mostInFlight = 256 * 1024;

/** A pattern that finds any of these headers, wherever it begins a line. */
export const headerPattern = (headers: readonly string[]): RegExp => new RegExp(`\\n(?:${headers.join('|')}):`, 'i');

/**
 * What one side of a connection says, as the other side will read it: in order, each byte once.
 *
 * A segment goes on only when everything before it has been read, so that no header slips through in two halves that come the wrong way
 * round. What the other side has not acknowledged is kept: a segment that says it again must say the same, or somebody shows one text to the
 * appliance and another to the application.
 */
export class WatchedStream {
  /** The end of what was read, which has `next` after it. */
  private kept = Buffer.alloc(0);
  /** How much of it, at its end, the other side has not acknowledged. */
  private open = 0;
  private readonly tail: number;
  private readonly pattern: RegExp;

  /**
   * @param next the number of the first byte
   * @param headers names of headers in small letters; a line that begins with one blocks the stream
   */
  constructor(
    private next: number,
    headers: readonly string[],
  ) {
    this.pattern = headerPattern(headers);
    this.tail = Math.max(...headers.map((header) => header.length + 1));
  }

  /** Where the stream has come to. */
  get end(): number {
    return this.next;
  }

  /** Reads a segment. @returns why it may not go on; undefined where it may */
  read(sequence: number, payload: Buffer): Refusal | undefined {
    const again = ahead(this.next, sequence);
    if (again < 0) return 'out of order';
    if (this.isChanged(again, payload)) return 'changed afterwards';
    const fresh = payload.subarray(again);
    if (fresh.length === 0) return undefined;
    if (this.open + fresh.length > mostInFlight) return 'too much in flight';
    const before = this.kept.subarray(Math.max(0, this.kept.length - this.tail));
    if (this.pattern.test(Buffer.concat([before, fresh]).toString('latin1'))) return 'blocked header';
    this.kept = Buffer.concat([this.kept, fresh]);
    this.open += fresh.length;
    this.next = (this.next + fresh.length) >>> 0;
    return undefined;
  }

  /** The other side has everything before this number, and takes nothing of it again. */
  acknowledged(number: number): void {
    this.open = Math.min(this.open, Math.max(0, ahead(this.next, number)));
    const needed = Math.max(this.open, this.tail);
    if (needed < this.kept.length) this.kept = Buffer.from(this.kept.subarray(this.kept.length - needed));
  }

  /** Whether a segment that begins `again` bytes back says something else than was read there and may still be taken. */
  private isChanged(again: number, payload: Buffer): boolean {
    const known = Math.min(again, this.open);
    const said = payload.subarray(again - known, again);
    const from = this.kept.length - known;
    return !said.equals(this.kept.subarray(from, from + said.length));
  }
}
