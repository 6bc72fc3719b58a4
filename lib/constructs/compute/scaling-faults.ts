import { Token } from 'aws-cdk-lib';
import { outsideRange } from '../faults';
import type { ScalingFaults } from './scaled-group';
import type { ScaleInStep, ScaleOutStep } from './scaling-step';

export function percent(name: string, value: number): string | false {
  if (Token.isUnresolved(value) || (value >= 1 && value <= 100)) return false;
  return `${name} is ${value} %; give 1 to 100 %`;
}

export const nothingToMeasure = (name: string, minCapacity: number, measured = 'CPU'): string | false =>
  minCapacity === 0 &&
  `${name} reads the ${measured} use of running instances but minCapacity is 0; with none left it has nothing to grow from, so give 1 or more`;

export const outFaults = (name: string, { above, add }: ScaleOutStep): ScalingFaults => [
  percent(`${name}.above`, above),
  outsideRange(`${name}.add`, add, 1, 1_000, 'instances'),
];

export const inFaults = (name: string, { below, remove }: ScaleInStep): ScalingFaults => [
  !(below >= 0 && below <= 99) && `${name}.below is ${below} %; give 0 to 99 %`,
  outsideRange(`${name}.remove`, remove, 1, 1_000, 'instances'),
];

export const apart = (name: string, out: ScaleOutStep, down: ScaleInStep, gap: number): string | false =>
  out.above - down.below < gap &&
  `${name} adds above ${out.above} % and removes below ${down.below} %; keep them ${gap === 1 ? 'apart' : `${gap} points apart`}, or the group goes up and down without end`;
