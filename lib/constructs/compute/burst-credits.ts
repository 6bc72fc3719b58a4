import { CpuCredits } from 'aws-cdk-lib/aws-ec2';

/**
 * What a burstable instance does when its CPU credits are spent.
 *
 * Left unsaid, T2 falls to its baseline and T3, T3a and T4g go on and bill the surplus; so it is always said.
 *
 * @claims compute-burst-credits
 */
export class BurstCredits {
  /** Falls to the baseline of the type. A new T3 or T4g has no credits yet, so it also boots at the baseline. */
  static standard(): BurstCredits {
    return new BurstCredits(CpuCredits.STANDARD);
  }

  /**
   * Goes on at full speed; use above the baseline, averaged over 24 hours, is billed by the vCPU-hour.
   *
   * @param reason why the surplus is worth paying for; it is written into the template's metadata
   */
  static unlimited(reason: string): BurstCredits {
    return new BurstCredits(CpuCredits.UNLIMITED, reason);
  }

  private constructor(
    readonly mode: CpuCredits,
    readonly reason?: string,
  ) {}

  faults(): string[] {
    if (this.mode === CpuCredits.STANDARD || (this.reason ?? '').trim().split(/\s+/).length >= 4) return [];
    return [
      `credits are unlimited for the reason "${this.reason}"; say in a sentence why the surplus is worth paying for`,
    ];
  }
}
