import { Duration } from 'aws-cdk-lib';
import type { CfnBackupVault } from 'aws-cdk-lib/aws-backup';
import { outsideDuration, outsideRange } from '../faults';

/** For how long recovery points in a locked vault are kept: whole days. */
export interface LockWindow {
  /** No job may ask for less, 1 to 36,500 days. */
  readonly atLeast: Duration;
  /**
   * No job may ask for more, up to 36,500 days.
   * @default - any length
   */
  readonly atMost?: Duration;
}

/**
 * What keeps recovery points of a vault from being deleted before their time. Whoever deletes one by hand is refused, and a job that asks
 * for a time outside the window fails.
 *
 * @claims storage-backup-vault-lock
 */
export class VaultLock {
  /** Whoever may take the lock off can delete afterwards. */
  static governance(window: LockWindow): VaultLock {
    return new VaultLock(window);
  }

  /**
   * After some days nobody can take it off, the root user included: until the last recovery point expires neither the vault can go, nor the
   * stack, nor the bill.
   *
   * @param finalAfter how long it can still be taken off, at least 3 days
   * @param reason which rule asks for it, in a sentence
   */
  static compliance(window: LockWindow, finalAfter: Duration, reason: string): VaultLock {
    return new VaultLock(window, finalAfter, reason);
  }

  private constructor(
    readonly window: LockWindow,
    private readonly finalAfter?: Duration,
    private readonly reason?: string,
  ) {}

  get configuration(): CfnBackupVault.LockConfigurationTypeProperty {
    const { window, finalAfter } = this;
    return {
      minRetentionDays: window.atLeast.toDays(),
      ...(window.atMost && { maxRetentionDays: window.atMost.toDays() }),
      ...(finalAfter && { changeableForDays: finalAfter.toDays() }),
    };
  }

  /** Sentences about values nobody should use. */
  faults(): (string | undefined | false)[] {
    const { atLeast, atMost } = this.window;
    const [shortest, longest] = [Duration.days(1), Duration.days(36_500)];
    return [
      outsideDuration('lock keeps recovery points for at least', atLeast, shortest, longest),
      outsideDuration('lock keeps recovery points for at most', atMost, atLeast, longest),
      outsideRange('lock is final after', this.finalAfter?.toDays({ integral: false }), 3, 36_500, 'days'),
      this.reason !== undefined &&
        this.reason.trim().split(/\s+/).length < 4 &&
        `lock becomes final because of "${this.reason}", after which neither vault nor stack can be deleted; say in a sentence which rule asks for it, or use VaultLock.governance(...)`,
    ];
  }

  /** A fault unless a job that keeps recovery points so long may put them here. */
  faultOfRetention(what: string, kept: Duration): string | undefined {
    const { atLeast, atMost } = this.window;
    const days = kept.toDays();
    if (days >= atLeast.toDays() && (!atMost || days <= atMost.toDays())) return undefined;
    const allowed = atMost ? `${atLeast.toDays()} to ${atMost.toDays()}` : `${atLeast.toDays()} or more`;
    return `${what} are kept for ${days} days, and the lock of their vault takes ${allowed}, so that every job would fail; keep them within it, or change the lock`;
  }
}
