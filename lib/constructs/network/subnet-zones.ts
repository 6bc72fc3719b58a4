import { Stack } from 'aws-cdk-lib';
import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';

/** The zone of a subnet, to compare. In a stack that knows no Region it is a reference, which says the same where it is the same. */
export const zoneOf = (scope: IConstruct, { availabilityZone }: ISubnet): string =>
  JSON.stringify(Stack.of(scope).resolve(availabilityZone));

/** The zones that subnets stand in. */
export const zonesOf = (scope: IConstruct, subnets: readonly ISubnet[]): ReadonlySet<string> =>
  new Set(subnets.map((subnet) => zoneOf(scope, subnet)));
