import {
  OriginProtocolPolicy,
  OriginSslPolicy,
  VpcOrigin,
  VpcOriginEndpoint,
  type IOrigin,
} from 'aws-cdk-lib/aws-cloudfront';
import { VpcOrigin as VpcOrigins } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { AppLoadBalancer } from '../compute/app-load-balancer';
import { refuse } from '../faults';
import { askEc2 } from '../network/ask-ec2';
import { patienceFaults, patienceOf, type OriginPatience } from './custom-origin';
import { transportFaults } from './guarded-custom-origin';
import type { OriginGuard } from './origin-guard';
import { regionalName } from './regional-name';

/** The name CloudFront gives the group of its interfaces in a VPC. */
const SERVICE_GROUP = 'CloudFront-VPCOrigins-Service-SG';

export interface VpcBalancerOriginProps extends OriginPatience {
  /**
   * A secret that is sent with every request all the same.
   * @default - none
   */
  readonly guard?: OriginGuard;
  /** A balancer without public addresses, whose exposure is `Exposure.vpcOrigin()`; its VPC has an internet gateway, though nothing of it leads there. */
  readonly loadBalancer: AppLoadBalancer;
  /**
   * A name that the balancer's certificate covers; needed for TLS.
   * @default - the balancer's own name, in plain HTTP
   */
  readonly domainName?: string;
  /**
   * Whether requests go from CloudFront's interfaces in the VPC to the balancer in plain HTTP.
   * @default false
   */
  readonly allowPlainOriginLeg?: boolean;
}

/**
 * A load balancer without any public address behind a distribution: CloudFront has interfaces in its subnets, and the balancer
 * admits their security group alone.
 *
 * @claims edge-vpc-origin, edge-two-tls-legs
 */
export class VpcBalancerOrigin extends Construct {
  readonly origin: IOrigin;

  constructor(scope: Construct, id: string, props: VpcBalancerOriginProps) {
    super(scope, id);
    const { loadBalancer, domainName, guard } = props;
    const { exposure, transport, node } = loadBalancer;
    refuse(this, [
      exposure.isPublic &&
        `loadBalancer is ${node.path}, which has public addresses that anybody may call; use GuardedCustomOrigin, or give it Exposure.vpcOrigin()`,
      !exposure.isPublic &&
        !exposure.isForVpcOrigin &&
        `loadBalancer is ${node.path}, which admits others than CloudFront; give it Exposure.vpcOrigin()`,
      ...transportFaults(props),
      ...patienceFaults(props),
    ]);
    const vpcOrigin = new VpcOrigin(this, 'Origin', {
      endpoint: VpcOriginEndpoint.applicationLoadBalancer(loadBalancer.loadBalancer),
      vpcOriginName: regionalName(this, 64),
      protocolPolicy: transport.isTls ? OriginProtocolPolicy.HTTPS_ONLY : OriginProtocolPolicy.HTTP_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    });
    // CloudFront makes this group with the first origin in a VPC, and gives it to its interfaces there.
    const [{ asked, value: service }] = askEc2(this, {
      ServiceGroup: {
        action: 'DescribeSecurityGroups',
        filters: { 'group-name': SERVICE_GROUP, 'vpc-id': loadBalancer.loadBalancer.vpc!.vpcId },
        found: 'SecurityGroups.0.GroupId',
      },
    });
    asked.node.addDependency(vpcOrigin);
    const [port] = [...transport.ports].reverse();
    loadBalancer.connections.allowFrom(
      SecurityGroup.fromSecurityGroupId(this, 'Service', service),
      Port.tcp(port),
      `tcp/${port} from CloudFront`,
    );
    this.origin = VpcOrigins.withVpcOrigin(vpcOrigin, {
      ...(domainName !== undefined && { domainName }),
      ...(guard && { customHeaders: guard.headers }),
      ...patienceOf(props),
    });
  }
}
