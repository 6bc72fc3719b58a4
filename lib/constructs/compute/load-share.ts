/**
 * Which share of all requests each target of a zone gets. DNS gives every zone's node the same; a node serves its own zone's targets alone, or with
 * cross-zone balancing all there are: an Application Load Balancer does that unless a pool says otherwise, a Network or Gateway Load
 * Balancer only when told, and what then passes between zones is billed in both directions.
 *
 * @claims compute-cross-zone
 * @param targets how many healthy targets each zone has; a zone without any is taken out of DNS unless cross-zone balancing fills it
 * @returns the share of one target, zone by zone: `[0.125, 0.5]` for `[4, 1]` without cross-zone balancing
 * @throws when no zone has a target, or a number is no whole number from 0
 */
export function loadShare(targets: readonly number[], crossZone: boolean): number[] {
  for (const count of targets)
    if (!Number.isInteger(count) || count < 0)
      throw new Error(`a zone has ${count} targets; give a whole number from 0`);
  const all = targets.reduce((sum, count) => sum + count, 0);
  if (all === 0) throw new Error('no zone has a healthy target, so nothing is answered; give one zone at least one');
  if (crossZone) return targets.map((count) => (count === 0 ? 0 : 1 / all));
  const serving = targets.filter((count) => count > 0).length;
  return targets.map((count) => (count === 0 ? 0 : 1 / serving / count));
}
