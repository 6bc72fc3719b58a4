import { CfnNetworkInterface, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import type { TieredNetwork } from '../../constructs/network/tiered-network';

export interface EndsProps {
  readonly network: TieredNetwork;
  /** The port the database would answer on. */
  readonly port: number;
}

/**
 * An interface in each tier, in the place of what would stand there: a web host, and a database as a managed service puts one
 * into a subnet. They have addresses and groups and cost nothing, which is all that flow logs and analyses look at.
 */
export class Ends extends Construct {
  readonly web: CfnNetworkInterface;
  readonly database: CfnNetworkInterface;

  constructor(scope: Construct, id: string, { network, port }: EndsProps) {
    super(scope, id);
    const { vpc } = network;
    const web = new TierSecurityGroup(this, 'WebGroup', { vpc, description: 'Web tier: nobody from outside yet' });
    const database = new TierSecurityGroup(this, 'DatabaseGroup', {
      vpc,
      description: 'Database tier: from the web tier only',
      port,
    });
    TierSecurityGroup.chain(web, database);

    const [webSubnet, databaseSubnet] = ['web', 'database'].map(
      (tier) => vpc.selectSubnets(network.subnets(tier)).subnets[0],
    );
    this.web = this.interface('Web', webSubnet, web);
    this.database = this.interface('Database', databaseSubnet, database);
  }

  private interface(id: string, { subnetId }: ISubnet, { securityGroup }: TierSecurityGroup): CfnNetworkInterface {
    return new CfnNetworkInterface(this, id, {
      description: `Stands for a ${id.toLowerCase()} host`,
      subnetId,
      groupSet: [securityGroup.securityGroupId],
    });
  }
}
