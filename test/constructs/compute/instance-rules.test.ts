import { Template } from 'aws-cdk-lib/assertions';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnInstance,
  CfnLaunchTemplate,
  CfnNetworkInterface,
  CfnNetworkInterfaceAttachment,
  CfnVolume,
  CfnVolumeAttachment,
  Vpc,
  type CfnInstanceProps,
} from 'aws-cdk-lib/aws-ec2';
import type { Stack } from 'aws-cdk-lib';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { testStack } from '../../support/app';

const token = { httpTokens: 'required' };
const refused = (build: (stack: Stack) => unknown) => () => {
  const stack = testStack();
  guardCompute(stack);
  build(stack);
  return Template.fromStack(stack);
};
const instance = (stack: Stack, props: CfnInstanceProps = {}): CfnInstance =>
  new CfnInstance(stack, 'Server', { metadataOptions: token, ...props });
const root = (ebs: CfnInstance.EbsProperty): CfnInstance.BlockDeviceMappingProperty[] => [
  { deviceName: '/dev/xvda', ebs },
];
const template = (stack: Stack, data: CfnLaunchTemplate.LaunchTemplateDataProperty): CfnLaunchTemplate =>
  new CfnLaunchTemplate(stack, 'Template', { launchTemplateData: { metadataOptions: token, ...data } });

describe('zones', () => {
  const volumeIn =
    (volumeZone: number, instanceZone = 0) =>
    (stack: Stack) => {
      const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
      const server = instance(stack, { subnetId: vpc.privateSubnets[instanceZone].subnetId });
      const volume = new CfnVolume(stack, 'Data', {
        availabilityZone: vpc.availabilityZones[volumeZone],
        encrypted: true,
        size: 8,
      });
      new CfnVolumeAttachment(stack, 'Attachment', {
        instanceId: server.ref,
        volumeId: volume.ref,
        device: '/dev/xvdf',
      });
    };
  const second = '{Fn::Select:[1,{Fn::GetAZs:}]}';
  const first = '{Fn::Select:[0,{Fn::GetAZs:}]}';

  test('fails when a volume of one zone is attached to an instance of another, which the CDK takes [compute-same-az]', () => {
    expect(refused(volumeIn(0))).not.toThrow();
    expect(refused(volumeIn(1))).toThrow(
      `Stack/Attachment:\n  Stack/Data is in the zone ${second}, its instance in ${first}; none of them moves, so make it in the zone of the instance, from a copy if it holds something`,
    );
  });

  test('a volume that is made in the zone of its instance fits, whichever that is [compute-same-az]', () => {
    const build = (stack: Stack) => {
      const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
      const server = instance(stack, { subnetId: vpc.privateSubnets[1].subnetId });
      const volume = new CfnVolume(stack, 'Data', {
        availabilityZone: server.attrAvailabilityZone,
        encrypted: true,
        size: 8,
      });
      new CfnVolumeAttachment(stack, 'At', { instanceId: server.ref, volumeId: volume.ref, device: '/dev/xvdf' });
    };
    expect(refused(build)).not.toThrow();
  });

  test('fails when the zone is written out and another one [compute-same-az]', () => {
    const build = (stack: Stack) => {
      const server = instance(stack, { availabilityZone: 'eu-west-1a' });
      const volume = new CfnVolume(stack, 'Data', { availabilityZone: 'eu-west-1b', encrypted: true, size: 8 });
      new CfnVolumeAttachment(stack, 'At', { instanceId: server.ref, volumeId: volume.ref, device: '/dev/xvdf' });
    };
    expect(refused(build)).toThrow('Stack/Data is in the zone eu-west-1b, its instance in eu-west-1a');
  });

  test('an interface may be of another subnet, and fails when it is of another zone [compute-same-az]', () => {
    const interfaceIn = (zone: number) => (stack: Stack) => {
      const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
      const server = instance(stack, { subnetId: vpc.privateSubnets[0].subnetId });
      const made = new CfnNetworkInterface(stack, 'Second', { subnetId: vpc.publicSubnets[zone].subnetId });
      new CfnNetworkInterfaceAttachment(stack, 'At', {
        deviceIndex: '1',
        instanceId: server.ref,
        networkInterfaceId: made.attrId,
      });
    };
    expect(refused(interfaceIn(0))).not.toThrow();
    expect(refused(interfaceIn(1))).toThrow(
      `Stack/At:\n  Stack/Second is in the zone ${second}, its instance in ${first}`,
    );
  });

  test('fails when an instance is launched with a volume of another zone [compute-same-az]', () => {
    const build = (stack: Stack) => {
      const volume = new CfnVolume(stack, 'Data', { availabilityZone: 'eu-west-1b', encrypted: true, size: 8 });
      instance(stack, {
        availabilityZone: 'eu-west-1a',
        volumes: [{ volumeId: volume.ref, device: '/dev/xvdf' }],
      });
    };
    expect(refused(build)).toThrow('Stack/Server:\n  Stack/Data is in the zone eu-west-1b, its instance in eu-west-1a');
  });
});

describe('hibernation', () => {
  const hibernationOptions = { configured: true };
  const instanceType = 't4g.medium';

  test.each<[string, CfnInstanceProps, string]>([
    ['the root is not written out', {}, 'hibernation needs the root volume written out; map /dev/xvda, encrypted'],
    [
      'the root is not encrypted',
      { blockDeviceMappings: root({ volumeSize: 20 }) },
      'hibernation writes memory to the root volume, which is not encrypted; write Encrypted: true',
    ],
    [
      'the root is too small',
      { blockDeviceMappings: root({ encrypted: true, volumeSize: 6 }) },
      'hibernation saves 4 GiB of memory to a root volume of 6 GiB; give 8 GiB or more',
    ],
    [
      'there are local disks beside it',
      {
        blockDeviceMappings: [
          ...root({ encrypted: true, volumeSize: 20 }),
          { deviceName: '/dev/xvdb', virtualName: 'ephemeral0' },
        ],
      },
      'HibernationOptions is configured beside local disks, which it would lose; keep one of them',
    ],
  ])('fails when %s, which the CDK takes [compute-hibernate]', (_, props, fault) => {
    expect(refused((stack) => instance(stack, { instanceType, hibernationOptions, ...props }))).toThrow(fault);
  });

  test('fails when spot instances are ended when they are taken [compute-hibernate]', () => {
    const spot = (behaviour?: string) => (stack: Stack) =>
      template(stack, {
        instanceType,
        hibernationOptions,
        blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { encrypted: true, volumeSize: 20 } }],
        instanceMarketOptions: {
          marketType: 'spot',
          spotOptions: {
            spotInstanceType: 'persistent',
            ...(behaviour && { instanceInterruptionBehavior: behaviour }),
          },
        },
      });
    expect(refused(spot('hibernate'))).not.toThrow();
    for (const behaviour of [undefined, 'terminate', 'stop'])
      expect(refused(spot(behaviour))).toThrow(
        'Stack/Template:\n  HibernationOptions is configured for spot instances that are not hibernated when they are taken; write InstanceInterruptionBehavior: hibernate',
      );
  });

  test('fails when a group launches such instances [compute-hibernate]', () => {
    const build = (stack: Stack) => {
      const made = template(stack, {
        instanceType,
        hibernationOptions,
        blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { encrypted: true, volumeSize: 20 } }],
      });
      new CfnAutoScalingGroup(stack, 'Group', {
        minSize: '1',
        maxSize: '1',
        launchTemplate: { launchTemplateId: made.ref, version: made.attrLatestVersionNumber },
      });
    };
    expect(refused(build)).toThrow(
      'Stack/Template is configured to hibernate, which members of a group cannot; leave HibernationOptions out',
    );
  });
});

describe('recovery', () => {
  test.each<[string, CfnLaunchTemplate.LaunchTemplateDataProperty, string]>([
    ['the type has local disks', { instanceType: 'm7gd.large' }, 'its local disks cannot be moved to other hardware'],
    [
      'a local disk is mapped',
      { instanceType: 'i3.large', blockDeviceMappings: [{ deviceName: '/dev/sdb', virtualName: 'ephemeral0' }] },
      'its local disks cannot be moved to other hardware',
    ],
    [
      'it stands on a dedicated host',
      { instanceType: 'm7g.large', placement: { tenancy: 'host' } },
      'it stands on a dedicated host, which recovers as a whole (HostRecovery)',
    ],
  ])('fails when a template recovers by itself and %s [compute-auto-recovery]', (_, data, why) => {
    const recovering = (autoRecovery: string) =>
      refused((stack) => template(stack, { ...data, maintenanceOptions: { autoRecovery } }));
    expect(recovering('default')).toThrow(`MaintenanceOptions.AutoRecovery is default, but ${why}; write disabled`);
    expect(recovering('disabled')).not.toThrow('AutoRecovery');
  });

  test('fails when an alarm recovers what cannot be moved [compute-auto-recovery]', () => {
    const watched = (instanceType: string) => (stack: Stack) => {
      const server = instance(stack, { instanceType });
      new CfnAlarm(stack, 'Alarm', {
        comparisonOperator: 'GreaterThanThreshold',
        evaluationPeriods: 2,
        alarmActions: [`arn:aws:automate:${stack.region}:ec2:recover`],
        dimensions: [{ name: 'InstanceId', value: server.ref }],
      });
    };
    expect(refused(watched('m7g.large'))).not.toThrow();
    expect(refused(watched('m7gd.large'))).toThrow(
      'Stack/Alarm:\n  Stack/Server is to be recovered, but its local disks cannot be moved to other hardware; leave the action out (recover: false), and replace it instead',
    );
  });
});

test('fails when a local disk is mapped on a type that has none [compute-instance-store]', () => {
  const mapped = (instanceType: string) =>
    refused((stack) =>
      instance(stack, {
        instanceType,
        blockDeviceMappings: [{ deviceName: '/dev/xvdb', virtualName: 'ephemeral0' }],
      }),
    );
  expect(mapped('m7gd.large')).not.toThrow();
  expect(mapped('m7g.large')).toThrow(
    'Stack/Server:\n  BlockDeviceMappings[/dev/xvdb] is ephemeral0, but m7g.large has no local disks; leave it out, or take a type with the letter d',
  );
});

describe('an instance from a launch template', () => {
  const launched = (launchTemplate: CfnInstance.LaunchTemplateSpecificationProperty) =>
    refused((stack) => new CfnInstance(stack, 'Server', { launchTemplate }));

  test('fails when the template has an id and a name, of which the CDK only warns [compute-lt-single-instance]', () => {
    expect(launched({ launchTemplateId: 'lt-1', launchTemplateName: 'web', version: '3' })).toThrow(
      'Stack/Server:\n  LaunchTemplate has an id and a name, which may be of two templates; keep the id',
    );
  });

  test.each(['$Latest', '$Default'])(
    'fails when the version is %s, which the CDK takes [compute-lt-single-instance]',
    (version) => {
      const fault = `LaunchTemplate.Version is ${version}, a text that stays the same, so that a new version reaches nobody; write the number, as LatestVersionNumber of the template gives it`;
      expect(launched({ launchTemplateId: 'lt-1', version })).toThrow(`Stack/Server:\n  ${fault}`);
      expect(
        refused(
          (stack) =>
            new CfnAutoScalingGroup(stack, 'Group', {
              minSize: '1',
              maxSize: '1',
              launchTemplate: { launchTemplateId: 'lt-1', version },
            }),
        ),
      ).toThrow(fault);
      expect(launched({ launchTemplateId: 'lt-1', version: '3' })).not.toThrow();
    },
  );
});
