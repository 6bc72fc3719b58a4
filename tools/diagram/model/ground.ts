import type { Entry } from '../../access/names';
import { NetworkModel } from '../../reachability/network-model';
import type { Element, Subnet, Vpc } from '../../reachability/model/network';
import type { Stack } from '../../template/stack';
import { byName } from './order';
import type { Frame, FrameKind } from './picture';
import { keyOf, type Source } from './source';

export const cloud = 'cloud';

/** The networks of the templates as frames: VPCs, and in them their tiers with a subnet in each zone. */
export class Ground {
  readonly model: NetworkModel;
  readonly frames: readonly Omit<Frame, 'resources'>[];
  readonly #elements = new Map<string, Element>();
  readonly #places = new Map<string, string>();
  /** The frame of each stack that stands in a Region which not all stand in. */
  readonly #homes: ReadonlyMap<string, string>;

  constructor(source: Source) {
    this.model = NetworkModel.fromTemplates(source.templates, { parameterDefaults: true });
    const { vpcs, subnets, elements } = this.model.network;
    for (const element of elements) this.#elements.set(element.key, element);
    const used = new Set(elements.flatMap(({ interfaces }) => interfaces.map(({ subnet }) => subnet)));
    const standing = subnets.filter((subnet) => !subnet.vpc.foreign || used.has(subnet));
    const drawn = vpcs.filter((vpc) => !vpc.foreign || standing.some((subnet) => subnet.vpc === vpc));
    const all = [...new Set([...drawn, ...standing.map(({ vpc }) => vpc)])].sort((a, b) => byName(a.key, b.key));
    const regions = regionsOf(source.templates);
    this.#homes = new Map([...regions].map(([stack, region]) => [stack, regionId(region)]));
    const stackOf = new Map(source.entries.map((entry) => [keyOf(entry), entry.stack.name]));
    const parentOf = (vpc: Vpc) => this.#homes.get(stackOf.get(vpc.key) ?? '') ?? cloud;
    this.frames = [
      ...[...new Set(regions.values())].map(frameOfRegion),
      ...all.flatMap((vpc) => [{ ...frameOfVpc(vpc), parent: parentOf(vpc) }, ...tiersOf(vpc, standing)]),
    ];
    for (const vpc of all) this.#places.set(vpc.key, vpcId(vpc));
    for (const subnet of standing) this.#places.set(subnet.key, tierId(subnet));
  }

  /** The element of a resource, where it stands in a network. */
  element(entry: Entry): Element | undefined {
    return this.#elements.get(keyOf(entry));
  }

  /** The frame of what stands in no network. */
  home({ stack }: Entry): string {
    return this.#homes.get(stack.name) ?? cloud;
  }

  /** The frame that shows a VPC or a subnet. */
  place(key: string): string | undefined {
    return this.#places.get(key);
  }

  /** The tier all interfaces are in, else the VPC. */
  placeOf({ interfaces }: Element): string | undefined {
    const tiers = new Set(interfaces.map(({ subnet }) => tierId(subnet)));
    if (tiers.size === 1) return [...tiers][0];
    return interfaces.length > 0 ? vpcId(interfaces[0].subnet.vpc) : undefined;
  }
}

const regionId = (region: string): string => `region ${region}`;

/** The Region of each stack that has one, where they are several: of one alone there is nothing to tell apart. */
function regionsOf(templates: readonly Stack[]): Map<string, string> {
  const known = templates.flatMap(({ name, region }) => (region === undefined ? [] : [[name, region] as const]));
  return new Map(new Set(known.map(([, region]) => region)).size > 1 ? known : []);
}

const frameOfRegion = (region: string): Omit<Frame, 'resources'> => ({
  id: regionId(region),
  kind: 'region',
  name: 'Region',
  note: region,
  parent: cloud,
  zones: [],
});

const vpcId = (vpc: Vpc): string => `vpc ${vpc.key}`;
const tierId = ({ vpc, tier }: Subnet): string => `tier ${vpc.key} ${tier}`;

function frameOfVpc(vpc: Vpc): Omit<Frame, 'resources' | 'parent'> {
  const blocks = vpc.blocks.filter(({ space }) => space === undefined).map(({ text }) => text);
  return {
    id: vpcId(vpc),
    kind: 'vpc',
    name: vpc.foreign ? 'VPC that is there already' : 'VPC',
    ...(blocks.length > 0 && { note: blocks.join(', ') }),
    zones: [],
  };
}

function tiersOf(vpc: Vpc, subnets: readonly Subnet[]): Omit<Frame, 'resources'>[] {
  const tiers = new Map<string, Subnet[]>();
  for (const subnet of subnets.filter((one) => one.vpc === vpc))
    tiers.set(subnet.tier, [...(tiers.get(subnet.tier) ?? []), subnet]);
  const order: readonly FrameKind[] = ['public', 'private', 'isolated'];
  return [...tiers]
    .map(([tier, members]) => ({
      id: tierId(members[0]),
      kind: kindOf(members),
      name: vpc.foreign ? 'subnets that are there already' : `${tier} tier`,
      parent: vpcId(vpc),
      zones: [...members]
        .sort((a, b) => byName(a.key, b.key))
        .map(({ v4, v6 }, i) => ({
          name: `zone ${i + 1}`,
          block: [v4, v6].find((one) => one && one.space === undefined)?.text ?? '',
        })),
    }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || byName(a.id, b.id));
}

/** What its routes make of a tier. */
function kindOf(subnets: readonly Subnet[]): FrameKind {
  const ways = new Set(subnets.flatMap(({ table }) => table.routes.map(({ target }) => target.to)));
  if (ways.has('internet')) return 'public';
  return [...ways].some((way) => way !== 'local' && way !== 'service') || subnets.some(({ vpc }) => vpc.foreign)
    ? 'private'
    : 'isolated';
}
