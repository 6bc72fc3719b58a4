import { join } from 'node:path';
import { CfnOutput, Duration, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { DataMount } from '../../constructs/compute/data-mount';
import { DataVolume } from '../../constructs/compute/data-volume';
import { InstanceWatch } from '../../constructs/compute/instance-watch';
import { SecureInstance } from '../../constructs/compute/secure-instance';
import { SnapshotPlan } from '../../constructs/compute/snapshot-plan';
import { VolumeEncryptor } from '../../constructs/compute/volume-encryptor';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { secondRegionOf } from '../../constructs/second-region';
import { profiles } from './profiles';
import { busyHours, schedules, snapshotTag } from './schedules';
import { SharedPair } from './shared-pair';

export interface BlockStorageProps extends ArchitectureProps {
  /**
   * Whether each daily snapshot is copied to a second Region.
   * @default false
   */
  readonly copiesAbroad?: boolean;
  /**
   * Whether there are two servers more, which share a volume.
   * @default false
   */
  readonly sharedPair?: boolean;
}

/** Without it the migration touches no volume and no server. */
const encryptTag = ['groundplan:encrypt', 'yes'] as const;
const folder = '/srv/data';

/** A server with a disk that outlives it, and the whole life of that disk. */
export class BlockStorage extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'copies-abroad': {
      what: 'each daily snapshot is copied to a second Region',
      props: { copiesAbroad: true } satisfies Partial<BlockStorageProps>,
    },
    'shared-pair': {
      what: 'two servers more have one volume at once',
      props: { sharedPair: true } satisfies Partial<BlockStorageProps>,
    },
  };

  constructor(scope: Construct, id: string, props: BlockStorageProps) {
    super(scope, id, props);
    const { profile, settings, copiesAbroad = false, sharedPair = false } = props;
    const { server: kind, disk, flowLogs } = profiles[profile.name];

    const network = new TieredNetwork(this, 'Network', {
      plan: { cidr: '10.57.0.0/16', tiers: [{ name: 'server', access: 'public' }], zones: 2 },
      gatewayEndpoints: {},
      flowLogs,
    });
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const [subnet] = network.vpc.selectSubnets(network.subnets('server')).subnets;

    const data = new DataVolume(this, 'Data', { availabilityZone: subnet.availabilityZone, disk });
    Tags.of(data).add(snapshotTag.key, snapshotTag.value);
    const mount = DataMount.volume(data, folder);
    const server = new SecureInstance(this, 'Server', {
      vpc: network.vpc,
      subnet,
      publicAddress: true,
      description: 'The server with the data: nothing comes in, shells by Session Manager',
      ...kind,
      boot: new BootProgram(this, 'Boot', {
        program: join(__dirname, 'boot', 'boot.sh'),
        files: [bootKit],
        settings: { DATA: folder, DATA_UNIT: mount.unit },
        dataMounts: [mount],
      }),
    });
    data.attachTo(server, '/dev/sdf');
    new InstanceWatch(this, 'Watch', { instance: server.instance, alarms });

    new SnapshotPlan(this, 'Snapshots', {
      description: 'Volumes with the tag daily weekly and monthly',
      tags: { [snapshotTag.key]: snapshotTag.value },
      schedules: schedules(copiesAbroad ? (settings.secondRegion ?? secondRegionOf(this.region)) : undefined),
      busyHours,
      bin: Duration.days(7),
    });
    const encryptor = new VolumeEncryptor(this, 'Encryptor', { tag: encryptTag, alarms });
    const pair = sharedPair && new SharedPair(this, 'Pair', { vpc: network.vpc, subnet });

    const outputs = {
      ServerId: ['The server', server.instanceId],
      VolumeId: ['Its data volume', data.volume.volumeId],
      SubnetId: ['Where both stand', subnet.subnetId],
      Migration: ['What encrypts a volume', encryptor.workflow.machine.stateMachineArn],
      ...(pair && { SharedVolumeId: ['The volume of two servers', pair.volume.volume.volumeId] }),
    };
    for (const [output, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, output, { description, value });
  }
}
