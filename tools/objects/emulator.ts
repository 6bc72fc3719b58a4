import {
  willReplicate,
  type ReplicationCandidate,
  type ReplicationRule,
} from '../../lib/constructs/storage/will-replicate';

/** What the emulator asks: what happened to an object, and the rules of its bucket with their priorities and destinations. */
interface Asked {
  readonly candidate: ReplicationCandidate;
  readonly rules: readonly Ranked[];
}
interface Ranked extends ReplicationRule {
  readonly Priority?: number;
  readonly Destination: { readonly Bucket: string };
}

/** What it is told: which rules copy, by their places. */
interface Told {
  readonly by: readonly number[];
}

/** Judges for the emulator, whose server is no Node program. Of two rules that copy into the same bucket the one of higher priority counts. */
export function handler({ candidate, rules }: Asked): Promise<Told> {
  const ranked = [...rules.entries()]
    .filter(([, rule]) => willReplicate(candidate, rule).copied)
    .sort(([, one], [, other]) => (other.Priority ?? 0) - (one.Priority ?? 0));
  const by = ranked.filter(
    ([, { Destination }], i) => ranked.findIndex(([, other]) => other.Destination.Bucket === Destination.Bucket) === i,
  );
  return Promise.resolve({ by: by.map(([at]) => at) });
}
