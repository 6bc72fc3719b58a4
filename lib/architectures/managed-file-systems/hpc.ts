import { CfnOutput } from 'aws-cdk-lib';
import { InstanceType, UserData } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ConnectEndpoint } from '../../constructs/network/connect-endpoint';
import { SmallHost } from '../../constructs/network/small-host';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { HpcDeployment, HpcFileSystem } from '../../constructs/storage/hpc-file-system';
import { lustreCommands } from '../../constructs/storage/lustre-boot';
import type { Place } from './place';

/** Where the bucket is seen as files. */
export const mountPoint = '/fsx';

export interface FilesProps {
  readonly place: Place;
  /** Why it is worth an hourly bill, in a sentence. */
  readonly acceptHourlyCost: string;
  /** Whether it stays when what it serves fails. */
  readonly isLasting: boolean;
}

/** A parallel file system over the bucket, and a machine that computes on it. */
export class Hpc extends Construct {
  readonly fileSystemId: string;

  constructor(scope: Construct, id: string, { place, acceptHourlyCost, isLasting }: FilesProps) {
    super(scope, id);
    const { network, data } = place;
    const [subnet] = network.vpc.selectSubnets(network.subnets('files')).subnets;
    const files = new HpcFileSystem(this, 'Lustre', {
      vpc: network.vpc,
      subnet,
      deployment: isLasting ? HpcDeployment.persistent({ throughputPerTiB: 125 }) : HpcDeployment.scratch(),
      capacityGiB: 1200,
      link: { bucket: data },
      acceptHourlyCost,
    });
    this.fileSystemId = files.fileSystemId;

    const group = new TierSecurityGroup(this, 'Clients', {
      vpc: network.vpc,
      description: 'What computes on the files',
    });
    // Packages come from S3 by the gateway, whose addresses are public.
    group.allowOutbound(443, ['0.0.0.0/0']);
    files.admit(group);
    const [subnetOfClients] = network.vpc.selectSubnets(network.subnets('clients')).subnets;
    group.allowFrom(new ConnectEndpoint(this, 'Shell', { vpc: network.vpc, subnet: subnetOfClients }), 22);
    const userData = UserData.forLinux();
    userData.addCommands(...lustreCommands(files, mountPoint));
    new SmallHost(this, 'Client', {
      vpc: network.vpc,
      subnet: subnetOfClients,
      instanceType: new InstanceType('t4g.small'),
      securityGroup: group.securityGroup,
      userData,
    });
    new CfnOutput(this, 'MountName', { value: files.mountName, description: 'What clients mount by' });
  }
}
