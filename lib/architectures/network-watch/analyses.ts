import type { CfnInternetGateway } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InternetBarrier } from '../../constructs/network/internet-barrier';
import { PathEnd, ReachabilityProbe } from '../../constructs/network/reachability-probe';
import type { TieredNetwork } from '../../constructs/network/tiered-network';
import type { Ends } from './ends';

export interface AnalysesProps {
  readonly network: TieredNetwork;
  readonly ends: Ends;
  readonly port: number;
}

/** What the tests say of the template, said by AWS of what is deployed. Each analysis costs 0.10 US dollars. */
export class Analyses extends Construct {
  /** The web tier reaches the database: a path is found. */
  readonly inside: ReachabilityProbe;
  /** The internet does not: none is found. */
  readonly fromInternet: ReachabilityProbe;
  /** And nothing else of the tier either. */
  readonly barrier: InternetBarrier;

  constructor(scope: Construct, id: string, { network, ends, port }: AnalysesProps) {
    super(scope, id);
    const acceptCostPerRun = true;
    const to = PathEnd.networkInterface(ends.database);
    const gateway = network.vpc.node.findChild('IGW') as CfnInternetGateway;
    this.inside = new ReachabilityProbe(this, 'Inside', {
      from: PathEnd.networkInterface(ends.web),
      to,
      port,
      acceptCostPerRun,
    });
    this.fromInternet = new ReachabilityProbe(this, 'FromInternet', {
      from: PathEnd.internet(gateway),
      to,
      port,
      acceptCostPerRun,
    });
    const { subnets } = network.vpc.selectSubnets(network.subnets('database'));
    this.barrier = new InternetBarrier(this, 'Barrier', { subnets, acceptCostPerRun });
    // An analysis sees what is there while it runs, so all of the network must be.
    this.node.addDependency(network, ends);
  }
}
