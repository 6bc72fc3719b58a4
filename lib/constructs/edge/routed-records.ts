import { Duration, Names, Token } from 'aws-cdk-lib';
import {
  CfnCidrCollection,
  CfnRecordSetGroup,
  type GeoLocation,
  type IAliasRecordTarget,
  type IHostedZone,
  type IRecordSet,
} from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { longestTtl, ttlFault, valueFaults, writtenValue, type ZoneRecord } from '../network/zone-records';
import { aliasFaults, followsTarget, outsideZone } from './alias-faults';
import { RecordRules } from './record-rules';
import type { RoutedEntry, RoutingPolicy } from './routing-policy';

export interface RoutedRecordsProps {
  /** The public zone that holds the name. */
  readonly zone: IHostedZone;
  /** The name in full, without a dot at its end; it is the zone's own name or ends in it. */
  readonly name: string;
  /** How an answer is chosen, and of what. */
  readonly policy: RoutingPolicy;
  /**
   * What the targets hold.
   * @default - A, and for aliases A and AAAA
   */
  readonly types?: readonly ZoneRecord['type'][];
  /**
   * How long resolvers keep an answer, and so at least how long a client is sent to a target that is gone. Not for aliases, whose
   * resources say themselves.
   * @default Duration.seconds(60)
   */
  readonly ttl?: Duration;
}

/**
 * All records of one name, under one routing policy. They are one resource, changed in one batch: at no moment is half of a new
 * policy answered.
 *
 * @claims edge-routing-one-policy
 */
export class RoutedRecords extends Construct {
  /** The name in full. */
  readonly domainName: string;
  private readonly zone: IHostedZone;
  private readonly locations?: CfnCidrCollection;

  constructor(scope: Construct, id: string, props: RoutedRecordsProps) {
    super(scope, id);
    const { zone, name, policy, ttl } = props;
    const aliases = policy.entries.filter(({ target }) => target.alias !== undefined);
    const types = props.types ?? (aliases.length > 0 ? ['A', 'AAAA'] : ['A']);
    refuse(this, [
      outsideZone(name, zone),
      ...policy.faults,
      ...idFaults(policy.entries),
      ...policy.entries.flatMap((entry) => targetFaults(entry, name, types)),
      aliases.length > 0 &&
        ttl !== undefined &&
        `ttl is ${ttl.toHumanString()}, but what an alias stands for says how long it is kept; leave it out`,
      ttlFault(name, ttl, longestTtl),
    ]);

    this.domainName = name;
    this.zone = zone;
    if (policy.locations.length > 0)
      this.locations = new CfnCidrCollection(this, 'Locations', {
        name: Names.uniqueResourceName(this, { maxLength: 64, allowedSpecialCharacters: '_-' }),
        locations: policy.locations.map(({ location, blocks }) => ({ locationName: location, cidrList: [...blocks] })),
      });
    new CfnRecordSetGroup(this, 'Records', {
      hostedZoneId: zone.hostedZoneId,
      recordSets: types.flatMap((type) => policy.entries.map((entry) => this.recordSet(entry, type, props))),
    });
    RecordRules.guard(this);
  }

  /** The name as what an alias stands for, of another name of the zone: so that policies follow each other as in a tree. */
  asTarget(): IAliasRecordTarget {
    return {
      bind: (record) => {
        record.node.addDependency(this);
        return { dnsName: `${this.domainName}.`, hostedZoneId: this.zone.hostedZoneId };
      },
    };
  }

  private recordSet(
    { target, usualId, ...by }: RoutedEntry,
    type: ZoneRecord['type'],
    { zone, name, ttl = Duration.seconds(60) }: RoutedRecordsProps,
  ): CfnRecordSetGroup.RecordSetProperty {
    const { id = usualId, values = [], alias, healthCheck } = target;
    // What a target is told of the record is only the scope of its errors.
    const bound = alias?.bind(this as unknown as IRecordSet, zone);
    return {
      name: `${name}.`,
      type,
      ...(bound
        ? {
            aliasTarget: {
              dnsName: bound.dnsName,
              hostedZoneId: bound.hostedZoneId,
              evaluateTargetHealth: followsTarget(target),
            },
          }
        : {
            ttl: String(ttl.toSeconds()),
            resourceRecords: values.map((value) => writtenValue(type, value, zone.zoneName)),
          }),
      ...(id !== undefined && { setIdentifier: id }),
      ...(healthCheck && { healthCheckId: healthCheck.healthCheckRef.healthCheckId }),
      ...(by.failover && { failover: by.failover }),
      ...(by.weight !== undefined && { weight: by.weight }),
      ...(by.region !== undefined && { region: by.region }),
      ...(by.place && { geoLocation: placeOf(by.place) }),
      ...(by.near && { geoProximityLocation: nearOf(by.near) }),
      ...(by.multivalue && { multiValueAnswer: true }),
      ...(by.location !== undefined && {
        cidrRoutingConfig: { collectionId: this.locations?.attrId ?? '', locationName: by.location },
      }),
    };
  }
}

const placeOf = ({ continentCode, countryCode, subdivisionCode }: GeoLocation) => ({
  ...(continentCode !== undefined && { continentCode }),
  ...(countryCode !== undefined && { countryCode }),
  ...(subdivisionCode !== undefined && { subdivisionCode }),
});

const nearOf = ({ at, bias }: NonNullable<RoutedEntry['near']>): CfnRecordSetGroup.GeoProximityLocationProperty => ({
  ...(at.region !== undefined && { awsRegion: at.region }),
  ...(at.localZoneGroup !== undefined && { localZoneGroup: at.localZoneGroup }),
  ...(at.coordinates && {
    coordinates: { latitude: String(at.coordinates[0]), longitude: String(at.coordinates[1]) },
  }),
  ...(bias !== undefined && { bias }),
});

function idFaults(entries: readonly RoutedEntry[]): (string | false)[] {
  const ids = entries.map(({ target, usualId }) => target.id ?? usualId ?? '');
  if (entries.length === 1 && ids[0] === '') return [];
  return [
    entries.length === 0 && 'the policy has no target; give at least one',
    ...ids
      .filter((id) => !Token.isUnresolved(id) && (id.length < 1 || id.length > 128))
      .map((id) => `id is "${id}", ${id.length} characters; give 1 to 128 that tell the target from the others`),
    ...ids
      .filter((id, at) => ids.indexOf(id) < at)
      .map((id) => `id is ${id} for two targets; give each target its own`),
  ];
}

function targetFaults(
  { target, usualId }: RoutedEntry,
  name: string,
  types: readonly ZoneRecord['type'][],
): (string | undefined | false)[] {
  const { id = usualId ?? 'the target', values, alias, evaluateTargetHealth } = target;
  if (alias === undefined)
    return [
      values === undefined && `${id} has neither values nor an alias; give one of them`,
      evaluateTargetHealth !== undefined &&
        `${id} says evaluateTargetHealth, but only an alias has a target; give healthCheck`,
      ...(values ? types.flatMap((type) => valueFaults({ name: id, type, values })) : []),
    ];
  return [
    values !== undefined && `${id} has both values and an alias; give one of them`,
    ...aliasFaults(name, alias, evaluateTargetHealth === true),
  ];
}
