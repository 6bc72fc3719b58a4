import { EndpointType, type EndpointConfiguration } from 'aws-cdk-lib/aws-apigateway';
import type { IVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** From where an API can be reached. */
export class ApiEndpoint {
  /** From everywhere, at an address in the region: for callers near it, and for a distribution of one's own in front. */
  static regional(): ApiEndpoint {
    return new ApiEndpoint({ types: [EndpointType.REGIONAL] });
  }

  /** From everywhere, by the point of presence nearest to the caller. */
  static edgeOptimised(): ApiEndpoint {
    return new ApiEndpoint({ types: [EndpointType.EDGE] });
  }

  /** Only through these interface endpoints for `execute-api`; whoever comes another way is denied. */
  static private(endpoints: readonly IVpcEndpoint[]): ApiEndpoint {
    return new ApiEndpoint(
      { types: [EndpointType.PRIVATE], vpcEndpoints: [...endpoints] },
      endpoints.length === 0
        ? ['endpoint is private and names no interface endpoint, so that nobody could reach it; give one or more']
        : [],
      onlyThrough(endpoints),
    );
  }

  private constructor(
    readonly configuration: EndpointConfiguration,
    readonly faults: readonly string[] = [],
    /** What a private API needs to answer at all. */
    readonly policy?: PolicyDocument,
  ) {}

  /** The type of a domain name in front of it; undefined for a private API, which takes none here. */
  get domainType(): EndpointType | undefined {
    return this.policy ? undefined : this.configuration.types[0];
  }
}

function onlyThrough(endpoints: readonly IVpcEndpoint[]): PolicyDocument {
  const everybody = {
    principals: [new AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
  };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...everybody }),
      new PolicyStatement({
        ...everybody,
        effect: Effect.DENY,
        conditions: { StringNotEquals: { 'aws:SourceVpce': endpoints.map(({ vpcEndpointId }) => vpcEndpointId) } },
      }),
    ],
  });
}
