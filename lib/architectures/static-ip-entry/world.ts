import { Fn, Stack, Token } from 'aws-cdk-lib';
import { Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { RawEndpoint, type PortRange } from 'aws-cdk-lib/aws-globalaccelerator';
import { Construct } from 'constructs';
import { deployedElsewhere } from '../../constructs/deployed-elsewhere';
import { AcceleratedEndpoint } from '../../constructs/edge/accelerated-endpoint';
import { readAcross } from '../../constructs/edge/across-stacks';
import type { RegionalEntry } from './regional-entry';

export interface WorldProps {
  /** The entry of this stack's Region. */
  readonly home: RegionalEntry;
  /** The same in another Region. */
  readonly away: RegionalEntry;
}

/** Two addresses for both Regions: who connects is led to the nearest that is well, and stays there while it is. */
export class World extends Construct {
  readonly acceleratorArn: string;
  readonly addresses: readonly string[];

  constructor(scope: Construct, id: string, { home, away }: WorldProps) {
    super(scope, id);
    const { region } = Stack.of(away.entry);
    if (Token.isUnresolved(Stack.of(this).region))
      deployedElsewhere(
        this,
        'Elsewhere',
        region,
        `The second Region is ${region}; deploy to another one, or give secondRegion`,
      );
    const endpoints = ({ entry }: RegionalEntry) => [
      new RawEndpoint({
        endpointId: readAcross(entry, 'Arn', entry.loadBalancer.loadBalancerArn, this),
        // Servers count by the client's own address, and come back to it by that.
        preserveClientIp: true,
      }),
    ];
    const { accelerator } = new AcceleratedEndpoint(this, 'Accelerator', {
      regions: [{ endpoints: endpoints(home) }, { region, endpoints: endpoints(away) }],
      ports: openFor(home, Protocol.TCP),
      udpPorts: openFor(home, Protocol.UDP),
      sticky: true,
      acceptHourlyCost: 'Whoever deploys it chose the variant, whose bill stands beside it in the README',
    });
    this.acceleratorArn = accelerator.acceleratorArn;
    this.addresses = [0, 1].map((i) => Fn.select(i, accelerator.ipv4Addresses!));
  }
}

const openFor = ({ ports }: RegionalEntry, wanted: Protocol): PortRange[] =>
  ports.filter(({ protocol }) => protocol === wanted).map(({ port }) => ({ fromPort: port, toPort: port }));
