import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import type { ComputeTemplateProps } from '../../constructs/compute/compute-template';
import { FleetSize } from '../../constructs/compute/fleet-size';
import { TypePolicy } from '../../constructs/compute/type-policy';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import type { TieredNetworkProps } from '../../constructs/network/tiered-network';
import type { ProfileName } from '../../profile';

/** What a profile decides about the size of this architecture. */
export interface Size {
  readonly network: Pick<TieredNetworkProps, 'plan' | 'nat'>;
  /** The tier servers stand in. */
  readonly servers: string;
  readonly fleet: FleetSize;
  readonly server: Pick<ComputeTemplateProps, 'instanceType' | 'typePolicy' | 'credits' | 'publicAddress'>;
}

const cidr = '10.58.0.0/16';

export const sizes: Readonly<Record<ProfileName, Size>> = {
  // Servers with addresses of their own need no NAT gateway, which would cost more than they do; no port of theirs is open to anybody but the entry.
  sandbox: {
    network: { plan: { cidr, zones: 2, tiers: [{ name: 'entry', access: 'public' }] }, nat: NatStrategy.none() },
    servers: 'entry',
    fleet: FleetSize.survivingZoneLoss(1, 4),
    server: {
      instanceType: new InstanceType('t4g.micro'),
      publicAddress: true,
      credits: BurstCredits.unlimited(
        'A new T4g has no credits, so in standard mode it would install Node.js at a fifth of one processor',
      ),
    },
  },
  // Two zones, as each takes one Elastic IP for the entry and one for its NAT gateway, and an account has five in a Region.
  production: {
    network: {
      plan: {
        cidr,
        zones: 2,
        tiers: [
          { name: 'servers', access: 'private' },
          { name: 'entry', access: 'public' },
        ],
      },
      nat: NatStrategy.perZone(),
    },
    servers: 'servers',
    fleet: FleetSize.survivingZoneLoss(2, 12),
    server: { instanceType: new InstanceType('m7g.medium'), typePolicy: TypePolicy.sustained() },
  },
};
