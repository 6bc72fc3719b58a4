import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { ParameterisedInstance } from '../../../lib/constructs/compute/parameterised-instance';
import { testApp } from '../../support/app';

const stackWith = (id: string, types = ['t4g.micro', 't4g.small'], app = testApp()): Stack => {
  const stack = new Stack(app, id);
  guardCompute(stack);
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 1 });
  const securityGroup = new SecurityGroup(stack, 'Group', { vpc });
  new ParameterisedInstance(stack, 'One', { subnet: vpc.publicSubnets[0], securityGroup, types });
  return stack;
};

describe('ParameterisedInstance', () => {
  test('one template asks for image, type and key, names nothing, and makes any number of stacks [compute-parameterised-instance]', () => {
    const app = testApp();
    const [one, other] = [stackWith('First', undefined, app), stackWith('Second', undefined, app)].map((stack) =>
      Template.fromStack(stack).toJSON(),
    );
    const { Parameters, Resources } = one;
    expect([other.Parameters, other.Resources.Instance]).toEqual([Parameters, Resources.Instance]);
    expect(Parameters).toMatchObject({
      LatestAmiId: {
        Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        Default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64',
      },
      InstanceType: { Type: 'String', AllowedValues: ['t4g.micro', 't4g.small'], Default: 't4g.micro' },
      KeyName: { Type: 'AWS::EC2::KeyPair::KeyName' },
    });
    expect(Resources.Instance.Type).toBe('AWS::EC2::Instance');
    expect(Resources.Instance.Properties).toEqual({
      ImageId: { Ref: 'LatestAmiId' },
      InstanceType: { Ref: 'InstanceType' },
      KeyName: { Ref: 'KeyName' },
      SubnetId: { Ref: expect.any(String) },
      SecurityGroupIds: [{ 'Fn::GetAtt': [expect.any(String), 'GroupId'] }],
      EbsOptimized: true,
      Monitoring: true,
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', DeleteOnTermination: true } },
      ],
    });
    const names = JSON.stringify(Resources).match(/"(GroupName|RoleName|InstanceProfileName|LaunchTemplateName)":/g);
    expect(names).toBeNull();
  });

  test.each<[string, string[], string]>([
    ['no type is offered', [], 'types are none; name at least one'],
    ['a type is none', ['micro'], 'types: micro is no instance type'],
    [
      'types are of two processors',
      ['t4g.micro', 't3.micro'],
      'types are for arm64 and x86_64, but the image is made for one of them; name types of one processor',
    ],
  ])('fails when %s [compute-parameterised-instance]', (_, types, fault) => {
    expect(() => stackWith('Stack', types)).toThrow(`Stack/One:\n  ${fault}`);
  });

  test('fails when a stack has two', () => {
    const stack = stackWith('Stack');
    const vpc = new Vpc(stack, 'Other', { maxAzs: 1 });
    const securityGroup = new SecurityGroup(stack, 'Others', { vpc });
    const [subnet] = vpc.publicSubnets;
    expect(() => new ParameterisedInstance(stack, 'Two', { subnet, securityGroup, types: ['t4g.nano'] })).toThrow(
      'Stack/Two:\n  Stack has one already, and its parameters are of the template; give the other a stack of its own',
    );
  });
});
