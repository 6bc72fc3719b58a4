import type { Answer } from './answer';
import type { Layer } from './evaluate/trip';

/** What a person sees who tries to connect. */
export type Symptom = 'connects' | 'refused' | 'timeout';

/**
 * What a failed connection means. One that times out was dropped by the network: a group, an ACL, or a route. One that is
 * refused has reached its host, where nothing listens; no group and no ACL ever refuses.
 *
 * @claims network-sg-symptom
 */
export function diagnose(answer: Answer, symptom?: Symptom): string {
  const { verdict, stoppedBy, to, asked } = answer;
  if (symptom === 'refused')
    return verdict === 'blocked'
      ? `A refusal comes from a host, but the templates let nothing through to ${to} on ${asked.text}: something else answers at that address, or what is deployed is not what the templates say.`
      : `A refusal comes from the host itself: the network let the connection through to ${to}, and nothing listens there on ${asked.text}. Look at the program: whether it runs, and on which port and address it listens.`;
  if (symptom === 'connects')
    return verdict === 'reachable'
      ? `As the templates say: ${answer.from} reaches ${to} on ${asked.text}.`
      : `The connection works, but the templates do not say so of ${answer.from} and ${to}: what is deployed is not what they say, or the connection was tried from somewhere else.`;
  if (verdict === 'blocked')
    return `A connection from ${answer.from} to ${to} on ${asked.text} times out: ${stoppedBy?.says ?? 'there is no path'}. ${remedies[stoppedBy?.layer ?? 'route']}`;
  if (verdict === 'unknown')
    return `Whether a connection from ${answer.from} to ${to} on ${asked.text} gets through is not in the templates: ${answer.doubts.join('; ')}. If it times out, look there first.`;
  return symptom === 'timeout'
    ? `The templates let a connection from ${answer.from} to ${to} on ${asked.text} through, so a time-out comes from what they do not describe: a firewall of the host, a host that is down, or a change made by hand.`
    : `A connection from ${answer.from} to ${to} on ${asked.text} gets through. If it is refused, nothing listens there: look at the program. If it times out, look at the host's own firewall.`;
}

const remedies: Readonly<Record<Layer, string>> = {
  'security group':
    'Look at the security group: add a rule for this source and port, or connect from a member it admits.',
  'network ACL': 'Look at the network ACL: it knows no connections, so the request and the reply need an entry each.',
  route: 'Look at the route table: a subnet without an association follows the main table of its VPC.',
  gateway: 'Look at what joins the two networks, and at the addresses it takes.',
  element: 'Look at what the element itself does: what it listens on, and whom it connects to.',
};
