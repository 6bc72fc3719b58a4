import { ArnFormat, Stack, Token, Validations } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, PolicyStatement, Role, type IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { isNoAccount, refuse } from '../faults';
import { wildcardFinding } from '../findings';

export interface PeeringAcceptanceRoleProps {
  /** The VPC that may be peered with; it stands in the stack's account. */
  readonly vpc: IVpc;
  /** The account that may ask, 12 digits. */
  readonly requesterAccount: string;
  /**
   * The VPC of that account that may ask.
   * @default - any of the account's
   */
  readonly requesterVpcId?: string;
}

/**
 * The role by which another account accepts, on this account's behalf, the peering that it asked for: for this VPC, for
 * requests of that account, and nothing else. The requester names it as `acceptanceRoleArn`.
 *
 * @claims network-peering-accounts
 */
export class PeeringAcceptanceRole extends Construct {
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: PeeringAcceptanceRoleProps) {
    super(scope, id);
    const { vpc, requesterAccount, requesterVpcId = '*' } = props;
    const stack = Stack.of(this);
    refuse(this, [
      isNoAccount(requesterAccount) && `requesterAccount is ${requesterAccount}; write the 12 digits of one account`,
      requesterAccount === stack.account &&
        `requesterAccount is ${requesterAccount}, the account of the VPC itself, which needs no role; leave it out`,
      requesterVpcId !== '*' &&
        !Token.isUnresolved(requesterVpcId) &&
        !/^vpc-[0-9a-f]{8,17}$/.test(requesterVpcId) &&
        `requesterVpcId is ${requesterVpcId}; give an id such as vpc-0123456789abcdef0, or leave it out for any of the account`,
    ]);

    const arn = (resource: string, resourceName: string, owner: { account?: string; region?: string } = {}) =>
      stack.formatArn({ service: 'ec2', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME, ...owner });
    const requests = arn('vpc-peering-connection', '*');
    const role = new Role(this, 'Role', {
      description: `Accepts peerings that ${requesterAccount} asks for`,
      assumedBy: new AccountPrincipal(requesterAccount),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['ec2:AcceptVpcPeeringConnection'], resources: [arn('vpc', vpc.vpcId)] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ec2:AcceptVpcPeeringConnection'],
        resources: [requests],
        conditions: {
          ArnEquals: { 'ec2:AccepterVpc': arn('vpc', vpc.vpcId) },
          ArnLike: {
            'ec2:RequesterVpc': arn('vpc', requesterVpcId, { account: requesterAccount, region: '*' }),
          },
        },
      }),
    );
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, requests),
      reason:
        'A request has no id before it is made; the conditions admit only those of the one account to this one VPC.',
    });
    this.role = role;
  }
}
