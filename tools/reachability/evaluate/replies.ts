import { certain, type Extent } from '../space/extent';
import { difference, intersection, none, rangesText, type Ranges } from '../space/ranges';
import { everything, pingReply, pingRequest, type Traffic } from '../space/traffic';

/** What replies look like to a network ACL, which knows no connections: sent to the client's own port. */
export const replyTraffic = (clientPorts: readonly [number, number]): Traffic => ({
  ...everything,
  tcp: [clientPorts],
  udp: [clientPorts],
  ...pingReply,
});

/**
 * Which requests are answered, when replies get through to this extent. Whether a reply reaches every port a client may
 * have chosen decides; when it reaches some, the client's choice does, and that is not in the template.
 *
 * @claims network-nacl-stateless
 */
export function answered(reply: Extent, clientPorts: readonly [number, number]): Extent {
  const doubts = [...reply.doubts];
  const ofPorts = (kind: 'tcp' | 'udp'): { sure: Ranges; maybe: Ranges } => {
    const sure = difference([clientPorts], reply.sure[kind]).length === 0;
    const some = intersection([clientPorts], reply.maybe[kind]);
    if (!sure && some.length > 0 && reply.doubts.length === 0)
      doubts.push(
        `replies reach a client only on ${kind} ${rangesText(some)}, and which port the client has is its own choice`,
      );
    return { sure: sure ? everything[kind] : none, maybe: some.length > 0 ? everything[kind] : none };
  };
  const ofPings = (kind: 'icmp' | 'icmp6', side: 'sure' | 'maybe'): Ranges => {
    const isBack = difference(pingReply[kind], reply[side][kind]).length === 0;
    return isBack ? everything[kind] : difference(everything[kind], pingRequest[kind]);
  };
  const [tcp, udp] = [ofPorts('tcp'), ofPorts('udp')];
  const side = (which: 'sure' | 'maybe'): Traffic => ({
    tcp: tcp[which],
    udp: udp[which],
    icmp: ofPings('icmp', which),
    icmp6: ofPings('icmp6', which),
    other: reply[which].other,
  });
  return { sure: side('sure'), maybe: side('maybe'), doubts: [...new Set(doubts)] };
}

export const startOfReplies = (clientPorts: readonly [number, number]): Extent => certain(replyTraffic(clientPorts));
