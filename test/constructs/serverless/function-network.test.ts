import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code, Function, Runtime, type FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { PrivateServiceAccess } from '../../../lib/constructs/network/private-service-access';
import { TierSecurityGroup } from '../../../lib/constructs/network/tier-security-group';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { FunctionEgress } from '../../../lib/constructs/serverless/function-egress';
import type { FunctionNetwork } from '../../../lib/constructs/serverless/function-network';
import { interfaceCount } from '../../../lib/constructs/serverless/interface-count';
import { SharedFiles } from '../../../lib/constructs/storage/shared-files';
import { testStack } from '../../support/app';
import { anything, NetworkModel, tcp } from '../../support/reachability';

const isolated = { subnetType: SubnetType.PRIVATE_ISOLATED };
const routed = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };

function site() {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', {
    availabilityZones: ['a', 'b'],
    natGateways: 1,
    subnetConfiguration: [
      { name: 'Public', subnetType: SubnetType.PUBLIC },
      { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
  });
  const make = (id: string, network: Omit<FunctionNetwork, 'vpc'>) =>
    new AppFunction(stack, id, {
      description: 'Answers',
      code: Code.fromInline('exports.handler = async () => 1'),
      network: { vpc, ...network },
    });
  const endpoints = (...services: string[]) => new PrivateServiceAccess(stack, 'Services', { vpc, services });
  return { stack, vpc, make, endpoints, template: () => Template.fromStack(stack) };
}

const plain = (stack: ReturnType<typeof testStack>, options: FunctionOptions) =>
  new Function(stack, 'Plain', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('x'),
    ...options,
  });

describe('the way out of a function in a network', () => {
  test('it reaches a table through the endpoint, and the internet only with NAT [serverless-in-vpc]', () => {
    const { stack, make, endpoints } = site();
    endpoints('dynamodb');
    make('ByNat', { subnets: routed, egress: FunctionEgress.nat() });
    make('ByEndpoint', { subnets: isolated, egress: FunctionEgress.endpoints('dynamodb') });
    make('Closed', { subnets: routed });
    const network = NetworkModel.fromTemplates(Template.fromStack(stack).toJSON());
    const [byNat, byEndpoint, closed] = ['ByNat', 'ByEndpoint', 'Closed'].map((id) => `${id}Function`);
    expect(network).toReach(byNat, 'internet', tcp(443));
    expect(network).not.toReach(byNat, 'internet', tcp(80));
    expect(network).toReach(byEndpoint, 'dynamodb', tcp(443));
    expect(network).not.toReach(byEndpoint, 'internet', anything);
    expect(network).not.toReach(closed, 'internet', anything);
  });

  test('NAT is refused in isolated subnets [serverless-in-vpc]', () => {
    expect(() => site().make('Answer', { subnets: isolated, egress: FunctionEgress.nat() })).toThrow(
      'Stack/Answer:\n  egress is NAT, but the subnets Stack/Vpc/IsolatedSubnet1, Stack/Vpc/IsolatedSubnet2 have no route to one; choose private subnets, or FunctionEgress.endpoints(…)',
    );
  });

  test('isolated subnets without the endpoints that are called are refused [serverless-in-vpc]', () => {
    const { make, endpoints, stack, vpc } = site();
    const by = (...services: string[]) => ({ subnets: isolated, egress: FunctionEgress.endpoints(...services) });
    expect(() => make('None', by())).toThrow(
      'Stack/None:\n  egress is by endpoints, but names no service; name those that the function calls, or take FunctionEgress.none()',
    );
    expect(() => make('Missing', by('sqs'))).toThrow(
      'Stack/Missing:\n  egress is by endpoints, but Stack/Vpc has none for sqs yet, so that calls to it would hang; make it before Stack/Missing, by PrivateServiceAccess',
    );
    endpoints('sqs');
    expect(() => make('There', by('sqs'))).not.toThrow();
    new PrivateServiceAccess(stack, 'Elsewhere', { vpc, services: ['s3'], routedSubnets: [routed] });
    expect(() => make('Unrouted', by('s3'))).toThrow(
      'Stack/Unrouted:\n  egress is by endpoints, but the subnets Stack/Vpc/IsolatedSubnet1, Stack/Vpc/IsolatedSubnet2 have no route to the gateway for s3; add them to its subnets',
    );
  });

  test('endpoints alone are refused where a route leads out', () => {
    const { make, endpoints } = site();
    endpoints('sqs');
    expect(() => make('Answer', { subnets: routed, egress: FunctionEgress.endpoints('sqs') })).toThrow(
      'egress is by endpoints alone, but the subnets Stack/Vpc/PrivateSubnet1, Stack/Vpc/PrivateSubnet2 have a route out; choose isolated subnets, or FunctionEgress.nat()',
    );
  });

  test('the CDK refuses a public subnet, and so does the block [serverless-in-vpc]', () => {
    const { stack, vpc, make } = site();
    const subnets = { subnetType: SubnetType.PUBLIC };
    expect(() => plain(stack, { vpc, vpcSubnets: subnets })).toThrow(
      /Lambda Functions in a public subnet can NOT access/,
    );
    expect(() => make('Answer', { subnets })).toThrow('where a function gets no public address and so no way out');
  });
});

describe('interfaces', () => {
  const place = (subnets: string[], ...groups: string[]) => ({ subnets, groups });
  const four = ['a', 'b', 'c', 'd'];

  test('there is one for each pair of a subnet and groups, whatever the number of functions [serverless-shared-interfaces]', () => {
    expect(interfaceCount([])).toBe(0);
    expect(interfaceCount(Array.from({ length: 10 }, () => place(four, 'one')))).toBe(4);
    expect(interfaceCount([place(['a'], 'one'), place(['a'], 'one')])).toBe(1);
    expect(interfaceCount([place(four, 'one'), place(four, 'two')])).toBe(8);
    expect(interfaceCount([place(['a'], 'one', 'two'), place(['a'], 'two', 'one')])).toBe(1);
  });

  test('functions of one network share its group, so that two of them need two interfaces in two zones [serverless-shared-interfaces]', () => {
    const { stack, vpc, make, template } = site();
    const group = new TierSecurityGroup(stack, 'Functions', { vpc, description: 'All functions' });
    const network = { subnets: routed, egress: FunctionEgress.nat(), group };
    make('One', network);
    make('Two', network);
    const places = Object.values(
      template().findResources('AWS::Lambda::Function', { Properties: { VpcConfig: Match.anyValue() } }),
    ).map(({ Properties }) => ({
      subnets: Properties.VpcConfig.SubnetIds.map((id: unknown) => JSON.stringify(id)),
      groups: Properties.VpcConfig.SecurityGroupIds.map((id: unknown) => JSON.stringify(id)),
    }));
    expect(places).toHaveLength(2);
    expect(interfaceCount(places)).toBe(2);
  });
});

describe('shared files', () => {
  const mounted = (at = '/mnt/documents') => {
    const { stack, vpc, make, template } = site();
    const shared = new SharedFiles(stack, 'Files', { vpc });
    make('Writer', { files: { shared, at } });
    return template();
  };

  test('they are mounted through an access point with a POSIX user, after the mount targets are there [serverless-efs]', () => {
    const template = mounted();
    template.hasResourceProperties('AWS::EFS::FileSystem', { Encrypted: true });
    template.hasResourceProperties('AWS::EFS::AccessPoint', {
      PosixUser: { Uid: '1000', Gid: '1000' },
      RootDirectory: { Path: '/shared', CreationInfo: { OwnerUid: '1000', OwnerGid: '1000', Permissions: '750' } },
    });
    template.resourceCountIs('AWS::EFS::MountTarget', 2);
    template.hasResource('AWS::Lambda::Function', {
      Properties: { FileSystemConfigs: [{ LocalMountPath: '/mnt/documents' }] },
      DependsOn: Match.arrayWith(Object.keys(template.findResources('AWS::EFS::MountTarget'))),
    });
  });

  test('the way there is port 2049 between the two groups, and rights are to this access point [serverless-efs]', () => {
    const template = mounted();
    const nfs = { IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049 };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', nfs);
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', nfs);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
            Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': Match.anyValue() } },
          }),
        ]),
      },
    });
  });

  test('the CDK refuses another path, and files without a network [serverless-efs]', () => {
    expect(() => mounted('/data')).toThrow(/Local mount path should match with/);
    const { stack, vpc } = site();
    const filesystem = new SharedFiles(stack, 'Files', { vpc }).mountedAt('/mnt/documents');
    expect(() => plain(stack, { filesystem })).toThrow(/Cannot configure 'filesystem' without configuring a VPC/);
  });

  test('root and folders that are none are refused', () => {
    const { stack, vpc } = site();
    expect(() => new SharedFiles(stack, 'Files', { vpc, owner: 0, folder: 'shared/' })).toThrow(
      'Stack/Files:\n  owner is 0; give a whole number from 1 to 4294967295\n  folder is shared/; give one to four names of letters, digits and ._- such as /shared/documents',
    );
  });
});
