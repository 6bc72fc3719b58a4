import { Duration } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import type { SecureInstanceProps } from '../../constructs/compute/secure-instance';
import { TypePolicy } from '../../constructs/compute/type-policy';
import { WorkingHours } from '../../constructs/compute/working-hours';
import { FlowDestination } from '../../constructs/network/flow-capture';
import type { ProfileName } from '../../profile';

/** What a profile decides about the server. */
export interface ServerProfile {
  readonly server: Pick<SecureInstanceProps, 'instanceType' | 'typePolicy' | 'credits' | 'detailedMonitoring'>;
  /** When it runs; always if left out. */
  readonly hours?: WorkingHours;
  readonly flowLogs: FlowDestination;
}

export const profiles: Readonly<Record<ProfileName, ServerProfile>> = {
  sandbox: {
    server: {
      instanceType: new InstanceType('t4g.micro'),
      typePolicy: TypePolicy.any(),
      credits: BurstCredits.unlimited(
        'A new T4g has no credits, so in standard mode it would install its packages at a fifth of one processor',
      ),
      detailedMonitoring: false,
    },
    hours: new WorkingHours({ days: 'MON-FRI', from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' }),
    flowLogs: FlowDestination.logs(),
  },
  production: {
    server: {
      instanceType: new InstanceType('m7g.medium'),
      typePolicy: TypePolicy.sustained(),
      detailedMonitoring: true,
    },
    flowLogs: FlowDestination.s3(Duration.days(365)),
  },
};
