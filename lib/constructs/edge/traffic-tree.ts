import type { GeoLocation, IHealthCheckRef } from 'aws-cdk-lib/aws-route53';
import { outsideRange } from '../faults';
import { regionFault } from './region-places';
import { geolocationFaults } from './routing-faults';

/** Where a rule leads, and by which check. */
export interface TrafficBranch {
  /** Another rule, or an endpoint at the end of the tree. */
  readonly to: TrafficNode;
  /**
   * While this is unhealthy, the branch is not taken.
   * @default - the health of what it leads to decides
   */
  readonly healthCheck?: IHealthCheckRef;
}

/** A condition of a branch, as the document has it. */
type Condition = Readonly<Record<string, string | boolean>>;

/**
 * A rule of a traffic policy, or an endpoint. Rules follow each other, so that a client is first told apart by place, then by
 * latency, and at last by what is healthy.
 */
export class TrafficNode {
  /** An address, or what else the type of the policy asks for. */
  static endpoint(value: string): TrafficNode {
    return new TrafficNode({ kind: 'endpoint', value }, [], []);
  }

  static failover(primary: TrafficBranch, secondary: TrafficBranch): TrafficNode {
    return new TrafficNode(
      { kind: 'failover' },
      [{ branch: primary }, { branch: secondary }],
      [
        primary.healthCheck === undefined &&
          primary.to.kind.kind === 'endpoint' &&
          'primary leads to an endpoint without healthCheck, so that the secondary would never answer; give one',
      ],
    );
  }

  static weighted(items: readonly (TrafficBranch & { readonly weight: number })[]): TrafficNode {
    return new TrafficNode(
      { kind: 'weighted' },
      items.map((branch) => ({ branch, by: { Weight: String(branch.weight) } })),
      items.map(({ weight }) => outsideRange('weight', weight, 0, 255)),
    );
  }

  static latency(regions: readonly (TrafficBranch & { readonly region: string })[]): TrafficNode {
    const names = regions.map(({ region }) => region);
    const twice = names.find((name, at) => names.indexOf(name) < at);
    return new TrafficNode(
      { kind: 'latency' },
      regions.map((branch) => ({ branch, by: { Region: branch.region } })),
      [
        ...names.map((name) => regionFault('region', name)),
        twice !== undefined && `region is ${twice} for two branches; give each Region one`,
      ],
    );
  }

  static geolocation(
    places: readonly (TrafficBranch & { readonly place: GeoLocation })[],
    otherwise: TrafficBranch,
  ): TrafficNode {
    return new TrafficNode(
      { kind: 'geo' },
      [
        ...places.map((branch) => ({ branch, by: placeOf(branch.place) })),
        { branch: otherwise, by: { IsDefault: true } },
      ],
      geolocationFaults(
        places.map(({ place }) => place),
        otherwise,
      ),
    );
  }

  private constructor(
    readonly kind: { readonly kind: 'endpoint' | 'failover' | 'weighted' | 'latency' | 'geo'; readonly value?: string },
    readonly branches: readonly { readonly branch: TrafficBranch; readonly by?: Condition }[],
    private readonly own: readonly (string | undefined | false)[],
  ) {}

  /** Everything wrong with the tree below. */
  faults(): (string | undefined | false)[] {
    return [...this.own, ...this.branches.flatMap(({ branch }) => branch.to.faults())];
  }
}

const placeOf = ({ continentCode, countryCode, subdivisionCode }: GeoLocation): Condition => ({
  ...(continentCode !== undefined && { Continent: continentCode }),
  ...(countryCode !== undefined && { Country: countryCode }),
  ...(subdivisionCode !== undefined && { Subdivision: subdivisionCode }),
});

type Reference = Readonly<Record<string, string | boolean>>;

/** A rule of the document. */
export interface TrafficRuleDocument {
  readonly RuleType: string;
  readonly Primary?: Reference;
  readonly Secondary?: Reference;
  readonly Items?: readonly Reference[];
  readonly Regions?: readonly Reference[];
  readonly Locations?: readonly Reference[];
}

/** What Route 53 keeps of a policy. */
export interface TrafficDocument {
  readonly AWSPolicyFormatVersion: '2015-10-01';
  readonly RecordType: string;
  readonly StartRule: string;
  readonly Endpoints: Readonly<Record<string, { readonly Type: 'value'; readonly Value: string }>>;
  readonly Rules: Readonly<Record<string, TrafficRuleDocument>>;
}

/** Writes a tree as the document of a traffic policy; an endpoint that stands in it twice is one. */
export function trafficDocument(root: TrafficNode, type: string): TrafficDocument {
  const rules = new Map<string, TrafficRuleDocument>();
  const endpoints = new Map<string, string>();

  const endpointFor = (value: string): string => {
    if (!endpoints.has(value)) endpoints.set(value, `endpoint-${endpoints.size + 1}`);
    return endpoints.get(value)!;
  };
  const reference = ({ to, healthCheck }: TrafficBranch, by: Condition = {}): Reference => ({
    ...(to.kind.value !== undefined
      ? { EndpointReference: endpointFor(to.kind.value) }
      : { RuleReference: ruleFor(to) }),
    ...by,
    ...(healthCheck && { HealthCheck: healthCheck.healthCheckRef.healthCheckId }),
    ...(to.kind.value === undefined && { EvaluateTargetHealth: true }),
  });
  const ruleFor = (node: TrafficNode): string => {
    const id = `rule-${rules.size + 1}`;
    // Taken before what is below it, so that rules are numbered from the top.
    rules.set(id, { RuleType: node.kind.kind });
    const all = node.branches.map(({ branch, by }) => reference(branch, by));
    rules.set(id, { RuleType: node.kind.kind, ...listed(node.kind.kind, all) });
    return id;
  };

  const StartRule = ruleFor(root);
  return {
    AWSPolicyFormatVersion: '2015-10-01',
    RecordType: type,
    StartRule,
    Endpoints: Object.fromEntries([...endpoints].map(([Value, id]) => [id, { Type: 'value', Value }])),
    Rules: Object.fromEntries(rules),
  };
}

function listed(kind: string, all: readonly Reference[]): Partial<TrafficRuleDocument> {
  if (kind === 'failover') return { Primary: all[0], Secondary: all[1] };
  if (kind === 'latency') return { Regions: all };
  return kind === 'geo' ? { Locations: all } : { Items: all };
}
