import { Names, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The longest code of a region, `us-isob-west-1` being one, and a hyphen. */
const room = 16;

/**
 * A name for a part of CloudFront that must have one. Such names count for the whole account, whatever the region, so that the
 * stack could stand in one region alone if the region were not in them.
 *
 * @param most how long the name may be
 */
export const regionalName = (scope: IConstruct, most: number): string =>
  `${Names.uniqueResourceName(scope, { maxLength: most - room })}-${Stack.of(scope).region}`;
