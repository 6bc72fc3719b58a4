import { TypePolicy } from '../../constructs/compute/type-policy';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import type { TieredNetworkProps } from '../../constructs/network/tiered-network';
import type { ProfileName } from '../../profile';

/** What a profile decides about where servers stand, whatever the plan. */
export interface Size {
  readonly network: Pick<TieredNetworkProps, 'plan' | 'nat'>;
  readonly isPublic: boolean;
  readonly typePolicy: TypePolicy;
}

const cidr = '10.62.0.0/16';

export const sizes: Readonly<Record<ProfileName, Size>> = {
  // Servers with addresses of their own need no NAT gateway, which would be billed while there are none; no port of theirs is open.
  sandbox: {
    network: { plan: { cidr, zones: 2, tiers: [{ name: 'servers', access: 'public' }] }, nat: NatStrategy.none() },
    isPublic: true,
    typePolicy: TypePolicy.any(),
  },
  production: {
    network: {
      plan: {
        cidr,
        zones: 3,
        tiers: [
          { name: 'servers', access: 'private' },
          { name: 'gateways', access: 'public' },
        ],
      },
      nat: NatStrategy.perZone(),
    },
    isPublic: false,
    typePolicy: TypePolicy.sustained(),
  },
};
