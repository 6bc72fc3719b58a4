import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { wildcardFinding } from '../findings';
import { TierSecurityGroup } from '../network/tier-security-group';
import type { MountedFiles } from '../storage/shared-files';
import { FunctionEgress } from './function-egress';

/** A network that a function stands in. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  /**
   * Private or isolated subnets, in two zones or more. Public ones are refused: a function gets no public address in them.
   * @default - the VPC's private subnets, or its isolated ones if there are no others
   */
  readonly subnets?: SubnetSelection;
  /**
   * By which way it gets out.
   * @default FunctionEgress.none()
   */
  readonly egress?: FunctionEgress;
  /**
   * The group it is behind together with others. Functions that share subnets and group share their interfaces too
   * (`interfaceCount`), and what is opened for one is open for all of them.
   * @default - a group of its own
   */
  readonly group?: TierSecurityGroup;
  /**
   * Files that it sees below a path.
   * @default - none
   */
  readonly files?: MountedFiles;
}

/** Why a function cannot stand there. */
export function functionNetworkFaults(scope: Construct, network: FunctionNetwork | undefined): (string | false)[] {
  if (!network) return [];
  const { subnets } = network.vpc.selectSubnets(network.subnets);
  const outside = subnets.filter(({ subnetId }) =>
    network.vpc.publicSubnets.some((subnet) => subnet.subnetId === subnetId),
  );
  return [
    outside.length > 0 &&
      `network has the public subnets ${outside.map(({ node }) => node.path).join(', ')}, where a function gets no public address and so no way out; choose private or isolated ones`,
    subnets.length === 1 &&
      `network has the one subnet ${subnets[0].node.path}, whose zone the function fails with; choose two of different zones or more`,
    ...(network.egress?.faults(scope, network.vpc, subnets) ?? []),
    ...(network.files?.shared.zoneFaults(subnets) ?? []),
  ];
}

/**
 * Puts a function into a network, behind a group that is closed both ways but for its egress until it is opened by the
 * function's `connections`, and lets Lambda make its interfaces there and nowhere else.
 *
 * @claims serverless-in-vpc, serverless-shared-interfaces, serverless-efs
 */
export function standIn(scope: Construct, role: Role, network: FunctionNetwork): FunctionOptions {
  const { vpc, subnets, egress = FunctionEgress.none(), files } = network;
  const group =
    network.group ?? new TierSecurityGroup(scope, 'Access', { vpc, description: `Function ${scope.node.path}` });
  egress.open(group);
  const { securityGroup } = group;
  const chosen = vpc.selectSubnets(subnets);
  const arn = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['ec2:CreateNetworkInterface'],
      resources: [
        arn('network-interface', '*'),
        arn('security-group', securityGroup.securityGroupId),
        ...chosen.subnetIds.map((id) => arn('subnet', id)),
      ],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses', 'ec2:DeleteNetworkInterface'],
      resources: [arn('*', '*')],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({ actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], resources: ['*'] }),
  );
  Validations.of(role).acknowledge(
    {
      id: wildcardFinding(scope, arn('network-interface', '*')),
      reason:
        'EC2 names the interfaces as Lambda makes them, after this role exists; they can be made only in the subnets and with the group that the same statement names.',
    },
    {
      id: wildcardFinding(scope, arn('*', '*')),
      reason:
        'Before it accepts the role, Lambda tries whether it may delete interfaces, without naming one, and refuses any narrower resource; the actions take interfaces only.',
    },
  );
  return {
    vpc,
    vpcSubnets: { subnets: chosen.subnets },
    securityGroups: [securityGroup],
    ...(files && { filesystem: files.shared.mountedAt(files.at, files) }),
  };
}
