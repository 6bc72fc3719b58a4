import type { Size } from 'aws-cdk-lib';
import { SizeRoundingBehavior } from 'aws-cdk-lib';
import { BlockDeviceVolume, EbsDeviceVolumeType, type BlockDevice } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';

export interface EbsDiskProps {
  /** Whole GiB. */
  readonly size: Size;
  /**
   * Whether the volume stays when its instance is terminated.
   * @default false
   */
  readonly keep?: boolean;
  /**
   * A key of your own.
   * @default - the account's `aws/ebs` key, which AWS manages
   */
  readonly encryptionKey?: IKey;
}

export interface Gp3DiskProps extends EbsDiskProps {
  /**
   * 3,000 to 80,000, and at most 500 per GiB above the 3,000 that are included.
   * @default 3000
   */
  readonly iops?: number;
  /**
   * 125 to 2,000 MiB/s, and at most a quarter of the IOPS.
   * @default 125
   */
  readonly throughput?: number;
}

export interface ProvisionedIopsDiskProps extends EbsDiskProps {
  /** From 100; at most 256,000 and 1,000 per GiB on io2, 64,000 and 50 per GiB on io1. */
  readonly iops: number;
}

type Use = 'root' | 'data';
/** What a volume gives all the time. */
export interface DiskSpeed {
  readonly iops: number;
  /** MiB a second. */
  readonly throughput: number;
  /** Which of it is paid beside the size. */
  readonly paid: { readonly iops: boolean; readonly throughput: boolean };
}
/** What is provisioned of a volume. */
export interface DiskPerformance {
  readonly iops?: number;
  readonly throughput?: number;
}

const tebibyte = 1024;
const none = { iops: false, throughput: false };
const paidIops = { iops: true, throughput: false };
/** GiB, IOPS and IOPS per GiB of each type. */
const limits: Readonly<Record<string, { gib: [number, number]; iops?: [number, number]; perGib?: number }>> = {
  gp3: { gib: [1, 64 * tebibyte], iops: [3_000, 80_000], perGib: 500 },
  gp2: { gib: [1, 16 * tebibyte] },
  io2: { gib: [4, 64 * tebibyte], iops: [100, 256_000], perGib: 1_000 },
  io1: { gib: [4, 16 * tebibyte], iops: [100, 64_000], perGib: 50 },
  st1: { gib: [125, 16 * tebibyte] },
  sc1: { gib: [125, 16 * tebibyte] },
};

/**
 * One volume an instance starts with: always encrypted, always said whether it outlives the instance. Sizes and speeds
 * outside what the service gives are refused; the CDK passes them on.
 *
 * @claims compute-ebs-general-purpose, compute-ebs-provisioned-iops, compute-ebs-hdd, compute-ebs-delete-on-termination, compute-ebs-encryption
 */
export class EbsDisk {
  /** General purpose SSD; 3,000 IOPS and 125 MiB/s are included at any size. */
  static gp3(props: Gp3DiskProps): EbsDisk {
    return new EbsDisk(EbsDeviceVolumeType.GP3, props, { iops: props.iops, throughput: props.throughput });
  }
  /** The general purpose SSD before gp3, slower the smaller it is (`gp2Credits`). */
  static gp2(props: EbsDiskProps): EbsDisk {
    return new EbsDisk(EbsDeviceVolumeType.GP2, props);
  }
  /** Provisioned IOPS SSD with sub-millisecond latency, for what gp3 cannot reach. */
  static io2(props: ProvisionedIopsDiskProps): EbsDisk {
    return new EbsDisk(EbsDeviceVolumeType.IO2, props, { iops: props.iops });
  }
  /** The provisioned IOPS SSD before io2. */
  static io1(props: ProvisionedIopsDiskProps): EbsDisk {
    return new EbsDisk(EbsDeviceVolumeType.IO1, props, { iops: props.iops });
  }
  /** Throughput-optimised hard disk for large sequential reads; never a root volume. */
  static st1(props: EbsDiskProps): EbsDisk {
    return new EbsDisk(EbsDeviceVolumeType.ST1, props);
  }
  /** Cold hard disk, the cheapest; never a root volume. */
  static sc1(props: EbsDiskProps): EbsDisk {
    return new EbsDisk(EbsDeviceVolumeType.SC1, props);
  }

  private constructor(
    readonly type: EbsDeviceVolumeType,
    readonly props: EbsDiskProps,
    readonly performance: DiskPerformance = {},
  ) {}

  /** The mapping of this volume in a launch template. */
  mappedTo(deviceName: string): BlockDevice {
    const { size, keep = false, encryptionKey } = this.props;
    return {
      deviceName,
      volume: BlockDeviceVolume.ebs(size.toGibibytes(), {
        volumeType: this.type,
        encrypted: true,
        deleteOnTermination: !keep,
        ...(encryptionKey && { kmsKey: encryptionKey }),
        ...(this.performance.iops !== undefined && { iops: this.performance.iops }),
        ...(this.performance.throughput !== undefined && { throughput: this.performance.throughput }),
      }),
    };
  }

  /**
   * What it gives, whatever its instance takes. One io1 volume reaches 500 MiB/s by 2,000 IOPS, stays there up to 32,000 and has 1,000 MiB/s at
   * 64,000; one of io2 4,000 MiB/s. A gp2 volume is said without its credits, as they end.
   *
   * @claims compute-ebs-instance-cap
   */
  get speed(): DiskSpeed {
    const gib = this.props.size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
    const { iops = 3_000, throughput = 125 } = this.performance;
    const each = (mibPerTib: number, most: number) => Math.min(most, Math.floor((mibPerTib * gib) / tebibyte));
    switch (this.type) {
      case EbsDeviceVolumeType.IO2:
        return { iops, throughput: Math.min(4_000, Math.floor(iops / 4)), paid: paidIops };
      case EbsDeviceVolumeType.IO1:
        return { iops, throughput: io1Throughput(iops), paid: paidIops };
      case EbsDeviceVolumeType.GP2: {
        const { baselineIops, baselineThroughput } = gp2Credits(this.props.size);
        return { iops: baselineIops, throughput: baselineThroughput, paid: none };
      }
      case EbsDeviceVolumeType.ST1:
        return { iops: 500, throughput: each(40, 500), paid: none };
      case EbsDeviceVolumeType.SC1:
        return { iops: 250, throughput: each(12, 250), paid: none };
      case EbsDeviceVolumeType.GP3:
      case EbsDeviceVolumeType.STANDARD:
        return { iops, throughput, paid: { iops: iops > 3_000, throughput: throughput > 125 } };
    }
  }

  /** What the service would not give, one sentence each. */
  faults(name: string, use: Use): string[] {
    const { gib: bounds, iops: iopsBounds, perGib = Infinity } = limits[this.type];
    const gib = this.props.size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
    const { iops, throughput } = this.performance;
    const outside = (value: number, [low, high]: [number, number]) =>
      !Number.isInteger(value) || value < low || value > high;
    const faults: string[] = [];
    if (use === 'root' && (this.type === EbsDeviceVolumeType.ST1 || this.type === EbsDeviceVolumeType.SC1)) {
      faults.push(`${name} is ${this.type}, a hard disk that no instance boots from; take EbsDisk.gp3`);
    }
    if (outside(gib, bounds)) {
      faults.push(`${name} is ${gib} GiB of ${this.type}; give a whole number from ${bounds[0]} to ${bounds[1]} GiB`);
    }
    if (iops !== undefined && iopsBounds) {
      if (outside(iops, iopsBounds)) {
        faults.push(
          `${name} has ${iops} IOPS of ${this.type}; give a whole number from ${iopsBounds[0]} to ${iopsBounds[1]}`,
        );
      } else if (iops > Math.max(perGib * gib, this.type === EbsDeviceVolumeType.GP3 ? 3_000 : 0)) {
        faults.push(
          `${name} has ${iops} IOPS on ${gib} GiB of ${this.type}, which gives ${perGib} per GiB; ask for fewer, or for ${Math.ceil(iops / perGib)} GiB`,
        );
      }
    }
    if (throughput !== undefined) {
      const most = Math.floor(Math.min(2_000, (iops ?? 3_000) / 4));
      if (outside(throughput, [125, most])) {
        faults.push(
          `${name} has ${throughput} MiB/s; give a whole number from 125 to ${most}, a quarter of its ${iops ?? 3_000} IOPS`,
        );
      }
    }
    return faults;
  }
}

/** In operations of 256 KiB up to 500 MiB/s; beyond 32,000 IOPS each brings 16 KiB. */
const io1Throughput = (iops: number): number => Math.floor(Math.min(iops / 4, Math.max(500, iops / 64)));

/** What a gp2 volume of a size gives: its baseline, and how far and how long it bursts from a full credit bucket. */
export interface Gp2Credits {
  readonly baselineIops: number;
  /** MiB a second when the bucket is empty: the baseline in operations of 256 KiB. */
  readonly baselineThroughput: number;
  /** MiB a second while there are credits; at 334 GiB or more it is the baseline. */
  readonly burstThroughput: number;
  /** 0 where the baseline is 3,000 IOPS or more, so that there is nothing to burst to. */
  readonly minutesOfBurst: number;
}

/**
 * 3 IOPS per GiB, at least 100 and at most 16,000; below 3,000 a bucket of 5.4 million credits pays for bursts. Up to 170 GiB a volume moves 128 MiB
 * a second, larger ones 250, the smaller of which have as much only while they burst.
 *
 * @claims compute-ebs-general-purpose
 */
export function gp2Credits(size: Size): Gp2Credits {
  const gib = size.toGibibytes();
  const baselineIops = Math.min(16_000, Math.max(100, 3 * gib));
  const burst = 3_000;
  const burstThroughput = gib > 170 ? 250 : 128;
  return {
    baselineIops,
    baselineThroughput: Math.min(burstThroughput, Math.floor(baselineIops / 4)),
    burstThroughput,
    minutesOfBurst: baselineIops >= burst ? 0 : 5_400_000 / (burst - baselineIops) / 60,
  };
}
