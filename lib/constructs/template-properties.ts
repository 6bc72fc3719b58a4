import { Stack, type CfnResource } from 'aws-cdk-lib';

/** The properties of a resource as the template will have them, overrides included. */
export function propertiesOf<T extends object>(resource: CfnResource): Partial<T> {
  const { Resources } = Stack.of(resource).resolve(
    (resource as CfnResource & { _toCloudFormation(): object })._toCloudFormation(),
  ) as { Resources: Record<string, { Properties?: Partial<T> }> };
  return Object.values(Resources)[0].Properties ?? {};
}
