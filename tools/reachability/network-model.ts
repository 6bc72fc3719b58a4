import { loadTemplates } from '../template/load';
import type { Stack, Template } from '../template/stack';
import { answerOf, type Answer } from './answer';
import { Neighbours } from './evaluate/neighbours';
import { Reach, type Party } from './evaluate/reach';
import type { End, Outside } from './evaluate/packet';
import { buildNetwork } from './model/build';
import { findSubnets, guestElements, type Guest } from './model/guests';
import { Names } from './model/names';
import type { Element, Interface, Network, Subnet } from './model/network';
import { outsideAt, serviceAt, worldOf, type World } from './model/outside';
import type { ParseOptions } from './parse/parse';
import { parseBlock, relation, type Block } from './space/blocks';
import { asked, type Asked } from './space/question';
import { ephemeralPorts, everything, isNothing } from './space/traffic';
import { rowOf, type Row } from './table';

export interface ModelOptions extends ParseOptions {
  /**
   * Hosts that no template holds yet, by name, to ask about as if they stood there.
   * @default - none
   */
  readonly guests?: Readonly<Record<string, Guest>>;
  /**
   * Ports from which clients open connections; replies are sent to them.
   * @default - 1024 to 65535, which covers every kind of client
   */
  readonly clientPorts?: readonly [number, number];
}

/** Templates as a person has them: one, several by the names of their stacks, or as the loader gives them. */
export type Templates = Template | Readonly<Record<string, Template>> | readonly Stack[];

/**
 * The network of one or more templates: who can talk to whom, by which hops, and if not, which hop stops it. Decided from
 * the templates alone; what they leave open is answered with `unknown` and the reason.
 *
 * A verdict is about the network: what a host does with a connection that reaches it is its own affair.
 *
 * @claims network-reachability-model
 */
export class NetworkModel {
  /** The network of templates, a template alone or several of one architecture together. */
  static fromTemplates(templates: Templates, options: ModelOptions = {}): NetworkModel {
    return new NetworkModel(named(templates), options);
  }

  /** The network of a `cdk.out`. */
  static fromAssembly(folder: string, options: ModelOptions = {}): NetworkModel {
    return new NetworkModel(loadTemplates(folder), options);
  }

  /** The network as plain data, for whoever shows it. */
  readonly network: Network;
  private readonly names: Names;
  private readonly reach: Reach;
  private readonly world: World;
  private readonly parties: ReadonlyMap<Element, Party>;

  private constructor(templates: readonly Stack[], options: ModelOptions) {
    const network = buildNetwork(templates, options);
    this.network = { ...network, elements: [...network.elements, ...guestElements(network, options.guests ?? {})] };
    this.names = new Names(this.network);
    for (const element of this.network.elements)
      for (const one of element.interfaces) if (one.name === element.path) one.name = this.names.label(element);
    this.reach = new Reach(this.network, (element) => this.names.label(element), {
      clientPorts: options.clientPorts ?? ephemeralPorts,
    });
    this.world = worldOf(this.network);
    this.parties = new Map(this.network.elements.map((one) => [one, this.elementParty(one)]));
  }

  /** The names of the elements that have a line in the table. */
  get elements(): string[] {
    return this.network.elements.filter(({ isPart }) => !isPart).map((element) => this.names.label(element));
  }

  /** The name of an element in the table. */
  labelOf(element: Element): string {
    return this.names.label(element);
  }

  /** The name the table uses for what a person names. */
  nameOf(name: string): string {
    return this.party(name).name;
  }

  /**
   * Whether some traffic gets from one place to another and its reply back.
   *
   * @param from name of an element (the end of its construct path, or its logical id), `internet`, `internet6`, an address,
   * a block, or a subnet
   * @param to likewise; also a service such as `s3`
   * @param traffic what is asked about: `tcp(443)`, `anything`, or as text `tcp 443`
   * @throws when there is no such name, or it is ambiguous
   */
  canReach(from: string, to: string, traffic: Asked | string = 'anything'): Answer {
    const question = typeof traffic === 'string' ? asked(traffic) : traffic;
    const [sender, receiver] = [this.party(from), this.party(to)];
    return answerOf(sender.name, receiver.name, question, this.reach.pairs(sender, receiver, question.traffic));
  }

  /**
   * Everything that reaches anything, one row for each pair of names; pairs without a row do not reach each other. Where
   * nothing stands in the network yet, the table is of its tiers.
   */
  table(): Row[] {
    const elements = this.network.elements.filter(({ isPart }) => !isPart).map((one) => this.parties.get(one)!);
    const insiders = elements.length > 0 ? elements : this.tiers();
    const outsiders = this.outsideParties();
    const senders = [...outsiders.filter(({ isSender }) => isSender), ...insiders];
    const neighbours = new Neighbours(this.network, senders);
    const rows: Row[] = [];
    const add = (from: Party, to: Party) => {
      const row = rowOf(from, to, this.reach.pairs(from, to, everything, true));
      if (row) rows.push(row);
    };
    for (const to of insiders) for (const from of this.sendersTo(to, neighbours, senders)) add(from, to);
    for (const from of insiders) if (from.element?.opens.to !== 'nobody') for (const to of outsiders) add(from, to);
    const order = (parties: readonly Party[]) => new Map(parties.map(({ name }, i) => [name, i]));
    const [first, second] = [order(senders), order([...insiders, ...outsiders])];
    rows.sort((a, b) => first.get(a.from)! - first.get(b.from)! || second.get(a.to)! - second.get(b.to)!);
    return withoutRepeats(rows);
  }

  /** Those who may reach a party at all; most are out of the question by the first look at its groups, or at what joins their networks. */
  private sendersTo(to: Party, neighbours: Neighbours, senders: readonly Party[]): readonly Party[] {
    const { element } = to;
    if (element === undefined) return senders.filter((from) => from !== to);
    const { listens, isFleet } = element;
    if (isNothing(listens.maybe)) return [];
    const admitted = this.reach.admittedBy(element);
    const known = admitted ? [...admitted].map((one) => this.parties.get(one)!) : neighbours.of(element);
    return known.filter(
      (from) => from.element?.opens.to !== 'nobody' && !from.element?.isPart && (from.element !== element || isFleet),
    );
  }

  private tiers(): Party[] {
    const byTier = new Map<string, Subnet[]>();
    for (const subnet of this.network.subnets) byTier.set(subnet.tier, [...(byTier.get(subnet.tier) ?? []), subnet]);
    return [...byTier].map(([name, subnets]) => tierParty(name, subnets));
  }

  private party(name: string): Party {
    if (name === 'internet' || name === 'internet6')
      return outsideParty(name, this.world.internet[name === 'internet' ? 4 : 6]);
    const one = parseBlock(name);
    if (typeof one !== 'string') return this.placeParty(one);
    const service = this.world.services.find((known) => known.name === name);
    if (service) return outsideParty(name, [service]);
    try {
      return this.parties.get(this.names.find(name))!;
    } catch (error) {
      if (/^(s3|dynamodb)$/.test(name)) return outsideParty(name, [serviceAt(name)]);
      const subnets = findSubnets(this.network, name);
      if (subnets.length > 0) return tierParty(name, subnets);
      throw error;
    }
  }

  private elementParty(element: Element): Party {
    const machines = new Map<string, Interface[]>();
    for (const one of element.interfaces) machines.set(one.host, [...(machines.get(one.host) ?? []), one]);
    return { name: this.names.label(element), machines: [...machines.values()], element };
  }

  /** An address: of a host in a subnet of the templates, or of somebody outside. */
  private placeParty(one: Block): Party {
    const known = this.world.ranges.find(({ block, name }) => name === one.text || block.text === one.text);
    const home = this.network.subnets.find(({ v4, v6 }) =>
      [v4, v6].some((own) => own !== undefined && own.space === undefined && relation(one, own) === 'inside'),
    );
    if (home) return { name: one.text, machines: [[anyHost(home, one)]] };
    return outsideParty(one.text, [known ?? outsideAt(one, this.network)]);
  }

  /** Everybody outside; services are reached, and begin nothing. */
  private outsideParties(): (Party & { readonly isSender: boolean })[] {
    const { internet, ranges, services } = this.world;
    const hasV6 = this.network.subnets.some(({ v6, vpc }) => v6 !== undefined && !vpc.foreign);
    const known = ranges.filter(({ block }) => hasV6 || block.family === 4);
    const senders = [
      outsideParty('internet', internet[4]),
      ...(hasV6 ? [outsideParty('internet6', internet[6])] : []),
      ...known.map((one) => outsideParty(one.name, [one])),
    ];
    return [
      ...senders.map((one) => ({ ...one, isSender: true })),
      ...services.map((one) => ({ ...outsideParty(one.name, [one]), isSender: false })),
    ];
  }
}

const outsideParty = (name: string, ends: readonly Outside[]): Party => ({
  name,
  machines: ends.map((one): readonly End[] => [one]),
});

/** Any host of a tier, whatever its groups: what the routes and the network ACLs do. */
const tierParty = (name: string, subnets: readonly Subnet[]): Party => ({
  name,
  machines: subnets.map((subnet) => [anyHost(subnet)]),
});

/** A host nobody described: no group of its own stands in its way. */
function anyHost(subnet: Subnet, at?: Block): Interface {
  const [v4, v6] = [at?.family === 4 ? at : subnet.v4, at?.family === 6 ? at : subnet.v6];
  return {
    host: `any host in ${subnet.key}`,
    name: at?.text ?? subnet.name,
    subnet,
    ...(v4 && at?.family !== 6 && { v4 }),
    ...(v6 && at?.family !== 4 && { v6: { block: v6, has: true } }),
    hasPublic: v4 !== undefined,
    forwards: false,
  };
}

/** A range of the internet whose row is the internet's own says nothing new. */
function withoutRepeats(rows: readonly Row[]): Row[] {
  const known = new Set(
    rows.filter(({ from, to }) => [from, to].some((name) => /^internet6?$/.test(name))).map(contentOf),
  );
  return rows.filter((row) => {
    const names = [row.from, row.to];
    const isRange = names.some((name) => typeof parseBlock(name) !== 'string');
    if (!isRange) return true;
    const [from, to] = names.map((name) => {
      const one = parseBlock(name);
      return typeof one === 'string' ? name : one.family === 4 ? 'internet' : 'internet6';
    });
    return !known.has(contentOf({ ...row, from, to }));
  });
}

const contentOf = ({ from, to, passes, open }: Row): string => JSON.stringify([from, to, passes, open]);

function named(templates: Templates): readonly Stack[] {
  if (Array.isArray(templates)) return templates as readonly Stack[];
  const one = templates as Template;
  if (typeof one.Resources === 'object' && !('Type' in one.Resources)) return [{ name: 'template', template: one }];
  return Object.entries(templates as Record<string, Template>).map(([name, template]) => ({ name, template }));
}
