/** The longest line that is taken, in bytes. */
export const longestLine = 1024;

/** Puts the pieces in which a connection arrives together to lines again. */
export class Lines {
  private rest: Buffer = Buffer.alloc(0);

  /** @returns the lines that are whole now. @throws when one is too long, whether it is whole or not */
  push(piece: Buffer): string[] {
    const parts = split(Buffer.concat([this.rest, piece]));
    this.rest = parts.pop()!;
    for (const part of [...parts, this.rest])
      if (part.length > longestLine) throw new Error(`a line has at most ${longestLine} bytes`);
    return parts.map((part) => part.toString().replace(/\r$/, ''));
  }
}

/** Whole lines, and what follows the last of them. */
function split(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', from)) {
    parts.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return [...parts, bytes.subarray(from)];
}
