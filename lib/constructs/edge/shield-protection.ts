import { Token } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { CfnDRTAccess, CfnProtection, CfnProtectionGroup } from 'aws-cdk-lib/aws-shield';
import { Construct } from 'constructs';
import { refuse } from '../faults';

export interface ShieldProtectionProps {
  /**
   * ARNs of what is protected, by the names of the protections: distributions, public zones, accelerators, Application and Classic
   * Load Balancers, Elastic IPs. A Network Load Balancer and an instance are protected by their Elastic IPs.
   */
  readonly resources: Readonly<Record<string, string>>;
  /**
   * Whether the price is accepted: 3,000 USD a month for the organisation, for a year at least, and more for what goes out. It is
   * refused without.
   * @default false
   */
  readonly acceptMonthlyCost?: boolean;
  /**
   * Whether AWS's response team may look at the firewall's logs and change its rules in an attack.
   * @default true
   */
  readonly responseTeam?: boolean;
}

/** What each kind of ARN that is taken looks like. */
const kinds: readonly RegExp[] = [
  /^arn:[^:]+:cloudfront::[^:]*:distribution\//,
  /^arn:[^:]+:route53:::hostedzone\//,
  /^arn:[^:]+:globalaccelerator::[^:]*:accelerator\//,
  /^arn:[^:]+:elasticloadbalancing:[^:]+:[^:]*:loadbalancer\/(?!net\/|gwy\/)/,
  /^arn:[^:]+:ec2:[^:]+:[^:]*:eip-allocation\//,
];

/**
 * Shield Advanced: a response team, protection from what an attack costs, and detection at the layer of HTTP. Shield Standard is
 * everywhere without it, for nothing, at the layers below.
 *
 * The account has to be subscribed first, which only a person can do.
 *
 * @claims edge-shield-advanced, edge-shield-standard, edge-costly-options-off
 */
export class ShieldProtection extends Construct {
  /** What the response team acts as, where it may. */
  readonly responseRole?: IRole;

  constructor(scope: Construct, id: string, props: ShieldProtectionProps) {
    super(scope, id);
    const { resources, acceptMonthlyCost = false, responseTeam = true } = props;
    const named = Object.entries(resources);
    refuse(this, [
      !acceptMonthlyCost &&
        'acceptMonthlyCost is not set; Shield Advanced costs 3,000 USD a month for a year at least, so set it to accept that, or leave this out: Shield Standard is there for nothing',
      named.length === 0 && 'resources is empty; name what is to be protected',
      ...named.map(([name, arn]) => arnFault(name, arn)),
    ]);
    for (const [name, resourceArn] of named) new CfnProtection(this, name, { name, resourceArn });
    new CfnProtectionGroup(this, 'All', { protectionGroupId: this.node.addr, aggregation: 'MAX', pattern: 'ALL' });
    if (!responseTeam) return;
    const role = new Role(this, 'ResponseTeam', {
      assumedBy: new ServicePrincipal('drt.shield.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSShieldDRTAccessPolicy')],
    });
    new CfnDRTAccess(this, 'Access', { roleArn: role.roleArn });
    this.responseRole = role;
  }
}

function arnFault(name: string, arn: string): string | false {
  if (Token.isUnresolved(arn) && !arn.startsWith('arn:')) return false;
  // Of an ARN that is put together only what is text is looked at.
  const known = arn.replaceAll(/\$\{Token\[[^\]]+\]\}/g, 'token');
  if (/:loadbalancer\/net\//.test(known))
    return `${name} is ${known}, a Network Load Balancer, which Shield does not take; give the ARNs of its Elastic IPs`;
  return (
    !kinds.some((kind) => kind.test(known)) &&
    `${name} is ${known}; give the ARN of a distribution, a public zone, an accelerator, an Application or Classic Load Balancer, or an Elastic IP`
  );
}
