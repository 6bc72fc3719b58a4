import { AspectPriority, Aspects } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { HostRules } from './host-rules';
import { NaclRules } from './nacl-rules';
import { NameRules } from './name-rules';
import type { NetworkRule } from './network-rule';
import { OpenPortGuard } from './open-port-guard';
import { PeeringRules } from './peering-rules';
import { RouteRules } from './route-rules';
import { SecurityGroupRules } from './security-group-rules';
import { VpcRules } from './vpc-rules';

/**
 * Puts the network's rules on everything below a construct. They look when all else is done and change nothing.
 *
 * @param rules which ones; all with their defaults unless given
 */
export function guardNetwork(
  scope: IConstruct,
  rules: readonly NetworkRule[] = [
    new VpcRules(),
    new RouteRules(),
    new PeeringRules(),
    new NaclRules(),
    new SecurityGroupRules(),
    new OpenPortGuard(),
    new NameRules(),
    new HostRules(),
  ],
): void {
  for (const rule of rules) Aspects.of(scope).add(rule, { priority: AspectPriority.READONLY });
}
