import { lockRefusal, type LockMode, type ObjectLock, type Override } from './object-lock';
import { storageClassFacts, type StorageClassName } from './storage-classes';

/** As much of the properties of an `AWS::S3::Bucket` as says how its objects age. */
export interface AgeingBucket {
  readonly VersioningConfiguration?: { readonly Status?: string };
  readonly LifecycleConfiguration?: {
    readonly Rules?: readonly LifecycleRule[];
    readonly TransitionDefaultMinimumObjectSize?: string;
  };
  readonly IntelligentTieringConfigurations?: readonly {
    readonly Tierings?: readonly { readonly AccessTier: string; readonly Days: number }[];
  }[];
  readonly ObjectLockConfiguration?: {
    readonly Rule?: {
      readonly DefaultRetention?: { readonly Mode?: string; readonly Days?: number; readonly Years?: number };
    };
  };
}
interface LifecycleRule {
  readonly Status: string;
  readonly Prefix?: string;
  readonly Transitions?: readonly { readonly StorageClass: string; readonly TransitionInDays?: number }[];
  readonly ExpirationInDays?: number;
  readonly ExpiredObjectDeleteMarker?: boolean;
  readonly NoncurrentVersionTransitions?: readonly {
    readonly StorageClass: string;
    readonly TransitionInDays: number;
  }[];
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number; readonly NewerNoncurrentVersions?: number };
}
/** What of a rule is looked at here; a rule that says more is refused, because it would be simulated wrongly. */
const known = [
  ...['Id', 'Status', 'Prefix', 'Transitions', 'ExpirationInDays', 'ExpiredObjectDeleteMarker'],
  ...['NoncurrentVersionTransitions', 'NoncurrentVersionExpiration', 'AbortIncompleteMultipartUpload'],
];

/** What somebody does to an object on a day. */
export type ObjectDeed = { readonly day: number; readonly key: string } & (
  | { readonly does: 'put'; readonly kilobytes: number; readonly to?: StorageClassName; readonly lock?: ObjectLock }
  | { readonly does: 'delete' }
  | { readonly does: 'read' }
  | { readonly does: 'delete version'; readonly number: number; readonly by?: Override }
  | { readonly does: 'hold' | 'release'; readonly number: number }
);

/** One version of an object, or a delete marker. */
export interface SimulatedVersion {
  readonly key: string;
  /** 1 for the oldest of its key. */
  readonly number: number;
  readonly marker: boolean;
  readonly kilobytes: number;
  readonly bornOn: number;
  readonly storageClass: StorageClassName;
  /** When it came into its class. */
  readonly movedOn: number;
  /** The tier within Intelligent-Tiering. */
  readonly tier?: AccessTier;
  readonly readOn: number;
  /** Since when something lies on top of it; it is the current one where there is nothing. */
  readonly replacedOn?: number;
  readonly lock: ObjectLock;
}
export type AccessTier = 'frequent' | 'infrequent' | 'archive instant' | 'archive' | 'deep archive';

/** What became of a bucket's objects by the end of a day. */
export interface SimulatedDay {
  readonly day: number;
  readonly versions: readonly SimulatedVersion[];
  /** What was refused, and why. */
  readonly refused: readonly { readonly deed: ObjectDeed; readonly why: string }[];
  /** Versions that left a class before the time that is billed at least, and how many days of it were left. */
  readonly early: readonly { readonly version: SimulatedVersion; readonly days: number }[];
}

/**
 * What lies where in a bucket after so many days, with no account and no clock: properties and deeds in, versions out.
 *
 * Rules act at midnight, and a rule of n days on what is n days old; S3 may take a day or two longer. Permissions are not looked at:
 * whoever does something is taken for allowed to. Archived objects that are read are not restored here.
 *
 * @throws when a rule says what is not understood here
 */
export function simulateObjects(bucket: AgeingBucket, deeds: readonly ObjectDeed[], lastDay: number): SimulatedDay[] {
  if (bucket.VersioningConfiguration?.Status === 'Suspended')
    throw new Error('versions are suspended, which is not simulated; give a bucket that keeps versions, or none');
  for (const rule of bucket.LifecycleConfiguration?.Rules ?? [])
    for (const field of Object.keys(rule))
      if (!known.includes(field))
        throw new Error(`a lifecycle rule says ${field}, which is not simulated; leave it out`);
  const days: SimulatedDay[] = [];
  const bucketful = new Bucketful(bucket);
  for (let day = 0; day <= lastDay; day++) {
    bucketful.refused = [];
    bucketful.early = [];
    bucketful.grow(day);
    for (const deed of deeds.filter((one) => one.day === day)) bucketful.take(deed);
    const versions = bucketful.versions.map((version) => ({ ...version, ...bucketful.tierOf(version, day) }));
    days.push({ day, versions, refused: bucketful.refused, early: bucketful.early });
  }
  return days;
}

class Bucketful {
  versions: SimulatedVersion[] = [];
  refused: { deed: ObjectDeed; why: string }[] = [];
  early: { version: SimulatedVersion; days: number }[] = [];
  private readonly rules: readonly LifecycleRule[];
  private readonly versioned: boolean;
  private readonly numbers = new Map<string, number>();

  constructor(private readonly bucket: AgeingBucket) {
    this.rules = (bucket.LifecycleConfiguration?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');
    this.versioned = bucket.VersioningConfiguration?.Status === 'Enabled';
  }

  take(deed: ObjectDeed): void {
    const { key, day } = deed;
    const current = this.versions.find((version) => version.key === key && version.replacedOn === undefined);
    if (deed.does === 'put') {
      const { kilobytes, to: storageClass = 'STANDARD', lock = {} } = deed;
      this.cover(current, day);
      this.add(day, { key, kilobytes, storageClass, marker: false, lock: { ...this.defaultLock(day), ...lock } });
    } else if (deed.does === 'delete') {
      this.remove(key, current, day);
    } else if (deed.does === 'read') {
      if (current) this.change(current, { readOn: day });
    } else {
      const version = this.versions.find((one) => one.key === key && one.number === deed.number);
      if (version === undefined) return;
      if (deed.does !== 'delete version') {
        this.change(version, { lock: { ...version.lock, held: deed.does === 'hold' } });
        return;
      }
      const why = lockRefusal(version.lock, day, deed.by);
      if (why !== undefined) this.refused.push({ deed, why });
      else this.drop(version, day);
    }
  }

  /** What the rules do at the midnight a day begins with. */
  grow(day: number): void {
    for (const version of [...this.versions]) {
      const rules = this.rules.filter(({ Prefix = '' }) => version.key.startsWith(Prefix));
      if (version.replacedOn === undefined) this.growCurrent(version, rules, day);
      else this.growReplaced(version, version.replacedOn, rules, day);
    }
    for (const version of this.versions.filter(({ marker }) => marker))
      if (
        this.rules.some((rule) => rule.ExpiredObjectDeleteMarker && version.key.startsWith(rule.Prefix ?? '')) &&
        this.versions.filter(({ key }) => key === version.key).length === 1
      )
        this.drop(version, day);
  }

  private growCurrent(version: SimulatedVersion, rules: readonly LifecycleRule[], day: number): void {
    if (version.marker) return;
    const age = day - version.bornOn;
    if (rules.some(({ ExpirationInDays: end }) => end !== undefined && age >= end)) {
      this.remove(version.key, version, day);
      return;
    }
    const steps = rules.flatMap(({ Transitions = [] }) => Transitions);
    this.move(version, steps, age, day);
  }

  private growReplaced(version: SimulatedVersion, since: number, rules: readonly LifecycleRule[], day: number): void {
    const newer = this.versions.filter(
      ({ key, number, replacedOn }) => key === version.key && number > version.number && replacedOn !== undefined,
    ).length;
    const expires = rules.some(
      ({ NoncurrentVersionExpiration: end }) =>
        end !== undefined && day - since >= end.NoncurrentDays && newer >= (end.NewerNoncurrentVersions ?? 0),
    );
    // What is locked stays until the lock ends, and goes then.
    if (expires && lockRefusal(version.lock, day) === undefined) {
      this.drop(version, day);
      return;
    }
    if (version.marker) return;
    const steps = rules.flatMap(({ NoncurrentVersionTransitions = [] }) => NoncurrentVersionTransitions);
    this.move(version, steps, day - since, day);
  }

  private move(
    version: SimulatedVersion,
    steps: readonly { readonly StorageClass: string; readonly TransitionInDays?: number }[],
    age: number,
    day: number,
  ): void {
    const due = steps.filter(({ TransitionInDays: after = 0 }) => age >= after);
    const last = due.sort((a, b) => (a.TransitionInDays ?? 0) - (b.TransitionInDays ?? 0)).at(-1);
    const to = last?.StorageClass as StorageClassName | undefined;
    if (to === undefined || to === version.storageClass || !this.isLargeEnough(version, to)) return;
    this.leave(version, day);
    this.change(version, { storageClass: to, movedOn: day });
  }

  private isLargeEnough({ kilobytes }: SimulatedVersion, to: StorageClassName): boolean {
    const varies = this.bucket.LifecycleConfiguration?.TransitionDefaultMinimumObjectSize === 'varies_by_storage_class';
    return kilobytes >= 128 || (varies && (to === 'GLACIER' || to === 'DEEP_ARCHIVE'));
  }

  /** A delete without a version id. */
  private remove(key: string, current: SimulatedVersion | undefined, day: number): void {
    if (!this.versioned) {
      if (current) this.drop(current, day);
      return;
    }
    this.cover(current, day);
    this.add(day, { key, kilobytes: 0, storageClass: 'STANDARD', marker: true, lock: {} });
  }

  private cover(current: SimulatedVersion | undefined, day: number): void {
    if (current === undefined) return;
    if (this.versioned) this.change(current, { replacedOn: day });
    else this.drop(current, day);
  }

  private add(
    day: number,
    made: Pick<SimulatedVersion, 'key' | 'kilobytes' | 'storageClass' | 'marker' | 'lock'>,
  ): void {
    const number = 1 + (this.numbers.get(made.key) ?? 0);
    this.numbers.set(made.key, number);
    this.versions.push({ ...made, number, bornOn: day, movedOn: day, readOn: day });
  }

  private drop(version: SimulatedVersion, day: number): void {
    this.leave(version, day);
    this.versions = this.versions.filter((one) => one !== version);
    // What lay below is the current one again.
    const below = this.versions.findLast(({ key }) => key === version.key);
    if (version.replacedOn === undefined && below) this.change(below, { replacedOn: undefined });
  }

  private leave(version: SimulatedVersion, day: number): void {
    const days = storageClassFacts[version.storageClass].minimumDays - (day - version.movedOn);
    if (days > 0 && !version.marker) this.early.push({ version, days });
  }

  private change(version: SimulatedVersion, changes: Partial<SimulatedVersion>): void {
    this.versions = this.versions.map((one) => (one === version ? { ...one, ...changes } : one));
  }

  private defaultLock(day: number): ObjectLock {
    const { Mode, Days, Years = 0 } = this.bucket.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
    if (Mode === undefined) return {};
    return { retained: { mode: Mode as LockMode, until: day + (Days ?? 365 * Years) } };
  }

  /** Where Intelligent-Tiering has an object by how long nobody read it; it does not watch small ones. */
  tierOf({ storageClass, kilobytes, readOn, movedOn }: SimulatedVersion, day: number): { readonly tier?: AccessTier } {
    if (storageClass !== 'INTELLIGENT_TIERING') return {};
    const unused = day - Math.max(readOn, movedOn);
    const archives = (this.bucket.IntelligentTieringConfigurations ?? []).flatMap(({ Tierings = [] }) => Tierings);
    const isIn = (name: string) => archives.some(({ AccessTier, Days }) => AccessTier === name && unused >= Days);
    if (kilobytes < 128) return { tier: 'frequent' };
    if (isIn('DEEP_ARCHIVE_ACCESS')) return { tier: 'deep archive' };
    if (isIn('ARCHIVE_ACCESS')) return { tier: 'archive' };
    if (unused >= 90) return { tier: 'archive instant' };
    return { tier: unused >= 30 ? 'infrequent' : 'frequent' };
  }
}
