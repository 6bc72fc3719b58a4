import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { outsideRange } from '../faults';
import type { LockMode } from './object-lock';

/** For how long: whole days or whole years, never both. */
export type RetentionPeriod = { readonly days: number } | { readonly years: number };

/**
 * For how long a version in a `WormBucket` can be deleted by nobody, unless it says itself for how long.
 *
 * @claims storage-object-lock-default, storage-object-lock-compliance, storage-object-lock-governance
 */
export class ObjectRetention {
  /** Versions are locked only if their upload says so. */
  static perObject(): ObjectRetention {
    return new ObjectRetention();
  }

  /**
   * Officers may override.
   *
   * @param period 1 to 36,500 days, or 1 to 100 years
   */
  static governance(period: RetentionPeriod): ObjectRetention {
    return new ObjectRetention('GOVERNANCE', period);
  }

  /**
   * Nobody may override, the root user included: until the time is over neither the objects can go, nor the bucket, nor the bill for
   * them.
   *
   * @param period 1 to 36,500 days, or 1 to 100 years
   * @param reason which rule asks for it, in a sentence
   */
  static compliance(period: RetentionPeriod, reason: string): ObjectRetention {
    return new ObjectRetention('COMPLIANCE', period, reason);
  }

  private constructor(
    readonly mode?: LockMode,
    private readonly period?: RetentionPeriod,
    private readonly reason?: string,
  ) {}

  get configuration(): CfnBucket.ObjectLockConfigurationProperty {
    const { mode, period } = this;
    return {
      objectLockEnabled: 'Enabled',
      ...(mode && period && { rule: { defaultRetention: { mode, ...period } } }),
    };
  }

  /** Sentences about values nobody should use. */
  faults(): (string | undefined | false)[] {
    const { days, years }: { readonly days?: number; readonly years?: number } = this.period ?? {};
    return [
      this.period !== undefined &&
        (days === undefined) === (years === undefined) &&
        `retention is ${days === undefined ? 'neither days nor years' : `${days} days and ${years} years`}; give one of the two`,
      outsideRange('retention', days, 1, 36_500, 'days'),
      outsideRange('retention', years, 1, 100, 'years'),
      this.reason !== undefined &&
        this.reason.trim().split(/\s+/).length < 4 &&
        `retention cannot be overridden by anybody because of "${this.reason}"; say in a sentence which rule asks for it, or use ObjectRetention.governance(...)`,
    ];
  }
}
