import { GeoLocation, type IAliasRecordTarget, type IHealthCheckRef } from 'aws-cdk-lib/aws-route53';
import { followsTarget } from './alias-faults';
import type { RoutingKind } from './record-set';
import {
  addressBlockFaults,
  geolocationFaults,
  nearLabel,
  placeLabel,
  proximityFaults,
  weightFaults,
} from './routing-faults';
import { regionFault } from './region-places';

/** What a client is sent to. */
export interface RoutedTarget {
  /**
   * What tells it from the other targets of the name, 1 to 128 characters.
   * @default - what the policy chooses by: its Region, place, address ...
   */
  readonly id?: string;
  /**
   * Its values, such as addresses.
   * @default - those of `alias`
   */
  readonly values?: readonly string[];
  /**
   * The AWS resource, or other name of the zone, whose addresses it has.
   * @default - `values`
   */
  readonly alias?: IAliasRecordTarget;
  /**
   * Whether an alias leaves the answers while what it stands for is unhealthy. Not possible for a distribution.
   * @default - true where an alias has no health check of its own
   */
  readonly evaluateTargetHealth?: boolean;
  /**
   * While this is unhealthy, the target leaves the answers.
   * @default - it never does
   */
  readonly healthCheck?: IHealthCheckRef;
}

export interface WeightedTarget extends RoutedTarget {
  /** Its share is this by the sum of all, 0 to 255. All 0 means equal shares. */
  readonly weight: number;
}
export interface RegionTarget extends RoutedTarget {
  /** The Region it stands in, or is nearest to. */
  readonly region: string;
}
export interface PlaceTarget extends RoutedTarget {
  /** Who is sent here: those of a state of the US, a country or a continent. */
  readonly place: GeoLocation;
}
export interface NearTarget extends RoutedTarget {
  /** Where it is: a Region, a group of local zones, or degrees of latitude and longitude. Exactly one. */
  readonly at: {
    readonly region?: string;
    readonly localZoneGroup?: string;
    readonly coordinates?: readonly [latitude: number, longitude: number];
  };
  /**
   * -99 to 99: above 0 it draws clients from farther away, below 0 it leaves them to others.
   * @default 0
   */
  readonly bias?: number;
}
export interface AddressTarget extends RoutedTarget {
  /** What the blocks are called together, 1 to 16 letters, digits, - and _. */
  readonly location: string;
  /** Public blocks, at most /24 or, for IPv6, /48. */
  readonly blocks: readonly string[];
}

/** What a set of records says of its policy, in the words of the template. */
export interface RoutedEntry {
  readonly target: RoutedTarget;
  /** What the target is called without an id of its own; nothing where it is the only one. */
  readonly usualId?: string;
  readonly failover?: 'PRIMARY' | 'SECONDARY';
  readonly weight?: number;
  readonly region?: string;
  readonly place?: GeoLocation;
  readonly near?: Pick<NearTarget, 'at' | 'bias'>;
  readonly multivalue?: boolean;
  /** The name of a location of the policy's blocks, or `*`. */
  readonly location?: string;
}

type Faults = (string | undefined | false)[];

/**
 * By what a name's answer is chosen. A name has one policy, so that `RoutedRecords` takes one of these: policies cannot be mixed.
 *
 * @claims edge-routing-one-policy
 */
export class RoutingPolicy {
  /** All values at once, in an order by chance; nobody asks how they are. @claims edge-routing-simple */
  static simple(target: RoutedTarget): RoutingPolicy {
    const fault =
      target.healthCheck !== undefined &&
      'healthCheck is given, but the only answer there is cannot be left out; use RoutingPolicy.multivalue or failover';
    return new RoutingPolicy('simple', [{ target }], [fault]);
  }

  /** The primary while it is healthy, otherwise the secondary. @claims edge-routing-failover */
  static failover(targets: { readonly primary: RoutedTarget; readonly secondary: RoutedTarget }): RoutingPolicy {
    const { primary, secondary } = targets;
    const watched = primary.healthCheck !== undefined || followsTarget(primary);
    return new RoutingPolicy(
      'failover',
      [
        { target: primary, usualId: 'primary', failover: 'PRIMARY' },
        { target: secondary, usualId: 'secondary', failover: 'SECONDARY' },
      ],
      [
        !watched &&
          'primary has no healthCheck, so that the secondary would never answer; give one, or an alias whose target’s health is evaluated',
      ],
    );
  }

  /** By shares: 90 and 10 for a canary, 60 and 40 for a split. @claims edge-routing-weighted */
  static weighted(targets: readonly (WeightedTarget & { readonly id: string })[]): RoutingPolicy {
    const entries = targets.map((target) => ({ target, weight: target.weight }));
    return new RoutingPolicy('weighted', entries, weightFaults(targets));
  }

  /** The Region with the lowest latency that was measured, which need not be the nearest. @claims edge-routing-latency */
  static latency(targets: readonly RegionTarget[]): RoutingPolicy {
    const regions = targets.map(({ region }) => region);
    const twice = regions.find((region, at) => regions.indexOf(region) < at);
    return new RoutingPolicy(
      'latency',
      targets.map((target) => ({ target, usualId: target.region, region: target.region })),
      [
        ...regions.map((region) => regionFault('region', region)),
        twice !== undefined && `region is ${twice} for two targets; give each Region one`,
      ],
    );
  }

  /**
   * By the legal place of the client: its state, else its country, its continent, and else the default. How near a target is makes no
   * difference.
   *
   * @claims edge-routing-geolocation
   */
  static geolocation(props: {
    readonly places: readonly PlaceTarget[];
    /** Who answers everybody else; without it they get no answer at all. */
    readonly otherwise: RoutedTarget;
  }): RoutingPolicy {
    const { places, otherwise = {} } = props;
    return new RoutingPolicy(
      'geolocation',
      [
        ...places.map((target) => ({ target, usualId: placeLabel(target.place), place: target.place })),
        { target: otherwise, usualId: 'default', place: GeoLocation.default() },
      ],
      geolocationFaults(
        places.map(({ place }) => place),
        props.otherwise,
      ),
    );
  }

  /** By distance, bent by a bias. @claims edge-routing-geoproximity */
  static geoproximity(targets: readonly NearTarget[]): RoutingPolicy {
    return new RoutingPolicy(
      'geoproximity',
      targets.map((target) => ({ target, usualId: nearLabel(target), near: target })),
      proximityFaults(targets),
    );
  }

  /** Up to eight healthy values at once: no balancer, but a client can try the next. @claims edge-routing-multivalue */
  static multivalue(targets: readonly RoutedTarget[]): RoutingPolicy {
    return new RoutingPolicy(
      'multivalue',
      targets.map((target) => ({ target, usualId: target.values?.[0], multivalue: true })),
      targets.flatMap(({ id, values = [], alias, healthCheck }) => [
        values.length > 1 &&
          `values are ${values.join(', ')} on one target; give each value a target, so that each can leave by itself`,
        healthCheck === undefined &&
          `${id ?? values[0] ?? 'a target'} has no healthCheck, so that it would be answered also when it is down; give one`,
        alias !== undefined &&
          `${id ?? 'a target'} is an alias; several values at once cannot be aliases, so give addresses`,
      ]),
    );
  }

  /**
   * By the address of the client or its resolver. It steers; it hides and protects nothing.
   *
   * @claims edge-routing-ip-based
   */
  static ipBased(props: {
    readonly locations: readonly AddressTarget[];
    /** Who answers everybody else; without it they get no answer at all. */
    readonly otherwise: RoutedTarget;
  }): RoutingPolicy {
    const { locations, otherwise = {} } = props;
    return new RoutingPolicy(
      'ip-based',
      [
        ...locations.map((target) => ({ target, usualId: target.location, location: target.location })),
        { target: otherwise, usualId: 'default', location: '*' },
      ],
      addressBlockFaults(locations, props.otherwise),
      locations,
    );
  }

  private constructor(
    readonly kind: RoutingKind,
    readonly entries: readonly RoutedEntry[],
    /** Everything wrong with what was given. */
    readonly faults: Faults,
    /** The blocks of addresses it chooses by. */
    readonly locations: readonly AddressTarget[] = [],
  ) {}
}
