import { Token, type IResolvable } from 'aws-cdk-lib';
import {
  CfnNetworkInsightsAnalysis,
  CfnNetworkInsightsPath,
  type CfnInternetGateway,
  type CfnNetworkInterface,
  type IInstance,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { portFault } from './ports';

/** Where a path begins or ends. */
export class PathEnd {
  static instance(instance: IInstance): PathEnd {
    return new PathEnd(instance.instanceId);
  }

  static networkInterface(networkInterface: CfnNetworkInterface): PathEnd {
    return new PathEnd(networkInterface.attrId);
  }

  /** The internet, as it comes in by a gateway. A path may begin or end there, not both. */
  static internet(gateway: CfnInternetGateway): PathEnd {
    return new PathEnd(gateway.attrInternetGatewayId);
  }

  /**
   * Anything else that Reachability Analyzer knows: a gateway, an endpoint, a peering, an attachment of a transit gateway.
   *
   * @param id such as `vpce-0a1b2c3d4e5f60718`
   */
  static resource(id: string): PathEnd {
    return new PathEnd(id);
  }

  private constructor(readonly id: string) {}

  fault(name: string): string | false {
    return (
      !Token.isUnresolved(this.id) &&
      !/^(i|eni|igw|vgw|vpce|vpce-svc|pcx|tgw|tgw-attach)-[0-9a-f]+$/.test(this.id) &&
      `${name} is ${this.id}; give the id of an instance, an interface, a gateway, an endpoint, a peering or an attachment`
    );
  }
}

export interface ReachabilityProbeProps {
  readonly from: PathEnd;
  readonly to: PathEnd;
  /** @default 'tcp' */
  readonly protocol?: 'tcp' | 'udp';
  /**
   * The port that is asked for.
   * @default - any
   */
  readonly port?: number;
  /** AWS charges 0.10 US dollars for each analysis, which is made when the stack is deployed and whenever the path changes. */
  readonly acceptCostPerRun: true;
}

/**
 * Asks the deployed network, without an agent and without a packet: does this reach that? AWS follows routes, groups, ACLs,
 * gateways, endpoints and peerings, and names the hop where a path ends.
 *
 * The unit tests have the same answer from the template, for nothing; this one also knows what others changed since.
 *
 * @claims network-reachability-analyzer, security-network-reachability
 */
export class ReachabilityProbe extends Construct {
  readonly pathId: string;
  readonly analysisId: string;
  /** Whether there is a path, known once the analysis was made; a boolean, which an output of a stack does not take. */
  readonly pathFound: IResolvable;

  constructor(scope: Construct, id: string, props: ReachabilityProbeProps) {
    super(scope, id);
    const { from, to, protocol = 'tcp', port, acceptCostPerRun } = props;
    refuse(this, [
      !acceptCostPerRun &&
        'acceptCostPerRun is not given; AWS bills each analysis, so say true, or leave the construct out',
      from.fault('from'),
      to.fault('to'),
      from.id === to.id && `from and to are the same; a path has two ends`,
      portFault('port', port),
    ]);

    const path = new CfnNetworkInsightsPath(this, 'Path', {
      source: from.id,
      destination: to.id,
      protocol,
      ...(port !== undefined && { destinationPort: port }),
    });
    const analysis = new CfnNetworkInsightsAnalysis(this, 'Analysis', {
      networkInsightsPathId: path.attrNetworkInsightsPathId,
    });
    this.pathId = path.attrNetworkInsightsPathId;
    this.analysisId = analysis.attrNetworkInsightsAnalysisId;
    this.pathFound = analysis.attrNetworkPathFound;
  }
}
