import {
  CfnNetworkInsightsAccessScope,
  CfnNetworkInsightsAccessScopeAnalysis,
  type ISubnet,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';

export interface InternetBarrierProps {
  /** Where nothing from the internet may arrive. */
  readonly subnets: readonly ISubnet[];
  /**
   * AWS charges 0.002 US dollars for each interface that an analysis looks at; one is made when the stack is deployed.
   */
  readonly acceptCostPerRun: true;
}

/**
 * A standing rule, kept with the account and analysed at any time: nothing from the internet arrives in these subnets.
 * Whatever breaks it is a finding, path by path, whoever opened it.
 *
 * @claims network-reachability-analyzer, security-network-reachability
 */
export class InternetBarrier extends Construct {
  readonly scopeId: string;
  readonly analysisId: string;
  /** `true`, `false` or `unknown`, known once the analysis was made. */
  readonly findingsFound: string;

  constructor(scope: Construct, id: string, { subnets, acceptCostPerRun }: InternetBarrierProps) {
    super(scope, id);
    refuse(this, [
      !acceptCostPerRun &&
        'acceptCostPerRun is not given; AWS bills each analysis, so say true, or leave the construct out',
      subnets.length === 0 && 'subnets are none; name those that the internet must not reach',
      ...subnets
        .filter((subnet, at) => subnets.indexOf(subnet) !== at)
        .map((subnet) => `subnets name ${subnet.node.path} twice; keep one of them`),
    ]);

    const barrier = new CfnNetworkInsightsAccessScope(this, 'Scope', {
      matchPaths: [
        {
          source: { resourceStatement: { resourceTypes: ['AWS::EC2::InternetGateway'] } },
          destination: { resourceStatement: { resources: subnets.map(({ subnetId }) => subnetId) } },
        },
      ],
    });
    const analysis = new CfnNetworkInsightsAccessScopeAnalysis(this, 'Analysis', {
      networkInsightsAccessScopeId: barrier.attrNetworkInsightsAccessScopeId,
    });
    this.scopeId = barrier.attrNetworkInsightsAccessScopeId;
    this.analysisId = analysis.attrNetworkInsightsAccessScopeAnalysisId;
    this.findingsFound = analysis.attrFindingsFound;
  }
}
