import { outsideRange } from '../faults';

/**
 * How many instances to run so that `needed` of them are left when a zone is lost.
 *
 * A group spreads its instances evenly, so the fullest of `zones` zones holds `ceil(size / zones)`:
 * the smallest size with `size - ceil(size / zones) >= needed`.
 *
 * @param needed whole number of at least 1
 * @param zones whole number of at least 2; in a single zone nothing is left
 * @claims compute-asg-n-plus-one
 * @throws when either is outside its range
 */
export function sizeForZoneLoss(needed: number, zones: number): number {
  if (!Number.isInteger(needed) || needed < 1) throw new Error(`needed is ${needed}; give a whole number from 1`);
  if (!Number.isInteger(zones) || zones < 2) {
    throw new Error(`zones is ${zones}; give a whole number from 2, since the loss of an only zone leaves nothing`);
  }
  return needed + Math.ceil(needed / (zones - 1));
}

/**
 * How many instances a fleet runs, at least and at most.
 *
 * @claims compute-asg-n-plus-one
 */
export class FleetSize {
  /**
   * @param minimum 0 or more
   * @param maximum as many as scaling may make of them, 1 or more
   */
  static between(minimum: number, maximum: number): FleetSize {
    return new FleetSize(maximum, minimum);
  }

  /**
   * Enough that `needed` are left when a zone is lost.
   *
   * @param needed how many carry the load, 1 or more
   * @param maximum as many as scaling may make of them
   */
  static survivingZoneLoss(needed: number, maximum: number): FleetSize {
    return new FleetSize(maximum, undefined, needed);
  }

  private constructor(
    readonly maximum: number,
    private readonly fixed?: number,
    private readonly needed = 1,
  ) {}

  /** The minimum over a number of zones. @throws where a zone's loss cannot be survived */
  minimum(zones: number): number {
    return this.fixed ?? sizeForZoneLoss(this.needed, zones);
  }

  faults(zones: number): (string | false | undefined)[] {
    const bounds = [outsideRange('size maximum', this.maximum, 1, 10_000, 'instances')];
    if (this.fixed === undefined) {
      const wrong = outsideRange('size needed', this.needed, 1, 10_000, 'instances');
      if (wrong !== undefined) return [...bounds, wrong];
      if (zones < 2) {
        return [
          ...bounds,
          `size is to survive the loss of a zone but the subnets are in ${zones}; give subnets in two or more, or FleetSize.between(…)`,
        ];
      }
    }
    const minimum = this.minimum(zones);
    return [
      ...bounds,
      outsideRange('size minimum', minimum, 0, 10_000, 'instances'),
      minimum > this.maximum &&
        `size minimum is ${minimum} and maximum ${this.maximum}; turn them round, or raise the maximum`,
    ];
  }
}
