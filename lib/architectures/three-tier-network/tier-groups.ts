import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { ports } from './ports';

export interface TierGroupsProps {
  readonly vpc: IVpc;
}

/** A security group for what will stand in each tier; each admits only the one before it. */
export class TierGroups extends Construct {
  readonly balancer: TierSecurityGroup;
  readonly application: TierSecurityGroup;
  readonly database: TierSecurityGroup;

  constructor(scope: Construct, id: string, { vpc }: TierGroupsProps) {
    super(scope, id);
    this.balancer = new TierSecurityGroup(this, 'Balancer', {
      vpc,
      description: 'Web tier: load balancers, from anywhere',
    });
    this.application = new TierSecurityGroup(this, 'Application', {
      vpc,
      description: 'Application tier: from load balancers only',
      port: ports.application,
    });
    this.database = new TierSecurityGroup(this, 'Database', {
      vpc,
      description: 'Database tier: from the application tier only',
      port: ports.database,
    });

    this.balancer.allowFromAnywhere(
      [ports.https, ports.http],
      'Load balancers of the web tier are where the public comes in; they take HTTPS and the HTTP that is redirected to it, and every group behind them admits only another group.',
    );
    TierSecurityGroup.chain(this.balancer, this.application, this.database);
    this.application.allowOutbound(ports.https);
  }
}
