import { Billing, Capacity } from 'aws-cdk-lib/aws-dynamodb';
import { outsideRange } from '../faults';

/** The most an on-demand table may take in a second; without an end it takes, and bills, whatever comes. */
export interface OnDemandCeiling {
  /**
   * Read units a second.
   * @default - no end
   */
  readonly maxReadRequestUnits?: number;
  /**
   * Write units a second.
   * @default - no end
   */
  readonly maxWriteRequestUnits?: number;
}

/** Provisioned units, between two bounds, at a target share of use. */
export interface ProvisionedUnits {
  readonly min: number;
  readonly max: number;
  /**
   * Share of the units that should be in use, 20 to 90 percent.
   * @default 70
   */
  readonly target?: number;
}

/** How much a table takes, and how it is billed. */
export abstract class TableCapacity {
  /** Whatever comes, billed by the request: for load that nobody knows, and for none. */
  static onDemand(ceiling: OnDemandCeiling = {}): TableCapacity {
    return new OnDemand(ceiling);
  }

  /** Units billed by the hour, scaled between bounds: cheaper for load that is steady and known. */
  static provisioned(units: { readonly read: ProvisionedUnits; readonly write: ProvisionedUnits }): TableCapacity {
    return new Provisioned(units.read, units.write);
  }

  abstract readonly billing: Billing;
  /** What an index of the table is given; each has capacity of its own. */
  abstract readonly ofIndex: { readonly readCapacity?: Capacity; readonly writeCapacity?: Capacity };
  abstract faults(): (string | undefined | false)[];
}

class OnDemand extends TableCapacity {
  readonly ofIndex = {};

  constructor(private readonly ceiling: OnDemandCeiling) {
    super();
  }

  get billing(): Billing {
    return Billing.onDemand({ ...this.ceiling });
  }

  faults(): (string | undefined)[] {
    return [
      outsideRange('capacity.maxReadRequestUnits', this.ceiling.maxReadRequestUnits, 1, 2_000_000),
      outsideRange('capacity.maxWriteRequestUnits', this.ceiling.maxWriteRequestUnits, 1, 2_000_000),
    ];
  }
}

class Provisioned extends TableCapacity {
  constructor(
    private readonly read: ProvisionedUnits,
    private readonly write: ProvisionedUnits,
  ) {
    super();
  }

  get billing(): Billing {
    return Billing.provisioned({ readCapacity: autoscaled(this.read), writeCapacity: autoscaled(this.write) });
  }

  get ofIndex(): { readCapacity: Capacity; writeCapacity: Capacity } {
    return { readCapacity: autoscaled(this.read), writeCapacity: autoscaled(this.write) };
  }

  faults(): (string | undefined | false)[] {
    return Object.entries({ read: this.read, write: this.write }).flatMap(([name, { min, max, target }]) => [
      outsideRange(`capacity.${name}.min`, min, 1, 1_000_000),
      outsideRange(`capacity.${name}.max`, max, 1, 1_000_000),
      outsideRange(`capacity.${name}.target`, target, 20, 90, '%'),
      max < min && `capacity.${name} has min ${min} and max ${max}; give the larger one as max`,
    ]);
  }
}

const autoscaled = ({ min, max, target = 70 }: ProvisionedUnits): Capacity =>
  Capacity.autoscaled({ minCapacity: min, maxCapacity: max, targetUtilizationPercent: target });
