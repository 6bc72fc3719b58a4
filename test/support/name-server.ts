/** IPv4 addresses, or texts, by name; a name that is there without any exists, but has no address. */
export type Zone = Readonly<Record<string, readonly string[] | 'SERVFAIL' | 'silence'>>;

const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 } as const;

/**
 * What a name server says to a question for IPv4 addresses or for texts, in the DNS's own bytes (RFC 1035).
 *
 * @returns nothing where the zone says to keep silent
 */
export function answerTo(query: Buffer, zone: Zone): Buffer | undefined {
  const { name, end } = nameIn(query);
  const known = zone[name.toLowerCase()];
  if (known === 'silence') return undefined;
  if (known === undefined || known === 'SERVFAIL') return message(query, end, known ?? 'NXDOMAIN', []);
  return message(query, end, 'NOERROR', known);
}

/** The name of the first question, and where the question ends. */
function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (query[at] > 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
    at += query[at] + 1;
  }
  return { name: labels.join('.'), end: at + 5 };
}

const textType = 16;

/** Text in pieces of at most 255 bytes, each with its length before it. */
function text(value: string): Buffer {
  const pieces = value.match(/[^]{1,100}/g) ?? [''];
  return Buffer.concat(pieces.map((piece) => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)])));
}

function message(query: Buffer, end: number, code: keyof typeof codes, addresses: readonly string[]): Buffer {
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 + codes[code], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  const type = query.readUInt16BE(end - 4);
  const answers = addresses.map((value) => {
    const data = type === textType ? text(value) : Buffer.from(value.split('.').map(Number));
    // The name of the question, its type, class IN, 60 seconds, and so many bytes.
    return Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data]);
  });
  return Buffer.concat([head, query.subarray(12, end), ...answers]);
}
