import { App, Aspects, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  CfnEIP,
  CfnInternetGateway,
  CfnNatGateway,
  Instance,
  InstanceType,
  MachineImage,
  SecurityGroup,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { createApp } from '../../../lib/app';
import { AddressQuota } from '../../../lib/constructs/network/address-quota';
import { FloatingInterface } from '../../../lib/constructs/network/floating-interface';
import { StaticAddress, type StaticAddressProps } from '../../../lib/constructs/network/static-address';
import { billOf } from '../../../tools/bill/bill';
import { testStack } from '../../support/app';
import type { CfnTemplate } from '../../support/architecture';

function setUp(associatePublicIpAddress = false) {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 });
  const [subnet] = vpc.publicSubnets;
  const group = new SecurityGroup(stack, 'Group', { vpc, description: 'Hosts', allowAllOutbound: false });
  const host = new Instance(stack, 'Host', {
    vpc,
    vpcSubnets: { subnets: [subnet] },
    securityGroup: group,
    associatePublicIpAddress,
    instanceType: new InstanceType('t4g.nano'),
    machineImage: MachineImage.genericLinux({}, {}),
  });
  const floating = new FloatingInterface(stack, 'Floating', {
    subnet,
    securityGroups: [group],
    description: 'Moves',
    holder: host,
    secondaryAddresses: 1,
  });
  const internet = subnet.internetConnectivityEstablished;
  const address = (id: string, props: Partial<StaticAddressProps> = {}) =>
    new StaticAddress(stack, id, { target: floating, internet, ...props });
  return { stack, host, floating, address };
}

describe('StaticAddress', () => {
  test('an Elastic IP belongs to a private address of an interface and moves with it, once the network is on the internet [network-elastic-ip, compute-elastic-ip]', () => {
    const { stack, floating, address } = setUp();
    const { allocationId } = address('Address');
    const template = Template.fromStack(stack);
    expect(
      Object.values(template.findResources('AWS::EC2::EIPAssociation')).map(({ Properties }) => Properties),
    ).toEqual([
      { AllocationId: stack.resolve(allocationId), NetworkInterfaceId: stack.resolve(floating.networkInterfaceId) },
    ]);
    const [eip] = Object.values(template.findResources('AWS::EC2::EIP'));
    expect(eip.Properties.Domain).toBe('vpc');
    expect(eip.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching('^VpcPublicSubnet1DefaultRoute')]));
  });

  test('an instance that has it is given no other address as it starts, which it would lose for good [network-elastic-ip, compute-elastic-ip]', () => {
    const { stack, host, address } = setUp();
    address('Address', { target: host });
    const [instance] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::Instance'));
    expect(instance.Properties.NetworkInterfaces[0].AssociatePublicIpAddress).toBe(false);
    const open = setUp(true);
    expect(() => open.address('Address', { target: open.host })).toThrow(
      'Stack/Address:\n  Stack/Host is given a public address as it starts, which it would lose for good; set associatePublicIpAddress to false, or leave this address out',
    );
  });

  test('each private address has one Elastic IP, and a second takes another private address [network-elastic-ip, network-eni]', () => {
    const { stack, address } = setUp();
    address('First');
    expect(() => address('Second')).toThrow(
      'Stack/Second:\n  Stack/First is the address of the primary private address already; name another private address in privateIpAddress, or use that one',
    );
    address('Third', { privateIpAddress: '10.0.0.11' });
    expect(() => address('Fourth', { privateIpAddress: '10.0.0.11' })).toThrow(
      'Stack/Third is the address of 10.0.0.11 already',
    );
    Template.fromStack(stack).resourceCountIs('AWS::EC2::EIPAssociation', 2);
  });

  test('every address is on the bill, by the hour, in use or not [network-elastic-ip-quota]', () => {
    const { stack, address } = setUp();
    address('First');
    new CfnEIP(stack, 'Idle', { domain: 'vpc' });
    const { fixed } = billOf(Template.fromStack(stack).toJSON() as CfnTemplate, { region: 'us-east-1' });
    const lines = fixed.filter(({ price }) => price === 'vpc.public-ipv4.hour');
    expect(lines).toHaveLength(2);
    for (const { monthly } of lines) expect(Number(monthly)).toBeCloseTo(3.65);
  });
});

describe('AddressQuota', () => {
  /** An app with as many addresses in a stack as given, by name and Region. */
  function app(
    stacks: Readonly<Record<string, readonly [region: string | undefined, addresses: number]>>,
    quota?: number,
  ) {
    const made = new App();
    for (const [id, [region, count]] of Object.entries(stacks)) {
      const stack = new Stack(made, id, { ...(region && { env: { region } }) });
      for (let i = 0; i < count; i++) new CfnEIP(stack, `Address${i}`, { domain: 'vpc' });
    }
    Aspects.of(made).add(new AddressQuota(made, quota === undefined ? {} : { quota }));
    return made;
  }

  test('fails when the stacks of an app take more addresses in a Region than an account has, those of NAT gateways too [network-elastic-ip-quota, compute-elastic-ip]', () => {
    expect(() => app({ A: ['eu-west-1', 3], B: ['eu-west-1', 3] }).synth()).toThrow(
      'there are 6 Elastic IPs in eu-west-1 (3 in A, 3 in B); an account has 5 (quota), so share gateways or use names, or have AWS raise the quota and say so',
    );
    const many = app({ A: [undefined, 5] });
    const stack = many.node.findChild('A') as Stack;
    new CfnInternetGateway(stack, 'Internet');
    new CfnNatGateway(stack, 'Inside', { connectivityType: 'private', subnetId: 'subnet-1' });
    expect(() => many.synth()).not.toThrow();
    const regional = app({ A: [undefined, 5] });
    new CfnNatGateway(regional.node.findChild('A'), 'Regional', { availabilityMode: 'regional' });
    expect(() => regional.synth()).toThrow("there are 6 Elastic IPs in the deployer's Region (6 in A)");
  });

  test('Regions are counted apart, and a raised quota is believed [network-elastic-ip-quota]', () => {
    expect(() => app({ A: ['eu-west-1', 3], B: ['us-east-1', 3] }).synth()).not.toThrow();
    expect(() => app({ A: ['eu-west-1', 6] }, 6).synth()).not.toThrow();
    expect(() => app({ A: ['eu-west-1', 1] }, -1)).toThrow('quota is -1; give a whole number from 0 to 10000');
  });

  test('every architecture is held to it [network-elastic-ip-quota]', () => {
    const name = 'network-watch';
    const made = createApp({ only: [name] }, { gates: false, context: { 'aws:cdk:bundling-stacks': [] } });
    for (let i = 0; i < 6; i++) new CfnEIP(made.node.findChild(name), `Address${i}`, { domain: 'vpc' });
    expect(() => made.synth()).toThrow("network-watch:\n  there are 6 Elastic IPs in the deployer's Region");
  });
});
