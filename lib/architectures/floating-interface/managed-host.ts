import { UserData, type IInstance, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { OperatorAccess } from '../../constructs/network/operator-access';
import { SmallHost } from '../../constructs/network/small-host';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';

export interface ManagedHostProps {
  readonly vpc: IVpc;
  /** The subnet of its first interface, by which it is looked after. */
  readonly subnet: ISubnet;
  readonly access: OperatorAccess;
}

/**
 * A host with a management interface and no public address. It has a page ready that says which host it is; clients get to it
 * by the floating interface, and only while that is here.
 */
export class ManagedHost extends Construct {
  readonly instance: IInstance;

  constructor(scope: Construct, id: string, { vpc, subnet, access }: ManagedHostProps) {
    super(scope, id);
    const group = new TierSecurityGroup(this, 'Group', { vpc, description: 'Management: shells only' });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    access.open({ scope: this, vpc, role, connections: group.connections });
    this.instance = new SmallHost(this, 'Instance', {
      vpc,
      subnet,
      securityGroup: group.securityGroup,
      role,
      userData: page(),
      keepsImage: true,
    });
  }
}

/** The page answers on every interface; which of them lets clients in is for their groups to say. */
function page(): UserData {
  const userData = UserData.forLinux();
  userData.addCommands(
    'mkdir -p /srv/page && hostname > /srv/page/index.html',
    'cat > /etc/systemd/system/page.service <<EOF',
    '[Service]',
    'ExecStart=/usr/bin/python3 -m http.server 80 --directory /srv/page',
    'DynamicUser=yes',
    'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    'Restart=always',
    '[Install]',
    'WantedBy=multi-user.target',
    'EOF',
    'systemctl enable --now page',
  );
  return userData;
}
