import { Size } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { DataMount } from '../../../lib/constructs/compute/data-mount';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { capFaults, ebsLimitsOf, jointSpeed } from '../../../lib/constructs/compute/ebs-limits';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const gib = (amount: number) => Size.gibibytes(amount);
const times = (count: number, disk: EbsDisk) => new Array<EbsDisk>(count).fill(disk);
const io2 = (iops: number) => EbsDisk.io2({ size: gib(1_000), iops });

describe('what a type takes of its volumes', () => {
  test('the table has what a type keeps up and what it reaches [compute-ebs-instance-cap]', () => {
    expect(ebsLimitsOf('t4g.micro')).toEqual([500, 10.875, 11_800, 260.625]);
    expect(ebsLimitsOf('r5b.24xlarge')).toEqual([260_000, 7_500, 260_000, 7_500]);
    expect(ebsLimitsOf('x1e.32xlarge')).toBeUndefined();
  });

  test.each<[EbsDisk, number, number]>([
    [EbsDisk.gp3({ size: gib(8) }), 3_000, 125],
    [EbsDisk.gp3({ size: gib(100), iops: 8_000, throughput: 2_000 }), 8_000, 2_000],
    [EbsDisk.gp2({ size: gib(100) }), 300, 75],
    [EbsDisk.gp2({ size: gib(333) }), 999, 249],
    [EbsDisk.gp2({ size: gib(2_000) }), 6_000, 250],
    [EbsDisk.io1({ size: gib(2_000), iops: 1_000 }), 1_000, 250],
    [EbsDisk.io1({ size: gib(2_000), iops: 2_000 }), 2_000, 500],
    [EbsDisk.io1({ size: gib(2_000), iops: 32_000 }), 32_000, 500],
    [EbsDisk.io1({ size: gib(2_000), iops: 48_000 }), 48_000, 750],
    [EbsDisk.io1({ size: gib(2_000), iops: 64_000 }), 64_000, 1_000],
    [io2(256_000), 256_000, 4_000],
    [EbsDisk.st1({ size: gib(2_048) }), 500, 80],
    [EbsDisk.sc1({ size: gib(2_048) }), 250, 24],
  ])('one volume gives no more than its kind does: %# [compute-ebs-instance-cap]', (disk, iops, throughput) => {
    expect(disk.speed).toMatchObject({ iops, throughput });
  });

  test('n striped volumes give n times one, until the type is the limit [compute-ebs-raid0]', () => {
    const disk = EbsDisk.gp3({ size: gib(100), iops: 10_000, throughput: 500 });
    expect(jointSpeed('m7g.16xlarge', times(1, disk))).toEqual({ iops: 10_000, throughput: 500, capped: false });
    expect(jointSpeed('m7g.16xlarge', times(4, disk))).toEqual({ iops: 40_000, throughput: 2_000, capped: false });
    expect(jointSpeed('m7g.16xlarge', times(9, disk))).toEqual({ iops: 80_000, throughput: 2_384, capped: true });
    expect(jointSpeed('r5b.24xlarge', times(2, io2(256_000)))).toEqual({
      iops: 260_000,
      throughput: 7_152,
      capped: true,
    });
  });

  test('fails when nothing is known of a type [compute-ebs-raid0]', () => {
    expect(() => jointSpeed('x1e.32xlarge', [io2(100)])).toThrow(
      'nothing is known of what x1e.32xlarge takes of its volumes; name a type of the table of ebs-limits',
    );
  });

  test.each([
    [0, []],
    [
      1,
      [
        'the volumes have 260001 IOPS together, but r5b.24xlarge takes 260000, so that the rest is paid and never used; provision less, take a larger type, or set acceptCap',
      ],
    ],
  ])('%d more than the maximum of a type [compute-ebs-instance-cap]', (more, faults) => {
    expect(capFaults('r5b.24xlarge', [io2(130_000), io2(130_000 + more)])).toEqual(faults);
  });

  test('what comes with volumes at no further price, and types that are not known, are let pass [compute-ebs-instance-cap]', () => {
    expect(capFaults('t4g.micro', times(9, EbsDisk.gp3({ size: gib(8) })))).toEqual([]);
    expect(capFaults('x1e.32xlarge', times(9, io2(256_000)))).toEqual([]);
  });

  test('fails when the mappings of a template exceed its type, unless that is accepted [compute-ebs-instance-cap]', () => {
    const template = (acceptCap?: boolean) => () =>
      new Parts(testStack()).template({
        dataDisks: { '/dev/xvdf': EbsDisk.gp3({ size: gib(100), iops: 8_801 }) },
        ...(acceptCap !== undefined && { acceptCap }),
      });
    expect(template()).toThrow('Stack/Server:\n  the volumes have 11801 IOPS together, but t4g.micro takes 11800');
    expect(template(true)).not.toThrow();
  });

  test('a template has n equal mappings and a boot program that makes one of them [compute-ebs-raid0]', () => {
    const stack = testStack();
    const parts = new Parts(stack);
    const disk = EbsDisk.gp3({ size: gib(50) });
    const mount = DataMount.stripedDisks({ disk, devices: ['/dev/xvdf', '/dev/xvdg', '/dev/xvdh'] }, '/srv/data');
    const boot = new BootProgram(stack, 'Striped', { program: { name: 'own.sh', text: 'true' }, dataMounts: [mount] });
    parts.template({ instanceType: new InstanceType('m7g.large'), boot, dataDisks: mount.dataDisks });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::LaunchTemplate'));
    const mappings = Properties.LaunchTemplateData.BlockDeviceMappings.slice(1);
    expect(mappings.map(({ DeviceName }: { DeviceName: string }) => DeviceName)).toEqual([
      '/dev/xvdf',
      '/dev/xvdg',
      '/dev/xvdh',
    ]);
    expect(new Set(mappings.map(({ Ebs }: { Ebs: object }) => JSON.stringify(Ebs))).size).toBe(1);
    expect(JSON.stringify(Properties.LaunchTemplateData.UserData)).toContain(
      'mount-data-volume /srv/data lazily /dev/xvdf /dev/xvdg /dev/xvdh',
    );
  });
});
