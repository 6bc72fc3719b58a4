/** What an endpoint must do. Leave out what it need not. */
export interface EndpointNeeds {
  /** It is used from peered networks or an office too, not only from inside the VPC. */
  readonly fromOutside?: boolean;
  /** Applications inside the VPC use the service's usual name. @default true */
  readonly privateNames?: boolean;
}

export type EndpointKind = 'gateway' | 'interface';

export interface EndpointChoice {
  /** Which to make; a gateway comes first, because names of an interface beside it wait for it. */
  readonly use: readonly EndpointKind[];
  readonly because: string;
  /** Whether an application in the VPC must be told where the service is. */
  readonly changesApplication: boolean;
  /** Whether it needs a subnet in each zone; a gateway is there in all zones by design. */
  readonly needsZones: boolean;
}

/** The services that have gateways, and whether they have interfaces too. */
const gateways: Readonly<Record<string, { readonly interfaces: boolean }>> = {
  s3: { interfaces: true },
  s3express: { interfaces: false },
  dynamodb: { interfaces: true },
};

/** The services that have gateway endpoints, by short name. */
export const gatewayServices: readonly string[] = Object.keys(gateways);

/**
 * By which kind of endpoint to reach a service of AWS: a gateway where there is one, as a route costs nothing and changes no
 * application; an interface for the rest. Who comes from outside the VPC cannot use its routes, and has an interface besides.
 *
 * @param service the short name: `s3`, `ecr.api`
 *
 * @claims network-endpoint-choice
 */
export function chooseEndpoint(
  service: string,
  { fromOutside = false, privateNames = true }: EndpointNeeds = {},
): EndpointChoice {
  const gateway = gateways[service];
  if (gateway === undefined)
    return {
      use: ['interface'],
      because: `${service} has no gateway, so it is an address in your subnets, by its usual name or one of its own`,
      changesApplication: !privateNames,
      needsZones: true,
    };
  if (!fromOutside)
    return {
      use: ['gateway'],
      because: `${service} has a gateway: a route that is free, there in all zones, and unseen by the application`,
      changesApplication: false,
      needsZones: false,
    };
  if (!gateway.interfaces)
    throw new Error(
      `${service} has gateway endpoints only, which serve their own VPC; leave it out of fromOutside, and let those outside use its public address`,
    );
  return {
    use: ['gateway', 'interface'],
    because: `a route serves its own VPC only, so ${service} is an address too for those outside, while those inside keep the free route`,
    changesApplication: false,
    needsZones: true,
  };
}
