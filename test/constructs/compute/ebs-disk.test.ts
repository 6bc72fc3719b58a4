import { Size } from 'aws-cdk-lib';
import { EbsDisk, gp2Credits } from '../../../lib/constructs/compute/ebs-disk';

const gib = (amount: number) => Size.gibibytes(amount);
const faults = (disk: EbsDisk, use: 'root' | 'data' = 'data') => disk.faults('disk', use);

describe('EbsDisk', () => {
  test.each([
    EbsDisk.gp3({ size: gib(1) }),
    EbsDisk.gp3({ size: gib(64 * 1024), iops: 80_000, throughput: 2_000 }),
    EbsDisk.gp3({ size: gib(8), iops: 4_000 }),
    EbsDisk.gp2({ size: gib(16 * 1024) }),
  ])('general purpose volumes take what the service gives [compute-ebs-general-purpose]', (disk) => {
    expect(faults(disk, 'root')).toEqual([]);
  });

  test.each([
    [EbsDisk.gp3({ size: gib(0) }), 'disk is 0 GiB of gp3; give a whole number from 1 to 65536 GiB'],
    [EbsDisk.gp3({ size: gib(65_537) }), 'disk is 65537 GiB of gp3; give a whole number from 1 to 65536 GiB'],
    [EbsDisk.gp3({ size: Size.mebibytes(1_536) }), 'disk is 1.5 GiB of gp3; give a whole number from 1 to 65536 GiB'],
    [EbsDisk.gp2({ size: gib(16_385) }), 'disk is 16385 GiB of gp2; give a whole number from 1 to 16384 GiB'],
    [EbsDisk.gp3({ size: gib(500), iops: 2_999 }), 'disk has 2999 IOPS of gp3; give a whole number from 3000 to 80000'],
    [
      EbsDisk.gp3({ size: gib(500), iops: 80_001 }),
      'disk has 80001 IOPS of gp3; give a whole number from 3000 to 80000',
    ],
    [
      EbsDisk.gp3({ size: gib(8), iops: 4_001 }),
      'disk has 4001 IOPS on 8 GiB of gp3, which gives 500 per GiB; ask for fewer, or for 9 GiB',
    ],
    [
      EbsDisk.gp3({ size: gib(100), throughput: 124 }),
      'disk has 124 MiB/s; give a whole number from 125 to 750, a quarter of its 3000 IOPS',
    ],
    [
      EbsDisk.gp3({ size: gib(100), throughput: 751 }),
      'disk has 751 MiB/s; give a whole number from 125 to 750, a quarter of its 3000 IOPS',
    ],
    [
      EbsDisk.gp3({ size: gib(100), iops: 16_000, throughput: 2_001 }),
      'disk has 2001 MiB/s; give a whole number from 125 to 2000, a quarter of its 16000 IOPS',
    ],
  ])(
    'fails when a general purpose volume asks for what there is not: %# [compute-ebs-general-purpose]',
    (disk, fault) => {
      expect(faults(disk)).toEqual([fault]);
    },
  );

  test('a small gp3 volume may have the 3,000 IOPS that are included, though 500 per GiB would be less [compute-ebs-general-purpose]', () => {
    expect(faults(EbsDisk.gp3({ size: gib(1), iops: 3_000 }))).toEqual([]);
  });

  test.each([
    [8, 100, 31.03],
    [100, 300, 33.33],
    [334, 1_002, 45.05],
    [1_000, 3_000, 0],
    [5_334, 16_000, 0],
    [16_384, 16_000, 0],
  ])('gp2 of %d GiB has %d IOPS and bursts for %d minutes [compute-ebs-general-purpose]', (size, baseline, minutes) => {
    const credits = gp2Credits(gib(size));
    expect(credits.baselineIops).toBe(baseline);
    expect(credits.minutesOfBurst).toBeCloseTo(minutes, 2);
  });

  test.each([
    [8, 25, 128],
    [100, 75, 128],
    [170, 127, 128],
    [171, 128, 250],
    [250, 187, 250],
    [333, 249, 250],
    [334, 250, 250],
    [16_384, 250, 250],
  ])(
    'gp2 of %d GiB moves %d MiB a second without credits, %d with them [compute-ebs-general-purpose]',
    (size, baselineThroughput, burstThroughput) => {
      expect(gp2Credits(gib(size))).toMatchObject({ baselineThroughput, burstThroughput });
    },
  );

  test.each([
    EbsDisk.io1({ size: gib(4), iops: 200 }),
    EbsDisk.io1({ size: gib(16 * 1024), iops: 64_000 }),
    EbsDisk.io2({ size: gib(4), iops: 4_000 }),
    EbsDisk.io2({ size: gib(64 * 1024), iops: 256_000 }),
  ])('provisioned IOPS volumes take what the service gives [compute-ebs-provisioned-iops]', (disk) => {
    expect(faults(disk)).toEqual([]);
  });

  test.each([
    [EbsDisk.io1({ size: gib(3), iops: 100 }), 'disk is 3 GiB of io1; give a whole number from 4 to 16384 GiB'],
    [
      EbsDisk.io1({ size: gib(16_385), iops: 100 }),
      'disk is 16385 GiB of io1; give a whole number from 4 to 16384 GiB',
    ],
    [
      EbsDisk.io1({ size: gib(2_000), iops: 64_001 }),
      'disk has 64001 IOPS of io1; give a whole number from 100 to 64000',
    ],
    [
      EbsDisk.io1({ size: gib(4), iops: 201 }),
      'disk has 201 IOPS on 4 GiB of io1, which gives 50 per GiB; ask for fewer, or for 5 GiB',
    ],
    [
      EbsDisk.io2({ size: gib(65_537), iops: 100 }),
      'disk is 65537 GiB of io2; give a whole number from 4 to 65536 GiB',
    ],
    [
      EbsDisk.io2({ size: gib(500), iops: 256_001 }),
      'disk has 256001 IOPS of io2; give a whole number from 100 to 256000',
    ],
    [
      EbsDisk.io2({ size: gib(4), iops: 4_001 }),
      'disk has 4001 IOPS on 4 GiB of io2, which gives 1000 per GiB; ask for fewer, or for 5 GiB',
    ],
  ])(
    'fails when a provisioned IOPS volume asks for what there is not: %# [compute-ebs-provisioned-iops]',
    (disk, fault) => {
      expect(faults(disk)).toEqual([fault]);
    },
  );

  test('hard disks hold data, never the root [compute-ebs-hdd]', () => {
    for (const disk of [EbsDisk.st1({ size: gib(125) }), EbsDisk.sc1({ size: gib(16_384) })]) {
      expect(faults(disk, 'data')).toEqual([]);
      expect(faults(disk, 'root')).toEqual([
        `disk is ${disk.type}, a hard disk that no instance boots from; take EbsDisk.gp3`,
      ]);
    }
  });

  test.each([
    [EbsDisk.st1({ size: gib(124) }), 'disk is 124 GiB of st1; give a whole number from 125 to 16384 GiB'],
    [EbsDisk.sc1({ size: gib(124) }), 'disk is 124 GiB of sc1; give a whole number from 125 to 16384 GiB'],
    [EbsDisk.sc1({ size: gib(16_385) }), 'disk is 16385 GiB of sc1; give a whole number from 125 to 16384 GiB'],
  ])('fails when a hard disk is smaller or larger than there are: %# [compute-ebs-hdd]', (disk, fault) => {
    expect(faults(disk)).toEqual([fault]);
  });
});
