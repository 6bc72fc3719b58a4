import { Stack, Token } from 'aws-cdk-lib';
import { CfnEIP, CfnNatGateway } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { NetworkRule } from './network-rule';

export interface AddressQuotaProps {
  /**
   * Elastic IPs the account has in a Region; AWS allows 5 until the quota is raised.
   * @default 5
   */
  readonly quota?: number;
}

/**
 * Counts the Elastic IPs of everything below a construct, a stack or a whole app, Region by Region, those of NAT gateways too:
 *
 *     Aspects.of(app).add(new AddressQuota(app), { priority: AspectPriority.READONLY });
 *
 * What is deployed together must fit together, or the last stack fails half-way. Each address is charged by the hour besides,
 * since February 2024 also while it is in use.
 *
 * @claims network-elastic-ip-quota, compute-elastic-ip
 */
export class AddressQuota extends NetworkRule {
  private readonly quota: number;

  constructor(
    private readonly scope: IConstruct,
    { quota = 5 }: AddressQuotaProps = {},
  ) {
    super();
    refuse(scope, [outsideRange('quota', quota, 0, 10_000)]);
    this.quota = quota;
  }

  protected faults(node: IConstruct): (string | false)[] {
    if (node !== this.scope) return [];
    const counts = new Map<string, Map<string, number>>();
    for (const address of node.node.findAll().filter(takesAddress)) {
      const stack = Stack.of(address);
      const region = regionOf(stack);
      const stacks = counts.get(region) ?? new Map<string, number>();
      counts.set(region, stacks.set(stack.node.path, (stacks.get(stack.node.path) ?? 0) + 1));
    }
    return [...counts].map(([region, stacks]) => {
      const held = [...stacks.values()].reduce((sum, count) => sum + count, 0);
      const where = [...stacks].map(([path, count]) => `${count} in ${path}`).join(', ');
      return (
        held > this.quota &&
        `there are ${held} Elastic IPs in ${region} (${where}); an account has ${this.quota} (quota), so share gateways or use names, or have AWS raise the quota and say so`
      );
    });
  }
}

/** A public NAT gateway without an address of its own is a regional one, which AWS gives one where it stands. */
const takesAddress = (node: IConstruct): boolean =>
  node instanceof CfnEIP ||
  (node instanceof CfnNatGateway && node.connectivityType !== 'private' && node.allocationId === undefined);

/** Stacks that say no Region are all deployed to the one of their deployer. */
const regionOf = (stack: Stack): string => (Token.isUnresolved(stack.region) ? "the deployer's Region" : stack.region);
