import { Template } from 'aws-cdk-lib/assertions';
import { LaunchedInstance } from '../../../lib/constructs/compute/launched-instance';
import { OperatorAccess } from '../../../lib/constructs/network/operator-access';
import { testStack } from '../../support/app';
import { Parts } from './parts';

describe('LaunchedInstance', () => {
  test('one launch template starts a group and a single instance, which says nothing again but where it stands [compute-lt-single-instance]', () => {
    const stack = testStack();
    const parts = new Parts(stack);
    const template = parts.template();
    parts.fleet({ template });
    new LaunchedInstance(stack, 'Single', { vpc: parts.vpc, template, subnet: parts.vpc.privateSubnets[0] });
    const made = Template.fromStack(stack);
    const [id] = Object.keys(made.findResources('AWS::EC2::LaunchTemplate'));
    const launchTemplate = { LaunchTemplateId: { Ref: id }, Version: { 'Fn::GetAtt': [id, 'LatestVersionNumber'] } };
    made.resourceCountIs('AWS::EC2::LaunchTemplate', 1);
    made.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { LaunchTemplate: launchTemplate });
    const [{ Properties }] = Object.values(made.findResources('AWS::EC2::Instance'));
    expect(Properties).toEqual({
      LaunchTemplate: launchTemplate,
      NetworkInterfaces: [
        {
          DeviceIndex: '0',
          AssociatePublicIpAddress: false,
          SubnetId: { Ref: expect.stringMatching('^VpcPrivateSubnet1') },
          GroupSet: [{ 'Fn::GetAtt': [expect.stringMatching('^ServerGroup'), 'GroupId'] }],
        },
      ],
    });
  });

  test('is in every group the template puts an instance in, that of shells too [compute-lt-single-instance, compute-session-access]', () => {
    const parts = new Parts(testStack());
    const { stack, vpc } = parts;
    const template = parts.template({ access: OperatorAccess.keyPair({ allowFrom: ['198.51.100.0/24'] }) });
    new LaunchedInstance(stack, 'Single', { vpc, template, subnet: vpc.privateSubnets[0] });
    const made = Template.fromStack(stack);
    const interfaceOf = (type: string, of: (properties: Record<string, unknown>) => unknown) =>
      of(Object.values(made.findResources(`AWS::EC2::${type}`))[0].Properties as Record<string, unknown>);
    const [single] = interfaceOf('Instance', (it) => it.NetworkInterfaces) as { GroupSet: object[] }[];
    const { NetworkInterfaces } = interfaceOf('LaunchTemplate', (it) => it.LaunchTemplateData) as {
      NetworkInterfaces: { Groups: object[] }[];
    };
    expect(single.GroupSet).toHaveLength(2);
    expect(single.GroupSet).toEqual(NetworkInterfaces[0].Groups);
  });

  test('fails when the subnet and the address do not fit', () => {
    const parts = new Parts(testStack());
    const template = parts.template();
    const { vpc } = parts;
    expect(() => new LaunchedInstance(parts.stack, 'A', { vpc, template, subnet: vpc.publicSubnets[0] })).toThrow(
      'Stack/A:\n  subnet is public but template gives no public addresses; let them fit',
    );
  });
});
