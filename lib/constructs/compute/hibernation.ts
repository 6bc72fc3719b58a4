import { Token } from 'aws-cdk-lib';
import type { BlockDevice } from 'aws-cdk-lib/aws-ec2';
import { hasLocalDisks, isMetal, memoryOf } from './instance-type-facts';

/** What the system itself needs of the root volume, besides the copy of the memory. */
const systemGib = 4;
const mostMemory = 150;
const rootNames = ['/dev/xvda', '/dev/sda1'];

/** A volume of the template, as far as hibernation goes by it. */
export interface RootMapping {
  readonly deviceName: unknown;
  readonly encrypted: unknown;
  readonly sizeGib: unknown;
}

/** What stands in the way of hibernation, for the volumes a block makes. */
export function hibernationFaults(type: string, devices: readonly BlockDevice[]): string[] {
  return hibernationFaultsOf(
    type,
    devices.map(({ deviceName, volume }) => ({
      deviceName,
      encrypted: volume.ebsDevice?.encrypted,
      sizeGib: volume.ebsDevice?.volumeSize,
    })),
  );
}

/**
 * What stands in the way of hibernation: memory goes to the root volume, which must be known, encrypted and large enough, of a type that can.
 *
 * @claims compute-hibernate
 */
export function hibernationFaultsOf(type: unknown, mappings: readonly RootMapping[]): string[] {
  const root = mappings.find(({ deviceName }) => rootNames.includes(String(deviceName)));
  const faults: string[] = [];
  if (!root) faults.push(`hibernation needs the root volume written out; map ${rootNames[0]}, encrypted`);
  else if (root.encrypted !== true)
    faults.push('hibernation writes memory to the root volume, which is not encrypted; write Encrypted: true');
  if (typeof type !== 'string' || Token.isUnresolved(type)) return faults;

  if (isMetal(type))
    return [...faults, `hibernation is for ${type}, a whole machine, which cannot; take a virtual size`];
  if (hasLocalDisks(type))
    faults.push(`hibernation is for ${type}, whose local disks would be lost by it; take a type without them`);
  const memory = memoryOf(type);
  if (memory === undefined)
    return [...faults, `hibernation is for ${type}, of a family that is not known to do it; take family t, m, c or r`];
  if (memory > mostMemory)
    faults.push(
      `hibernation is for ${type} with ${memory} GiB of memory; the most is ${mostMemory} GiB, so take a smaller size`,
    );
  const needed = Math.ceil(memory) + systemGib;
  if (typeof root?.sizeGib === 'number' && root.sizeGib < needed)
    faults.push(
      `hibernation saves ${memory} GiB of memory to a root volume of ${root.sizeGib} GiB; give ${needed} GiB or more, ${systemGib} of them for the system`,
    );
  return faults;
}
