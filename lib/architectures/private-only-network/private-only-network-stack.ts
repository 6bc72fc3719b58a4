import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import type { AddressPlanProps } from '../../constructs/network/address-plan';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { PrivateServiceAccess } from '../../constructs/network/private-service-access';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import type { ProfileName } from '../../profile';
import { Probe } from './probe';
import {
  everything,
  gatewaysOnly,
  imageLayers,
  oneInterface,
  ownIdentities,
  ownTables,
  type ServiceSet,
} from './service-set';
import { Vault } from './vault';

export interface PrivateOnlyNetworkProps extends ArchitectureProps {
  /**
   * Which services are reached by interfaces, beside S3 and DynamoDB by their gateways.
   * @default - one in one zone in sandbox, all bundles in each zone in production
   */
  readonly services?: ServiceSet;
}

const plan: AddressPlanProps = {
  cidr: '10.18.0.0/16',
  zones: 2,
  tiers: [{ name: 'workload', access: 'isolated' }],
};

const byProfile: Readonly<Record<ProfileName, { readonly services: ServiceSet; readonly flowLogs: FlowDestination }>> =
  {
    sandbox: { services: oneInterface, flowLogs: FlowDestination.logs() },
    production: { services: everything, flowLogs: FlowDestination.s3(Duration.days(365)) },
  };

/**
 * A network without any way to the internet, whose workloads use AWS all the same.
 *
 * @claims network-private-only-vpc, network-vpc-closed-by-default, network-endpoint-policy, network-endpoint-locked-bucket
 */
export class PrivateOnlyNetwork extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'gateways-only': endpoints('S3 and DynamoDB by their free gateways, and no interface', gatewaysOnly),
    'one-interface': endpoints('one interface in one zone beside the gateways', oneInterface),
    'every-bundle': endpoints('all bundles by interfaces in each zone', everything),
  };

  readonly network: TieredNetwork;

  constructor(scope: Construct, id: string, props: PrivateOnlyNetworkProps) {
    super(scope, id, props);
    const { profile, services = byProfile[profile.name].services } = props;

    const network = new TieredNetwork(this, 'Network', {
      plan,
      gatewayEndpoints: {},
      flowLogs: byProfile[profile.name].flowLogs,
    });
    const access = new PrivateServiceAccess(this, 'Services', {
      vpc: network.vpc,
      bundles: services.bundles,
      services: ['s3', 'dynamodb', ...services.services],
      ...(services.singleZoneReason && {
        subnets: { subnets: [network.vpc.isolatedSubnets[0]] },
        singleZoneReason: services.singleZoneReason,
      }),
    });
    const vault = new Vault(this, 'Vault', { onlyThrough: access.endpointFor('s3') });
    const probe = new Probe(this, 'Probe', { network, vault: vault.bucket });

    access.allow('s3', ...vault.uses, ...(services.bundles.includes('containerPulls') ? [imageLayers] : []));
    access.allow('dynamodb', ownTables);
    for (const service of Object.keys(access.interfaces)) access.allow(service, ownIdentities);

    this.network = network;
    const { logGroup, bucket: flowLogs } = network.flowCapture!;
    this.tell({
      VpcId: ['The network', network.vpc.vpcId],
      WorkloadSubnets: [
        'Isolated subnets, in zone order',
        network.vpc.isolatedSubnets.map((one) => one.subnetId).join(','),
      ],
      S3Endpoint: ['The only way to the vault', access.endpointFor('s3').vpcEndpointId],
      VaultBucket: ['What one endpoint alone leads to', vault.bucket.bucketName],
      FlowLogs: ['Where flow logs are kept', logGroup?.logGroupName ?? flowLogs!.bucketName],
      AccessLogBucket: ['Who asked the vault for what', vault.accessLogs.bucketName],
      ProbeFunction: ['Tries things from inside', probe.function.functionName],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}

function endpoints(what: string, services: ServiceSet): Variant {
  return { what, props: { services } satisfies Partial<PrivateOnlyNetworkProps> };
}
