import { CfnVPCEndpoint, type IRouteTable, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { resolved, resourcesOf, same } from '../network/network-rule';
import type { TierSecurityGroup } from '../network/tier-security-group';

type EgressFaults = (scope: IConstruct, vpc: IVpc, subnets: readonly ISubnet[]) => (string | false)[];

/** By which way a function in a network gets out of it. */
export class FunctionEgress {
  /** None but what is opened by the function's `connections`. */
  static none(): FunctionEgress {
    return new FunctionEgress(false, () => []);
  }

  /** To the internet on port 443 by NAT, from private subnets. */
  static nat(): FunctionEgress {
    return new FunctionEgress(true, (_scope, vpc, subnets) => {
      const isolated = pathsOf(subnets.filter((subnet) => has(vpc.isolatedSubnets, subnet)));
      return [
        isolated !== '' &&
          `egress is NAT, but the subnets ${isolated} have no route to one; choose private subnets, or FunctionEgress.endpoints(…)`,
      ];
    });
  }

  /**
   * To services of AWS on port 443 by endpoints that the VPC has, from isolated subnets: the group then lets 443 out, and there is
   * no route to anything else.
   *
   * @param services by their short names: `dynamodb`, `sqs`; each must have its endpoint before the function is made
   */
  static endpoints(...services: readonly string[]): FunctionEgress {
    return new FunctionEgress(true, (scope, vpc, subnets) => {
      const routed = pathsOf(subnets.filter((subnet) => !has(vpc.isolatedSubnets, subnet)));
      return [
        services.length === 0 &&
          'egress is by endpoints, but names no service; name those that the function calls, or take FunctionEgress.none()',
        routed !== '' &&
          `egress is by endpoints alone, but the subnets ${routed} have a route out; choose isolated subnets, or FunctionEgress.nat()`,
        ...services.map((service) => endpointFault(scope, vpc, subnets, service)),
      ];
    });
  }

  private constructor(
    private readonly isOpen: boolean,
    /** What keeps that way from being there. */
    readonly faults: EgressFaults,
  ) {}

  /** Lets members of the group take that way. */
  open(group: TierSecurityGroup): void {
    if (this.isOpen) group.allowOutbound(443);
  }
}

const has = (among: readonly ISubnet[], { subnetId }: ISubnet): boolean =>
  among.some((subnet) => subnet.subnetId === subnetId);
const pathsOf = (subnets: readonly ISubnet[]): string => subnets.map(({ node }) => node.path).join(', ');

/** Calls to a service that has no way in just hang until the function's time is over, which tells nobody why. */
function endpointFault(scope: IConstruct, vpc: IVpc, subnets: readonly ISubnet[], service: string): string | false {
  const ends = new RegExp(`\\.${service.replaceAll('.', '\\.')}"`);
  const there = resourcesOf(vpc, CfnVPCEndpoint).filter(
    (one) => same(one, one.vpcId, vpc.vpcId) && ends.test(`${JSON.stringify(resolved(one, one.serviceName))}`),
  );
  if (there.length === 0)
    return `egress is by endpoints, but ${vpc.node.path} has none for ${service} yet, so that calls to it would hang; make it before ${scope.node.path}, by PrivateServiceAccess`;
  if (there.some(({ vpcEndpointType }) => vpcEndpointType === 'Interface')) return false;
  const tables = there.flatMap((one) => (resolved(one, one.routeTableIds) ?? []) as unknown[]);
  const known = new Set(tables.map((table) => JSON.stringify(table)));
  const lost = pathsOf(subnets.filter(({ routeTable }) => !known.has(tableOf(vpc, routeTable))));
  return (
    lost !== '' &&
    `egress is by endpoints, but the subnets ${lost} have no route to the gateway for ${service}; add them to its subnets`
  );
}

const tableOf = (vpc: IVpc, { routeTableId }: IRouteTable): string => JSON.stringify(resolved(vpc, routeTableId));
