import type { Size } from 'aws-cdk-lib';
import { outsideSize } from '../faults';

/**
 * How much a file system reads and writes at once, and what that is paid by.
 *
 * @claims storage-efs-throughput-mode
 */
export class FileThroughput {
  /** As much as is asked for, paid by the gigabyte that is read and written. */
  static elastic(): FileThroughput {
    return new FileThroughput('elastic');
  }

  /** 50 MiB/s for each TiB that is kept, with bursts to 100 MiB/s or more while credits last; nothing is paid for it. */
  static bursting(): FileThroughput {
    return new FileThroughput('bursting');
  }

  /** So much at all times, whatever is kept, paid by the month: 1 GiB/s for 1 TiB. @param perSecond 1 to 3,414 MiB */
  static provisioned(perSecond: Size): FileThroughput {
    return new FileThroughput('provisioned', perSecond);
  }

  private constructor(
    readonly mode: 'elastic' | 'bursting' | 'provisioned',
    readonly perSecond?: Size,
  ) {}

  faults(): (string | undefined)[] {
    return [outsideSize('throughput', this.perSecond, 1, 3_414)];
  }
}
