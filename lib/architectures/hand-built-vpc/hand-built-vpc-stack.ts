import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { Bastion } from '../../constructs/network/bastion';
import { FlowCapture, FlowDestination, FlowSource } from '../../constructs/network/flow-capture';
import { HandBuiltNetwork } from '../../constructs/network/hand-built-network';
import { OperatorAccess } from '../../constructs/network/operator-access';
import { ShellKey } from '../../constructs/network/shell-key';
import { SubnetBlocks } from '../../constructs/network/subnet-blocks';
import type { ProfileName } from '../../profile';
import { Firewalls } from './firewalls';
import { Nat } from './nat';
import { PrivateHost } from './private-host';

export interface HandBuiltVpcProps extends ArchitectureProps {
  /**
   * Where the subnets' blocks come from.
   * @default - written out: 192.168.1.0/24 to 192.168.4.0/24
   */
  readonly blocks?: SubnetBlocks;
}

/** An address for documents, which nobody has: until `allowFrom` is given, the jump host lets nobody in. */
const nobody = ['198.51.100.7/32'];
/** Networks that are shut out of the public subnets; here one that stands in documents only. */
const denied = ['203.0.113.0/24'];

const flowLogs: Readonly<Record<ProfileName, FlowDestination>> = {
  sandbox: FlowDestination.logs(),
  production: FlowDestination.s3(Duration.days(365)),
};

/** A network built one resource at a time, to see what each part does. */
export class HandBuiltVpc extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    carved: {
      what: 'subnets that CloudFormation cuts from the block of the VPC at deployment',
      props: { blocks: SubnetBlocks.carved(16, 12) } satisfies Partial<HandBuiltVpcProps>,
    },
  };

  constructor(scope: Construct, id: string, props: HandBuiltVpcProps) {
    super(scope, id, props);
    const { profile, settings, blocks } = props;
    const office = settings.allowFrom ?? nobody;

    const network = new HandBuiltNetwork(this, 'Network', { ...(blocks && { blocks }) });
    const { vpc } = network;
    const nat = new Nat(this, 'Nat', { network });

    const operator = new Role(this, 'Operator', {
      assumedBy: new AccountRootPrincipal(),
      description: 'May fetch the private key of the hosts',
    });
    const key = new ShellKey(this, 'Key');
    const jumpHost = new Bastion(this, 'JumpHost', {
      vpc,
      subnet: vpc.publicSubnets[0],
      allowFrom: office,
      internet: network.internet,
      key,
    });
    const privateHost = new PrivateHost(this, 'PrivateHost', {
      network,
      access: OperatorAccess.bastion(jumpHost, { operators: [operator] }),
    });

    const firewalls = new Firewalls(this, 'Firewalls', { network, office, denied });
    const { logGroup, bucket } = new FlowCapture(this, 'FlowLogs', {
      source: FlowSource.vpc(vpc),
      destination: flowLogs[profile.name],
    });

    this.tell({
      VpcId: ['The network', vpc.vpcId],
      PublicRouteTable: ['The table of the public subnets', network.publicRouteTableId],
      PrivateRouteTable: ['The table of the private subnets', network.privateRouteTableId],
      PublicAcl: ['The network ACL of the public subnets', firewalls.public.networkAcl.networkAclId],
      NatHostId: ['The host that forwards', nat.instanceId],
      NatAddress: ['The address that private hosts are seen by', nat.address],
      JumpHostAddress: ['Where operators knock', jumpHost.address],
      JumpHostId: ['The host they knock at', jumpHost.host.instanceId],
      PrivateHostId: ['The host behind it', privateHost.instanceId],
      PrivateHostAddress: ['The only address of the host behind it', privateHost.address],
      OperatorRole: ['Who may fetch the private key', operator.roleArn],
      PrivateKey: ['The parameter with the private key', key.parameterName],
      Records: ['Where flow logs are kept', logGroup?.logGroupName ?? bucket!.bucketName],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
