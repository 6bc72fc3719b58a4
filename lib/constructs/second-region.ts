import { Token } from 'aws-cdk-lib';

/** Far enough apart not to be lost together, near enough to be under the same law. */
const pairs: readonly (readonly [string, string])[] = [
  ['us-east-1', 'us-west-2'],
  ['us-east-2', 'us-west-1'],
  ['ca-central-1', 'ca-west-1'],
  ['eu-west-1', 'eu-central-1'],
  ['eu-west-3', 'eu-south-2'],
  ['eu-north-1', 'eu-south-1'],
  ['ap-northeast-1', 'ap-northeast-3'],
  ['ap-southeast-2', 'ap-southeast-4'],
  ['ap-south-1', 'ap-south-2'],
  ['us-gov-west-1', 'us-gov-east-1'],
];
const second = new Map(pairs.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]));

/**
 * Where second copies of a region's data go when nobody says: far away, and in the same country or union.
 *
 * @param region the first one; where only the deployment knows it, it is taken for us-east-1
 * @throws when there is none in the same country or union, so that somebody has to choose
 */
export function secondRegionOf(region: string): string {
  if (Token.isUnresolved(region)) return 'us-west-2';
  const found = second.get(region);
  if (found !== undefined) return found;
  throw new Error(
    `${region} has no second region that could be taken without asking; say where second copies may lie (-c secondRegion=…)`,
  );
}
