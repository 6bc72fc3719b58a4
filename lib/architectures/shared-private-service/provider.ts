import { CfnMountTarget, FileSystem } from 'aws-cdk-lib/aws-efs';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EntryPort } from '../../constructs/compute/entry-port';
import { Exposure } from '../../constructs/compute/exposure';
import { PoolMembers } from '../../constructs/compute/pool-members';
import { TransportEntry } from '../../constructs/compute/transport-entry';
import { TransportPool } from '../../constructs/compute/transport-pool';
import type { Acceptance } from '../../constructs/network/acceptance';
import { PrivateService } from '../../constructs/network/private-service';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import type { TieredNetwork } from '../../constructs/network/tiered-network';

/** The port files are served on. */
export const filesPort = 2049;

export interface ProviderProps {
  readonly network: TieredNetwork;
  readonly allowedPrincipals: readonly string[];
  readonly acceptance: Acceptance;
  readonly deletionProtection: boolean;
}

/**
 * The service and its offer: an empty file system, which answers and costs nothing, behind an internal load balancer. A real
 * service stands in its place.
 *
 * @claims compute-cross-zone
 */
export class Provider extends Construct {
  readonly service: PrivateService;

  constructor(scope: Construct, id: string, props: ProviderProps) {
    super(scope, id);
    const { vpc } = props.network;
    const subnets = props.network.subnets('application');
    const back = new TierSecurityGroup(this, 'Back', {
      vpc,
      description: 'The service: from its load balancer only',
      port: filesPort,
    });
    const files = new FileSystem(this, 'Files', {
      vpc,
      vpcSubnets: subnets,
      securityGroup: back.securityGroup,
      encrypted: true,
      fileSystemPolicy: new PolicyDocument({ statements: [nobodyMounts()] }),
    });
    const targets = files.node.findAll().filter((node) => node instanceof CfnMountTarget);
    const pool = new TransportPool(this, 'Pool', {
      vpc,
      port: filesPort,
      members: PoolMembers.addresses(
        targets.map(({ attrIpAddress }) => attrIpAddress),
        back,
      ),
    });
    // Nobody in the provider's own network is let in; what comes by PrivateLink is not asked, and has been accepted already.
    const entry = new TransportEntry(this, 'Entry', {
      vpc,
      subnets,
      ports: [EntryPort.tcp(filesPort, pool)],
      crossZone: true,
      exposure: Exposure.privateLink(),
      deletionProtection: props.deletionProtection,
    });
    this.service = new PrivateService(this, 'Service', {
      loadBalancer: entry.loadBalancer,
      allowedPrincipals: props.allowedPrincipals,
      acceptance: props.acceptance,
    });
  }
}

/** It is there to answer, not to be used; without a policy everybody who reaches it could mount it. */
const nobodyMounts = (): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['ClientMount', 'ClientWrite', 'ClientRootAccess'].map((action) => `elasticfilesystem:${action}`),
  });
