import { Template } from 'aws-cdk-lib/assertions';
import { Port, Vpc } from 'aws-cdk-lib/aws-ec2';
import { OfficeRanges, type OfficeRange } from '../../../lib/constructs/network/office-ranges';
import { TierSecurityGroup, type TierSecurityGroupProps } from '../../../lib/constructs/network/tier-security-group';
import { testStack } from '../../support/app';

const setUp = () => {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc');
  const group = (id: string, props: Partial<TierSecurityGroupProps> = {}) =>
    new TierSecurityGroup(stack, id, { vpc, description: `${id} tier`, ...props });
  return { stack, group };
};

/** The rules of a template, whether written in their group or apart: `Database in tcp 5432 from Application`. */
function rulesOf(template: Template): string[] {
  const resources = Object.values<{ Type: string; Properties: any }>(template.toJSON().Resources);
  const nameOf = (value: any): string => (value?.['Fn::GetAtt']?.[0] ?? '').replace(/Group[0-9A-F]{8}$/, '');
  const text = (group: string, direction: string, rule: any): string => {
    const peer =
      rule.CidrIp ??
      rule.CidrIpv6 ??
      nameOf(rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId) ??
      'somebody';
    const ports = rule.FromPort === undefined ? '' : ` ${rule.FromPort}`;
    return `${group} ${direction} ${rule.IpProtocol}${ports} ${peer}`;
  };
  const inline = Object.entries(template.findResources('AWS::EC2::SecurityGroup')).flatMap(([id, { Properties }]) => {
    const name = id.replace(/Group[0-9A-F]{8}$/, '');
    return [
      ...(Properties.SecurityGroupIngress ?? []).map((rule: any) => text(name, 'in', rule)),
      ...(Properties.SecurityGroupEgress ?? []).map((rule: any) => text(name, 'out', rule)),
    ];
  });
  const apart = resources
    .filter(({ Type }) => /SecurityGroup(In|E)gress$/.test(Type))
    .map(({ Type, Properties }) =>
      text(nameOf(Properties.GroupId), Type.endsWith('Ingress') ? 'in' : 'out', Properties),
    );
  return [...inline, ...apart].sort();
}

describe('TierSecurityGroup', () => {
  test('a group starts closed in both directions [network-sg-defaults]', () => {
    const { stack, group } = setUp();
    group('Database');
    const template = Template.fromStack(stack);
    expect(rulesOf(template)).toEqual(['Database out -1 127.0.0.1/32']);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { GroupDescription: 'Database tier' });
  });

  test.each([
    ['', 'description is empty; write 1 to 255 letters'],
    ['  ', 'description is empty'],
    ['x'.repeat(256), 'description has 256 characters; write 1 to 255 letters'],
    ['Zugang für alle', 'description is "Zugang für alle" with ü; write 1 to 255 letters, digits, spaces and'],
  ])('fails when the description is "%s" [network-sg-defaults]', (description, fault) => {
    expect(() => setUp().group('Web', { description })).toThrow(`Stack/Web:\n  ${fault}`);
  });

  test('a chain admits each tier from the one before it by group, and nobody by address [network-sg-reference]', () => {
    const { stack, group } = setUp();
    TierSecurityGroup.chain(group('Balancer'), group('Application', { port: 8080 }), group('Database', { port: 5432 }));
    expect(rulesOf(Template.fromStack(stack))).toEqual([
      'Application in tcp 8080 Balancer',
      'Application out -1 127.0.0.1/32',
      'Application out tcp 5432 Database',
      'Balancer out -1 127.0.0.1/32',
      'Balancer out tcp 8080 Application',
      'Database in tcp 5432 Application',
      'Database out -1 127.0.0.1/32',
    ]);
  });

  test('a group that only names other groups still says that it lets nobody else out [network-sg-defaults]', () => {
    const { stack, group } = setUp();
    group('Application', { port: 8080 }).allowFrom(group('Balancer'));
    const groups = Object.values(Template.fromStack(stack).findResources('AWS::EC2::SecurityGroup'));
    for (const { Properties } of groups) expect(Properties.SecurityGroupEgress).toHaveLength(1);
  });

  test('members talk to each other when the group names itself [network-sg-reference]', () => {
    const { stack, group } = setUp();
    group('Cluster', { port: 7000 }).allowInternally();
    expect(rulesOf(Template.fromStack(stack))).toEqual([
      'Cluster in tcp 7000 Cluster',
      'Cluster out -1 127.0.0.1/32',
      'Cluster out tcp 7000 Cluster',
    ]);
  });

  test('ping needs one rule a side, as replies of a stateful group need none [network-icmp-ping]', () => {
    const { stack, group } = setUp();
    group('Application').allowPing(group('Probe'));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { IpProtocol: 'icmp', FromPort: 8, ToPort: -1 });
    expect(rulesOf(template).filter((rule) => rule.includes('icmp'))).toEqual([
      'Application in icmp 8 Probe',
      'Probe out icmp 8 Application',
    ]);
  });

  test('everyone is admitted over both address families, and members let out by port', () => {
    const { stack, group } = setUp();
    group('Web').allowFromAnywhere([443, 80], 'This group is the public entrance of the service.');
    group('Worker').allowOutbound(443);
    group('Partner').allowFromCidr('198.51.100.0/24', 443);
    expect(rulesOf(Template.fromStack(stack))).toEqual([
      'Partner in tcp 443 198.51.100.0/24',
      'Partner out -1 127.0.0.1/32',
      'Web in tcp 443 0.0.0.0/0',
      'Web in tcp 443 ::/0',
      'Web in tcp 80 0.0.0.0/0',
      'Web in tcp 80 ::/0',
      'Web out -1 127.0.0.1/32',
      'Worker out tcp 443 0.0.0.0/0',
      'Worker out tcp 443 ::/0',
    ]);
  });

  test.each([
    [21, 'FTP'],
    [22, 'SSH'],
    [3389, 'RDP'],
  ])(
    'fails when %d is opened to everyone, while known addresses may be let in [network-open-port-guard]',
    (port, name) => {
      const { group } = setUp();
      const admin = group('Admin', { port });
      const fault = `Stack/Admin:\n  ingress opens ${port} (${name}) to`;
      expect(() => admin.allowFromAnywhere([443, port], 'Because it is open anyway to everybody.')).toThrow(
        `${fault} 0.0.0.0/0; admit known addresses, or use Session Manager, which needs no open port`,
      );
      expect(() => admin.allowFromCidr('0.0.0.0/0')).toThrow(`${fault} 0.0.0.0/0`);
      expect(() => admin.allowFromCidr('::/0')).toThrow(`${fault} ::/0`);
      expect(() => admin.allowFromCidr('198.51.100.7/32')).not.toThrow();
    },
  );

  test('fails when ports or addresses cannot be, or a rule says nothing [network-cidr-canonical]', () => {
    const { group } = setUp();
    const web = group('Web');
    expect(() => web.allowFromCidr('198.51.100.7/24', 443)).toThrow(
      'Stack/Web:\n  cidr is 198.51.100.7/24, which is not where a block of that size begins; write 198.51.100.0/24',
    );
    expect(() => web.allowFromCidr('2001:db8::1/32', 443)).toThrow('cidr is 2001:db8::1/32; write 2001:db8::/32');
    expect(() => web.allowOutbound(443, ['10.0.0.1/8'])).toThrow('write 10.0.0.0/8');
    expect(() => web.allowFrom(group('Other'))).toThrow('port is not given; name it in the props or at the rule');
    expect(() => web.allowFrom(group('Third'), 70_000)).toThrow('port is 70000; give a whole number from 1 to 65535');
    expect(() => group('Bad', { port: 0 })).toThrow('port is 0; give a whole number from 1 to 65535');
    expect(() => web.allowFromAnywhere([], 'The entrance of a service for datagrams.', [0])).toThrow(
      'port is 0; give a whole number from 1 to 65535',
    );
    expect(() => web.allowFromAnywhere([], ' ')).toThrow(
      'ports are none; name at least one\n  reason is empty; say why the world is let in',
    );
    web.allowFromAnywhere([443], 'This group is the public entrance of the service.');
    expect(() => web.allowFromAnywhere([80], 'This group is the public entrance of the service.')).toThrow(
      'allowFromAnywhere was called before; name all ports in one call',
    );
  });
});

describe('OfficeRanges', () => {
  const ranges: OfficeRange[] = [
    { cidr: '198.51.100.0/24', description: 'Berlin' },
    { cidr: '203.0.113.0/25', description: 'Sydney' },
  ];

  test('a list names the offices, and a rule names the list [network-sg-prefix-list]', () => {
    const { stack, group } = setUp();
    const offices = new OfficeRanges(stack, 'Offices', { ranges, maxEntries: 5 });
    group('Admin').securityGroup.addIngressRule(offices.peer, Port.tcp(22));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::PrefixList', {
      AddressFamily: 'IPv4',
      MaxEntries: 5,
      Entries: [
        { Cidr: '198.51.100.0/24', Description: 'Berlin' },
        { Cidr: '203.0.113.0/25', Description: 'Sydney' },
      ],
    });
    expect(JSON.stringify(template.toJSON())).toContain('SourcePrefixListId');
    expect(offices.maxEntries).toBe(5);
  });

  test('fails when entries do not fit, repeat or are not canonical [network-sg-prefix-list]', () => {
    const make = (props: { ranges: OfficeRange[]; maxEntries?: number }) => () =>
      new OfficeRanges(testStack(), 'Offices', props);
    expect(make({ ranges, maxEntries: 1 })).toThrow(
      'Stack/Offices:\n  maxEntries is 1, but there are 2 ranges; give 2 or more',
    );
    expect(make({ ranges: [] })).toThrow('ranges are none; give at least one');
    expect(make({ ranges, maxEntries: 1001 })).toThrow('maxEntries is 1001; give a whole number from 1 to 1000');
    expect(make({ ranges: [ranges[0], ranges[0]] })).toThrow('ranges have 198.51.100.0/24 twice; list it once');
    expect(make({ ranges: [{ cidr: '198.51.100.7/24', description: 'Berlin' }] })).toThrow('write 198.51.100.0/24');
  });
});
