import { Aws, Validations } from 'aws-cdk-lib';
import { CfnSubnet, Peer, Port, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  InstanceProfile,
  PolicyStatement,
  Role,
  ServicePrincipal,
  type IInstanceProfile,
  type IRole,
} from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { OperatorAccess } from '../network/operator-access';
import { TierSecurityGroup } from '../network/tier-security-group';
import type { ImageComponent } from './image-component';

export interface ImageBuildHostProps {
  readonly vpc: IVpc;
  readonly subnet: ISubnet;
  /** What it may fetch. */
  readonly components: readonly ImageComponent[];
}

/**
 * The instances on which images are built and tested, as Image Builder starts them: what they may do, and whom they reach. AWS's own policy for
 * them would let them read every component and every log group of Image Builder.
 */
export class ImageBuildHost extends Construct {
  readonly role: IRole;
  readonly profile: IInstanceProfile;
  readonly group: TierSecurityGroup;

  constructor(scope: Construct, id: string, { vpc, subnet, components }: ImageBuildHostProps) {
    super(scope, id);
    const isPublic = vpc.publicSubnets.some(({ subnetId }) => subnetId === subnet.subnetId);
    const isClosed = vpc.isolatedSubnets.some(({ subnetId }) => subnetId === subnet.subnetId);
    refuse(this, [
      isClosed && 'subnet has no way out, so that nothing could be installed; give one with NAT, or a public one',
      isPublic &&
        mapsAddresses(subnet) === false &&
        'subnet is public but gives no addresses by itself, and Image Builder asks for none, so that instances would have no way out; let it give addresses (autoAssignPublicIp), or give a private one with NAT',
    ]);
    this.group = new TierSecurityGroup(this, 'Group', {
      vpc,
      description: 'Instances that build and test images: HTTPS outwards, nothing inwards',
    });
    this.group.connections.allowTo(
      Peer.anyIpv4(),
      Port.tcp(443),
      'HTTPS to Image Builder, Systems Manager and packages',
    );
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    this.role = role;
    OperatorAccess.session().open({ scope: this, vpc, role, connections: this.group.connections });
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['imagebuilder:GetComponent'],
        resources: components.map(({ componentArn }) => componentArn),
      }),
    );
    const agent = ['toe', 'managed-resources'].map(
      (what) => `arn:${Aws.PARTITION}:s3:::ec2imagebuilder-${what}-${Aws.REGION}-prod/*`,
    );
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: agent }));
    for (const objects of agent)
      Validations.of(role).acknowledge({
        id: wildcardFinding(role, objects),
        reason:
          'The buckets are those of Image Builder itself, in which its agent lies under the version of the day; they can be read, and hold nothing of this account.',
      });
    this.profile = new InstanceProfile(this, 'Profile', { role });
  }

  /** Lets it write what it does. Image Builder makes the group first, though it is there, and writes nothing when that is refused. */
  grantLog(logs: ILogGroup): void {
    logs.grant(this.role, 'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents');
  }
}

/** What the template says of a subnet; nothing where it is another's. */
function mapsAddresses({ node }: ISubnet): boolean | undefined {
  const made = node.defaultChild;
  return made instanceof CfnSubnet ? made.mapPublicIpOnLaunch === true : undefined;
}
