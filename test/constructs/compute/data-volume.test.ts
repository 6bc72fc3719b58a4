import { join } from 'node:path';
import { Aws, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { InstanceType, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { DataMount } from '../../../lib/constructs/compute/data-mount';
import { DataVolume, type DataVolumeProps } from '../../../lib/constructs/compute/data-volume';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { SecureInstance, type SecureInstanceProps } from '../../../lib/constructs/compute/secure-instance';
import { testStack } from '../../support/app';
import { text } from '../../support/decide';
import { Parts } from './parts';

const gib = (amount: number) => Size.gibibytes(amount);
const io2 = (iops: number) => EbsDisk.io2({ size: gib(512), iops });

function made(props: Partial<DataVolumeProps> = {}, type = 't4g.micro') {
  const stack = testStack();
  const parts = new Parts(stack);
  const [near, far] = parts.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnets;
  const server = (id = 'Server', more: Partial<SecureInstanceProps> = {}) =>
    new SecureInstance(stack, id, {
      vpc: parts.vpc,
      description: 'A server of a test',
      instanceType: new InstanceType(type),
      subnet: near,
      ...more,
    });
  const data = new DataVolume(stack, 'Data', {
    availabilityZone: near.availabilityZone,
    disk: EbsDisk.gp3({ size: gib(100) }),
    ...props,
  });
  return { stack, server, data, near, far };
}
const volumeOf = (props: Partial<DataVolumeProps>) =>
  Object.values(Template.fromStack(made(props).stack).findResources('AWS::EC2::Volume'))[0];

describe('DataVolume', () => {
  test('it is encrypted, in the zone of its instance, attached to it, and leaves a snapshot [compute-ebs-volume]', () => {
    const { stack, server, data } = made();
    data.attachTo(server(), '/dev/sdf');
    guardCompute(stack);
    const template = Template.fromStack(stack);
    const [[id, volume]] = Object.entries(template.findResources('AWS::EC2::Volume'));
    const [subnet] = Object.entries(template.findResources('AWS::EC2::Instance')).map(
      ([, { Properties }]) => Properties.NetworkInterfaces[0].SubnetId.Ref as string,
    );
    expect(volume).toEqual({
      Type: 'AWS::EC2::Volume',
      Properties: {
        AvailabilityZone: template.findResources('AWS::EC2::Subnet')[subnet].Properties.AvailabilityZone,
        Encrypted: true,
        Size: 100,
        VolumeType: 'gp3',
      },
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
    });
    template.hasResourceProperties('AWS::EC2::VolumeAttachment', {
      Device: '/dev/sdf',
      VolumeId: { Ref: id },
      InstanceId: { Ref: Match.stringLikeRegexp('^Server') },
    });
  });

  test('an instance takes several, and what becomes of them can be said', () => {
    const { stack, server, data, near } = made({ removalPolicy: RemovalPolicy.RETAIN });
    const machine = server();
    data.attachTo(machine, '/dev/sdf');
    new DataVolume(stack, 'More', {
      availabilityZone: near.availabilityZone,
      disk: EbsDisk.st1({ size: gib(125) }),
    }).attachTo(machine, '/dev/sdg');
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::VolumeAttachment', 2);
    template.hasResource('AWS::EC2::Volume', { Properties: { VolumeType: 'gp3' }, DeletionPolicy: 'Retain' });
  });

  test('a key and the speed of its kind are passed on; io2 may have 1,000 IOPS per GiB, which the CDK refuses above 500 [compute-ebs-provisioned-iops]', () => {
    const { stack, near } = made();
    const encryptionKey = new Key(stack, 'Key');
    new DataVolume(stack, 'Fast', {
      availabilityZone: near.availabilityZone,
      disk: EbsDisk.io2({ size: gib(4), iops: 4_000, encryptionKey }),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::Volume', {
      VolumeType: 'io2',
      Iops: 4_000,
      Size: 4,
      KmsKeyId: stack.resolve(encryptionKey.keyArn),
    });
  });

  test('a growth, another kind or another speed changes the same resource, so that it is made in place [compute-ebs-grow]', () => {
    const before = volumeOf({ disk: EbsDisk.gp3({ size: gib(100) }) });
    const after = volumeOf({ disk: EbsDisk.io2({ size: gib(200), iops: 5_000 }) });
    const changed = Object.keys(after.Properties).filter(
      (name) => JSON.stringify(after.Properties[name]) !== JSON.stringify(before.Properties[name]),
    );
    expect(changed.sort()).toEqual(['Iops', 'Size', 'VolumeType']);
  });

  test.each<[string, Partial<DataVolumeProps>]>([
    [
      'disk is 3 GiB of io2; give a whole number from 4 to 65536 GiB',
      { disk: EbsDisk.io2({ size: gib(3), iops: 100 }) },
    ],
    ['multiAttach is true on gp3, which one instance has at a time; take EbsDisk.io2', { multiAttach: true }],
  ])('fails when there is no such volume: %s [compute-ebs-multi-attach]', (fault, props) => {
    expect(() => made(props)).toThrow(`Stack/Data:\n  ${fault}`);
  });

  describe('mounted by its server', () => {
    function mounted(encrypted = false) {
      const stack = testStack();
      const parts = new Parts(stack);
      const [subnet] = parts.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnets;
      const encryptionKey = encrypted ? new Key(stack, 'Key') : undefined;
      const data = new DataVolume(stack, 'Data', {
        availabilityZone: subnet.availabilityZone,
        disk: EbsDisk.gp3({ size: gib(100), ...(encryptionKey && { encryptionKey }) }),
      });
      const boot = new BootProgram(stack, 'Boot', {
        program: join(__dirname, 'boot.sh'),
        dataMounts: [DataMount.volume(data, '/srv/data')],
      });
      const server = new SecureInstance(stack, 'Server', {
        vpc: parts.vpc,
        description: 'A server of a test',
        instanceType: new InstanceType('t4g.micro'),
        boot,
        subnet,
      });
      data.attachTo(server, '/dev/sdg');
      return { stack, template: Template.fromStack(stack) };
    }

    test('it is attached by the server, which may do that to this volume and itself, and is told as what [compute-ebs-volume]', () => {
      const { template } = mounted();
      const [volume] = Object.keys(template.findResources('AWS::EC2::Volume'));
      const [[server, { Properties: instance }]] = Object.entries(template.findResources('AWS::EC2::Instance'));
      template.resourceCountIs('AWS::EC2::VolumeAttachment', 0);
      const policies = template.findResources('AWS::IAM::Policy');
      const [[id, policy]] = Object.entries(policies).filter(([each]) => each.startsWith('ServerAttachsdg'));
      expect(policy.Properties.PolicyDocument.Statement).toEqual([
        {
          Action: 'ec2:AttachVolume',
          Effect: 'Allow',
          Resource: [
            [':instance/', server],
            [':volume/', volume],
          ].map(([kind, Ref]) => ({ 'Fn::Join': ['', expect.arrayContaining([kind, { Ref }])] })),
        },
      ]);
      expect(text(instance.UserData['Fn::Base64'])).toContain(`/srv/data lazily <${volume}>=/dev/sdg\n`);
      // The new server boots, and says so, before it may have the volume, and before the old one goes.
      expect(JSON.stringify(template.findResources('AWS::EC2::Instance'))).not.toContain(id);
    });

    test('with a key of its own the server may let EC2 use that key, and only through EC2 [compute-ebs-encryption]', () => {
      const { stack, template } = mounted(true);
      const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
      const Resource = { 'Fn::GetAtt': [key, 'Arn'] };
      template.hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            {
              Action: 'kms:CreateGrant',
              Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
              Effect: 'Allow',
              Resource,
            },
            {
              Action: ['kms:Decrypt', 'kms:DescribeKey'],
              Condition: {
                StringEquals: { 'kms:ViaService': stack.resolve(`ec2.${Aws.REGION}.${Aws.URL_SUFFIX}`) },
              },
              Effect: 'Allow',
              Resource,
            },
          ]),
        },
      });
    });
  });

  describe('attached', () => {
    test('fails when the zones differ, which the CDK lets pass [compute-ebs-volume]', () => {
      const { server, data, far } = made();
      const away = server('Away', { subnet: far });
      expect(() => data.attachTo(away, '/dev/sdf')).toThrow(
        /^Stack\/Data:\n {2}it is in the zone .+, and Stack\/Away in .+; neither moves, so make it in the zone of the instance, from a snapshot if it holds something$/,
      );
    });

    test('fails when the device is none, or taken', () => {
      const { server, data } = made();
      const machine = server('Server', { dataDisks: { '/dev/sdf': EbsDisk.gp3({ size: gib(8) }) } });
      expect(() => data.attachTo(machine, '/dev/sda1')).toThrow(
        'device is /dev/sda1; give one from /dev/sdf to /dev/sdp',
      );
      expect(() => data.attachTo(machine, '/dev/sdf')).toThrow(
        'Stack/Server has a volume at /dev/sdf already; take the next letter',
      );
    });

    test('fails when a second instance is to have it [compute-ebs-multi-attach]', () => {
      const { server, data } = made();
      data.attachTo(server(), '/dev/sdf');
      expect(() => data.attachTo(server('Other'), '/dev/sdf')).toThrow(
        'Stack/Server has it already; give multiAttach: true with a file system made for it, or make another volume',
      );
    });

    test('16 instances of a zone share an io2 volume, and a 17th does not [compute-ebs-multi-attach]', () => {
      const { stack, server, data } = made({ disk: io2(1_000), multiAttach: true });
      for (let at = 1; at <= 16; at++) data.attachTo(server(`Server${at}`), '/dev/sdf');
      expect(() => data.attachTo(server('Server17'), '/dev/sdf')).toThrow(
        'Stack/Data:\n  it is attached to 16 instances, and no volume to more; make another volume',
      );
      const template = Template.fromStack(stack);
      template.resourceCountIs('AWS::EC2::VolumeAttachment', 16);
      template.hasResourceProperties('AWS::EC2::Volume', { MultiAttachEnabled: true, VolumeType: 'io2' });
    });

    test('fails when an instance of another zone is to share it [compute-ebs-multi-attach]', () => {
      const { server, data, far } = made({ disk: io2(1_000), multiAttach: true });
      data.attachTo(server(), '/dev/sdf');
      expect(() => data.attachTo(server('Away', { subnet: far }), '/dev/sdf')).toThrow('neither moves');
    });
  });

  test.each<[number, number, string | undefined]>([
    [8_800, 125, undefined],
    [8_801, 125, 'the volumes have 11801 IOPS together, but t4g.micro takes 11800'],
    [3_000, 126, 'the volumes have 251 MiB/s together, but t4g.micro takes 248'],
  ])('%d IOPS and %d MiB/s beside a root of 3000 and 125: %s [compute-ebs-instance-cap]', (iops, throughput, fault) => {
    const { server, data } = made({ disk: EbsDisk.gp3({ size: gib(100), iops, throughput }) });
    const attach = () => data.attachTo(server(), '/dev/sdf');
    if (fault === undefined) return expect(attach).not.toThrow();
    expect(attach).toThrow(
      `Stack/Data:\n  ${fault}, so that the rest is paid and never used; provision less, take a larger type, or set acceptCap`,
    );
    data.attachTo(server('Other'), '/dev/sdf', { acceptCap: true });
  });

  describe('of a snapshot', () => {
    const snapshotId = 'snap-0123456789abcdef0';

    test('it may be larger, of another kind and in another zone, and is initialised at a set rate [compute-snapshot-restore, compute-restore-warm]', () => {
      const { Properties } = volumeOf({
        availabilityZone: 'eu-west-1c',
        disk: EbsDisk.io2({ size: gib(200), iops: 500 }),
        from: { snapshotId, size: gib(100), initialisationRate: Size.mebibytes(300) },
      });
      expect(Properties).toEqual({
        AvailabilityZone: 'eu-west-1c',
        Encrypted: true,
        Iops: 500,
        Size: 200,
        SnapshotId: snapshotId,
        VolumeInitializationRate: 300,
        VolumeType: 'io2',
      });
    });

    test('one as large as its snapshot is taken [compute-snapshot-restore]', () => {
      expect(volumeOf({ from: { snapshotId, size: gib(100) } }).Properties.SnapshotId).toBe(snapshotId);
    });

    test.each<[string, DataVolumeProps['from']]>([
      [
        'disk is 100 GiB, but the snapshot is of 101; a volume is never smaller than its snapshot, so give at least as much [compute-snapshot-restore]',
        { snapshotId, size: gib(101) },
      ],
      [
        'from.snapshotId is vol-1; give an id such as snap-0123456789abcdef0 [compute-snapshot-restore]',
        { snapshotId: 'vol-1' },
      ],
      [
        'from.initialisationRate is 99 MiB; give a whole number from 100 to 300 MiB [compute-restore-warm]',
        { snapshotId, initialisationRate: Size.mebibytes(99) },
      ],
      [
        'from.initialisationRate is 301 MiB; give a whole number from 100 to 300 MiB [compute-restore-warm]',
        { snapshotId, initialisationRate: Size.mebibytes(301) },
      ],
    ])('fails when %s', (fault, from) => {
      expect(() => made({ from })).toThrow(`Stack/Data:\n  ${fault.replace(/ \[.*/, '')}`);
    });
  });
});
