import { Aws, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { PeeringMesh } from '../../constructs/network/peering-mesh';
import type { Profile } from '../../profile';
import { filesPort, JoinedNetwork } from './joined-network';
import { members, ranges as registered, type Member } from './ranges';

export interface PeeredNetworksProps extends ArchitectureProps {
  /**
   * The networks' ranges.
   * @default - the first range of each in the register
   */
  readonly ranges?: Readonly<Record<Member, string>>;
  /**
   * Pairs that are not joined.
   * @default - none
   */
  readonly apart?: readonly (readonly [Member, Member])[];
}

/** Three networks joined each with each, and what a peering does not do. */
export class PeeredNetworks extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'peering-chain': {
      what: 'shop and reports both joined with billing, and not with each other',
      props: { apart: [['shop', 'reports']] } satisfies Partial<PeeredNetworksProps>,
    },
  };

  constructor(scope: Construct, id: string, props: PeeredNetworksProps) {
    super(scope, id, props);
    const { profile, ranges = registered, apart = [] } = props;

    const networks = new Map(
      members.map((name) => [
        name,
        new JoinedNetwork(this, capitalised(name), {
          cidr: ranges[name],
          zones: 2,
          flowLogs: flowLogs(profile),
          hasS3: name === 'reports',
        }),
      ]),
    );
    const doors = Object.fromEntries([...networks].map(([name, { door }]) => [name, door]));
    const s3 = { host: `s3.${Aws.REGION}.amazonaws.com`, port: 443 };
    const probes = new Map([...networks].map(([name, network]) => [name, network.probe({ ...doors, s3 })]));

    const mesh = new PeeringMesh(this, 'Mesh', {
      networks: Object.fromEntries([...networks].map(([name, { network }]) => [name, { vpc: network.vpc }])),
      privateNames: true,
      apart,
    });
    for (const { one, other, peering } of mesh.pairs)
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as Member[][])
        peering.allow(probes.get(from)!.securityGroup, networks.get(to)!.files, filesPort);

    for (const [name, { network }] of networks) {
      new CfnOutput(this, `${capitalised(name)}Vpc`, { description: `The ${name} network`, value: network.vpc.vpcId });
      new CfnOutput(this, `${capitalised(name)}Probe`, {
        description: `Says which doors open to it in the ${name} network`,
        value: probes.get(name)!.function.functionName,
      });
    }
    new CfnOutput(this, 'Peerings', {
      description: 'The connections, in the order of the networks',
      value: mesh.pairs.map(({ peering }) => peering.peeringId).join(','),
    });
  }
}

const flowLogs = ({ name }: Profile): FlowDestination =>
  name === 'production' ? FlowDestination.s3(Duration.days(365)) : FlowDestination.logs();

const capitalised = (name: string): string => name.replace(/^./, (first) => first.toUpperCase());
