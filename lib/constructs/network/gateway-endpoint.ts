import { Stack, Token } from 'aws-cdk-lib';
import {
  GatewayVpcEndpoint,
  type IGatewayVpcEndpoint,
  type IGatewayVpcEndpointService,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { allowFaults, allowOnly, type EndpointAllowance } from './endpoint-policy';

export interface GatewayEndpointProps {
  readonly vpc: IVpc;
  /** S3, S3 Express or DynamoDB of this Region; no other service has gateway endpoints. */
  readonly service: IGatewayVpcEndpointService;
  /**
   * Whose route tables get the route.
   * @default - all subnets
   */
  readonly subnets?: readonly SubnetSelection[];
  /**
   * What may be reached through the endpoint.
   * @default - everything the caller's own permissions allow
   */
  readonly allow?: readonly EndpointAllowance[];
}

const services = ['s3', 's3express', 'dynamodb'];

/**
 * A free private way to S3 or DynamoDB: a route by prefix list in the chosen tables, in all zones by design, needing neither
 * an internet gateway, nor NAT, nor a public address. It serves this VPC only, not what is peered or connected to it.
 *
 * @claims network-gateway-endpoint, network-gateway-endpoint-scope, network-endpoint-policy
 */
export class GatewayEndpoint extends Construct {
  readonly endpoint: IGatewayVpcEndpoint;
  private readonly resource: GatewayVpcEndpoint;

  constructor(scope: Construct, id: string, props: GatewayEndpointProps) {
    super(scope, id);
    const { vpc, service, subnets, allow } = props;
    refuse(this, [serviceFault(service.name), regionFault(service.name, Stack.of(this).region), ...allowFaults(allow)]);

    this.resource = new GatewayVpcEndpoint(this, 'Endpoint', {
      vpc,
      service,
      ...(subnets && { subnets: [...subnets] }),
    });
    this.endpoint = this.resource;
    if (allow) this.allow(...allow);
  }

  /** Lets this through besides what was allowed before; with the first call the endpoint lets through nothing else. */
  allow(...allow: readonly EndpointAllowance[]): void {
    refuse(this, allowFaults(allow));
    allowOnly(this.resource, allow);
  }
}

function serviceFault(name: string): string | undefined {
  const service = name.split('.').at(-1)!;
  return services.includes(service)
    ? undefined
    : `service is ${service}; gateway endpoints exist for ${services.join(', ')} only, so use an interface endpoint`;
}

function regionFault(name: string, region: string): string | undefined {
  const [, named] = /^com\.amazonaws(?:\.cn)?\.([a-z0-9-]+)\.[a-z0-9]+$/.exec(name) ?? [];
  return named === undefined || Token.isUnresolved(region) || named === region
    ? undefined
    : `service is ${name}; a gateway endpoint reaches its own Region only, so write com.amazonaws.${region}.${name.split('.').at(-1)}`;
}
