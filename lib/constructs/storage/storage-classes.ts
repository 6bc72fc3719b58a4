/** The classes an object can be in, from the dearest place to keep it to the cheapest; lifecycle rules move only down this list. */
export const storageClasses = [
  'STANDARD',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const;
export type StorageClassName = (typeof storageClasses)[number];

/** How a restore is asked for: the quicker, the dearer. */
export type RestoreTier = 'Expedited' | 'Standard' | 'Bulk';

/** What S3 promises of a class, and what it bills at least. */
export interface StorageClassFacts {
  readonly title: string;
  /** How many nines the durability has. */
  readonly durabilityNines: 11;
  /** In how many zones at least the data lies. */
  readonly zones: 1 | 3;
  /** Percent of the time for which objects can be had; of archives, once they are restored. */
  readonly availability: number;
  /** Days that are billed at least, also for what goes sooner. */
  readonly minimumDays: number;
  /** The size in KB that is billed at least. */
  readonly minimumKilobytes: number;
  /** KB that are billed on top of each object: those at the price of the class, and those at the price of Standard. */
  readonly overheadKilobytes: { readonly ofClass: number; readonly ofStandard: number };
  /** Whether each GB that is read costs a fee. */
  readonly retrievalFee: boolean;
  /** From how many to how many minutes a restore takes by tier; nothing where objects are read in milliseconds. */
  readonly restoreMinutes?: Readonly<Partial<Record<RestoreTier, readonly [number, number]>>>;
}

const none = { ofClass: 0, ofStandard: 0 };
/** The index that archives keep of each object, of which the name stays readable at the price of Standard. */
const archived = { ofClass: 32, ofStandard: 8 };
const hours = (from: number, to: number) => [60 * from, 60 * to] as const;

/**
 * What is known of each class. Prices are not here: those are in a dated table.
 *
 * @claims storage-class-facts, storage-class-archive-availability, storage-class-glacier, storage-class-deep-archive
 */
export const storageClassFacts: Readonly<Record<StorageClassName, StorageClassFacts>> = {
  STANDARD: {
    title: 'Standard',
    durabilityNines: 11,
    zones: 3,
    availability: 99.99,
    minimumDays: 0,
    minimumKilobytes: 0,
    overheadKilobytes: none,
    retrievalFee: false,
  },
  STANDARD_IA: {
    title: 'Standard-IA',
    durabilityNines: 11,
    zones: 3,
    availability: 99.9,
    minimumDays: 30,
    minimumKilobytes: 128,
    overheadKilobytes: none,
    retrievalFee: true,
  },
  INTELLIGENT_TIERING: {
    title: 'Intelligent-Tiering',
    durabilityNines: 11,
    zones: 3,
    availability: 99.9,
    minimumDays: 0,
    minimumKilobytes: 0,
    overheadKilobytes: none,
    retrievalFee: false,
  },
  ONEZONE_IA: {
    title: 'One Zone-IA',
    durabilityNines: 11,
    zones: 1,
    availability: 99.5,
    minimumDays: 30,
    minimumKilobytes: 128,
    overheadKilobytes: none,
    retrievalFee: true,
  },
  GLACIER_IR: {
    title: 'Glacier Instant Retrieval',
    durabilityNines: 11,
    zones: 3,
    availability: 99.9,
    minimumDays: 90,
    minimumKilobytes: 128,
    overheadKilobytes: none,
    retrievalFee: true,
  },
  GLACIER: {
    title: 'Glacier Flexible Retrieval',
    durabilityNines: 11,
    zones: 3,
    availability: 99.99,
    minimumDays: 90,
    minimumKilobytes: 0,
    overheadKilobytes: archived,
    retrievalFee: true,
    restoreMinutes: { Expedited: [1, 5], Standard: hours(3, 5), Bulk: hours(5, 12) },
  },
  DEEP_ARCHIVE: {
    title: 'Glacier Deep Archive',
    durabilityNines: 11,
    zones: 3,
    availability: 99.99,
    minimumDays: 180,
    minimumKilobytes: 0,
    overheadKilobytes: archived,
    retrievalFee: true,
    restoreMinutes: { Standard: hours(0, 12), Bulk: hours(0, 48) },
  },
};

/** Whether text names a class. */
export const isStorageClass = (text: string): text is StorageClassName =>
  (storageClasses as readonly string[]).includes(text);

/** The classes that hold an object for fewer accesses and cost a fee for each; S3 moves nothing there before day 30. */
export const isInfrequentAccess = (name: StorageClassName): boolean => name === 'STANDARD_IA' || name === 'ONEZONE_IA';

/**
 * Whether a lifecycle rule can move an object from one class to another: only downwards, and from One Zone-IA only to the archives
 * that must be restored.
 *
 * @claims storage-lifecycle-downward
 */
export function mayMoveTo(from: StorageClassName, to: StorageClassName): boolean {
  if (from === 'ONEZONE_IA' && to === 'GLACIER_IR') return false;
  return storageClasses.indexOf(to) > storageClasses.indexOf(from);
}

/** The classes a lifecycle rule can move an object to. */
export const classesBelow = (from: StorageClassName): StorageClassName[] =>
  storageClasses.filter((to) => mayMoveTo(from, to));

/**
 * Why a restore cannot be asked for like that; nothing if it can.
 *
 * @claims storage-class-glacier, storage-class-deep-archive
 */
export function restoreFault(from: StorageClassName, tier: RestoreTier): string | undefined {
  const { restoreMinutes, title } = storageClassFacts[from];
  if (restoreMinutes === undefined) return `is in ${title}, which is read at once; there is nothing to restore`;
  if (restoreMinutes[tier] !== undefined) return undefined;
  return `is in ${title}, which has no ${tier} restore; use ${Object.keys(restoreMinutes).join(' or ')}`;
}
