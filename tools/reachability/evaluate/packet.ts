import type { HubTable, Interface, SecurityGroup, Vpc } from '../model/network';
import type { Unknown } from '../parse/values';
import type { Block, Family } from '../space/blocks';

/** A network outside the templates. */
export interface Outside {
  readonly name: string;
  readonly kind: 'internet' | 'office' | 'service';
  /** An address that stands for all of it, because no rule of the templates tells them apart. */
  readonly block: Block;
  /** Where an office's packets come in. */
  readonly doors?: readonly OfficeDoor[];
}

/** How a network that is not the internet is joined to a VPC; by what, the templates may not know. */
export type OfficeDoor =
  | { readonly by: 'vpn'; readonly vpc: Vpc }
  | { readonly by: 'hub'; readonly attachment: string }
  | { readonly by: 'beyond'; readonly vpc: Vpc; readonly doubt: Unknown };

/** One end of a connection. */
export type End = Interface | Outside;

export const isOutside = (end: End): end is Outside => 'kind' in end;

/** A packet under way. */
export interface Packet {
  readonly family: Family;
  readonly direction: 'request' | 'reply';
  readonly source: Block;
  readonly destination: Block;
  /** Whose address the source is. */
  readonly sender: End;
  readonly goal: End;
  /** Whether the goal was addressed by a public IPv4 address. */
  readonly toPublic: boolean;
  /** For a reply: whether it has to bear the public address the request was sent to. */
  readonly fromPublic: boolean;
  /** Groups of the sender, as long as the far side can recognise them. */
  readonly groups: readonly SecurityGroup[];
  /** Why it is not known whether it can. */
  readonly groupsDoubt?: Unknown;
  /** Stretches that lie behind, each ended by something that translates addresses. */
  readonly legs: readonly Leg[];
  /** Middleboxes on the way, which know the connection when the reply comes. */
  readonly passed: readonly Interface[];
  /** Tables of transit gateways that have sent it somewhere, and the address it bore then. @default - none has */
  readonly sentBy?: readonly { readonly table: HubTable; readonly destination: Block }[];
}

/** A stretch on which source and destination stay the same; its reply goes back by itself. */
export interface Leg {
  readonly from: End;
  readonly to: End;
  readonly family: Family;
  /** The address the reply is sent to. */
  readonly source: Block;
  readonly toPublic: boolean;
}

/** The private address of an end; for IPv6, which knows no other, its address. */
export function addressOf(end: End, family: Family): Block | undefined {
  if (isOutside(end)) return end.block.family === family ? end.block : undefined;
  return family === 4 ? end.v4 : end.v6?.block;
}

/** Words for where a packet goes. */
export function destinationText({ goal, toPublic, destination }: Packet): string {
  if (isOutside(goal)) return goal.kind === 'internet' ? `the internet (${destination.text})` : goal.name;
  return toPublic && destination.space !== undefined ? destination.text : `${goal.name} at ${destination.text}`;
}

/** Behind anything that translates, forwards or is not private, the sender's groups are recognised no more. */
export function unrecognised(packet: Packet): Packet {
  const { groupsDoubt: _, ...rest } = packet;
  return { ...rest, groups: [] };
}
