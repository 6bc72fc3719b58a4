import { CfnResource, Size, type Stack } from 'aws-cdk-lib';
import { AutoScalingGroup, CfnLaunchConfiguration, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling';
import type { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import {
  CfnInstance,
  CfnVolume,
  InstanceArchitecture,
  InstanceType,
  LaunchTemplate,
  MachineImage,
  Volume,
} from 'aws-cdk-lib/aws-ec2';
import { LoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancing';
import { Template } from 'aws-cdk-lib/assertions';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { ImageChoice } from '../../../lib/constructs/compute/image-choice';
import { RollOut } from '../../../lib/constructs/compute/roll-out';
import { ScalingStrategy } from '../../../lib/constructs/compute/scaling-strategy';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const guarded = (build: (parts: Parts) => unknown) => (): Template => {
  const parts = new Parts(testStack());
  build(parts);
  guardCompute(parts.stack);
  return Template.fromStack(parts.stack);
};
const raw = (type: string, Properties: Record<string, unknown> = {}) =>
  guarded(({ stack }) => new CfnResource(stack, 'Raw', { type: `AWS::${type}`, properties: Properties }));
const template = (LaunchTemplateData: Record<string, unknown>) =>
  raw('EC2::LaunchTemplate', {
    LaunchTemplateData: { MetadataOptions: { HttpTokens: 'required' }, ...LaunchTemplateData },
  });
const group = (updatePolicy?: UpdatePolicy) =>
  guarded(
    (parts) =>
      new AutoScalingGroup(parts.stack, 'Group', {
        vpc: parts.vpc,
        launchTemplate: parts.template().launchTemplate,
        ...(updatePolicy && { updatePolicy }),
      }),
  );

describe('ComputeGuard', () => {
  test.each([
    ['a fleet that rolls by signals', {}],
    ['one that refreshes', { rollOut: RollOut.instanceRefresh() }],
    [
      'one that scales in steps',
      { scaling: [ScalingStrategy.step({ out: [{ above: 70, add: 1 }], in: { below: 30, remove: 1 } })] },
    ],
    [
      'one that scales simply',
      { scaling: [ScalingStrategy.simple({ out: { above: 70, add: 1 }, in: { below: 30, remove: 1 } })] },
    ],
  ])('the blocks pass: %s', (_, props) => {
    expect(
      guarded((parts) => {
        const targets = parts.pool();
        parts.balancer(targets);
        parts.fleet({
          targets,
          template: parts.template({ dataDisks: { '/dev/xvdf': EbsDisk.io2({ size: Size.gibibytes(4), iops: 100 }) } }),
          ...props,
        });
      }),
    ).not.toThrow();
  });

  test('fails when there is a launch configuration [compute-asg-launch-template]', () => {
    expect(
      guarded(({ stack }) => new CfnLaunchConfiguration(stack, 'Raw', { imageId: 'x', instanceType: 't3.micro' })),
    ).toThrow(
      'Stack/Raw:\n  Launch configurations are closed to new accounts; use a launch template (ComputeTemplate)',
    );
  });

  test('fails when a launch template asks for elastic graphics [compute-asg-launch-template]', () => {
    expect(template({ ElasticGpuSpecifications: [{ Type: 'eg1.medium' }] })).toThrow(
      'ElasticGpuSpecifications ended in 2024',
    );
  });

  test('fails when there is a classic load balancer [compute-lb-no-classic]', () => {
    expect(guarded(({ stack, vpc }) => new LoadBalancer(stack, 'Classic', { vpc }))).toThrow(
      'Classic load balancers take one certificate and have no target groups; use AppLoadBalancer',
    );
  });

  test('fails when there is a spot fleet', () => {
    expect(raw('EC2::SpotFleet')).toThrow('Spot fleets are no longer developed');
  });

  describe('metadata', () => {
    const words = 'MetadataOptions does not require a token';

    test('fails when a launch template or an instance gives it without a token [compute-imdsv2-required]', () => {
      expect(raw('EC2::LaunchTemplate', { LaunchTemplateData: {} })).toThrow(words);
      expect(template({ MetadataOptions: { HttpTokens: 'optional' } })).toThrow(words);
      expect(guarded(({ stack }) => new LaunchTemplate(stack, 'Plain'))).toThrow(words);
      expect(guarded(({ stack }) => new CfnInstance(stack, 'Plain', {}))).toThrow(words);
      expect(raw('EC2::Instance', { MetadataOptions: { HttpTokens: 'optional' } })).toThrow(words);
    });

    test('it may be required by the instance or by its template [compute-imdsv2-required]', () => {
      expect(raw('EC2::Instance', { MetadataOptions: { HttpTokens: 'required' } })).not.toThrow();
      expect(raw('EC2::Instance', { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' } })).not.toThrow();
    });

    test('an override is seen [compute-imdsv2-required]', () => {
      expect(
        guarded((parts) =>
          (parts.template().launchTemplate.node.defaultChild as CfnLaunchTemplate).addPropertyOverride(
            'LaunchTemplateData.MetadataOptions.HttpTokens',
            'optional',
          ),
        ),
      ).toThrow(words);
    });
  });

  describe('volumes', () => {
    test('fails when a volume is not encrypted [compute-ebs-encryption]', () => {
      const volume = (encrypted?: boolean) => (stack: Stack) =>
        new CfnVolume(stack, 'Volume', {
          availabilityZone: 'eu-west-1a',
          size: 8,
          ...(encrypted !== undefined && { encrypted }),
        });
      expect(guarded(({ stack }) => volume()(stack))).toThrow(
        'Encrypted is undefined; a volume stays as it was made, so write true',
      );
      expect(guarded(({ stack }) => volume(false)(stack))).toThrow('Encrypted is false');
      expect(guarded(({ stack }) => volume(true)(stack))).not.toThrow();
      expect(
        guarded(
          ({ stack }) => new Volume(stack, 'L2', { availabilityZone: 'a', size: Size.gibibytes(8), encrypted: true }),
        ),
      ).not.toThrow();
    });

    test('fails when a mapping of a template or an instance is not encrypted [compute-ebs-encryption]', () => {
      const BlockDeviceMappings = [{ DeviceName: '/dev/xvdf', Ebs: { VolumeSize: 8 } }];
      const words = 'BlockDeviceMappings[/dev/xvdf] is not encrypted; write Encrypted: true';
      expect(template({ BlockDeviceMappings })).toThrow(words);
      expect(raw('EC2::Instance', { MetadataOptions: { HttpTokens: 'required' }, BlockDeviceMappings })).toThrow(words);
      expect(template({ BlockDeviceMappings: [{ DeviceName: '/dev/xvdg', VirtualName: 'ephemeral0' }] })).not.toThrow();
    });

    test('fails when a volume is a magnetic disk of the first generation [compute-ebs-hdd]', () => {
      expect(raw('EC2::Volume', { Encrypted: true, VolumeType: 'standard' })).toThrow(
        'VolumeType is standard, a magnetic disk of the first generation; take gp3, st1 or sc1',
      );
      expect(
        template({
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'standard' } }],
        }),
      ).toThrow('BlockDeviceMappings[/dev/xvda] is a magnetic disk of the first generation; take gp3, st1 or sc1');
    });
  });

  test('fails when an image id is written out, except where it was imported on purpose [compute-ami-parameter]', () => {
    const words = 'ImageId is ami-0123456789abcdef0, which exists in one region and ages';
    expect(template({ ImageId: 'ami-0123456789abcdef0' })).toThrow(words);
    expect(
      raw('EC2::Instance', { MetadataOptions: { HttpTokens: 'required' }, ImageId: 'ami-0123456789abcdef0' }),
    ).toThrow(words);
    const image = ImageChoice.imported('ami-0123456789abcdef0', InstanceArchitecture.ARM_64);
    expect(guarded((parts) => parts.template({ image }))).not.toThrow();
    expect(
      guarded(
        ({ stack }) =>
          new LaunchTemplate(stack, 'Newest', {
            requireImdsv2: true,
            machineImage: MachineImage.latestAmazonLinux2023(),
          }),
      ),
    ).not.toThrow();
  });

  test('fails when CPU credits are a word of no meaning, of a type without any, or unlimited on a host of T3 [compute-burst-credits]', () => {
    const credits = (CpuCredits: string, rest: Record<string, unknown>) =>
      template({ CreditSpecification: { CpuCredits }, ...rest });
    expect(credits('boundless', { InstanceType: 't4g.micro' })).toThrow(
      'CreditSpecification.CpuCredits is boundless; write standard or unlimited',
    );
    expect(credits('standard', { InstanceType: 'm7g.medium' })).toThrow(
      'CreditSpecification is given for m7g.medium, which has no credits; leave it out',
    );
    expect(credits('unlimited', { InstanceType: 't3.large', Placement: { Tenancy: 'host' } })).toThrow(
      'CreditSpecification.CpuCredits is unlimited on a dedicated host, where T3 takes standard only',
    );
    expect(credits('unlimited', { InstanceType: new InstanceType('t4g.micro').toString() })).not.toThrow();
  });

  test('fails when no release would reach a group, or a bad one would reach all of it [compute-asg-roll-out]', () => {
    expect(group()).toThrow('UpdatePolicy replaces no instance, so a new release would reach none');
    expect(group(UpdatePolicy.rollingUpdate())).toThrow(
      'UpdatePolicy rolls on without waiting for signals, so a bad release would replace every instance',
    );
    expect(group(UpdatePolicy.rollingUpdate({ waitOnResourceSignals: true }))).not.toThrow();
  });

  test.each(['StepScaling', 'TargetTrackingScaling'])(
    'fails when a policy of type %s has a rest it ignores [compute-asg-step, compute-asg-cooldown]',
    (PolicyType) => {
      expect(raw('AutoScaling::ScalingPolicy', { AutoScalingGroupName: 'x', PolicyType, Cooldown: '300' })).toThrow(
        `Cooldown is 300 on a policy of type ${PolicyType}, which ignores it; write EstimatedInstanceWarmup`,
      );
    },
  );
});
