import { Token } from 'aws-cdk-lib';
import type { AddressPlan } from './address-plan';
import type { TieredNetworkProps } from './tiered-network';

/** What of a network's number of zones does not go with its plan, or with their names. */
export function zoneFaults(zones: number, plan: AddressPlan, props: TieredNetworkProps): (string | false)[] {
  const { availabilityZones: named, singleZoneReason } = props;
  return [
    !(Number.isInteger(zones) && zones >= 1 && zones <= plan.zoneSlots) &&
      `zones is ${zones}; the plan holds ${plan.zoneSlots} (zoneSlots), so give 1 to ${plan.zoneSlots}: room for more would renumber every subnet and needs a new network`,
    named !== undefined &&
      named.length !== zones &&
      `zones is ${zones}, but availabilityZones names ${named.length}; make them agree, or give one of the two`,
    zones === 1 &&
      !singleZoneReason &&
      'zones is 1, so the network fails with its zone; give 2 or more, or say in singleZoneReason why one is enough',
  ];
}

/** What is wrong with the names of a network's zones. */
export function availabilityZoneFaults(
  { availabilityZones = [], localZones }: TieredNetworkProps,
  region: string,
): string[] {
  const known = availabilityZones.filter((zone) => !Token.isUnresolved(zone));
  const parsed = known.map((zone) => ({ zone, ...parseZone(zone) }));
  const home = Token.isUnresolved(region) ? parsed[0]?.region : region;
  return [
    ...known
      .filter((zone, i) => known.indexOf(zone) !== i)
      .map((zone) => `availabilityZones names ${zone} twice; name each zone once`),
    ...parsed
      .filter((one) => one.region === undefined)
      .map(
        ({ zone }) =>
          `availabilityZones names ${zone}; a zone is a Region's code and a letter, such as ${home ?? 'eu-west-1'}a`,
      ),
    ...parsed
      .filter((one) => one.region !== undefined && one.region !== home)
      .map(
        ({ zone }) =>
          `availabilityZones names ${zone}, which is not in ${home}; name zones of ${home}, such as ${home}a`,
      ),
    ...parsed
      .filter((one) => one.place !== undefined && !localZones)
      .map(
        ({ zone }) =>
          `availabilityZones names the Local Zone ${zone}; choose a zone such as ${home}a, or set localZones`,
      ),
  ];
}

/** A zone is named by its Region's code and a letter; a Local Zone has a place in between. */
function parseZone(zone: string): { readonly region?: string; readonly place?: string } {
  const [, region, place] = /^([a-z]{2}(?:-[a-z]+)+-\d)(?:(-[a-z]+-\d))?[a-z]$/.exec(zone) ?? [];
  return { ...(region && { region }), ...(place && { place }) };
}
