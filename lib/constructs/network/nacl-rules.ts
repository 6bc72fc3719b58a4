import { Token } from 'aws-cdk-lib';
import { CfnNetworkAclEntry, CfnSubnetNetworkAclAssociation } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { outsideRange } from '../faults';
import { NetworkRule, resolved, resourcesOf, same } from './network-rule';

/**
 * What holds for every network ACL: numbers from 1 to 32,766 and each once in a direction, ports the right way round, ICMP
 * by type and code, and one ACL a subnet.
 *
 * @claims network-nacl-order, network-nacl-association, network-icmp-ping
 */
export class NaclRules extends NetworkRule {
  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnNetworkAclEntry) return entryFaults(node);
    if (node instanceof CfnSubnetNetworkAclAssociation) return associationFaults(node);
    return [];
  }
}

function entryFaults(entry: CfnNetworkAclEntry): (string | undefined | false)[] {
  const { ruleNumber, protocol } = entry;
  const twins = resourcesOf(entry, CfnNetworkAclEntry).filter(
    (one) =>
      same(entry, one.networkAclId, entry.networkAclId) &&
      Boolean(one.egress) === Boolean(entry.egress) &&
      one.ruleNumber === ruleNumber,
  );
  const ports = resolved(entry, entry.portRange) as { from?: number; to?: number } | undefined;
  const literal = ports !== undefined && [ports.from, ports.to].every((port) => typeof port === 'number');
  return [
    outsideRange('ruleNumber', ruleNumber, 1, 32_766),
    !Token.isUnresolved(ruleNumber) &&
      twins.length > 1 &&
      `ruleNumber is ${ruleNumber}, like that of ${twins.find((one) => one !== entry)!.node.path}; number entries of one direction apart`,
    literal &&
      ports.from! > ports.to! &&
      `portRange is ${ports.from} to ${ports.to}; write ${ports.to} to ${ports.from}`,
    protocol === 1 &&
      entry.icmp === undefined &&
      'protocol is 1 (ICMP) without a type; ICMP has no ports, so give icmp with type and code, 8 and -1 for ping',
  ];
}

function associationFaults(association: CfnSubnetNetworkAclAssociation): (string | false)[] {
  const { length } = resourcesOf(association, CfnSubnetNetworkAclAssociation).filter((one) =>
    same(association, one.subnetId, association.subnetId),
  );
  return [length > 1 && `the subnet has ${length} network ACLs; a subnet takes one, so leave one association`];
}
