import { Duration } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { healthPath, ports } from '../../../lambda/static-ip-entry/environment';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { EntryPort } from '../../constructs/compute/entry-port';
import { Exposure } from '../../constructs/compute/exposure';
import { PoolMembers } from '../../constructs/compute/pool-members';
import { TargetPool } from '../../constructs/compute/target-pool';
import { TransportHealth } from '../../constructs/compute/transport-health';
import { TransportPool } from '../../constructs/compute/transport-pool';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';

export interface RequestRulesProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

/** What an entry by port cannot do: an Application Load Balancer behind one of its ports, which reads requests and answers some itself. */
export class RequestRules extends Construct {
  /** Where servers answer in the clear. */
  readonly pages: TargetPool;
  /** What holds the load balancer. */
  readonly pool: TransportPool;
  /** What clients find open. */
  readonly port: EntryPort;

  constructor(scope: Construct, id: string, { vpc, subnets, alarms, deletionProtection }: RequestRulesProps) {
    super(scope, id);
    this.pages = new TargetPool(this, 'Pages', {
      vpc,
      port: ports.pages,
      health: { path: healthPath },
      deregistrationDelay: Duration.seconds(30),
    });
    const balancer = new AppLoadBalancer(this, 'Rules', {
      vpc,
      subnets,
      targets: this.pages,
      logs: new LogBucket(this, 'AccessLogs'),
      logPrefix: 'rules',
      alarms,
      exposure: Exposure.behindEntry(),
      deletionProtection,
    });
    balancer.redirect('Old', 10, [ListenerCondition.pathPatterns(['/old', '/old/*'])], { path: '/' });
    this.pool = new TransportPool(this, 'Requests', {
      vpc,
      port: 80,
      members: PoolMembers.balancer(balancer),
      health: TransportHealth.http(healthPath),
    });
    this.port = EntryPort.tcp(80, this.pool);
  }
}
