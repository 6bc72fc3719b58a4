import { Duration, Size } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import { EbsDisk } from '../../constructs/compute/ebs-disk';
import type { SecureInstanceProps } from '../../constructs/compute/secure-instance';
import { TypePolicy } from '../../constructs/compute/type-policy';
import { FlowDestination } from '../../constructs/network/flow-capture';
import type { ProfileName } from '../../profile';

/** What a profile decides about the server and its volume. */
export interface StorageProfile {
  readonly server: Pick<SecureInstanceProps, 'instanceType' | 'typePolicy' | 'credits' | 'detailedMonitoring'>;
  readonly disk: EbsDisk;
  readonly flowLogs: FlowDestination;
}

export const profiles: Readonly<Record<ProfileName, StorageProfile>> = {
  sandbox: {
    server: {
      instanceType: new InstanceType('t4g.nano'),
      typePolicy: TypePolicy.any(),
      credits: BurstCredits.standard(),
      detailedMonitoring: false,
    },
    disk: EbsDisk.gp3({ size: Size.gibibytes(10) }),
    flowLogs: FlowDestination.logs(),
  },
  production: {
    server: {
      instanceType: new InstanceType('m7g.medium'),
      typePolicy: TypePolicy.sustained(),
      detailedMonitoring: true,
    },
    disk: EbsDisk.gp3({ size: Size.gibibytes(100) }),
    flowLogs: FlowDestination.s3(Duration.days(365)),
  },
};
