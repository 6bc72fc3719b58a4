import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import type { ComputeTemplateProps } from '../../constructs/compute/compute-template';
import { FleetSize } from '../../constructs/compute/fleet-size';
import { TypePolicy } from '../../constructs/compute/type-policy';
import type { TieredNetworkProps } from '../../constructs/network/tiered-network';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import type { ProfileName } from '../../profile';

/** What a profile decides about the size of this architecture. */
export interface Size {
  readonly network: Pick<TieredNetworkProps, 'plan' | 'nat'>;
  readonly zones: number;
  readonly servers: string;
  readonly fleet: FleetSize;
  /** How many are on demand in any case. */
  readonly onDemandBase: number;
  readonly types: readonly InstanceType[];
  readonly server: Pick<ComputeTemplateProps, 'instanceType' | 'typePolicy' | 'credits' | 'publicAddress'>;
}

const cidr = '10.29.0.0/16';
const types = (...names: readonly string[]) => names.map((name) => new InstanceType(name));

export const sizes: Readonly<Record<ProfileName, Size>> = {
  // Servers with addresses of their own need no NAT gateway, which would cost more than they do; no port of theirs is open.
  sandbox: {
    network: { plan: { cidr, zones: 2, tiers: [{ name: 'web', access: 'public' }] }, nat: NatStrategy.none() },
    zones: 2,
    servers: 'web',
    fleet: FleetSize.between(1, 4),
    onDemandBase: 1,
    types: types('t4g.micro', 't4g.small', 't4g.medium'),
    server: {
      instanceType: new InstanceType('t4g.micro'),
      publicAddress: true,
      credits: BurstCredits.unlimited(
        'A new T4g has no credits, so in standard mode it would install nginx at a fifth of one processor',
      ),
    },
  },
  production: {
    network: {
      plan: {
        cidr,
        zones: 3,
        tiers: [
          { name: 'application', access: 'private' },
          { name: 'web', access: 'public' },
        ],
      },
      nat: NatStrategy.perZone(),
    },
    zones: 3,
    servers: 'application',
    fleet: FleetSize.survivingZoneLoss(2, 12),
    onDemandBase: 2,
    types: types('m7g.medium', 'm6g.medium', 'c7g.medium', 'c6g.medium', 'r7g.medium', 'r6g.medium'),
    server: { instanceType: new InstanceType('m7g.medium'), typePolicy: TypePolicy.sustained() },
  },
};
