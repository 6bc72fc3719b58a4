import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { askEnvironment } from '../../../lambda/vpc-document-service/environment';
import type { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { NetworkProbe } from '../../constructs/network/network-probe';
import type { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { AppFunction } from '../../constructs/serverless/app-function';
import { calledAndWaitedFor } from '../../constructs/serverless/waited-for';
import { handlerCode } from '../../handlers';
import type { Place } from './place';

export interface VisitorProps {
  readonly place: Place;
  readonly entry: AppLoadBalancer;
  /**
   * The name that the certificate of the entry is for.
   * @default - it has none
   */
  readonly name?: string;
  /** Whoever may use the service. */
  readonly clients: TierSecurityGroup;
}

/** Stands for a program inside the network: one function that asks the service, and one that knocks at doors. */
export class Visitor extends Construct {
  readonly ask: IFunction;
  readonly probe: IFunction;

  constructor(scope: Construct, id: string, { place, entry, name, clients }: VisitorProps) {
    super(scope, id);
    const { loadBalancerDnsName: host } = entry.loadBalancer;
    const network = { vpc: place.vpc, subnets: place.subnets, egress: place.otherEgress, group: clients };
    this.ask = new AppFunction(this, 'Ask', {
      description: 'Asks the document service from inside its network',
      code: handlerCode('vpc-document-service', 'ask'),
      service: 'vpc-document-service',
      environment: {
        [askEnvironment.address]: entry.url,
        [askEnvironment.name]: name ?? host,
      },
      network,
    }).function;
    calledAndWaitedFor(this.ask, 'A person');
    this.probe = new NetworkProbe(this, 'Probe', {
      network,
      doors: { service: { host, port: 80 }, internet: { host: 'checkip.amazonaws.com', port: 443 } },
    }).function;
  }
}
