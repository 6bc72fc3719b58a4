/** Who answers, and who asks as the server sees it. */
export interface Ends {
  readonly server: string;
  readonly client: string;
}

/** The answer of one service to one line. */
export type Answer = (line: string, ends: Ends) => string;

/** Gives a line back, with both ends. */
export const mirrored: Answer = (line, { server, client }) => `${server} to ${client}: ${line}`;

/**
 * Counts the lines of each client, in the memory of this server alone: only who comes back to it finds the count again.
 *
 * @param most how many clients it remembers; who was away the longest is forgotten first
 */
export function tallied(most = 10_000): Answer {
  const counts = new Map<string, number>();
  return (_, { client, server }) => {
    const count = (counts.get(client) ?? 0) + 1;
    counts.delete(client);
    counts.set(client, count);
    if (counts.size > most) counts.delete(counts.keys().next().value!);
    return `${count} of ${client} at ${server}`;
  };
}

const asks = 'ping ';
/** The longest question in a datagram, in bytes. */
export const longestDatagram = 512;

/**
 * Answers `ping …` with `pong …`, and nothing else at all. Who sends a datagram may say that it comes from anybody; an answer as long as its
 * question makes nobody's attack stronger, and one that is no question itself keeps two servers from answering each other for ever.
 */
export function echoed(datagram: Buffer): Buffer | undefined {
  if (datagram.length > longestDatagram || datagram.subarray(0, asks.length).toString() !== asks) return undefined;
  return Buffer.concat([Buffer.from('pong '), datagram.subarray(asks.length)]);
}
