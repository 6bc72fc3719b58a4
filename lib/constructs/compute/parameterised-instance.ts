import { CfnParameter, Stack, Validations } from 'aws-cdk-lib';
import { CfnInstance, EbsDeviceVolumeType, InstanceType, type ISecurityGroup, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { rootDevice } from './hardened-host';
import { parseInstanceType } from './instance-type-name';

export interface ParameterisedInstanceProps {
  readonly subnet: ISubnet;
  readonly securityGroup: ISecurityGroup;
  /** Types one may choose from, all for one processor; the first is the default. */
  readonly types: readonly string[];
}

/**
 * An instance for a template that is handed on as it is: whoever deploys it chooses image, type and key pair, as often as he likes.
 *
 * Nothing in it has a name of its own, so that one template makes any number of stacks. It is the only place here where a key pair is asked for;
 * in an app of your own take `SecureInstance`.
 *
 * @claims compute-parameterised-instance
 */
export class ParameterisedInstance extends Construct {
  readonly instance: CfnInstance;

  constructor(scope: Construct, id: string, { subnet, securityGroup, types }: ParameterisedInstanceProps) {
    super(scope, id);
    refuse(this, [
      types.length === 0 && 'types are none; name at least one',
      ...types.map((type) => typeFault(type)),
      Stack.of(this)
        .node.findAll()
        .some((other) => other instanceof ParameterisedInstance && other !== this) &&
        `${Stack.of(this).node.path} has one already, and its parameters are of the template; give the other a stack of its own`,
    ]);
    const [processor, ...others] = [...new Set(types.map((type) => new InstanceType(type).architecture))];
    refuse(this, [
      others.length > 0 &&
        `types are for ${[processor, ...others].join(' and ')}, but the image is made for one of them; name types of one processor`,
    ]);

    const image = this.parameter('LatestAmiId', {
      type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      description: 'Where the id of the image stands: Amazon Linux 2023 in its newest build',
      default: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-${processor}`,
    });
    const type = this.parameter('InstanceType', {
      type: 'String',
      description: 'What the instance is',
      allowedValues: [...types],
      default: types[0],
    });
    const key = this.parameter('KeyName', {
      type: 'AWS::EC2::KeyPair::KeyName',
      description: 'The key pair that opens a shell; it must be there already',
    });
    this.instance = new CfnInstance(this, 'Instance', {
      imageId: image.valueAsString,
      instanceType: type.valueAsString,
      keyName: key.valueAsString,
      subnetId: subnet.subnetId,
      securityGroupIds: [securityGroup.securityGroupId],
      ebsOptimized: true,
      monitoring: true,
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: rootDevice,
          ebs: { encrypted: true, volumeType: EbsDeviceVolumeType.GP3, deleteOnTermination: true },
        },
      ],
    });
    this.instance.overrideLogicalId('Instance');
    Validations.of(this.instance).acknowledge({
      id: 'AwsSolutions::AwsSolutions-EC29',
      reason:
        'Stacks of this template come and go with their instance, which keeps nothing; protection would only block their removal.',
    });
  }

  private parameter(id: string, props: ConstructorParameters<typeof CfnParameter>[2]): CfnParameter {
    const parameter = new CfnParameter(this, id, props);
    parameter.overrideLogicalId(id);
    return parameter;
  }
}

function typeFault(type: string): string | undefined {
  try {
    parseInstanceType(type);
    return undefined;
  } catch (error) {
    return `types: ${(error as Error).message}`;
  }
}
