import { loadTemplates, type NamedTemplate, type Template } from '../template/load';
import { answerOf, type Answer } from './answer';
import { Reach, type Party } from './evaluate/reach';
import type { End, Outside } from './evaluate/packet';
import { buildNetwork } from './model/build';
import { Names } from './model/names';
import type { Element, Interface, Network, Subnet } from './model/network';
import { outsideAt, serviceAt, worldOf, type World } from './model/outside';
import type { ParseOptions } from './parse/scope';
import { parseBlock, relation, type Block } from './space/blocks';
import { asked, type Asked } from './space/question';
import { ephemeralPorts, everything } from './space/traffic';
import { rowOf, type Row } from './table';

export interface ModelOptions extends ParseOptions {
  /**
   * Ports from which clients open connections; replies are sent to them.
   * @default - 1024 to 65535, which covers every kind of client
   */
  readonly clientPorts?: readonly [number, number];
}

/** Templates as a person has them: one, several by the names of their stacks, or as the loader gives them. */
export type Templates = Template | Readonly<Record<string, Template>> | readonly NamedTemplate[];

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

  private readonly network: Network;
  private readonly names: Names;
  private readonly reach: Reach;
  private readonly world: World;

  private constructor(templates: readonly NamedTemplate[], options: ModelOptions) {
    this.network = buildNetwork(templates, options);
    this.names = new Names(this.network);
    for (const element of this.network.elements)
      for (const one of element.interfaces) if (one.name === element.path) one.name = this.names.label(element);
    this.reach = new Reach(this.network, (element) => this.names.label(element), {
      clientPorts: options.clientPorts ?? ephemeralPorts,
    });
    this.world = worldOf(this.network);
  }

  /** The names of the elements that have a line in the table. */
  get elements(): string[] {
    return this.network.elements.filter(({ isPart }) => !isPart).map((element) => this.names.label(element));
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

  /** Everything that reaches anything, one row for each pair of names. Pairs without a row do not reach each other. */
  table(): Row[] {
    const elements = this.network.elements.filter(({ isPart }) => !isPart).map((element) => this.elementParty(element));
    const outsides = this.outsideParties();
    const rows: Row[] = [];
    for (const from of [...outsides.filter(({ isService }) => !isService), ...elements])
      for (const to of [...elements, ...outsides]) {
        if (from.element === undefined && to.element === undefined) continue;
        if (from === to && !from.element?.isFleet) continue;
        if (!this.mayReach(from, to)) continue;
        const row = rowOf(from, to, this.reach.pairs(from, to, everything, true));
        if (row) rows.push(row);
      }
    return withoutRepeats(rows);
  }

  private mayReach(from: Party, to: Party): boolean {
    const { element: sender } = from;
    if (sender?.opens.to === 'nobody') return false;
    const { element: receiver } = to;
    return receiver === undefined || receiver.listens.maybe.tcp.length + receiver.listens.maybe.udp.length > 0;
  }

  private party(name: string): Party {
    if (name === 'internet' || name === 'internet6')
      return outsideParty(name, this.world.internet[name === 'internet' ? 4 : 6]);
    const one = parseBlock(name);
    if (typeof one !== 'string') return this.placeParty(one);
    const service = this.world.services.find((known) => known.name === name);
    if (service) return outsideParty(name, [service]);
    const subnet = this.network.subnets.find(
      ({ name: path, key }) => path === name || key === name || path.endsWith(`/${name}`),
    );
    if (subnet) return { name, machines: [[anyHost(subnet)]] };
    try {
      return this.elementParty(this.names.find(name));
    } catch (error) {
      if (/^(s3|dynamodb)$/.test(name)) return outsideParty(name, [serviceAt(name)]);
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

  private outsideParties(): (Party & { readonly isService?: boolean })[] {
    const hasV6 = this.network.subnets.some(({ v6, vpc }) => v6 !== undefined && !vpc.foreign);
    return [
      outsideParty('internet', this.world.internet[4]),
      ...(hasV6 ? [outsideParty('internet6', this.world.internet[6])] : []),
      ...this.world.ranges
        .filter(({ block }) => hasV6 || block.family === 4)
        .map((one) => outsideParty(one.name, [one])),
      ...this.world.services.map((one) => ({ ...outsideParty(one.name, [one]), isService: true })),
    ];
  }
}

const outsideParty = (name: string, ends: readonly Outside[]): Party => ({
  name,
  machines: ends.map((one): readonly End[] => [one]),
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

function named(templates: Templates): readonly NamedTemplate[] {
  if (Array.isArray(templates)) return templates as readonly NamedTemplate[];
  const one = templates as Template;
  if (typeof one.Resources === 'object' && !('Type' in one.Resources)) return [{ stack: 'template', template: one }];
  return Object.entries(templates as Record<string, Template>).map(([stack, template]) => ({ stack, template }));
}
