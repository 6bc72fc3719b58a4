import type { Entry } from '../../access/names';
import type { Folding } from './folding';
import { cloud, type Ground } from './ground';
import { alarmKind, isWatching, kindOf } from './kinds';
import { namesOf } from './naming';
import { noteOf } from './notes';
import type { Box, Frame, ResourceName } from './picture';
import { keyOf, type Source } from './source';

/** Boxes and frames, and which of them shows a resource. */
export class Boxes {
  readonly boxes: readonly Box[];
  readonly frames: readonly Frame[];
  readonly #ids = new Map<Entry, string>();

  constructor(
    private readonly source: Source,
    folding: Folding,
    private readonly ground: Ground,
  ) {
    const groups = new Map<string, Entry[]>();
    for (const entry of folding.shown) {
      const id = this.#frameOf(entry) ?? this.#gathering(entry) ?? keyOf(entry);
      this.#ids.set(entry, id);
      if (this.#frameOf(entry) === undefined) groups.set(id, [...(groups.get(id) ?? []), entry]);
    }
    for (const entry of source.entries) {
      const home = folding.home(entry);
      this.#ids.set(entry, home ? this.#ids.get(home)! : cloud);
    }
    const folded = (id: string, shown: readonly Entry[]) =>
      source.entries.filter((entry) => this.#ids.get(entry) === id && !shown.includes(entry)).map(nameOf);
    const failing = failureQueues(source);
    const whatOf = (entry: Entry) =>
      failing.has(entry) && entry.type === 'AWS::SQS::Queue' ? 'Dead-letter queue' : this.#kind(entry).what;
    const names = namesOf(
      folding.shown.filter((entry) => groups.has(this.#ids.get(entry)!)),
      whatOf,
    );
    this.boxes = [...groups].map(([id, shown]) => {
      const [first] = shown;
      const isAlarms = isWatching(first.type);
      const note = isAlarms ? undefined : noteOf(source, shown);
      return {
        id,
        name: isAlarms ? countedAlarms(shown) : (fixedNames[first.type] ?? names.get(first)!),
        what: isAlarms ? 'CloudWatch' : whatOf(first),
        icon: isAlarms ? alarmKind.icon : this.#kind(first).icon,
        ...(note !== undefined && { note }),
        frame: this.#place(shown),
        resources: [...shown.map(nameOf), ...folded(id, shown)],
        shown: shown.length,
      };
    });
    this.frames = [
      { id: cloud, kind: 'cloud', name: 'AWS Cloud', zones: [], resources: folded(cloud, []) },
      ...ground.frames.map((frame) => ({ ...frame, resources: folded(frame.id, []) })),
    ];
  }

  /** The box or frame that shows a resource. */
  idOf(entry: Entry): string {
    return this.#ids.get(entry)!;
  }

  #frameOf(entry: Entry): string | undefined {
    const isFrame = entry.type === 'AWS::EC2::VPC' || entry.type === 'AWS::EC2::Subnet';
    return isFrame ? this.ground.place(keyOf(entry)) : undefined;
  }

  /** What is drawn once for all its likes: alarms, and gateways and endpoints that differ by zone or service only. */
  #gathering(entry: Entry): string | undefined {
    const { stack, type, resource } = entry;
    if (isWatching(type)) return `alarms ${stack.name}`;
    const isInterface = type === 'AWS::EC2::VPCEndpoint' && resource.Properties?.VpcEndpointType === 'Interface';
    return isInterface || type === 'AWS::EC2::NatGateway' ? `${type} ${this.#placeOfOne(entry)}` : undefined;
  }

  #kind(entry: Entry) {
    return kindOf(entry.type, this.source.properties(entry));
  }

  /** The frame that all of them stand in: a tier, a VPC, or none. */
  #place(entries: readonly Entry[]): string {
    const places = new Set(entries.map((entry) => this.#placeOfOne(entry)));
    if (places.size === 1) return [...places][0];
    const tiers = [...places].map((place) => this.ground.frames.find(({ id }) => id === place)?.parent ?? place);
    if (new Set(tiers).size === 1) return tiers[0];
    const homes = new Set(entries.map((entry) => this.ground.home(entry)));
    return homes.size === 1 ? [...homes][0] : cloud;
  }

  #placeOfOne(entry: Entry): string {
    const element = this.ground.element(entry);
    if (element) return this.ground.placeOf(element) ?? this.ground.home(entry);
    const properties = entry.resource.Properties ?? {};
    const subnets: unknown = entry.type === 'AWS::EC2::VPCEndpoint' ? properties.SubnetIds : properties.SubnetId;
    const named = [subnets, properties.VpcId].flatMap((value) => this.source.referredIn(entry, value));
    const place = named.map((one) => this.ground.place(keyOf(one))).find((one) => one !== undefined);
    if (place !== undefined) return place;
    const attachments = this.source.referrers(entry).filter(({ type }) => type === 'AWS::EC2::VPCGatewayAttachment');
    const vpcs = attachments.flatMap((one) => this.source.referredIn(one, one.resource.Properties?.VpcId));
    return vpcs.map((one) => this.ground.place(keyOf(one))).find((one) => one !== undefined) ?? this.ground.home(entry);
  }
}

const nameOf = ({ stack, logicalId, type, path }: Entry): ResourceName => ({
  stack: stack.name,
  logicalId,
  type,
  ...(path !== undefined && { path }),
});

function countedAlarms(entries: readonly Entry[]): string {
  const alarms = entries.filter(({ type }) => type !== 'AWS::CloudWatch::Dashboard').length;
  const words = [
    ...(alarms > 0 ? [`${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}`] : []),
    ...(alarms < entries.length ? ['dashboard'] : []),
  ];
  return words.join(', ');
}

/** Names of what a reader knows by its function alone. */
const fixedNames: Readonly<Record<string, string>> = {
  'AWS::EC2::InternetGateway': 'Internet gateway',
  'AWS::EC2::NatGateway': 'NAT gateway',
};

/** Queues that something moves its failures to. */
function failureQueues(source: Source): ReadonlySet<Entry> {
  const inside = (value: unknown): unknown[] => {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
      /^(deadLetterTargetArn|DeadLetterConfig|OnFailure)$/.test(key) ? [member] : inside(member),
    );
  };
  return new Set(source.entries.flatMap((entry) => source.mentioned(inside(source.properties(entry)))));
}
