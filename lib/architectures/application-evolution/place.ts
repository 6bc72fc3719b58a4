import { GatewayVpcEndpointAwsService, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { ApiLink } from '../../constructs/serverless/api-link';

/**
 * The network of the stages that have servers. Balancers stand where no internet is, and the API gets in by its link alone;
 * servers have addresses of their own, which cost nothing while there are none, reach AWS by them, and let in only balancers.
 */
export class Place extends Construct {
  readonly vpc: IVpc;
  readonly entry: SubnetSelection;
  readonly servers: SubnetSelection;
  readonly link: ApiLink;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const network = new TieredNetwork(this, 'Network', {
      plan: {
        cidr: '10.52.0.0/16',
        zones: 2,
        tiers: [
          { name: 'entry', access: 'isolated' },
          { name: 'server', access: 'public' },
        ],
      },
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3, tiers: ['server'] } },
      flowLogs: FlowDestination.logs(),
    });
    this.vpc = network.vpc;
    this.entry = network.subnets('entry');
    this.servers = network.subnets('server');
    this.link = new ApiLink(this, 'Link', { vpc: network.vpc, subnets: this.entry });
  }
}
