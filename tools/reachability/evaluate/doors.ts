import type { Element } from '../model/network';
import { unknownBlock } from '../space/blocks';
import { trafficText } from '../space/traffic';
import { groupsExtent } from './filtering';
import { step, type Trip } from './trip';

const request = { direction: 'request' } as const;

/** Behind the endpoint of another network: what has reached it goes on to the balancer whose service it names. */
export function throughDoor(trip: Trip, door: Element, balancer: Element): Trip {
  const name = balancer.interfaces[0]?.name ?? balancer.path;
  const [{ name: doorName }] = door.interfaces;
  trip.note(step('gateway', doorName, request, `the endpoint ${doorName} leads to ${name}`, 'PrivateLink'));
  trip.pass(step('element', name, request, `${name} ${balancer.listensBecause}`), balancer.listens);
  const groups = balancer.interfaces[0]?.groups;
  if (groups === undefined) return trip;
  if (balancer.isOpenToDoors)
    return trip.note(
      step('security group', name, request, `the security group of ${name} is not asked about endpoints`),
    );
  // Under which address a client comes out of an endpoint is not known, so that only a rule for everyone surely admits it.
  const space = {
    key: `clients of ${door.key}`,
    reason: `the address under which ${doorName} shows its clients is not in the templates`,
    isPublic: false,
  };
  const extent = groupsExtent(groups, 'ingress', { block: unknownBlock(4, space, 'a client'), groups: [] });
  const says = () => `the security group of ${name} admits ${trafficText(extent.maybe)} from the endpoint`;
  return trip.pass(step('security group', name, request, says), extent);
}
