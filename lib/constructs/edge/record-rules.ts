import { AspectPriority, Aspects } from 'aws-cdk-lib';
import { CfnHostedZone, CfnRecordSet, CfnRecordSetGroup } from 'aws-cdk-lib/aws-route53';
import type { IConstruct } from 'constructs';
import { NetworkRule, referent, resolved, resourcesOf } from '../network/network-rule';
import { bareName, type RecordSetData } from './record-set';
import { recordSetFaults, type PlacedSet } from './record-set-faults';

/**
 * What holds for the records of a zone, whoever made them: one policy for a name and type, complete and without doubles; a CNAME
 * alone and not at the top; nothing outside the zone or below a name that is delegated.
 *
 * @claims edge-record-types, edge-cname-apex, edge-routing-one-policy, edge-delegated-subzone
 */
export class RecordRules extends NetworkRule {
  /** Holds what is below a construct to these rules, also in an app that guards nothing else. */
  static guard(block: IConstruct): void {
    Aspects.of(block).add(new RecordRules(), { priority: AspectPriority.READONLY });
  }

  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (!(node instanceof CfnRecordSet || node instanceof CfnRecordSetGroup)) return [];
    const zone = zoneOf(node);
    const holders = [...resourcesOf(node, CfnRecordSet), ...resourcesOf(node, CfnRecordSetGroup)];
    const all = holders.filter((one) => zoneOf(one).key === zone.key).flatMap(setsOf);
    const own = all.filter(({ path }) => path === node.node.path);
    return own.flatMap((placed) => recordSetFaults(placed, all, zone.name));
  }
}

type Holder = CfnRecordSet | CfnRecordSetGroup;

/** The zone of a resource: what tells it from others, and its name where the template has it. */
function zoneOf(node: Holder): { readonly key: string; readonly name?: string } {
  const made = referent(node, node.hostedZoneId, CfnHostedZone);
  const name = made ? String(resolved(node, made.name)) : node.hostedZoneName;
  return {
    key: JSON.stringify(resolved(node, node.hostedZoneId ?? node.hostedZoneName)),
    ...(typeof name === 'string' && !name.includes('[object') && { name: bareName(name) }),
  };
}

function setsOf(node: Holder): PlacedSet[] {
  const { path } = node.node;
  if (node instanceof CfnRecordSetGroup)
    return (resolved(node, node.recordSets) as object[]).map((set, index) => ({ path, index, set: inApiWords(set) }));
  const { name, type, ttl, resourceRecords, aliasTarget, setIdentifier, healthCheckId, failover, weight } = node;
  const { region, geoLocation, multiValueAnswer, cidrRoutingConfig } = node;
  const by = { failover, weight, region, geoLocation, multiValueAnswer, cidrRoutingConfig };
  const set = { name, type, ttl, resourceRecords, aliasTarget, setIdentifier, healthCheckId, ...by };
  return [{ path, index: 0, set: inApiWords(resolved(node, set) as object) }];
}

const special: Readonly<Record<string, string>> = { ttl: 'TTL', dnsName: 'DNSName', awsRegion: 'AWSRegion' };

/** The properties of a resource under the names that the template and the API have for them. */
function inApiWords(set: object): RecordSetData {
  const entries = Object.entries(set).map(([key, value]: [string, unknown]) => {
    const name = special[key] ?? key[0].toUpperCase() + key.slice(1);
    const isGroup =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      /^[a-z]/.test(Object.keys(value)[0] ?? '');
    return [name, isGroup ? inApiWords(value) : value];
  });
  return Object.fromEntries(entries) as RecordSetData;
}
