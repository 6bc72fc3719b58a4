import type { Construct } from 'constructs';
import { TieredNetwork, type TieredNetworkProps } from '../../lib/constructs/network/tiered-network';

/** A network of one isolated tier in two zones, the least there is to join with others. */
export const closedNetwork = (
  scope: Construct,
  id: string,
  cidr: string,
  props: Omit<TieredNetworkProps, 'plan'> = {},
): TieredNetwork =>
  new TieredNetwork(scope, id, {
    plan: { cidr, tiers: [{ name: 'application', access: 'isolated' }], zones: 2, zoneSlots: 2, tierSlots: 2 },
    gatewayEndpoints: {},
    ...props,
  });
