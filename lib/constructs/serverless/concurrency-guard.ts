import { AspectPriority, Aspects, Stack, Token, type IAspect } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { outsideRange, refuse } from '../faults';

export interface ConcurrencyGuardProps {
  /**
   * Runs the account may have in flight in a region, as Service Quotas says; new accounts have fewer than 1,000.
   * @default 1000
   */
  readonly accountConcurrency?: number;
}

/** What Lambda keeps for all functions that reserve nothing. */
const unreserved = 100;

/** Puts a `ConcurrencyGuard` on everything below a construct; it looks when all else is done. */
export function guardConcurrency(scope: IConstruct, props: ConcurrencyGuardProps = {}): void {
  Aspects.of(scope).add(new ConcurrencyGuard(scope, props), { priority: AspectPriority.READONLY });
}

/**
 * Adds up what all functions below a construct, a whole app, reserve in each account and region. Lambda keeps 100 runs for those that reserve
 * nothing, so that of the usual 1,000 there are 900 to give away; the function that wants the 901st fails its deployment.
 *
 * @claims serverless-concurrency
 */
export class ConcurrencyGuard implements IAspect {
  private readonly accountConcurrency: number;

  constructor(
    private readonly scope: IConstruct,
    { accountConcurrency = 1000 }: ConcurrencyGuardProps = {},
  ) {
    refuse(scope, [outsideRange('accountConcurrency', accountConcurrency, 1, 1_000_000)]);
    this.accountConcurrency = accountConcurrency;
  }

  visit(node: IConstruct): void {
    if (CfnFunction.isCfnFunction(node))
      refuse(node, [outsideRange('reservedConcurrentExecutions', node.reservedConcurrentExecutions, 0, 1_000_000)]);
    if (node === this.scope) refuse(node, this.overdrawn());
  }

  private overdrawn(): string[] {
    const places = new Map<string, Map<string, number>>();
    for (const one of this.scope.node.findAll().filter((node) => CfnFunction.isCfnFunction(node))) {
      const runs = one.reservedConcurrentExecutions;
      if (runs === undefined || Token.isUnresolved(runs)) continue;
      const stack = Stack.of(one);
      const stacks = places.get(placeOf(stack)) ?? new Map<string, number>();
      places.set(placeOf(stack), stacks.set(stack.node.path, (stacks.get(stack.node.path) ?? 0) + runs));
    }
    const most = Math.max(0, this.accountConcurrency - unreserved);
    return [...places].flatMap(([place, stacks]) => {
      const reserved = [...stacks.values()].reduce((sum, runs) => sum + runs, 0);
      if (reserved <= most) return [];
      const where = [...stacks].map(([path, runs]) => `${runs} in ${path}`).join(', ');
      return [
        `${reserved} runs are reserved in ${place} (${where}); of the ${this.accountConcurrency} of the account (accountConcurrency) ${unreserved} stay unreserved, so reserve ${most} or fewer, or have AWS raise the quota and say so`,
      ];
    });
  }
}

/** Stacks that say neither account nor region are all deployed to those of their deployer. */
function placeOf({ account, region }: Stack): string {
  const known = [account, region].filter((one) => !Token.isUnresolved(one));
  return known.length > 0 ? known.join('/') : "the deployer's account and region";
}
