import { chooseVolume, type VolumeChoice, type VolumeNeeds } from '../../../lib/constructs/compute/choose-volume';

describe('a volume', () => {
  test.each<[string, VolumeNeeds, Partial<VolumeChoice>]>([
    ['nothing in particular', {}, { use: 'gp3', iops: 3000, throughput: 125, volumes: 1 }],
    ['the cheapest', { cold: true, size: 500 }, { use: 'sc1', volumes: 1 }],
    ['cheap, and faster than cold disks are', { cold: true, size: 500, throughput: 400 }, { use: 'st1' }],
    ['streams', { streaming: true, size: 1000, throughput: 500 }, { use: 'st1' }],
    [
      'streams faster than a hard disk',
      { streaming: true, size: 1000, throughput: 501 },
      { use: 'gp3', throughput: 501 },
    ],
    ['streams on less than a hard disk has', { streaming: true, size: 124 }, { use: 'gp3' }],
    ['cold data to boot from: never a hard disk', { cold: true, boot: true, size: 500 }, { use: 'gp3' }],
    ['16,000 operations', { iops: 16_000, size: 100 }, { use: 'gp3', iops: 16_000 }],
    ['80,000 operations', { iops: 80_000, size: 200 }, { use: 'gp3', iops: 80_000 }],
    ['80,001 operations', { iops: 80_001, size: 200 }, { use: 'io2', iops: 80_001 }],
    ['more operations than gp3 gives to so small a disk', { iops: 16_000, size: 20 }, { use: 'io2', iops: 16_000 }],
    ['256,000 operations', { iops: 256_000, size: 300 }, { use: 'io2', iops: 256_000, volumes: 1 }],
    ['260,000 operations', { iops: 260_000, size: 300 }, { use: 'io2 striped', iops: 130_000, volumes: 2 }],
    ['more than EBS gives', { iops: 260_001, size: 300 }, { use: 'instance store' }],
    ['scratch', { scratch: true, iops: 500 }, { use: 'instance store' }],
    [
      'operations of 16 KiB: 16,000 of them are 250 MiB/s',
      { iops: 16_000, blockSize: 16, size: 100 },
      { use: 'gp3', throughput: 250 },
    ],
    [
      '500 MiB/s in blocks of 256 KiB are 2,000 operations',
      { throughput: 500, blockSize: 256 },
      { use: 'gp3', iops: 3000, throughput: 500 },
    ],
    ['2,000 MiB/s', { throughput: 2000, size: 100 }, { use: 'gp3', iops: 8000, throughput: 2000 }],
    ['4,000 MiB/s', { throughput: 4000, size: 100 }, { use: 'io2', iops: 16_000 }],
    ['6,000 MiB/s', { throughput: 6000, size: 100 }, { use: 'io2 striped', volumes: 2, iops: 12_000 }],
    ['100 TiB', { size: 102_400 }, { use: 'io2 striped', volumes: 2 }],
  ])('for %s [compute-ebs-selector]', (_, needs, expected) => {
    expect(chooseVolume(needs)).toMatchObject({ ...expected, because: expect.stringMatching(/\w+ \w+/) });
  });

  test.each<[VolumeNeeds, string]>([
    [
      { iops: 300_000, boot: true },
      '300000 IOPS are more than any EBS volume gives, and no instance boots from anything else',
    ],
    [
      { throughput: 5000, size: 100, boot: true },
      'and an instance boots from one; boot from a small gp3 and stripe the data',
    ],
    [{ iops: 258_000, size: 20 }, '258000 IOPS are more than 1000 for each of 20 GiB; give at least 258 GiB'],
    [{ size: 0 }, 'size is 0; give more than 0'],
    [{ size: 20.5 }, 'size is 20.5; volumes have whole GiB, so give a whole number'],
    [{ size: Infinity }, 'size is Infinity; volumes have whole GiB, so give a whole number'],
  ])('there is none for %j, and why [compute-ebs-selector]', (needs, message) => {
    expect(() => chooseVolume(needs)).toThrow(message);
  });
});
