import { Validations } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AppFunction } from '../../constructs/serverless/app-function';
import { handlerCode } from '../../handlers';

export interface ProbedNetworkProps {
  /** Its range, in canonical form. */
  readonly cidr: string;
}

/** A network of two isolated subnets, from which nothing leaves but questions to its resolver, and a function that asks. */
export class ProbedNetwork extends Construct {
  readonly vpc: IVpc;
  readonly resolverAddress: string;
  readonly probe: IFunction;

  constructor(scope: Construct, id: string, { cidr }: ProbedNetworkProps) {
    super(scope, id);
    const { vpc, resolverAddress } = new TieredNetwork(this, 'Network', {
      plan: { cidr, zones: 2, zoneSlots: 2, tiers: [{ name: 'inner', access: 'isolated' }], tierSlots: 1 },
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    this.vpc = vpc;
    this.resolverAddress = resolverAddress;
    this.probe = new AppFunction(this, 'Probe', {
      description: `Looks names up in the network ${cidr}`,
      code: handlerCode('internal-names', 'probe'),
      network: { vpc },
    }).function;
    Validations.of(this.probe).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'Only a person calls this function, and waits for what it found; Lambda sends only events nobody waits for to a dead-letter queue.',
    });
  }
}
