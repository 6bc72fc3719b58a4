import { Token } from 'aws-cdk-lib';
import { formatInstanceType, parseInstanceType, type InstanceTypeName } from './instance-type-name';

/** The first generation of each family that is built on Nitro, where networking is enhanced (ENA) and EBS has bandwidth of its own. */
const firstNitro: Readonly<Record<string, number | undefined>> = {
  a: 1,
  c: 5,
  d: 3,
  dl: 1,
  f: 2,
  g: 4,
  hpc: 6,
  i: 4,
  im: 4,
  inf: 1,
  is: 4,
  m: 5,
  mac: 1,
  p: 4,
  r: 5,
  t: 3,
  trn: 1,
  u: 1,
  vt: 1,
  x: 2,
  z: 1,
};
/** Types of an older generation that were the first of Nitro in their family. */
const earlyNitro = /^(i3en|p3dn)\.|^i3\.metal$/;

/** Families whose every type has local disks, with or without the letter d. */
const storageFamilies = ['i', 'd', 'h', 'im', 'is'];

/** Memory for each virtual processor, in GiB, where a family has one ratio. */
const memoryPerProcessor: Readonly<Record<string, number | undefined>> = { c: 2, m: 4, r: 8 };
const burstableMemory: Readonly<Record<string, number | undefined>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
};

/**
 * Whether networking is enhanced (SR-IOV): it is free, on by itself and has no switch in CloudFormation, so the type decides. What is
 * not known before deployment is taken for true.
 */
export function hasEnhancedNetworking(type: string): boolean {
  if (Token.isUnresolved(type)) return true;
  const { family, generation } = parseInstanceType(type);
  return generation >= (firstNitro[family] ?? Infinity) || earlyNitro.test(type);
}

/** @claims compute-network-performance */
export const enhancedNetworkingFault = (type: string): string | false =>
  !hasEnhancedNetworking(type) &&
  `instanceType is ${type}, which has no enhanced networking by ENA; take a type of Nitro, such as ${newer(parseInstanceType(type))}`;

function newer({ family, size }: InstanceTypeName): string {
  const generation = firstNitro[family];
  return generation === undefined
    ? formatInstanceType({ family: 'm', generation: 7, capabilities: ['i'], size })
    : formatInstanceType({ family, generation, capabilities: [], size });
}

/** Whether the machine has disks of its own, which lose what they hold when it stops. */
export function hasLocalDisks(type: string): boolean {
  if (Token.isUnresolved(type)) return false;
  const { family, capabilities } = parseInstanceType(type);
  return capabilities.includes('d') || storageFamilies.includes(family);
}

/** Whether it is a whole machine, without a hypervisor. */
export const isMetal = (type: string): boolean => parseInstanceType(type).size.startsWith('metal');

/** GiB of memory; undefined for families that have no one ratio. */
export function memoryOf(type: string): number | undefined {
  const { family, size } = parseInstanceType(type);
  if (family === 't') return burstableMemory[size];
  const processors = processorsOf(size);
  const each = memoryPerProcessor[family];
  return processors === undefined || each === undefined ? undefined : processors * each;
}

function processorsOf(size: string): number | undefined {
  if (size === 'medium') return 1;
  if (size === 'large') return 2;
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  return times === undefined ? undefined : 4 * Number(times || 1);
}
