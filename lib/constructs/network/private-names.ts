import { VpcEndpointPrivateDnsOnlyForInboundResolverEndpoint as Scope } from 'aws-cdk-lib/aws-ec2';

/** The services that can be reached by gateway and by interface, so that names may lead either way. */
const twofold = ['s3', 'dynamodb'];

/** Whether the usual name of a service leads to an interface endpoint. An endpoint has names of its own in any case. */
export class PrivateNames {
  /** The service's usual name gives the endpoint's addresses inside the VPC, so that applications need no change. */
  static on(): PrivateNames {
    return new PrivateNames(true);
  }

  /** The usual name stays public; applications must be told the endpoint's own name. */
  static off(): PrivateNames {
    return new PrivateNames(false);
  }

  /**
   * For S3 and DynamoDB: the usual name leads to the endpoint only for those who ask by an inbound resolver, such as an
   * office. The VPC itself keeps its gateway endpoint, which is free and must be there.
   */
  static forInboundResolvers(): PrivateNames {
    return new PrivateNames(true, true);
  }

  /** What a service has unless told otherwise. */
  static usualFor(service: string, byDefault: boolean): PrivateNames {
    if (service === 's3') return PrivateNames.forInboundResolvers();
    return new PrivateNames(byDefault && service !== 'dynamodb');
  }

  private constructor(
    readonly enabled: boolean,
    readonly inboundOnly = false,
  ) {}

  /** Whose names change; only a service with both kinds of endpoint is asked. */
  scopeFor(service: string): Scope | undefined {
    if (!this.enabled || !twofold.includes(service)) return undefined;
    return this.inboundOnly ? Scope.ONLY_INBOUND_RESOLVER : Scope.ALL_RESOLVERS;
  }

  fault(service: string): string | undefined {
    return this.inboundOnly && !twofold.includes(service)
      ? `privateNames are for inbound resolvers only, which ${service} does not know; it is for ${twofold.join(' and ')}, so give PrivateNames.on() or off()`
      : undefined;
  }
}
