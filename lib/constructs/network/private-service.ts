import { Stack, Token } from 'aws-cdk-lib';
import { CfnVPCEndpointService, CfnVPCEndpointServicePermissions } from 'aws-cdk-lib/aws-ec2';
import { CfnLoadBalancer, type ILoadBalancerV2 } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { VpcEndpointServiceDomainName, type IPublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { Acceptance } from './acceptance';
import type { AcceptanceList } from './acceptance-list';

/** A name of its own that a service is called by inside the networks of its consumers. */
export interface PrivateServiceName {
  /** A name in the zone, such as `payments.example.com`. */
  readonly name: string;
  /** The public zone in which the service proves that the domain is yours. */
  readonly zone: IPublicHostedZone;
}

export interface PrivateServiceProps {
  /**
   * What answers: a Network Load Balancer that is internal, or a Gateway Load Balancer. An Application Load Balancer is
   * refused; put it behind a Network one.
   */
  readonly loadBalancer: ILoadBalancerV2 | CfnLoadBalancer;
  /** Who may ask for a connection: ARNs of accounts (`arn:aws:iam::111122223333:root`), roles or users, or `*`. */
  readonly allowedPrincipals: readonly string[];
  /**
   * Who decides about each connection. Without anybody, `*` is refused.
   * @default Acceptance.byHand()
   */
  readonly acceptance?: Acceptance;
  /**
   * A name of the service's own.
   * @default - consumers use the names of their endpoints
   */
  readonly privateName?: PrivateServiceName;
}

/**
 * Offers one service to other networks by PrivateLink, without joining them: no peering, no routes, and addresses may be the
 * same on both sides. Consumers open connections to it; it cannot open any to them.
 *
 * @claims network-privatelink-provider, network-privatelink-name, compute-nlb-privatelink
 */
export class PrivateService extends Construct {
  /** The endpoint service, `vpce-svc-…`. */
  readonly serviceId: string;
  /** What consumers name, `com.amazonaws.vpce.<region>.vpce-svc-…`. */
  readonly serviceName: string;
  /** The name of its own, where it has one. */
  readonly privateName?: string;
  /** What accepts connections, where a list does. */
  readonly acceptanceList?: AcceptanceList;

  constructor(scope: Construct, id: string, props: PrivateServiceProps) {
    super(scope, id);
    const { loadBalancer, allowedPrincipals, acceptance = Acceptance.byHand(), privateName } = props;
    const { kind, scheme, arn } = described(loadBalancer);
    refuse(this, [
      kind === 'application' &&
        `loadBalancer is ${loadBalancer.node.path}, an Application Load Balancer, which offers no service; give a Network Load Balancer, with this one as its target if need be`,
      kind === 'network' &&
        scheme === 'internet-facing' &&
        `loadBalancer is ${loadBalancer.node.path}, which faces the internet, so the service would not be private; make it internal`,
      allowedPrincipals.length === 0 && 'allowedPrincipals are none, so nobody could ask; name at least one',
      allowedPrincipals.includes('*') &&
        !acceptance.isRequired &&
        'allowedPrincipals has * without acceptance, so anybody in AWS would be connected; name accounts, or let somebody accept: Acceptance.byHand() or byList()',
      ...allowedPrincipals.map(principalFault),
      privateName && nameFault(privateName),
    ]);

    const service = new CfnVPCEndpointService(this, 'Service', {
      acceptanceRequired: acceptance.isRequired,
      ...(kind === 'gateway' ? { gatewayLoadBalancerArns: [arn] } : { networkLoadBalancerArns: [arn] }),
    });
    this.serviceId = service.ref;
    this.serviceName = `com.amazonaws.vpce.${Stack.of(this).region}.${this.serviceId}`;
    new CfnVPCEndpointServicePermissions(this, 'Permissions', {
      serviceId: this.serviceId,
      allowedPrincipals: [...allowedPrincipals],
    });
    const list = acceptance.make(this, this.serviceId);
    if (list) this.acceptanceList = list;
    if (privateName) {
      new VpcEndpointServiceDomainName(this, 'Name', {
        endpointService: service,
        domainName: privateName.name,
        publicHostedZone: privateName.zone,
      });
      this.privateName = privateName.name;
    }
  }
}

interface Described {
  readonly kind: string;
  readonly scheme?: string | undefined;
  readonly arn: string;
}

function described(loadBalancer: ILoadBalancerV2 | CfnLoadBalancer): Described {
  const resource = loadBalancer instanceof CfnLoadBalancer ? loadBalancer : loadBalancer.node.defaultChild;
  if (resource instanceof CfnLoadBalancer)
    return {
      kind: resource.type ?? 'application',
      scheme: resource.scheme ?? 'internet-facing',
      arn: resource.ref,
    };
  const { loadBalancerArn: arn } = (loadBalancer as ILoadBalancerV2).loadBalancerRef;
  const [, kind] = /:loadbalancer\/(net|app|gwy)\//.exec(Token.isUnresolved(arn) ? '' : arn) ?? [];
  return { kind: { app: 'application', gwy: 'gateway' }[kind ?? ''] ?? 'network', arn };
}

function principalFault(principal: string): string | undefined {
  return principal === '*' ||
    Token.isUnresolved(principal) ||
    /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/.+)$/.test(principal)
    ? undefined
    : `allowedPrincipals has ${principal}; write the ARN of an account, a role or a user, such as arn:aws:iam::111122223333:root`;
}

const nameFault = ({ name, zone }: PrivateServiceName): string | undefined =>
  Token.isUnresolved(zone.zoneName) || name === zone.zoneName || name.endsWith(`.${zone.zoneName}`)
    ? undefined
    : `privateName is ${name}, outside ${zone.zoneName}, so the domain could not be proven; choose a name such as service.${zone.zoneName}`;
