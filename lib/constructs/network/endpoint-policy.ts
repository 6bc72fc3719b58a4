import { Aws } from 'aws-cdk-lib';
import type { VpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement, type Conditions } from 'aws-cdk-lib/aws-iam';

/** Something an endpoint lets through; whatever is not listed is refused by the endpoint. */
export interface EndpointAllowance {
  /** Actions such as `s3:GetObject`. */
  readonly actions: readonly string[];
  /** ARNs of the buckets, objects, tables, queues, keys and the like. */
  readonly resources: readonly string[];
  /** @default - no condition */
  readonly conditions?: Conditions;
}

/** What is wrong with what an endpoint shall let through. */
export function allowFaults(allow: readonly EndpointAllowance[] | undefined): string[] {
  if (allow === undefined) return [];
  return [
    ...(allow.length > 0
      ? []
      : ['allow is empty, which closes the endpoint; list what may be reached, or leave it out']),
    ...allow
      .filter(({ actions, resources }) => actions.length === 0 || resources.length === 0)
      .map(() => 'allow has an entry without actions or resources; name at least one of each'),
  ];
}

/**
 * Limits an endpoint to what is listed. It speaks for everyone who comes through, and adds to nobody's own permissions.
 *
 * @claims network-endpoint-policy
 */
export function allowOnly(endpoint: VpcEndpoint, allow: readonly EndpointAllowance[] = []): void {
  for (const { actions, resources, conditions } of allow)
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    );
}

/** Credentials of another account open nothing here, so that nobody carries data out with a pair of his own. */
export const ownIdentities: EndpointAllowance = {
  actions: ['*'],
  resources: ['*'],
  conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
};

/** The packages of Amazon Linux 2023, which lie in a bucket of AWS that is read without credentials. */
export const systemPackages: EndpointAllowance = {
  actions: ['s3:GetObject'],
  resources: [`arn:${Aws.PARTITION}:s3:::al2023-repos-${Aws.REGION}-de612dc2/*`],
};
