import { Token } from 'aws-cdk-lib';
import type { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { isBurstable, parseInstanceType } from './instance-type-name';

/** The oldest generation of each family that is still worth starting with. */
const floors: Readonly<Record<string, number>> = { m: 6, c: 6, r: 6, x: 2, i: 4, d: 3, g: 5, p: 4, inf: 2 };

/**
 * Which instance types an owner wants to see.
 *
 * @claims compute-type-policy
 */
export class TypePolicy {
  /** Any type whose name follows the grammar. */
  static any(): TypePolicy {
    return new TypePolicy(() => undefined);
  }

  /** Types that bear a steady load: nothing burstable, and no generation below its family's floor (m6, c6, r6, x2, i4, …). */
  static sustained(): TypePolicy {
    return new TypePolicy((name) => {
      const type = parseInstanceType(name);
      if (isBurstable(type)) {
        return `instanceType is ${name}, which slows down or bills extra once its CPU credits are spent; take a type of family m, c or r`;
      }
      const floor = floors[type.family];
      if (floor === undefined || type.generation >= floor) return undefined;
      return `instanceType is ${name}, of generation ${type.generation}; take ${type.family}${floor} or newer, which does more for the same price`;
    });
  }

  private constructor(private readonly objection: (name: string) => string | undefined) {}

  /** What is wrong with a type, one sentence each. */
  faults(type: InstanceType): string[] {
    const name = type.toString();
    if (Token.isUnresolved(name)) return [];
    try {
      parseInstanceType(name);
    } catch (error) {
      return [`instanceType: ${(error as Error).message}`];
    }
    const objection = this.objection(name);
    return objection === undefined ? [] : [objection];
  }
}
