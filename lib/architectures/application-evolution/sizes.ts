import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { FleetSize } from '../../constructs/compute/fleet-size';
import type { ProfileName } from '../../profile';

/** What a profile decides about the size of the stages. */
export interface Size {
  /** The one machine of the first stage has to carry the peak of everything, as nothing is added to it. */
  readonly monolith: InstanceType;
  /** What tiers and workers stand on. */
  readonly server: InstanceType;
  /** How many servers each tier has; scaling does the rest. */
  readonly tier: FleetSize;
  readonly maxWorkers: number;
}

export const sizes: Readonly<Record<ProfileName, Size>> = {
  sandbox: {
    monolith: new InstanceType('t4g.small'),
    server: new InstanceType('t4g.micro'),
    tier: FleetSize.between(1, 2),
    maxWorkers: 2,
  },
  production: {
    monolith: new InstanceType('m7g.2xlarge'),
    server: new InstanceType('m7g.medium'),
    tier: FleetSize.survivingZoneLoss(1, 8),
    maxWorkers: 8,
  },
};
