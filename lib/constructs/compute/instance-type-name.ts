/** The parts of the name of an instance type: `r5dn.8xlarge` is family r, generation 5, capabilities d and n, size 8xlarge. */
export interface InstanceTypeName {
  /** Letters that say what the type is for: `t` burstable, `m` general, `c` compute, `r` and `x` memory, `hpc`, `mac`, … */
  readonly family: string;
  readonly generation: number;
  /** One letter each, in the order of the name; `capabilityNames` says what they mean. */
  readonly capabilities: readonly CapabilityLetter[];
  /** What stands after a hyphen: `flex` in `m7i-flex.large`, the memory `12tb` in `u-12tb1.metal`. */
  readonly variant?: string;
  /** `nano` to `metal`. */
  readonly size: string;
}

/** What each letter after the generation stands for. */
export const capabilityNames = {
  a: 'AMD processor',
  g: 'Graviton processor',
  i: 'Intel processor',
  d: 'local NVMe disks',
  n: 'more network',
  e: 'extra memory or storage',
  b: 'EBS-optimised',
  z: 'high frequency',
  q: 'Qualcomm accelerator',
} as const;
export type CapabilityLetter = keyof typeof capabilityNames;

const size = '(nano|micro|small|medium|large|xlarge|[1-9][0-9]*xlarge|metal(?:-[1-9][0-9]*xl)?)';
const usual = new RegExp(
  `^([a-z]+)([1-9][0-9]?)([${Object.keys(capabilityNames).join('')}]*)(?:-([a-z0-9]+))?\\.${size}$`,
);
/** High-memory types name their memory before their generation. */
const highMemory = new RegExp(`^u-([0-9]+tb)([1-9])\\.${size}$`);

/**
 * Reads the name of an instance type.
 *
 * @claims compute-type-grammar
 * @throws when the name does not follow the grammar
 */
export function parseInstanceType(name: string): InstanceTypeName {
  const high = highMemory.exec(name);
  if (high) {
    return { family: 'u', generation: Number(high[2]), capabilities: [], variant: high[1], size: high[3] };
  }
  const match = usual.exec(name);
  if (!match) {
    throw new Error(
      `${name || '(empty)'} is no instance type; write family letters, a generation, capability letters if any, a dot and a size, such as r5dn.8xlarge`,
    );
  }
  const [, family, generation, capabilities, variant, sizeOf] = match;
  return {
    family: family,
    generation: Number(generation),
    capabilities: [...capabilities] as CapabilityLetter[],
    ...(variant !== undefined && { variant }),
    size: sizeOf,
  };
}

/** The name again; `formatInstanceType(parseInstanceType(name))` is `name`. */
export function formatInstanceType({ family, generation, capabilities, variant, size }: InstanceTypeName): string {
  if (family === 'u' && variant !== undefined && capabilities.length === 0) return `u-${variant}${generation}.${size}`;
  return `${family}${generation}${capabilities.join('')}${variant === undefined ? '' : `-${variant}`}.${size}`;
}

/** Whether the type earns and spends CPU credits. */
export const isBurstable = ({ family }: InstanceTypeName): boolean => family === 't';
