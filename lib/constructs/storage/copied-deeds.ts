import type { ObjectDeed } from './simulate-objects';
import { willReplicate, type ReplicationCandidate, type ReplicationRule } from './will-replicate';

/** A rule, and what of it decides what becomes of copies. */
export interface CopyingRule extends ReplicationRule {
  readonly Destination: { readonly StorageClass?: string };
}

/** What of somebody's deeds happens to the copies too, and what does not, with the reason. */
export interface CopiedDeeds {
  readonly copied: readonly ObjectDeed[];
  readonly left: readonly { readonly deed: ObjectDeed; readonly because: string }[];
}

/**
 * What happens in the bucket of the copies when this happens in the bucket of the originals: the deeds to give to `simulateObjects` for
 * the other side. Copies come within the day, of most objects within fifteen minutes.
 *
 * @param rule the one that counts
 * @param deeds what somebody does to originals
 * @param since the day the rule begins to hold
 * @param about what is known of an object beside its name, such as its tags
 */
export function copiedDeeds(
  rule: CopyingRule,
  deeds: readonly ObjectDeed[],
  since = 0,
  about: (key: string) => Omit<ReplicationCandidate, 'key'> = () => ({}),
): CopiedDeeds {
  const copied: ObjectDeed[] = [];
  const left: { deed: ObjectDeed; because: string }[] = [];
  for (const deed of deeds.filter(({ does }) => does !== 'read')) {
    const older = deed.day < since;
    const verdict = willReplicate({ ...about(deed.key), key: deed.key, older, happened: happenedBy(deed) }, rule);
    if (!verdict.copied) left.push({ deed, because: verdict.because });
    else if (older) left.push({ deed, because: 'it happened before the rule' });
    else copied.push(inItsClass(deed, rule));
  }
  return { copied, left };
}

function happenedBy({ does }: ObjectDeed): ReplicationCandidate['happened'] {
  if (does === 'put') return 'put';
  if (does === 'delete') return 'marker';
  return does === 'delete version' ? 'version deleted' : 'tags changed';
}

function inItsClass(deed: ObjectDeed, { Destination: { StorageClass } }: CopyingRule): ObjectDeed {
  if (deed.does !== 'put' || StorageClass === undefined) return deed;
  return { ...deed, to: StorageClass as typeof deed.to };
}
