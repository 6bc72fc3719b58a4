import { Size } from 'aws-cdk-lib';
import { InstanceType, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { DataVolume } from '../../constructs/compute/data-volume';
import { EbsDisk } from '../../constructs/compute/ebs-disk';
import { SecureInstance } from '../../constructs/compute/secure-instance';

export interface SharedPairProps {
  readonly vpc: IVpc;
  readonly subnet: ISubnet;
}

/**
 * Two servers of one zone that have one volume at once. It is blank and mounted by neither: it wants a file system made for several writers, such as GFS2,
 * and ext4 or xfs would be destroyed by the second that writes.
 */
export class SharedPair extends Construct {
  readonly volume: DataVolume;
  readonly servers: readonly SecureInstance[];

  constructor(scope: Construct, id: string, { vpc, subnet }: SharedPairProps) {
    super(scope, id);
    const server = (name: 'First' | 'Second') =>
      new SecureInstance(this, name, {
        vpc,
        subnet,
        publicAddress: true,
        description: `The ${name.toLowerCase()} of two servers with one volume`,
        instanceType: new InstanceType('t4g.nano'),
        detailedMonitoring: false,
      });
    this.servers = [server('First'), server('Second')];
    this.volume = new DataVolume(this, 'Volume', {
      availabilityZone: subnet.availabilityZone,
      disk: EbsDisk.io2({ size: Size.gibibytes(4), iops: 100 }),
      multiAttach: true,
    });
    for (const each of this.servers) this.volume.attachTo(each, '/dev/sdf');
  }
}
