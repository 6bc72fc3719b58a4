import {
  CfnVPCEndpoint,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IConnectable,
  type IGatewayVpcEndpoint,
  type IVpc,
  type IVpcEndpoint,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { chooseEndpoint, gatewayServices } from './choose-endpoint';
import type { EndpointAllowance } from './endpoint-policy';
import { GatewayEndpoint } from './gateway-endpoint';
import { InterfaceEndpoint } from './interface-endpoint';
import { resourcesOf, same } from './network-rule';
import type { PrivateNames } from './private-names';

export type EndpointBundle = 'sessionManager' | 'containerPulls' | 'functionsAndSecrets';

/** What is needed together, so that nobody finds the last one missing in production. */
export const endpointBundles: Readonly<Record<EndpointBundle, readonly string[]>> = {
  /** Sessions into hosts without an open port. */
  sessionManager: ['ssm', 'ssmmessages'],
  /** Tasks that load images, whose layers lie in S3, and write logs. */
  containerPulls: ['ecr.api', 'ecr.dkr', 's3', 'logs'],
  /** Functions that read secrets, decrypt, and take on roles. */
  functionsAndSecrets: ['secretsmanager', 'kms', 'sts'],
};

export interface PrivateServiceAccessProps {
  readonly vpc: IVpc;
  /**
   * Sets of services that are needed together.
   * @default - none
   */
  readonly bundles?: readonly EndpointBundle[];
  /**
   * Further services of AWS by their short names: `sqs`, `ecr.api`, `s3`. What a bundle holds too is made once.
   * @default - none
   */
  readonly services?: readonly string[];
  /**
   * Which of them are used from outside the VPC too, by peers or an office. S3 and DynamoDB then have interfaces besides.
   * @default - none
   */
  readonly fromOutside?: readonly string[];
  /**
   * Where interfaces stand: one subnet in each of two zones or more.
   * @default - the first private or isolated subnet of each zone
   */
  readonly subnets?: SubnetSelection;
  /**
   * Why interfaces in one zone, which fail with it, are enough here.
   * @default - at least two zones
   */
  readonly singleZoneReason?: string;
  /**
   * Whose tables have the routes to gateways that are made here.
   * @default - all subnets
   */
  readonly routedSubnets?: readonly SubnetSelection[];
  /**
   * Who may use the interfaces.
   * @default - whoever is in the VPC's first block
   */
  readonly clients?: readonly IConnectable[];
  /**
   * What may be reached through each endpoint, by service.
   * @default - everything the caller's own permissions allow
   */
  readonly allow?: Readonly<Record<string, readonly EndpointAllowance[]>>;
  /**
   * Whether the usual names of services lead to their interfaces, by service.
   * @default - as InterfaceEndpoint does
   */
  readonly privateNames?: Readonly<Record<string, PrivateNames>>;
}

/**
 * The services of AWS that a network without internet needs, each by the kind of endpoint that fits: a free route where there
 * is one, an address in the subnets where not. A gateway that the VPC has already is used, not made again.
 *
 * @claims network-endpoint-choice, network-endpoint-bundles, network-private-only-vpc, network-interface-endpoint-s3-dynamodb
 */
export class PrivateServiceAccess extends Construct {
  /** The gateway endpoints by service, those that were there before too. */
  readonly gateways: Readonly<Record<string, IGatewayVpcEndpoint>>;
  /** The interface endpoints by service. */
  readonly interfaces: Readonly<Record<string, InterfaceEndpoint>>;
  private readonly made = new Map<string, GatewayEndpoint>();

  constructor(scope: Construct, id: string, props: PrivateServiceAccessProps) {
    super(scope, id);
    const services = servicesOf(props);
    const { fromOutside = [], allow = {}, privateNames = {} } = props;
    const there = new Map(services.map((service) => [service, this.existing(props.vpc, service)]));
    refuse(this, [
      services.length === 0 && 'bundles and services are none; name at least one of them',
      ...services.map(unknownFault),
      ...strayFaults({ fromOutside, allow: Object.keys(allow), privateNames: Object.keys(privateNames) }, services),
      ...services.map(
        (service) =>
          there.get(service) !== undefined &&
          allow[service] !== undefined &&
          !fromOutside.includes(service) &&
          `allow limits ${service}, whose gateway ${there.get(service)!.node.path} is there already; limit it where it is made`,
      ),
    ]);

    const choices = services.map((service) => ({
      service,
      ...chooseEndpoint(service, { fromOutside: fromOutside.includes(service) }),
    }));
    const chosen = (kind: 'gateway' | 'interface') => choices.filter(({ use }) => use.includes(kind));
    this.gateways = Object.fromEntries(
      chosen('gateway').map(({ service }) => [service, there.get(service) ?? this.gateway(service, props)]),
    );
    this.interfaces = Object.fromEntries(
      chosen('interface').map(({ service }) => [service, this.interface(service, props)]),
    );
  }

  /** The endpoint by which those inside the VPC reach a service. */
  endpointFor(service: string): IVpcEndpoint {
    const known = [...Object.keys(this.gateways), ...Object.keys(this.interfaces)];
    refuse(this, [
      !known.includes(service) && `${service} has no endpoint here; add it to services, there are ${known.join(', ')}`,
    ]);
    return this.gateways[service] ?? this.interfaces[service].endpoint;
  }

  /** Lets this through to a service besides what was allowed before; with the first call, nothing else. */
  allow(service: string, ...allow: readonly EndpointAllowance[]): void {
    const endpoints = [this.made.get(service), this.interfaces[service]].filter((one) => one !== undefined);
    refuse(this, [
      endpoints.length === 0 &&
        `allow limits ${service}, for which no endpoint was made here; there are ${[...new Set([...this.made.keys(), ...Object.keys(this.interfaces)])].join(', ')}`,
    ]);
    for (const endpoint of endpoints) endpoint.allow(...allow);
  }

  private existing(vpc: IVpc, service: string): IGatewayVpcEndpoint | undefined {
    if (!gatewayServices.includes(service)) return undefined;
    const { name } = new GatewayVpcEndpointAwsService(service);
    return resourcesOf(this, CfnVPCEndpoint)
      .filter((one) => same(this, one.vpcId, vpc.vpcId) && same(this, one.serviceName, name))
      .map((one) => one.node.scope)
      .find((one) => one instanceof GatewayVpcEndpoint);
  }

  private gateway(service: string, { vpc, allow, routedSubnets }: PrivateServiceAccessProps): IGatewayVpcEndpoint {
    const made = new GatewayEndpoint(this, idOf(service), {
      vpc,
      service: new GatewayVpcEndpointAwsService(service),
      ...(routedSubnets && { subnets: routedSubnets }),
      ...(allow?.[service] && { allow: allow[service] }),
    });
    this.made.set(service, made);
    return made.endpoint;
  }

  private interface(service: string, props: PrivateServiceAccessProps): InterfaceEndpoint {
    const { vpc, subnets, singleZoneReason, clients, allow, privateNames } = props;
    return new InterfaceEndpoint(
      this,
      gatewayServices.includes(service) ? `${idOf(service)}Interface` : idOf(service),
      {
        vpc,
        service: new InterfaceVpcEndpointAwsService(service),
        ...(subnets && { subnets }),
        ...(singleZoneReason && { singleZoneReason }),
        ...(clients && { clients }),
        ...(allow?.[service] && { allow: allow[service] }),
        ...(privateNames?.[service] && { privateNames: privateNames[service] }),
      },
    );
  }
}

const servicesOf = ({ bundles = [], services = [] }: PrivateServiceAccessProps): string[] => [
  ...new Set([...bundles.flatMap((bundle) => endpointBundles[bundle]), ...services]),
];

/** Names of several words that AWS writes as one. */
const compounds: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDb',
  secretsmanager: 'SecretsManager',
  ssmmessages: 'SsmMessages',
};

/** `EcrApi` of `ecr.api`. */
const idOf = (service: string): string =>
  compounds[service] ?? service.replace(/(?:^|[^a-z0-9])([a-z0-9])/g, (_, first: string) => first.toUpperCase());

/** Every short name that the CDK knows an endpoint for. */
const known = new Set(
  Object.values(InterfaceVpcEndpointAwsService)
    .filter((one): one is InterfaceVpcEndpointAwsService => one instanceof InterfaceVpcEndpointAwsService)
    .map(({ shortName }) => shortName)
    .concat(gatewayServices),
);

function unknownFault(service: string): string | undefined {
  if (known.has(service)) return undefined;
  const near = [...known].filter((one) => one.split('.')[0] === service.split('.')[0]).slice(0, 4);
  const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : 'write a short name such as ssm or ecr.api.';
  return `services has ${service}, for which no endpoint is known; ${hint} An InterfaceEndpoint takes any other`;
}

/** What is said about services that are not among those asked for. */
function strayFaults(said: Readonly<Record<string, readonly string[]>>, services: readonly string[]): string[] {
  return Object.entries(said).flatMap(([prop, names]) =>
    names
      .filter((name) => !services.includes(name))
      .map((name) => `${prop} names ${name}, which is not among the services; add it to services, or leave it out`),
  );
}
