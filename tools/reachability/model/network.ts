import type { Tri, Unknown } from '../parse/values';
import type { Block } from '../space/blocks';
import type { Extent } from '../space/extent';

/**
 * The network a template describes, as plain data. Whatever the template leaves open stands here as an `Unknown` with its
 * reason, and the evaluation carries it on to the answer.
 */
export interface Network {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly groups: readonly SecurityGroup[];
  readonly elements: readonly Element[];
  readonly peerings: readonly Peering[];
  readonly hubs: readonly Hub[];
}

export interface Vpc {
  readonly kind: 'vpc';
  readonly key: string;
  readonly name: string;
  /** All blocks of both families. */
  readonly blocks: Block[];
  /** What is attached to it; a template attaches at most one of each. */
  internetGateway?: Gateway;
  vpnGateway?: Gateway;
  readonly mainTable: RouteTable;
  readonly defaultAcl: Acl;
  readonly defaultGroup: SecurityGroup;
  /** Why nothing is known of it but its id, where another template or a person makes it. */
  readonly foreign?: Unknown;
  /** What the account's rule against internet gateways says here. */
  blockedInternet?: 'inbound' | 'both';
}

/** An internet gateway or a virtual private gateway. */
export interface Gateway {
  readonly key: string;
  readonly name: string;
  readonly type: 'internet' | 'vpn';
  /** Where packets that come in through it are routed by a table of its own. */
  edgeTable?: RouteTable;
  exists: Tri;
}

export interface Subnet {
  readonly key: string;
  readonly name: string;
  readonly vpc: Vpc;
  /** Whether it stands for subnets the templates only mention together. */
  readonly isSeveral?: boolean;
  /** The name it shares with its likes in other zones. */
  readonly tier: string;
  readonly v4?: Block;
  readonly v6?: Block;
  readonly zone?: string;
  table: RouteTable;
  acl: Acl;
  readonly mapsPublic: Tri;
  readonly assignsV6: Tri;
  /** Whether its resolver gives IPv6-only hosts addresses for IPv4 names. */
  readonly dns64: Tri;
}

/** Whether two hosts are surely in one subnet, with no network ACL between them. */
export const isSameSubnet = (a: Subnet | undefined, b: Subnet): boolean => a === b && !b.isSeveral;

export interface RouteTable {
  readonly key: string;
  readonly name: string;
  readonly routes: Route[];
  /** Why there may be more routes than these. */
  open?: Unknown;
}

export interface Route {
  readonly destination: Block | Unknown;
  readonly target: Target;
  readonly origin: 'local' | 'static' | 'propagated';
  readonly exists: Tri;
}

/** Where a route leads. */
export type Target =
  | { readonly to: 'local' }
  | { readonly to: 'internet'; readonly gateway: Gateway }
  | { readonly to: 'vpn'; readonly gateway: Gateway }
  | { readonly to: 'nat'; readonly nat: Nat }
  | { readonly to: 'egress-only'; readonly name: string; readonly vpc?: Vpc }
  | { readonly to: 'peering'; readonly peering: Peering }
  | { readonly to: 'hub'; readonly hub: Hub }
  | { readonly to: 'service'; readonly endpoint: string; readonly service: string }
  | { readonly to: 'appliance'; readonly appliance: Interface }
  | { readonly to: 'inspection'; readonly endpoint: Interface }
  | { readonly to: 'nowhere'; readonly reason: string }
  | { readonly to: 'unknown'; readonly unknown: Unknown };

export interface Nat {
  readonly key: string;
  readonly name: string;
  /** A regional gateway stands in no subnet. */
  readonly subnet?: Subnet;
  readonly vpc: Vpc;
  readonly isPublic: boolean;
}

export interface Peering {
  readonly key: string;
  readonly name: string;
  readonly requester: Vpc;
  readonly accepter: Vpc;
  /** Whether both sides are in one Region, as naming groups across it requires. */
  readonly oneRegion: Tri;
}

/** A transit gateway. */
export interface Hub {
  readonly key: string;
  readonly name: string;
  readonly attachments: Attachment[];
  /** Whether rules may name groups of other VPCs of the hub. */
  readonly groupsAcross: Tri;
  readonly foreign?: Unknown;
}

export interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly hub: Hub;
  readonly to:
    | { readonly vpc: Vpc; readonly subnets: readonly Subnet[] }
    | { readonly office: string }
    | { readonly peer: () => Attachment | undefined };
  /** Whether it takes IPv6; most do not unless asked to. */
  readonly carriesV6: Tri;
  /** The table that routes what comes in by this attachment. */
  table?: HubTable | Unknown;
}

export interface HubTable {
  readonly key: string;
  readonly name: string;
  readonly routes: HubRoute[];
}

export interface HubRoute {
  readonly destination: Block | Unknown;
  /** None for a blackhole. */
  readonly attachment?: Attachment | Unknown;
  readonly origin: 'static' | 'propagated';
}

/** A network ACL. */
export interface Acl {
  readonly key: string;
  readonly name: string;
  readonly entries: AclEntry[];
  /** Why its entries are not known, where they are not. */
  readonly foreign?: Unknown;
}

export interface AclEntry {
  readonly number: number;
  readonly allow: boolean;
  readonly egress: boolean;
  readonly block: Block;
  readonly extent: Extent;
  readonly exists: Tri;
}

export interface SecurityGroup {
  readonly key: string;
  readonly name: string;
  readonly vpc?: Vpc;
  /** The template that makes it, or whose parameter names it. */
  readonly template?: string;
  /** Whether only the deployment decides which group it is. */
  readonly isParameter?: boolean;
  readonly ingress: GroupRule[];
  readonly egress: GroupRule[];
  /** Why there may be more rules than these. */
  open?: Unknown;
}

export interface GroupRule {
  readonly extent: Extent;
  /** Who it admits: addresses, members of a group, or what cannot be told. */
  readonly peer:
    { readonly blocks: readonly Block[]; readonly name?: string } | { readonly group: SecurityGroup } | Unknown;
  readonly exists: Tri;
}

/** A network interface, or as many equal ones as there are in a subnet. */
export interface Interface {
  /** The machine it belongs to; interfaces of one machine serve each other's purpose, those of two do not. */
  readonly host: string;
  /** The path of its resource, until its element has been given a shorter name. */
  name: string;
  readonly subnet: Subnet;
  /** Nothing where no group filters it, as for most network load balancers. */
  readonly groups?: readonly SecurityGroup[];
  readonly v4?: Block;
  readonly v6?: { readonly block: Block; readonly has: Tri };
  readonly hasPublic: Tri;
  /** Whether it takes packets that are addressed to others. */
  readonly forwards: Tri;
  /** Words for why it has no public address. */
  readonly privateBecause?: string;
}

/** Something that has a name in questions and a line in the table. */
export interface Element {
  readonly key: string;
  readonly type: string;
  readonly exists: Tri;
  readonly interfaces: readonly Interface[];
  /** What it listens on. */
  readonly listens: Extent;
  /** Words for why it takes nothing else. */
  readonly listensBecause: string;
  readonly opens: Opens;
  /** Whether it is several machines that may talk among themselves. */
  readonly isFleet: boolean;
  /** Path and logical id, for finding it by name. */
  readonly path: string;
  readonly logicalId: string;
  readonly fullPath: string;
  readonly isNamedByPath: boolean;
  /** The interface endpoints through which another network reaches it. */
  doors: readonly Element[];
  /** The accelerators that bring the internet to it. */
  accelerations: readonly Acceleration[];
  /** Whether its groups are not asked about what comes through a door. */
  isOpenToDoors?: boolean;
  /** The service an endpoint leads to, `s3`. */
  readonly service?: string;
  /** Whether it has no line in the table, because another element stands for it. */
  readonly isPart?: boolean;
}

/** How an accelerator leads to an element. */
export interface Acceleration {
  readonly key: string;
  readonly name: string;
  /** Whether it has IPv6 addresses too. */
  readonly hasV6: boolean;
  /** What its listeners let through, at the ports of the element. */
  readonly extent: Extent;
  /** Whether the element sees the client's address instead of the accelerator's. */
  readonly keepsClient: boolean;
}

/** Which connections an element begins. */
export type Opens =
  | { readonly to: 'anyone' }
  | { readonly to: 'nobody'; readonly because: string }
  | { readonly to: 'targets'; readonly forwards: readonly Forward[] };

/** What a load balancer does with what it accepts. */
export interface Forward {
  /** Or whoever is outside, as a provider of sign-ins is. */
  readonly target: Element | Block | Unknown | 'outside';
  readonly extent: Extent;
  /** `listener tcp 443` or `health check`. */
  readonly by: string;
  /** Whether the target sees the client's address instead of the balancer's. */
  readonly keepsClient: boolean;
}
