import { CfnSecurityGroup, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { openPortFault } from './ports';
import { NetworkRule, resolved } from './network-rule';

/**
 * Keeps administrative ports closed to the world: no group admits 21, 22 or 3389 from `0.0.0.0/0` or `::/0`, also not within
 * a wider range or with all protocols.
 *
 * @claims network-open-port-guard
 */
export class OpenPortGuard extends NetworkRule {
  protected faults(node: IConstruct): (string | undefined)[] {
    if (node instanceof CfnSecurityGroup)
      return ((resolved(node, node.securityGroupIngress) ?? []) as Ingress[]).flatMap(ingressFaults);
    if (node instanceof CfnSecurityGroupIngress)
      return ingressFaults(
        resolved(node, {
          ipProtocol: node.ipProtocol,
          fromPort: node.fromPort,
          toPort: node.toPort,
          cidrIp: node.cidrIp,
          cidrIpv6: node.cidrIpv6,
        }) as Ingress,
      );
    return [];
  }
}

interface Ingress {
  readonly ipProtocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrIp?: unknown;
  readonly cidrIpv6?: unknown;
}

/** Protocols that have ports, and all of them at once. */
const withPorts = ['tcp', '6', 'udp', '17'];

function ingressFaults({ ipProtocol, fromPort, toPort, cidrIp, cidrIpv6 }: Ingress): (string | undefined)[] {
  const everything = String(ipProtocol) === '-1';
  if (!everything && !withPorts.includes(String(ipProtocol))) return [];
  const [from, to] = everything ? [0, 65_535] : [fromPort ?? 0, toPort ?? 65_535];
  return [cidrIp, cidrIpv6]
    .filter((cidr) => typeof cidr === 'string')
    .map((cidr) => openPortFault(cidr, Number(from), Number(to)));
}
