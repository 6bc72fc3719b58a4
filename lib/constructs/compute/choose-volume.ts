/** What a disk is needed for. Leave out what does not matter. */
export interface VolumeNeeds {
  /** GiB. @default 8 */
  readonly size?: number;
  /** Operations a second. @default - what comes with the cheapest type */
  readonly iops?: number;
  /** MiB a second. @default - `iops` x `blockSize`, where both are known */
  readonly throughput?: number;
  /** KiB of one operation, which makes throughput of operations. */
  readonly blockSize?: number;
  /** The instance starts from it. */
  readonly boot?: boolean;
  /** It is read and written from end to end in large blocks: logs, streams, a warehouse. */
  readonly streaming?: boolean;
  /** It is seldom read and has to be cheap. */
  readonly cold?: boolean;
  /** Everything on it may be gone when the host stops. */
  readonly scratch?: boolean;
}

export type VolumeKind = 'gp3' | 'io2' | 'st1' | 'sc1' | 'io2 striped' | 'instance store';

export interface VolumeChoice {
  readonly use: VolumeKind;
  /** To provision on each volume; none on disks that take none. */
  readonly iops?: number;
  /** MiB a second, to provision on each volume; only gp3 takes it. */
  readonly throughput?: number;
  /** How many volumes. */
  readonly volumes: number;
  readonly because: string;
}

/** What one volume gives at most, and what the largest instances take from all of theirs together (AWS, 2026-11). */
const limits = {
  gp3: { iops: 80_000, throughput: 2000, perGib: 500, size: 65_536 },
  io2: { iops: 256_000, throughput: 4000, perGib: 1000, size: 65_536 },
  st1: { throughput: 500, smallest: 125, size: 16_384 },
  sc1: { throughput: 250, smallest: 125, size: 16_384 },
  instance: { iops: 260_000 },
} as const;

/** What gp3 gives at no further price. */
const included = { iops: 3000, throughput: 125 } as const;

/**
 * Which kind of volume fits, and what to provision on it.
 *
 * @claims compute-ebs-selector
 * @throws when nothing gives what is needed, with the reason
 */
export function chooseVolume(needs: VolumeNeeds): VolumeChoice {
  const { size = 8, boot, streaming, cold, scratch, blockSize } = needs;
  for (const [name, value] of Object.entries(needs) as [string, unknown][])
    if (typeof value === 'number' && !(value > 0)) throw new Error(`${name} is ${value}; give more than 0`);
  if (!Number.isInteger(size)) throw new Error(`size is ${size}; volumes have whole GiB, so give a whole number`);
  const throughput =
    needs.throughput ?? (needs.iops !== undefined && blockSize !== undefined ? (needs.iops * blockSize) / 1024 : 0);
  const iops = needs.iops ?? (blockSize === undefined ? 0 : (throughput * 1024) / blockSize);
  if (scratch)
    return {
      use: 'instance store',
      volumes: 1,
      because: 'disks in the host are the fastest and come with the type, and are empty after every stop',
    };
  if (iops > limits.instance.iops) {
    if (boot)
      throw new Error(
        `${iops} IOPS are more than any EBS volume gives, and no instance boots from anything else; put what needs them on a disk of the host`,
      );
    return {
      use: 'instance store',
      volumes: 1,
      because: `above ${limits.instance.iops} IOPS only disks in the host are fast enough; what must stay is copied elsewhere`,
    };
  }
  if ((streaming || cold) && !boot && needs.iops === undefined) {
    const use = cold && throughput <= limits.sc1.throughput ? 'sc1' : 'st1';
    if (throughput <= limits[use].throughput && size >= limits[use].smallest && size <= limits[use].size)
      return {
        use,
        volumes: 1,
        because:
          use === 'sc1'
            ? 'seldom read and from end to end, it lies cheapest on a cold hard disk'
            : 'a stream is read from end to end, which hard disks do well at the price of hard disks',
      };
  }
  return onSolidState({ size, iops, throughput, boot: boot ?? false });
}

function onSolidState({
  size,
  iops,
  throughput,
  boot,
}: {
  size: number;
  iops: number;
  throughput: number;
  boot: boolean;
}): VolumeChoice {
  const { gp3, io2 } = limits;
  const gp3Iops = Math.max(included.iops, Math.ceil(iops), Math.ceil(4 * throughput));
  const gp3Throughput = Math.max(included.throughput, Math.ceil(throughput));
  if (
    gp3Iops <= Math.min(gp3.iops, Math.max(included.iops, gp3.perGib * size)) &&
    gp3Throughput <= gp3.throughput &&
    size <= gp3.size
  )
    return {
      use: 'gp3',
      iops: gp3Iops,
      throughput: gp3Throughput,
      volumes: 1,
      because: 'solid state whose operations and throughput are set apart from its size, at the lowest price of them',
    };
  const io2Iops = Math.max(100, Math.ceil(iops), Math.ceil(4 * throughput));
  if (io2Iops <= Math.min(io2.iops, io2.perGib * size) && throughput <= io2.throughput && size <= io2.size)
    return {
      use: 'io2',
      iops: io2Iops,
      volumes: 1,
      because: `more than the ${gp3.iops} IOPS or ${gp3.throughput} MiB/s of gp3 on one volume, below a millisecond`,
    };
  if (boot)
    throw new Error(
      `${Math.ceil(iops)} IOPS and ${Math.ceil(throughput)} MiB/s on ${size} GiB are more than one volume gives, and an instance boots from one; boot from a small gp3 and stripe the data`,
    );
  const volumes = Math.max(
    2,
    Math.ceil(iops / io2.iops),
    Math.ceil(throughput / io2.throughput),
    Math.ceil(size / io2.size),
  );
  const each = Math.max(100, Math.ceil(Math.max(iops, 4 * throughput) / volumes));
  if (each > (io2.perGib * size) / volumes)
    throw new Error(
      `${Math.ceil(iops)} IOPS are more than ${io2.perGib} for each of ${size} GiB; give at least ${Math.ceil((each * volumes) / io2.perGib)} GiB`,
    );
  return {
    use: 'io2 striped',
    iops: each,
    volumes,
    because: 'one volume gives less; striped, their operations and throughput add up to what the instance takes',
  };
}
