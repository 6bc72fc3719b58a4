import { Duration } from 'aws-cdk-lib';
import type { Connections, IConnectable } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { ComputeTemplate } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import { ScalingStrategy } from '../../constructs/compute/scaling-strategy';
import { Server, type ServerProps } from './server';
import type { StageProps } from './stage';

export interface ServerTierProps extends ServerProps, Pick<StageProps, 'size'> {}

/** Servers of one program that grow and shrink by themselves behind a balancer of their own; there is always one. */
export class ServerTier extends Construct implements IConnectable {
  readonly entry: AppLoadBalancer;
  readonly role: IRole;
  readonly connections: Connections;
  readonly groupName: string;

  constructor(scope: Construct, id: string, { ...props }: ServerTierProps) {
    super(scope, id);
    const { place, alarms, size, program } = props;
    const server = new Server(this, 'Server', props);
    const template = new ComputeTemplate(this, 'Machine', {
      vpc: place.vpc,
      description: `Servers of the ${program}: let their balancer in, and reach AWS`,
      instanceType: size.server,
      publicAddress: true,
      boot: server.boot.boot,
    });
    server.boot.grantRun(template.role);
    const fleet = new Fleet(this, 'Fleet', {
      vpc: place.vpc,
      subnets: place.servers,
      template,
      size: size.tier,
      targets: server.pool,
      alarms,
      bootTime: Duration.minutes(4),
      scaling: [ScalingStrategy.targetTracking({ cpu: 50 })],
    });
    this.groupName = fleet.group.autoScalingGroupName;
    this.entry = server.entry;
    this.role = template.role;
    this.connections = template.connections;
  }
}
