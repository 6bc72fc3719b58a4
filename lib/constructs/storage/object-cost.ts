import type { AccessTier, SimulatedDay, SimulatedVersion } from './simulate-objects';
import { storageClassFacts, type StorageClassName } from './storage-classes';

/** US dollars for a GB and a month, by class. */
export type ClassPrices = Readonly<Record<Exclude<StorageClassName, 'INTELLIGENT_TIERING'>, number>>;

/** What a month costs of what lies there on a day, in US dollars, with the sizes that are billed at least and the index of archives. */
export function monthlyCost({ versions }: SimulatedDay, prices: ClassPrices): number {
  return versions.filter(({ marker }) => !marker).reduce((sum, version) => sum + costOf(version, prices), 0);
}

/** What is paid for nothing, because versions left a class early on this day. */
export const earlyCost = ({ early }: SimulatedDay, prices: ClassPrices): number =>
  early.reduce((sum, { version, days }) => sum + (costOf(version, prices) * days) / 30, 0);

const kilobytesPerGigabyte = 1024 ** 2;
/** A tier of Intelligent-Tiering costs what the class costs that is like it. */
const likeTier: Readonly<Record<AccessTier, keyof ClassPrices>> = {
  frequent: 'STANDARD',
  infrequent: 'STANDARD_IA',
  'archive instant': 'GLACIER_IR',
  archive: 'GLACIER',
  'deep archive': 'DEEP_ARCHIVE',
};

function costOf({ kilobytes, storageClass, tier }: SimulatedVersion, prices: ClassPrices): number {
  const { minimumKilobytes, overheadKilobytes } = storageClassFacts[storageClass];
  const price = prices[storageClass === 'INTELLIGENT_TIERING' ? likeTier[tier ?? 'frequent'] : storageClass];
  const ofClass = Math.max(kilobytes, minimumKilobytes) + overheadKilobytes.ofClass;
  return (ofClass * price + overheadKilobytes.ofStandard * prices.STANDARD) / kilobytesPerGigabyte;
}
