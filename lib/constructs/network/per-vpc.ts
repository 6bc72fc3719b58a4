import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';

/** Why a list of networks cannot be worked on. */
export function vpcsFaults(vpcs: readonly IVpc[]): (string | false)[] {
  const twice = vpcs.find((vpc, at) => vpcs.indexOf(vpc) < at);
  return [
    vpcs.length === 0 && 'vpcs are none; give at least one',
    twice !== undefined && `vpcs lists ${twice.node.path} twice; name each VPC once`,
  ];
}

/** The id of what is made for one construct of a list; it stays when another joins or leaves: `GeneralVpc`. */
export const idFor = (one: IConstruct): string =>
  one.node.path
    .slice(Stack.of(one).node.path.length)
    .split('/')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
