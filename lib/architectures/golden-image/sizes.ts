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
  /** The tier in which servers run, and images are built. */
  readonly servers: string;
  readonly fleet: FleetSize;
  readonly server: Pick<ComputeTemplateProps, 'instanceType' | 'typePolicy' | 'credits' | 'publicAddress'>;
  /** How many images a release can be taken back to. */
  readonly keep: number;
}

const cidr = '10.36.0.0/16';

export const sizes: Readonly<Record<ProfileName, Size>> = {
  // Instances with addresses of their own need no NAT gateway, which would cost more than they do; no port of theirs is open.
  sandbox: {
    network: {
      plan: { cidr, zones: 2, tiers: [{ name: 'web', access: 'public', autoAssignPublicIp: true }] },
      nat: NatStrategy.none(),
    },
    servers: 'web',
    fleet: FleetSize.between(1, 2),
    server: {
      instanceType: new InstanceType('t4g.micro'),
      publicAddress: true,
      credits: BurstCredits.standard(),
    },
    keep: 2,
  },
  production: {
    network: {
      plan: {
        cidr,
        zones: 3,
        tiers: [
          { name: 'application', access: 'private' },
          { name: 'edge', access: 'public' },
        ],
      },
      nat: NatStrategy.perZone(),
    },
    servers: 'application',
    fleet: FleetSize.survivingZoneLoss(2, 6),
    server: { instanceType: new InstanceType('m7g.medium'), typePolicy: TypePolicy.sustained() },
    keep: 5,
  },
};
