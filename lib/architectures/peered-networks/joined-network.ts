import { GatewayVpcEndpointAwsService, Peer, Port, type ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnMountTarget, FileSystem } from 'aws-cdk-lib/aws-efs';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { FlowDestination } from '../../constructs/network/flow-capture';
import { NetworkProbe, type ProbeDoor } from '../../constructs/network/network-probe';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { TieredNetwork } from '../../constructs/network/tiered-network';

/** The port a file system answers on. */
export const filesPort = 2049;

export interface JoinedNetworkProps {
  readonly cidr: string;
  readonly zones: number;
  readonly flowLogs: FlowDestination;
  /** Whether it has a way to S3, which its peers cannot use. */
  readonly hasS3: boolean;
}

/**
 * One of the networks: isolated subnets, something that answers, and something that asks. What answers is an empty file
 * system, because it stands in the subnets, listens, and costs nothing.
 */
export class JoinedNetwork extends Construct {
  readonly network: TieredNetwork;
  readonly files: ISecurityGroup;
  /** Where the file system answers. */
  readonly door: ProbeDoor;

  constructor(scope: Construct, id: string, { cidr, zones, flowLogs, hasS3 }: JoinedNetworkProps) {
    super(scope, id);
    this.network = new TieredNetwork(this, 'Network', {
      plan: { cidr, tiers: [{ name: 'application', access: 'isolated' }], zones },
      gatewayEndpoints: hasS3 ? { S3: { service: GatewayVpcEndpointAwsService.S3 } } : {},
      flowLogs,
    });
    const { vpc } = this.network;
    const { securityGroup } = new TierSecurityGroup(this, 'FilesAccess', {
      vpc,
      description: 'File system: from the probes of all joined networks',
      port: filesPort,
    });
    const files = new FileSystem(this, 'Files', {
      vpc,
      vpcSubnets: this.network.subnets('application'),
      securityGroup,
      encrypted: true,
      fileSystemPolicy: new PolicyDocument({ statements: [nobodyMounts()] }),
    });
    const target = files.node.findAll().find((node) => node instanceof CfnMountTarget)!;
    this.files = securityGroup;
    this.door = { host: target.attrIpAddress, port: filesPort };
  }

  /** Puts a probe there that may knock at S3 and at the file system beside it; peers are opened to it one by one. */
  probe(doors: Readonly<Record<string, ProbeDoor>>): NetworkProbe {
    const { vpc } = this.network;
    const probe = new NetworkProbe(this, 'Probe', {
      network: { vpc, subnets: this.network.subnets('application') },
      doors,
    });
    probe.connections.allowTo(Peer.anyIpv4(), Port.tcp(443), 'HTTPS anywhere, where there is a way');
    probe.connections.allowTo(this.files, Port.tcp(filesPort), 'Its own file system');
    return probe;
  }
}

/** It is there to answer, not to be used; without a policy everybody who reaches it could mount it. */
const nobodyMounts = (): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['ClientMount', 'ClientWrite', 'ClientRootAccess'].map((action) => `elasticfilesystem:${action}`),
  });
