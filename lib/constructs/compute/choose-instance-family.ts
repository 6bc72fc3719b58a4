/** What a server has to do. Leave out what it need not. */
export interface Workload {
  /** It computes in parallel across machines that talk to each other all the time: simulations, weather, crash tests. */
  readonly tightlyCoupled?: boolean;
  /** It needs a graphics processor or an accelerator, and for what. */
  readonly accelerator?: 'training' | 'inference' | 'graphics' | 'hardware design';
  /** It reads or writes local disks much: for many small accesses, or for few large ones. */
  readonly localDisks?: 'random' | 'sequential';
  /** Memory for each virtual processor that it works on, in GiB. */
  readonly memoryPerProcessor?: number;
  /** It is idle most of the time, and busy in short spells. */
  readonly bursty?: boolean;
  /** Its processors are busy all the time, while memory hardly matters. */
  readonly computeBound?: boolean;
}

/** A choice of a family, in its newest generation. */
export interface FamilyChoice {
  readonly purpose: 'general' | 'compute' | 'memory' | 'accelerated' | 'storage' | 'high performance';
  /** Letters as the names of types begin. */
  readonly families: readonly string[];
  readonly because: string;
}

const accelerators: Readonly<Record<NonNullable<Workload['accelerator']>, FamilyChoice>> = {
  training: {
    purpose: 'accelerated',
    families: ['p', 'trn'],
    because: 'models are trained on many accelerators with a fast network between them',
  },
  inference: {
    purpose: 'accelerated',
    families: ['inf', 'g'],
    because: 'answers of a model need one small accelerator at a low price',
  },
  graphics: {
    purpose: 'accelerated',
    families: ['g'],
    because: 'pictures and video are made on graphics processors',
  },
  'hardware design': {
    purpose: 'accelerated',
    families: ['f'],
    because: 'a circuit of your own runs on a field-programmable chip',
  },
};

const storage: Readonly<Record<NonNullable<Workload['localDisks']>, FamilyChoice>> = {
  random: {
    purpose: 'storage',
    families: ['i', 'im', 'is'],
    because: 'many small accesses to large data want local flash disks',
  },
  sequential: {
    purpose: 'storage',
    families: ['d', 'h'],
    because: 'data that is read from end to end lies cheapest on large local hard disks',
  },
};

/** From the most particular need to the most common; the first that holds decides. */
const rules: readonly ((workload: Workload) => FamilyChoice | false | undefined)[] = [
  ({ tightlyCoupled }) =>
    tightlyCoupled && {
      purpose: 'high performance',
      families: ['hpc'],
      because: 'machines that wait for each other need the fastest network between them, and no neighbours',
    },
  ({ accelerator }) => accelerator && accelerators[accelerator],
  ({ localDisks }) => localDisks && storage[localDisks],
  ({ memoryPerProcessor = 0 }) =>
    memoryPerProcessor > 8 && {
      purpose: 'memory',
      families: ['x', 'u'],
      because: 'a database that is in memory as a whole needs 16 GiB or more for each processor',
    },
  ({ memoryPerProcessor = 0 }) =>
    memoryPerProcessor > 4 && {
      purpose: 'memory',
      families: ['r'],
      because: 'caches and databases work on more data than a general type has memory for: 8 GiB for each processor',
    },
  ({ computeBound }) =>
    computeBound && {
      purpose: 'compute',
      families: ['c'],
      because: 'processors that are always busy are cheapest where little memory comes with them: 2 GiB each',
    },
  ({ bursty }) =>
    bursty && {
      purpose: 'general',
      families: ['t'],
      because: 'who is idle most of the time saves credits for the spells in which he is not',
    },
];

/**
 * Which family of instance types a workload wants. Take its newest generation, which does more for the same price, and several small
 * ones rather than few large: they fail one by one, and scale in smaller steps.
 *
 * @claims compute-type-families
 */
export function chooseInstanceFamily(workload: Workload): FamilyChoice {
  for (const rule of rules) {
    const choice = rule(workload);
    if (choice) return choice;
  }
  return {
    purpose: 'general',
    families: ['m'],
    because: 'nothing stands out, so processor and memory in balance will do',
  };
}
