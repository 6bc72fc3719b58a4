/**
 * How many clients a file system is made for. It is fixed when the file system is made: another one means another file system.
 *
 * @claims storage-efs-performance-mode
 */
export class FilePerformance {
  /** The quickest answers, and enough for practically everything. */
  static generalPurpose(): FilePerformance {
    return new FilePerformance('generalPurpose');
  }

  /**
   * More operations at once in sum, each of them slower; the generation before elastic throughput, which it does without.
   *
   * @param reason why thousands of clients need it, a full sentence; it is kept with the resource
   */
  static maxIO(reason: string): FilePerformance {
    return new FilePerformance('maxIO', reason);
  }

  private constructor(
    readonly mode: 'generalPurpose' | 'maxIO',
    readonly reason?: string,
  ) {}

  faults(): (string | false)[] {
    return [
      this.reason?.trim() === '' &&
        'performance is maxIO without a reason; say why, or take FilePerformance.generalPurpose()',
    ];
  }
}
