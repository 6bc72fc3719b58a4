import type { Entry } from '../../access/names';
import type { Arrow, Arrows } from './arrows';
import type { Boxes } from './boxes';
import { cloud } from './ground';
import { links, self, Written, type Link } from './links';
import type { Source } from './source';

/** Arrows that resources declare by their properties: event sources, subscriptions, notifications, redrives, logs, alarms. */
export function addDeclared(arrows: Arrows, source: Source, boxes: Boxes): void {
  for (const entry of source.entries) {
    const found = links[entry.type] as (typeof links)[string] | undefined;
    for (const link of found?.(source.properties(entry), entry.resource.Properties ?? {}) ?? [])
      addLink(arrows, source, boxes, entry, link);
  }
  arrows.merge(sharedFailures);
}

/** What a topic cannot deliver to a queue goes where the queue's own failures go: one arrow says both. */
function sharedFailures(
  { from, to, kind }: Arrow,
  arrows: Arrows,
): { readonly into: Pick<Arrow, 'from' | 'to' | 'kind'> } | undefined {
  if (kind !== 'failure') return undefined;
  const queue = arrows.targetsOf(from, 'event').find((one) => arrows.has(one, to, ['failure']));
  return queue === undefined ? undefined : { into: { from: queue, to, kind } };
}

/** Adds the arrows of a link, between every box its two ends mention. */
export function addLink(arrows: Arrows, source: Source, boxes: Boxes, entry: Entry, link: Link): void {
  const named = (value: unknown) =>
    value instanceof Written ? source.referredIn(entry, value.value) : source.mentioned(value);
  const ends = (value: unknown) => (value === self ? [entry] : named(value)).map((one) => boxes.idOf(one));
  const reason = { stack: entry.stack.name, logicalId: entry.logicalId, rule: link.rule };
  for (const from of new Set(ends(link.from)))
    for (const to of new Set(ends(link.to)))
      if (from !== cloud && to !== cloud)
        arrows.add({ from, to, kind: link.kind, ...(link.label && { label: link.label }), because: [reason] });
}
