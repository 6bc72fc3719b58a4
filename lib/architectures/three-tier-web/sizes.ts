import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import type { ComputeTemplateProps } from '../../constructs/compute/compute-template';
import { FleetSize } from '../../constructs/compute/fleet-size';
import type { IScalingStrategy } from '../../constructs/compute/scaled-group';
import { ScalingStrategy } from '../../constructs/compute/scaling-strategy';
import { TypePolicy } from '../../constructs/compute/type-policy';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import type { ProfileName } from '../../profile';

/** What a profile decides about the size of this architecture. */
export interface Size {
  readonly zones: number;
  readonly nat: NatStrategy;
  readonly server: Pick<ComputeTemplateProps, 'instanceType' | 'typePolicy' | 'credits'>;
  readonly fleet: FleetSize;
  readonly scaling: readonly IScalingStrategy[];
}

export const sizes: Readonly<Record<ProfileName, Size>> = {
  sandbox: {
    zones: 2,
    nat: NatStrategy.single({ acceptZoneDependency: true }),
    server: {
      instanceType: new InstanceType('t4g.micro'),
      typePolicy: TypePolicy.any(),
      credits: BurstCredits.unlimited(
        'A new T4g has no credits, so in standard mode it would install nginx at a fifth of one processor',
      ),
    },
    fleet: FleetSize.survivingZoneLoss(1, 4),
    scaling: [ScalingStrategy.targetTracking({ cpu: 50 }), ScalingStrategy.requestsPerTarget({ perMinute: 600 })],
  },
  production: {
    zones: 3,
    nat: NatStrategy.perZone(),
    server: { instanceType: new InstanceType('m7g.medium'), typePolicy: TypePolicy.sustained() },
    fleet: FleetSize.survivingZoneLoss(2, 12),
    scaling: [
      ScalingStrategy.targetTracking({ cpu: 40 }),
      ScalingStrategy.requestsPerTarget({ perMinute: 3_000 }),
      ScalingStrategy.predictive({ cpu: 40 }),
    ],
  },
};
