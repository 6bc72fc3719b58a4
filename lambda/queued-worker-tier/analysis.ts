import { createHash } from 'node:crypto';

/** What is told of a document. */
export interface Analysis {
  readonly bytes: number;
  readonly lines: number;
  readonly words: number;
  readonly sha256: string;
}

const newline = 10;
/** Tab, newline, vertical tab, form feed, carriage return, space. */
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

/** Reads a document once, piece by piece; however large it is, one piece is in memory. */
export async function analysed(document: AsyncIterable<Uint8Array>): Promise<Analysis> {
  const hash = createHash('sha256');
  let bytes = 0;
  let lines = 0;
  let words = 0;
  let between = true;
  let last = newline;
  for await (const piece of document) {
    hash.update(piece);
    bytes += piece.length;
    for (const byte of piece) {
      const space = isSpace(byte);
      if (between && !space) words += 1;
      between = space;
      if (byte === newline) lines += 1;
      last = byte;
    }
  }
  // A last line without its end is one too.
  return { bytes, lines: lines + (last === newline ? 0 : 1), words, sha256: hash.digest('hex') };
}
