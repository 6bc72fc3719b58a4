import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { cidrFault, contains, privateRanges, sharedRange } from '../network/cidr';

/** What a client may do with the files. Nobody gets `ClientRootAccess`. */
export const actionsOf = (readOnly: boolean): string[] =>
  (readOnly ? ['ClientMount'] : ['ClientMount', 'ClientWrite']).map((action) => `elasticfilesystem:${action}`);

/** What holds for every client, whatever its own permissions say. A file system with a policy also mounts for nobody without IAM. */
export const mountRules = (): PolicyStatement[] => [
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['elasticfilesystem:*'],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  }),
  // Its root belongs to root; an access point is what makes a client somebody else.
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['elasticfilesystem:ClientMount'],
    conditions: { Null: { 'elasticfilesystem:AccessPointArn': 'true' } },
  }),
];

/** What is wrong with a range whose clients are to mount files. */
export function rangeFaults(cidr: string): (string | undefined | false)[] {
  const fault = cidrFault('cidr', cidr);
  if (fault !== undefined) return [fault];
  const isPrivate = [...privateRanges, sharedRange].some((range) => contains(range, cidr));
  return [
    !isPrivate &&
      `cidr is ${cidr}, which has addresses of the internet; files are for private networks, so give a part of ${privateRanges.join(', ')} or ${sharedRange}`,
  ];
}
