import type { Template } from 'aws-cdk-lib/assertions';
import { contains } from '../../lib/constructs/network/cidr';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'floating-interface';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const both: [string, Template][] = [
  ['sandbox', sandbox],
  ['production', production],
];

const all = (template: Template, type: string): [string, any][] =>
  Object.entries(template.findResources(`AWS::${type}`)).map(([id, { Properties }]) => [id, Properties]);
const ofType = (template: Template, type: string) => all(template, type).map(([, properties]) => properties);
const subnet = (template: Template, id: string) => template.toJSON().Resources[id].Properties;

describe('who reaches whom', () => {
  test.each(['sandbox', 'production'] as const)(
    'in %s clients reach the floating interface alone, and operators the management interfaces alone [network-eni-multi-homed]',
    (profile) => {
      const network = networkOf(name, { profile });
      expect(network).toHaveReachability([
        ['internet', 'Active', 'tcp 80'],
        ['Operators', 'Active', 'tcp 22'],
        ['Operators', 'Standby', 'tcp 22'],
      ]);
      expect(network).not.toReach('internet', 'Standby');
      expect(network).not.toReach('internet', 'Interface', 'tcp 22');
      expect(network).not.toReach('Operators', 'Interface', 'tcp 22');
      expect(network).not.toReach('Active', 'internet');
    },
  );
});

describe('what moves', () => {
  test.each(both)(
    'in %s an interface of the data subnet is the second one of a host in the management subnet, in one zone [network-eni, network-eni-failover, network-eni-multi-homed]',
    (_, template) => {
      const [[id, floating]] = all(template, 'EC2::NetworkInterface');
      const [attachment] = ofType(template, 'EC2::NetworkInterfaceAttachment');
      expect(attachment).toEqual({
        NetworkInterfaceId: { 'Fn::GetAtt': [id, 'Id'] },
        InstanceId: { Ref: expect.stringMatching('^ActiveInstance') },
        DeviceIndex: '1',
        DeleteOnTermination: false,
      });
      const hosts = ofType(template, 'EC2::Instance');
      expect(hosts).toHaveLength(2);
      const places = [floating.SubnetId, ...hosts.map(({ SubnetId }) => SubnetId)].map(({ Ref }) =>
        subnet(template, Ref),
      );
      expect(new Set(places.map(({ AvailabilityZone }) => JSON.stringify(AvailabilityZone))).size).toBe(1);
      expect(places.map(({ CidrBlock }) => CidrBlock)).toEqual(['10.28.16.0/20', '10.28.0.0/20', '10.28.0.0/20']);
      expect(places.every(({ CidrBlock }) => contains('10.28.0.0/16', CidrBlock))).toBe(true);
      for (const { SecurityGroupIds } of hosts) expect(floating.GroupSet).not.toEqual(SecurityGroupIds);
    },
  );

  test.each(both)(
    'in %s one Elastic IP belongs to it, and hosts have no public address of their own [network-elastic-ip]',
    (_, template) => {
      const [[id]] = all(template, 'EC2::NetworkInterface');
      expect(ofType(template, 'EC2::EIPAssociation')).toEqual([
        { AllocationId: expect.anything(), NetworkInterfaceId: { 'Fn::GetAtt': [id, 'Id'] } },
      ]);
      template.resourceCountIs('AWS::EC2::EIP', 1);
      for (const { MapPublicIpOnLaunch } of ofType(template, 'EC2::Subnet')) expect(MapPublicIpOnLaunch).toBe(false);
    },
  );

  test('a host keeps the image it was made with: a deployment that replaced it would attach before it detaches', () => {
    for (const { ImageId } of ofType(sandbox, 'EC2::Instance'))
      expect(ImageId).toBe('{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64}}');
    expect(Object.keys(sandbox.toJSON().Parameters ?? {}).filter((id) => /Image|Ssm/.test(id))).toEqual([]);
  });

  test('with its MAC kept it stays when the stack goes, and is the same resource as before [network-eni, compute-eni-secondary]', () => {
    const kept = architecture(name, { variant: ['kept-mac'] }).findResources('AWS::EC2::NetworkInterface');
    expect(Object.entries(kept).map(([id, { DeletionPolicy }]) => [id, DeletionPolicy])).toEqual([
      ['FloatingRetainedInterface', 'Retain'],
    ]);
    const usual = sandbox.findResources('AWS::EC2::NetworkInterface');
    expect(Object.values(usual).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([undefined]);
  });
});

describe('when a host fails', () => {
  test('each host has an alarm, and the alarm a rule that names the host to the function [network-eni-failover, compute-eni-failover]', () => {
    const watched = ofType(sandbox, 'CloudWatch::Alarm')
      .filter(({ MetricName }) => MetricName === 'StatusCheckFailed')
      .map(({ Dimensions }) => Dimensions[0].Value.Ref as string);
    const told = ofType(sandbox, 'Events::Rule').map(({ Targets }) => Targets[0].Input['Fn::Join'][1][1].Ref as string);
    expect(watched).toEqual(ofType(sandbox, 'EC2::Instance').map((_, i) => all(sandbox, 'EC2::Instance')[i][0]));
    expect(told).toEqual(watched);
  });

  test('whoever gives an address is mailed', () => {
    sandbox.resourceCountIs('AWS::SNS::Subscription', 0);
    architecture(name, { alarmEmail: 'ops@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
