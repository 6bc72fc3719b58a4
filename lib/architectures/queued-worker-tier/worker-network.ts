import { Aws } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { IQueuePair } from '../../constructs/messaging/queue-pair';
import { PrivateMessaging } from '../../constructs/messaging/private-messaging';
import type { WorkerMachine } from '../../constructs/messaging/worker-tier';
import { ownIdentities, systemPackages, type EndpointAllowance } from '../../constructs/network/endpoint-policy';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { OperatorAccess } from '../../constructs/network/operator-access';
import { PrivateServiceAccess } from '../../constructs/network/private-service-access';
import { TieredNetwork } from '../../constructs/network/tiered-network';

/**
 * Where workers stand: in public subnets with addresses of their own, which cost nothing while there are no workers; or in isolated
 * ones, from which interface endpoints lead to the services they use, and nothing leads to the internet.
 */
export type Standing = 'public' | 'isolated';

export interface WorkerNetworkProps {
  readonly standing: Standing;
  /** The queue workers work. */
  readonly jobs: IQueuePair;
}

const cidr = '10.26.0.0/16';

/** The network of the workers, with the ways to what they need and no way in. */
export class WorkerNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** What follows for the machines that stand in it. */
  readonly machine: WorkerMachine;

  constructor(scope: Construct, id: string, { standing, jobs }: WorkerNetworkProps) {
    super(scope, id);
    const isolated = standing === 'isolated';
    const network = new TieredNetwork(this, 'Network', {
      plan: { cidr, zones: 2, tiers: [{ name: 'workers', access: standing }] },
      nat: NatStrategy.none(),
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    this.vpc = network.vpc;
    this.subnets = network.subnets('workers');
    const access = new PrivateServiceAccess(this, 'Services', {
      vpc: network.vpc,
      services: ['s3', ...(isolated ? ['autoscaling', 'cloudformation', 'logs'] : [])],
      allow: { s3: [ownObjects, systemPackages] },
    });
    if (!isolated) {
      this.machine = { publicAddress: true };
      return;
    }
    for (const service of Object.keys(access.interfaces)) access.allow(service, ownIdentities);
    new PrivateMessaging(this, 'Messaging', { vpc: network.vpc, queues: [jobs.queue] });
    // A shell would take two more endpoints in each zone.
    this.machine = { access: OperatorAccess.none() };
  }
}

/** Buckets of this account, used by this account. */
const ownObjects: EndpointAllowance = {
  actions: ['s3:*'],
  resources: ['*'],
  conditions: {
    StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID, 'aws:ResourceAccount': Aws.ACCOUNT_ID },
  },
};
