import { Validations } from 'aws-cdk-lib';
import { CfnMountTarget, FileSystem } from 'aws-cdk-lib/aws-efs';
import { NetworkLoadBalancer, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IpTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
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
    // Nobody in the provider's own network is let in; what comes by PrivateLink is not asked, and has been accepted already.
    const front = new TierSecurityGroup(this, 'Front', { vpc, description: 'Load balancer of the service' });
    const back = new TierSecurityGroup(this, 'Back', {
      vpc,
      description: 'The service: from its load balancer only',
      port: filesPort,
    });
    back.allowFrom(front);
    const files = new FileSystem(this, 'Files', {
      vpc,
      vpcSubnets: subnets,
      securityGroup: back.securityGroup,
      encrypted: true,
      fileSystemPolicy: new PolicyDocument({ statements: [nobodyMounts()] }),
    });
    const targets = files.node.findAll().filter((node) => node instanceof CfnMountTarget);

    const balancer = new NetworkLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: subnets,
      internetFacing: false,
      crossZoneEnabled: true,
      deletionProtection: props.deletionProtection,
      securityGroups: [front.securityGroup],
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
    });
    Validations.of(balancer).acknowledge({
      id: 'AwsSolutions::AwsSolutions-ELB2',
      reason:
        'A Network Load Balancer writes access logs of TLS listeners only, and this one passes on TCP; the flow logs of the network have every connection of it.',
    });
    balancer.addListener('Files', { port: filesPort, protocol: Protocol.TCP }).addTargets('Targets', {
      port: filesPort,
      protocol: Protocol.TCP,
      preserveClientIp: false,
      targets: targets.map(({ attrIpAddress }) => new IpTarget(attrIpAddress, filesPort)),
    });
    this.service = new PrivateService(this, 'Service', {
      loadBalancer: balancer,
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
