import { Aws } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { DocumentTable } from '../../constructs/data/document-table';
import type { EndpointAllowance } from '../../constructs/network/endpoint-policy';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { PrivateServiceAccess } from '../../constructs/network/private-service-access';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { FunctionEgress } from '../../constructs/serverless/function-egress';

/** By which way functions get out: to one table and nowhere else, by an endpoint; or by NAT to the whole internet as well. */
export type Way = 'endpoints' | 'nat';

export interface PlaceProps {
  readonly way: Way;
  /** What functions call. */
  readonly index: DocumentTable;
}

const cidr = '10.27.0.0/16';

/** The network, with the ways out of it. There is no way in. */
export class Place extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** How functions that keep and look get to what they call. */
  readonly egress: FunctionEgress;
  /** How others get out, if they do. */
  readonly otherEgress: FunctionEgress;

  constructor(scope: Construct, id: string, { way, index }: PlaceProps) {
    super(scope, id);
    const byNat = way === 'nat';
    const network = new TieredNetwork(this, 'Network', {
      plan: {
        cidr,
        zones: 2,
        tiers: [
          { name: 'application', access: byNat ? 'private' : 'isolated' },
          { name: 'web', access: byNat ? 'public' : 'reserved' },
        ],
      },
      nat: byNat ? NatStrategy.single({ acceptZoneDependency: true }) : NatStrategy.none(),
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    this.vpc = network.vpc;
    this.subnets = network.subnets('application');
    new PrivateServiceAccess(this, 'Services', {
      vpc: network.vpc,
      services: ['dynamodb'],
      allow: { dynamodb: [ownTable(index)] },
    });
    this.egress = byNat ? FunctionEgress.nat() : FunctionEgress.endpoints('dynamodb');
    this.otherEgress = byNat ? FunctionEgress.nat() : FunctionEgress.none();
  }
}

/** Whoever gets hold of a function here reaches this table and no other, whatever credentials they bring. */
const ownTable = ({ table }: DocumentTable): EndpointAllowance => ({
  actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  resources: [table.tableArn],
  conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
});
