import { BlockList, isIPv4 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';

/** What a pool takes besides the addresses of its own network. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** Why an address cannot be a target. */
export const addressFault = (address: string): string | false =>
  !Token.isUnresolved(address) &&
  !(isIPv4(address) && isInAny(address, privateRanges)) &&
  `addresses has ${address || '(empty)'}; give private ones alone, of ${privateRanges.join(', ')}, as a balancer refuses every other`;

/** Whether an address is in no subnet of a network, where that is known. */
export function isOutside(address: string, { privateSubnets, publicSubnets, isolatedSubnets }: IVpc): boolean {
  const ranges = [...privateSubnets, ...publicSubnets, ...isolatedSubnets].map(({ ipv4CidrBlock }) => ipv4CidrBlock);
  return ![address, ...ranges].some((text) => Token.isUnresolved(text)) && !isInAny(address, ranges);
}

function isInAny(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [base, prefix] = range.split('/');
    list.addSubnet(base, Number(prefix));
  }
  return list.check(address);
}
