import { Template } from 'aws-cdk-lib/assertions';
import { Instance, InstanceType, MachineImage, Port, SecurityGroup, Vpc, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import {
  FloatingInterface,
  internalName,
  type FloatingInterfaceProps,
} from '../../../lib/constructs/network/floating-interface';
import { testStack } from '../../support/app';
import type { CfnTemplate } from '../../support/architecture';
import { NetworkModel } from '../../support/reachability';

function setUp() {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const group = (id: string) => new SecurityGroup(stack, id, { vpc, description: id, allowAllOutbound: false });
  const host = (id: string, subnet: ISubnet) =>
    new Instance(stack, id, {
      vpc,
      vpcSubnets: { subnets: [subnet] },
      securityGroup: group(`${id}Group`),
      instanceType: new InstanceType('t4g.nano'),
      machineImage: MachineImage.genericLinux({}, {}),
    });
  const [subnet, elsewhere] = vpc.publicSubnets;
  const float = (props: Partial<FloatingInterfaceProps> = {}, id = 'Floating') =>
    new FloatingInterface(stack, id, {
      subnet,
      securityGroups: [data],
      description: 'The address of the licence server',
      holder: active,
      standbys: [standby],
      ...props,
    });
  const data = group('Data');
  const active = host('Active', vpc.isolatedSubnets[0]);
  const standby = host('Standby', vpc.isolatedSubnets[0]);
  return { stack, vpc, group, host, subnet, elsewhere, active, standby, data, float };
}

const synthesised = (stack: ReturnType<typeof testStack>): Template => Template.fromStack(stack);
const only = (template: Template, type: string): [string, any] => Object.entries(template.findResources(type))[0];

describe('FloatingInterface', () => {
  test('it is made on its own, with its groups and further addresses, in one subnet [network-eni, compute-eni-secondary]', () => {
    const { stack, subnet, data, float } = setUp();
    float({ secondaryAddresses: 2, privateIpAddress: '10.0.0.10' });
    const [, { Properties, DeletionPolicy }] = only(synthesised(stack), 'AWS::EC2::NetworkInterface');
    expect(Properties).toEqual({
      Description: 'The address of the licence server',
      SubnetId: stack.resolve(subnet.subnetId),
      GroupSet: [stack.resolve(data.securityGroupId)],
      PrivateIpAddress: '10.0.0.10',
      SecondaryPrivateIpAddressCount: 2,
    });
    expect(DeletionPolicy).toBeUndefined();
  });

  test('it is the second interface of its first holder, and stays when that is terminated [network-eni-failover, compute-eni-secondary]', () => {
    const { stack, active, float } = setUp();
    float();
    const template = synthesised(stack);
    const [id] = only(template, 'AWS::EC2::NetworkInterface');
    template.hasResourceProperties('AWS::EC2::NetworkInterfaceAttachment', {
      NetworkInterfaceId: { 'Fn::GetAtt': [id, 'Id'] },
      InstanceId: stack.resolve(active.instanceId),
      DeviceIndex: '1',
      DeleteOnTermination: false,
    });
  });

  test('hosts are deleted before it, whoever holds it by then', () => {
    const { stack, float } = setUp();
    float();
    const template = synthesised(stack);
    const [id] = only(template, 'AWS::EC2::NetworkInterface');
    for (const { DependsOn } of Object.values(template.findResources('AWS::EC2::Instance')))
      expect(DependsOn).toContain(id);
  });

  test('with its MAC retained it outlives the stack, under a logical id that does not hang on its place in the tree [network-eni, compute-eni-secondary]', () => {
    const { stack, float } = setUp();
    float({ retainMac: true }, 'Licence');
    const [id, { DeletionPolicy, UpdateReplacePolicy }] = only(synthesised(stack), 'AWS::EC2::NetworkInterface');
    expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual(['LicenceRetainedInterface', 'Retain', 'Retain']);
  });

  test.each([
    ['10.16.0.10', 'us-east-1', 'ip-10-16-0-10.ec2.internal'],
    ['10.16.0.10', 'eu-west-1', 'ip-10-16-0-10.eu-west-1.compute.internal'],
  ])('%s in %s is known inside as %s [network-eni]', (address, region, name) => {
    expect(internalName(address, region)).toBe(name);
  });

  test('fails when a host is in another zone than the interface [network-eni-failover, network-eni-multi-homed, compute-eni-secondary, compute-eni-failover]', () => {
    const { host, elsewhere, float } = setUp();
    const far = host('Far', elsewhere);
    const message =
      /Stack\/Far is in \{Fn::Select:\[1,\{Fn::GetAZs:\}\]\}, the subnet in \{Fn::Select:\[0,\{Fn::GetAZs:\}\]\}; an interface stays in its zone, so put both into one/;
    expect(() => float({ standbys: [far] }, 'ToFar')).toThrow(message);
    expect(() => float({ holder: far }, 'FromFar')).toThrow(message);
  });

  test('fails when an address is reserved or of another subnet, a host is named twice, or there is no group [network-eni]', () => {
    const { active, float } = setUp();
    expect(() => float({ privateIpAddress: '10.0.0.2' }, 'Reserved')).toThrow(/privateIpAddress is 10\.0\.0\.2/);
    expect(() => float({ privateIpAddress: '10.9.0.10' }, 'Outside')).toThrow(/privateIpAddress is 10\.9\.0\.10/);
    expect(() => float({ standbys: [active] }, 'Twice')).toThrow(
      'Stack/Twice:\n  Stack/Active is named twice; name each host once',
    );
    expect(() => float({ securityGroups: [], secondaryAddresses: 50 }, 'Bare')).toThrow(
      'Stack/Bare:\n  securityGroups are none, so the default one of the VPC would be used; name one\n  secondaryAddresses is 50; give a whole number from 0 to 49',
    );
  });
});

test('a host with a management and a data interface answers SSH on the one and its service on the other [network-eni-multi-homed]', () => {
  const { stack, vpc, host, active, standby, data, float } = setUp();
  const { connections } = float();
  const operator = host('Operator', vpc.isolatedSubnets[1]);
  for (const managed of [active, standby]) managed.connections.allowFrom(operator, Port.tcp(22));
  connections.allowFrom(operator, Port.tcp(80));
  const network = NetworkModel.fromTemplates({ Stack: synthesised(stack).toJSON() as CfnTemplate });
  expect(network).toReach('Operator', 'Standby', 'tcp 22');
  expect(network).not.toReach('Operator', 'Standby', 'tcp 80');
  expect(network).toReach('Operator', 'Interface', 'tcp 80');
  expect(network).not.toReach('Operator', 'Interface', 'tcp 22');

  const groups = Object.values(synthesised(stack).findResources('AWS::EC2::NetworkInterface')).map(
    ({ Properties }) => Properties.GroupSet,
  );
  const [held] = Object.entries(synthesised(stack).findResources('AWS::EC2::Instance'))
    .filter(([id]) => id.startsWith('Active'))
    .map(([, { Properties }]) => Properties.SecurityGroupIds);
  expect(groups).toEqual([[stack.resolve(data.securityGroupId)]]);
  expect(held).not.toEqual(groups[0]);
});
