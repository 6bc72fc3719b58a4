import { storageClassFacts, type StorageClassName } from './storage-classes';

/** What is known of objects before their class is chosen. */
export interface ObjectHabits {
  /** How often each is read in a month, on average. */
  readonly accessesPerMonth: number;
  /**
   * Whether that is known, and stays so.
   * @default true
   */
  readonly patternKnown?: boolean;
  /**
   * Whether they can be made again, or are second copies, so that the loss of a zone would lose nothing for good.
   * @default false
   */
  readonly recreatable?: boolean;
  /**
   * How many hours a reader can wait.
   * @default 0
   */
  readonly retrievalHours?: number;
  /** How large one is, in KB. */
  readonly kilobytes: number;
  /**
   * For how many days they are kept.
   * @default - for years
   */
  readonly keptDays?: number;
}

export interface ClassChoice {
  readonly use: StorageClassName;
  readonly because: string;
}

interface Rule extends ClassChoice {
  readonly when: (habits: Required<ObjectHabits>) => boolean;
}

/** The first that holds decides. */
const rules: readonly Rule[] = [
  {
    use: 'DEEP_ARCHIVE',
    when: (habits) => waits(habits, 'DEEP_ARCHIVE'),
    because: 'nobody minds half a day until it can be read, and nothing is cheaper to keep',
  },
  {
    use: 'GLACIER',
    when: (habits) => waits(habits, 'GLACIER'),
    because: 'a reader can wait some hours for a restore, and keeping it costs a fraction of Standard',
  },
  {
    use: 'STANDARD',
    when: ({ kilobytes }) => kilobytes < 128,
    because: 'it is so small that the cheaper classes bill more than its size, or do not watch it',
  },
  {
    use: 'INTELLIGENT_TIERING',
    when: ({ patternKnown }) => !patternKnown,
    because:
      'nobody knows how often it is read, so S3 watches each object and moves it, for a small fee and none for reading',
  },
  {
    use: 'STANDARD',
    when: ({ accessesPerMonth, keptDays }) => accessesPerMonth >= 1 || keptDays < 30,
    because: 'it is read so often, or kept so short, that the fees of the cheaper classes would eat what they save',
  },
  {
    use: 'ONEZONE_IA',
    when: ({ recreatable }) => recreatable,
    because: 'it is read rarely and can be made again, so one zone is enough',
  },
  {
    use: 'GLACIER_IR',
    when: ({ accessesPerMonth, keptDays }) => accessesPerMonth <= 1 / 3 && keptDays >= 90,
    because: 'it is read less than once in a quarter, but then at once',
  },
  {
    use: 'STANDARD_IA',
    when: () => true,
    because: 'it is read rarely, but then at once, and must survive the loss of a zone',
  },
];

/**
 * Which storage class fits.
 *
 * Data that must survive the loss of a zone never gets the class that lies in one; the archives lie in three.
 *
 * @claims storage-class-chooser, storage-class-archive-availability
 * @throws when a number is none that can be
 */
export function chooseStorageClass(habits: ObjectHabits): ClassChoice {
  const { patternKnown = true, recreatable = false, retrievalHours = 0, keptDays = Infinity } = habits;
  for (const [name, value] of Object.entries({ ...habits, retrievalHours, keptDays }))
    if (typeof value === 'number' && !(value >= 0)) throw new Error(`${name} is ${value}; give 0 or more`);
  const whole = { ...habits, patternKnown, recreatable, retrievalHours, keptDays };
  const { use, because } = rules.find(({ when }) => when(whole))!;
  return { use, because };
}

/** Whether the usual restore of an archive is in time, and the object stays for as long as is billed at least. */
function waits(
  { retrievalHours, keptDays, accessesPerMonth }: Required<ObjectHabits>,
  archive: StorageClassName,
): boolean {
  const { restoreMinutes, minimumDays } = storageClassFacts[archive];
  return accessesPerMonth < 1 && keptDays >= minimumDays && retrievalHours * 60 >= restoreMinutes!.Standard![1];
}
