/** How firmly a version is retained: `GOVERNANCE` has officers who may override, `COMPLIANCE` nobody, the root user included. */
export type LockMode = 'GOVERNANCE' | 'COMPLIANCE';

/** What keeps a version from being deleted; the two are independent of each other. */
export interface ObjectLock {
  /** Until when, in any unit that grows with time, as long as `now` is given in the same. */
  readonly retained?: { readonly mode: LockMode; readonly until: number };
  /** A legal hold, which has no end of its own. */
  readonly held?: boolean;
}

/** What a caller brings to an attempt, over and above the permission for the action itself. */
export interface Override {
  /** `s3:BypassGovernanceRetention`. */
  readonly mayBypass?: boolean;
  /** The header `x-amz-bypass-governance-retention: true`. */
  readonly asks?: boolean;
}

/**
 * Why S3 refuses to delete this very version now; nothing if only permissions decide. A delete without a version id is never refused,
 * because it deletes nothing: it puts a marker on top. Nor is an overwrite, which puts a new version on top.
 *
 * @claims storage-object-lock-governance, storage-object-lock-compliance, storage-object-lock-legal-hold
 */
export function lockRefusal({ retained, held }: ObjectLock, now: number, by: Override = {}): string | undefined {
  if (held) return 'there is a legal hold on it, which ends only when it is taken off';
  if (retained === undefined || retained.until <= now) return undefined;
  return retained.mode === 'COMPLIANCE'
    ? 'it is retained in compliance mode, which nobody can override'
    : overridden(by, 'it is retained in governance mode');
}

/**
 * Why S3 refuses to retain it like that from now on; nothing if only permissions decide. Longer is always possible.
 *
 * @claims storage-object-lock-governance, storage-object-lock-compliance
 */
export function retentionRefusal(
  { retained }: ObjectLock,
  next: ObjectLock['retained'],
  now: number,
  by: Override = {},
): string | undefined {
  if (next !== undefined && next.until <= now) return 'the date lies in the past';
  if (retained === undefined || retained.until <= now) return undefined;
  if (retained.mode === next?.mode && next.until >= retained.until) return undefined;
  // From governance to compliance a version becomes firmer, which needs the bypass all the same.
  return retained.mode === 'COMPLIANCE'
    ? 'it is retained in compliance mode, which can only be made longer'
    : overridden(by, 'it is retained in governance mode, which only officers make shorter or change');
}

/** Permission and header are both needed: the one says who may, the other that it is meant. */
function overridden({ mayBypass = false, asks = false }: Override, why: string): string | undefined {
  if (mayBypass && asks) return undefined;
  if (mayBypass) return `${why}, and the request does not ask to bypass that`;
  return `${why}, and the caller may not bypass that`;
}
