import { Aws } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import { ownIdentities, systemPackages, type EndpointAllowance } from '../../constructs/network/endpoint-policy';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { OperatorAccess } from '../../constructs/network/operator-access';
import { PrivateServiceAccess } from '../../constructs/network/private-service-access';
import { TieredNetwork } from '../../constructs/network/tiered-network';

/**
 * Where appliances stand: in public subnets with addresses of their own and no way in; or in isolated ones, from which interface endpoints
 * lead to the services they use, and nothing leads to the internet.
 */
export type Standing = 'public' | 'isolated';

export interface ApplianceNetworkProps {
  readonly standing: Standing;
  /** In how many of its two zones appliances stand. */
  readonly zones: number;
}

/** The network of the appliances. Nothing joins it to the one they read; packets come in their wrapping. */
export class ApplianceNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly publicAddress: boolean;
  readonly access: OperatorAccess;
  /** The ways to the services of AWS that appliances boot by. */
  readonly services: IDependable;

  constructor(scope: Construct, id: string, { standing, zones }: ApplianceNetworkProps) {
    super(scope, id);
    const isolated = standing === 'isolated';
    const network = new TieredNetwork(this, 'Network', {
      plan: { cidr: '10.61.0.0/16', zones: 2, tiers: [{ name: 'appliances', access: standing }] },
      nat: NatStrategy.none(),
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    this.vpc = network.vpc;
    this.subnets = { subnets: this.vpc.selectSubnets(network.subnets('appliances')).subnets.slice(0, zones) };
    const services = new PrivateServiceAccess(this, 'Services', {
      vpc: this.vpc,
      services: ['s3', ...(isolated ? ['cloudformation', 'logs'] : [])],
      allow: { s3: [ownObjects, systemPackages] },
    });
    for (const service of Object.keys(services.interfaces)) services.allow(service, ownIdentities);
    this.services = services;
    this.publicAddress = !isolated;
    // A shell would take two more endpoints in each zone.
    this.access = isolated ? OperatorAccess.none() : OperatorAccess.session();
  }
}

/** Buckets of this account, used by this account. */
const ownObjects: EndpointAllowance = {
  actions: ['s3:GetObject'],
  resources: ['*'],
  conditions: {
    StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID, 'aws:ResourceAccount': Aws.ACCOUNT_ID },
  },
};
