import type { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import {
  Alias,
  type CfnAlias,
  type CfnFunction,
  type CfnVersion,
  type IAlias,
  type IVersion,
} from 'aws-cdk-lib/aws-lambda';
import { TimeZone } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { AppFunction } from './app-function';
import { isWeighted } from './function-target';

export interface CapacityHours {
  /** When it begins to hold; it holds until the next one begins. */
  readonly at: Schedule;
  /** How many environments are kept warm from then on. */
  readonly executions: number;
}

export interface ProvisionedCapacityProps {
  readonly function: AppFunction;
  /** What callers call: an alias that points to a published version, or such a version. */
  readonly on: IAlias | IVersion;
  /** How many environments are kept warm, each billed by the hour whether it is called or not. */
  readonly executions: number;
  /**
   * How many there may be at most when they are kept to a utilisation; only of an alias.
   * @default - the number stays what `executions` or `hours` says
   */
  readonly maximum?: number;
  /**
   * The share of warm environments that is to be busy, 0.1 to 0.9: fewer when it is lower, more when it is higher.
   * @default 0.7 where there is a `maximum`
   */
  readonly utilisation?: number;
  /**
   * Times at which another number is kept warm, by name; only of an alias.
   * @default - none
   */
  readonly hours?: Readonly<Record<string, CapacityHours>>;
  /**
   * Where the clock of `hours` stands.
   * @default TimeZone.ETC_UTC
   */
  readonly timeZone?: TimeZone;
}

/**
 * Environments of a function that are kept warm, so that calls within their number never wait for a cold start. Nothing makes
 * it by itself, as it costs by the hour.
 *
 * @claims serverless-provisioned-concurrency
 */
export class ProvisionedCapacity extends Construct {
  constructor(scope: Construct, id: string, props: ProvisionedCapacityProps) {
    super(scope, id);
    const { on, executions, maximum, hours = {}, utilisation = 0.7, timeZone = TimeZone.ETC_UTC } = props;
    const isScaled = maximum !== undefined || Object.keys(hours).length > 0;
    const alias = on instanceof Alias ? on : undefined;
    refuse(this, [...numberFaults(props), ...qualifierFaults(props, isScaled)]);

    const resource = on.node.defaultChild as CfnAlias | CfnVersion;
    resource.provisionedConcurrencyConfig = { provisionedConcurrentExecutions: executions };
    if (!alias || !isScaled) return;

    const counts = [executions, maximum ?? executions, ...Object.values(hours).map((one) => one.executions)];
    const scaling = alias.addAutoScaling({ minCapacity: Math.min(...counts), maxCapacity: Math.max(...counts) });
    if (maximum !== undefined) scaling.scaleOnUtilization({ utilizationTarget: utilisation });
    for (const [name, { at, executions: kept }] of Object.entries(hours)) {
      // With a utilisation to keep to, an hour only says where scaling begins.
      const most = maximum === undefined ? kept : Math.max(kept, maximum);
      scaling.scaleOnSchedule(name, { schedule: at, timeZone, minCapacity: kept, maxCapacity: most });
    }
  }
}

function numberFaults({ function: ofFunction, executions, maximum, hours, utilisation }: ProvisionedCapacityProps) {
  const reserved = ofFunction.reservedConcurrentExecutions;
  const named = {
    executions,
    ...(maximum !== undefined && { maximum }),
    ...Object.fromEntries(
      Object.entries(hours ?? {}).map(([name, one]) => [`hours.${name}.executions`, one.executions]),
    ),
  };
  return [
    ...Object.entries(named).map(([name, value]) => outsideRange(name, value, 1, 1_000_000)),
    ...Object.entries(named).map(
      ([name, value]) =>
        reserved !== undefined &&
        value > reserved &&
        `${name} is ${value}, and the function may run ${reserved} times at once (reservedConcurrentExecutions); keep no more warm than may run`,
    ),
    maximum !== undefined &&
      maximum < executions &&
      `maximum is ${maximum} and executions is ${executions}; give a maximum of ${executions} or more`,
    utilisation !== undefined &&
      maximum === undefined &&
      `utilisation is ${utilisation} without a maximum; say how many environments it may take`,
  ];
}

function qualifierFaults({ function: ofFunction, on }: ProvisionedCapacityProps, isScaled: boolean) {
  const alias = 'aliasName' in on ? on : undefined;
  const version = alias ? alias.version : (on as IVersion);
  const resource = ofFunction.function.node.defaultChild as CfnFunction;
  return [
    version.version === '$LATEST' &&
      `on ${alias ? `is the alias ${alias.aliasName} of` : 'is'} $LATEST, of which nothing can be kept warm, as it may change; give an alias of currentVersion`,
    version.lambda !== ofFunction.function &&
      `on belongs to ${version.lambda.node.path}, and function is ${ofFunction.node.path}; give an alias or a version of that`,
    alias &&
      isWeighted(alias) &&
      `on is the alias ${alias.aliasName}, whose calls go to two versions by fixed weights, beside which Lambda keeps nothing warm; give an alias of one version`,
    !on.node.defaultChild && 'on was imported from elsewhere; keep it warm where it is made',
    !(on instanceof Alias) &&
      isScaled &&
      'maximum and hours are given for a version, and the next release has another one; give an alias',
    resource.snapStart !== undefined &&
      'function starts from snapshots (snapStart), of which Lambda keeps nothing warm; choose one of the two',
  ];
}
