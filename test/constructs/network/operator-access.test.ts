import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  InterfaceVpcEndpointAwsService as service,
  KeyPairType,
  type CfnInstance,
  type ISubnet,
} from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Bastion } from '../../../lib/constructs/network/bastion';
import { ConnectEndpoint } from '../../../lib/constructs/network/connect-endpoint';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { InstanceConnectRanges } from '../../../lib/constructs/network/instance-connect-ranges';
import { InterfaceEndpoint } from '../../../lib/constructs/network/interface-endpoint';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import { OperatorAccess } from '../../../lib/constructs/network/operator-access';
import { SessionLog } from '../../../lib/constructs/network/session-log';
import { ShellKey } from '../../../lib/constructs/network/shell-key';
import { SmallHost } from '../../../lib/constructs/network/small-host';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import { TierSecurityGroup } from '../../../lib/constructs/network/tier-security-group';
import { testStack } from '../../support/app';
import { decide, type PolicyDocument } from '../../support/decide';
import { NetworkModel, tcp } from '../../support/reachability';

const office = '198.51.100.7/32';

/** With the names that constructs have, as the reachability model reads them. */
function named(stack: Stack): Stack {
  stack.node.setContext('aws:cdk:enable-path-metadata', true);
  return stack;
}

/** A network, an operator, and private hosts that are opened one way or another. */
class Site {
  readonly stack: Stack = named(testStack());
  readonly network = new TieredNetwork(this.stack, 'Network', {
    zones: 2,
    nat: NatStrategy.none(),
    gatewayEndpoints: {},
  });
  readonly vpc = this.network.vpc;
  readonly operator = new Role(this.stack, 'Operator', { assumedBy: new AccountRootPrincipal() });

  subnet(tier: string, zone = 0): ISubnet {
    return this.vpc.selectSubnets(this.network.subnets(tier)).subnets[zone];
  }

  host(access: OperatorAccess, id = 'Host', tier = 'application'): SmallHost {
    const scope = new Construct(this.stack, id);
    const group = new TierSecurityGroup(scope, 'Group', { vpc: this.vpc, description: 'A host' });
    const host = new SmallHost(scope, 'Instance', {
      vpc: this.vpc,
      subnet: this.subnet(tier),
      securityGroup: group.securityGroup,
    });
    const { keyPair } = access.open({ scope, vpc: this.vpc, role: host.role, connections: group.connections });
    if (keyPair) (host.node.defaultChild as CfnInstance).keyName = keyPair.keyPairName;
    return host;
  }

  bastion(allowFrom: readonly string[] = [office], key?: ShellKey, id = 'Bastion'): Bastion {
    return new Bastion(this.stack, id, { vpc: this.vpc, subnet: this.subnet('web'), allowFrom, ...(key && { key }) });
  }

  template(): Template {
    guardNetwork(this.stack);
    return Template.fromStack(this.stack);
  }

  model(): NetworkModel {
    return NetworkModel.fromTemplates({ Stack: this.template().toJSON() as never });
  }
}

const rules = (template: Template): Record<string, any>[] => [
  ...Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
    ({ Properties }) => Properties.SecurityGroupIngress ?? [],
  ),
  ...Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => Properties),
];

const policyOf = (template: Template, role: string): PolicyDocument => ({
  Statement: Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(role)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement),
});

const arn = (service: string, resource: string) =>
  `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}`;
const instance = arn('ec2', 'instance/i-0123456789abcdef0');

describe('session', () => {
  test('a private host is reached with no open port, no key and no public address, by a role of five actions [network-session-access, operations-session-access, compute-session-access]', () => {
    const site = new Site();
    site.host(OperatorAccess.session());
    const template = site.template();
    expect(rules(template)).toEqual([]);
    template.resourceCountIs('AWS::EC2::KeyPair', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.hasResourceProperties('AWS::EC2::Instance', {
      KeyName: Match.absent(),
      NetworkInterfaces: Match.absent(),
    });
    expect(policyOf(template, 'HostInstance').Statement.flatMap(({ Action }) => Action)).toEqual([
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ]);
  });

  test('without NAT it goes by interface endpoints that admit the host on 443 and nobody else [network-session-access, operations-session-access]', () => {
    const site = new Site();
    const clients = [new TierSecurityGroup(site.stack, 'Clients', { vpc: site.vpc, description: 'Somebody else' })];
    const endpoints = [service.SSM, service.SSM_MESSAGES].map(
      (one) => new InterfaceEndpoint(site.stack, one.shortName, { vpc: site.vpc, service: one, clients }),
    );
    site.host(OperatorAccess.session({ endpoints }));
    site.host(OperatorAccess.none(), 'Other');
    const template = site.template();
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    const network = site.model();
    for (const name of ['ssm', 'ssmmessages']) {
      expect(network).toReach('Host/Instance', `${name}/Endpoint`, tcp(443));
      expect(network).not.toReach('Other/Instance', `${name}/Endpoint`);
    }
    expect(network).not.toReach('Host/Instance', 'internet');
    expect(network).not.toReach('internet', 'Host/Instance');
  });

  test('fails when nothing leads out of the network and there are no endpoints [network-session-access]', () => {
    const stack = testStack();
    const { vpc } = new TieredNetwork(stack, 'Network', {
      plan: { tiers: [{ name: 'inner', access: 'isolated' }] },
      gatewayEndpoints: {},
    });
    const scope = new Construct(stack, 'Host');
    const role = new Role(scope, 'Role', { assumedBy: new AccountRootPrincipal() });
    const { connections } = new TierSecurityGroup(scope, 'Group', { vpc, description: 'A host' });
    expect(() => OperatorAccess.session().open({ scope, vpc, role, connections })).toThrow(
      'Stack/Host:\n  sessions have no way out of this network, whose subnets are all isolated; give endpoints for ssm and ssmmessages, or NAT',
    );
  });

  test('operators open shells on the hosts that are named and on no others [network-session-access, operations-session-access]', () => {
    const site = new Site();
    site.host(OperatorAccess.session({ operators: [site.operator] }));
    site.host(OperatorAccess.session(), 'Other');
    const template = site.template();
    template.hasResourceProperties('AWS::EC2::Instance', {
      Tags: Match.arrayWith([{ Key: 'groundplan:host', Value: 'Stack/Host' }]),
    });
    const policy = policyOf(template, 'Operator');
    const asked = (action: string, resource: string, host?: string) =>
      decide(policy, {
        action,
        resource,
        context: { 'aws:userid': 'AROA:ada', ...(host && { 'ssm:resourceTag/groundplan:host': host }) },
      });
    expect(asked('ssm:StartSession', instance, 'Stack/Host')).toBe('allow');
    expect(asked('ssm:StartSession', instance, 'Stack/Other')).toBe('implicit deny');
    expect(asked('ssm:StartSession', instance)).toBe('implicit deny');
    expect(asked('ssm:StartSession', arn('ssm', 'document/SSM-SessionManagerRunShell'))).toBe('allow');
    expect(asked('ssm:StartSession', arn('ssm', 'document/AWS-StartPortForwardingSession'))).toBe('implicit deny');
    expect(asked('ssm:TerminateSession', arn('ssm', 'session/AROA:ada-0a1b'))).toBe('allow');
    expect(asked('ssm:TerminateSession', arn('ssm', 'session/AROA:eve-0a1b'))).toBe('implicit deny');
  });

  test('sessions that are written down go to a log group of their own, and operators open no others [network-session-access]', () => {
    const site = new Site();
    const log = new SessionLog(site.stack, 'Log', { idleTimeout: Duration.minutes(15) });
    site.host(OperatorAccess.session({ log, operators: [site.operator] }));
    const template = site.template();
    template.hasResourceProperties('AWS::SSM::Document', {
      DocumentType: 'Session',
      Content: {
        schemaVersion: '1.0',
        sessionType: 'Standard_Stream',
        inputs: {
          cloudWatchLogGroupName: { Ref: Match.stringLikeRegexp('^LogSessions') },
          cloudWatchStreamingEnabled: true,
          cloudWatchEncryptionEnabled: false,
          idleSessionTimeout: '15',
        },
      },
    });
    const [document] = Object.keys(template.findResources('AWS::SSM::Document'));
    const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    const operator = policyOf(template, 'Operator');
    const start = (name: string) =>
      decide(operator, { action: 'ssm:StartSession', resource: arn('ssm', `document/${name}`) });
    expect(start(`<${document}>`)).toBe('allow');
    expect(start('SSM-SessionManagerRunShell')).toBe('implicit deny');
    const host = policyOf(template, 'HostInstance');
    expect(decide(host, { action: 'logs:PutLogEvents', resource: `<${group}.Arn>` })).toBe('allow');
    expect(decide(host, { action: 'logs:PutLogEvents', resource: arn('logs', 'log-group:other') })).toBe(
      'implicit deny',
    );
  });

  test('fails when a session may idle for longer than Session Manager allows', () => {
    expect(() => new SessionLog(testStack(), 'Log', { idleTimeout: Duration.minutes(61) })).toThrow(
      'Stack/Log:\n  idleTimeout is 1 hour 1 minute; give 1 minute to 1 hour',
    );
  });
});

describe('connect endpoint', () => {
  const opened = (port?: number) => {
    const site = new Site();
    const endpoint = new ConnectEndpoint(site.stack, 'Connect', {
      vpc: site.vpc,
      subnet: site.subnet('application'),
      ...(port && { port }),
    });
    site.host(OperatorAccess.connectEndpoint(endpoint, { operators: [site.operator] }));
    site.host(OperatorAccess.none(), 'Other');
    return site;
  };

  test.each([
    ['SSH', 22],
    ['RDP', 3389],
  ])('%s is admitted on %d from its group and from nowhere else [network-connect-endpoint]', (_, port) => {
    const site = opened(port);
    const template = site.template();
    expect(rules(template)).toEqual([
      expect.objectContaining({
        FromPort: port,
        ToPort: port,
        IpProtocol: 'tcp',
        SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^ConnectGroup/), 'GroupId'] },
        GroupId: { 'Fn::GetAtt': [expect.stringMatching(/^HostGroup/), 'GroupId'] },
      }),
    ]);
    template.hasResourceProperties('AWS::EC2::InstanceConnectEndpoint', {
      SubnetId: { Ref: Match.stringLikeRegexp('applicationSubnet1') },
      SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^ConnectGroup'), 'GroupId'] }],
    });
    template.resourceCountIs('AWS::EC2::EIP', 0);
    const network = site.model();
    expect(network).toReach('Connect', 'Host/Instance', tcp(port));
    expect(network).not.toReach('Connect', 'Other/Instance');
    expect(network).not.toReach('internet', 'Host/Instance');
  });

  test('operators open tunnels to that port through that endpoint, for an hour at most [network-connect-endpoint]', () => {
    const template = opened().template();
    const [id] = Object.keys(template.findResources('AWS::EC2::InstanceConnectEndpoint'));
    const policy = policyOf(template, 'Operator');
    const tunnel = (port: string, duration = '3600', endpoint = `<${id}>`) =>
      decide(policy, {
        action: 'ec2-instance-connect:OpenTunnel',
        resource: arn('ec2', `instance-connect-endpoint/${endpoint}`),
        context: {
          'ec2-instance-connect:remotePort': port,
          'ec2-instance-connect:maxTunnelDuration': duration,
        },
      });
    expect(tunnel('22')).toBe('allow');
    expect(tunnel('3389')).toBe('implicit deny');
    expect(tunnel('22', '3601')).toBe('implicit deny');
    expect(tunnel('22', '3600', 'eice-other')).toBe('implicit deny');
    const push = (host: string, user: string) =>
      decide(policy, {
        action: 'ec2-instance-connect:SendSSHPublicKey',
        resource: instance,
        context: { 'aws:ResourceTag/groundplan:host': host, 'ec2:osuser': user },
      });
    expect(push('Stack/Host', 'ec2-user')).toBe('allow');
    expect(push('Stack/Host', 'root')).toBe('implicit deny');
    expect(push('Stack/Other', 'ec2-user')).toBe('implicit deny');
  });

  test('over RDP nobody gets to put an SSH key anywhere [network-connect-endpoint]', () => {
    const actions = policyOf(opened(3389).template(), 'Operator').Statement.flatMap(({ Action }) => Action);
    expect(actions).toEqual([
      'ec2-instance-connect:OpenTunnel',
      'ec2:DescribeInstanceConnectEndpoints',
      'ec2:DescribeInstances',
    ]);
  });

  test('fails when a VPC gets one for each zone [network-connect-endpoint]', () => {
    const site = new Site();
    for (const zone of [0, 1])
      new ConnectEndpoint(site.stack, `Connect${zone}`, { vpc: site.vpc, subnet: site.subnet('application', zone) });
    expect(() => site.template()).toThrow(
      'Stack/Connect0/Resource:\n  the VPC has 2 Instance Connect Endpoints; it takes 1 (connectEndpointQuota), and one reaches the hosts of all zones, so leave one, or raise the quota first',
    );
  });

  test('fails when it is asked for another port [network-connect-endpoint]', () => {
    const site = new Site();
    expect(
      () => new ConnectEndpoint(site.stack, 'Connect', { vpc: site.vpc, subnet: site.subnet('web'), port: 5432 }),
    ).toThrow('Stack/Connect:\n  port is 5432; the endpoint opens 22 (SSH) or 3389 (RDP), so give one of the two');
  });
});

describe('Instance Connect', () => {
  test('22 opens to the prefix lists of the service in the Region, over IPv4 and IPv6, and to no address [network-connect-public]', () => {
    const site = new Site();
    const ranges = new InstanceConnectRanges(site.stack, 'Ranges');
    site.host(OperatorAccess.instanceConnect(ranges, { operators: [site.operator], user: 'admin' }), 'Host', 'web');
    const template = site.template();
    const asked = Object.values(template.findResources('Custom::AWS')).map(
      ({ Properties }) => JSON.parse(JSON.stringify(Properties.Create)) as unknown,
    );
    expect(asked.map((call) => JSON.stringify(call))).toEqual([
      expect.stringMatching(/describeManagedPrefixLists|DescribeManagedPrefixLists/),
      expect.stringContaining('.ipv6.ec2-instance-connect'),
    ]);
    const lists = Object.keys(template.findResources('Custom::AWS'));
    expect(
      rules(template).map(({ CidrIp, CidrIpv6, FromPort, ToPort, SourcePrefixListId }) => ({
        CidrIp,
        CidrIpv6,
        FromPort,
        ToPort,
        list: SourcePrefixListId['Fn::GetAtt'],
      })),
    ).toEqual(
      lists.map((id) => ({
        CidrIp: undefined,
        CidrIpv6: undefined,
        FromPort: 22,
        ToPort: 22,
        list: [id, 'PrefixLists.0.PrefixListId'],
      })),
    );
    const push = (user: string) =>
      decide(policyOf(template, 'Operator'), {
        action: 'ec2-instance-connect:SendSSHPublicKey',
        resource: instance,
        context: { 'aws:ResourceTag/groundplan:host': 'Stack/Host', 'ec2:osuser': user },
      });
    expect([push('admin'), push('ec2-user')]).toEqual(['allow', 'implicit deny']);
  });
});

describe('bastion', () => {
  test('the office gets to the jump host, the jump host to the private host, and nobody else anywhere [network-bastion]', () => {
    const site = new Site();
    site.host(OperatorAccess.bastion(site.bastion()));
    expect(site.model()).toHaveReachability([
      [office, 'Bastion', 'tcp 22'],
      ['Bastion', 'Host/Instance', 'tcp 22'],
    ]);
  });

  test('the office does not get to the private host, and the private host not to the internet [network-bastion]', () => {
    const site = new Site();
    site.host(OperatorAccess.bastion(site.bastion()));
    const network = site.model();
    expect(network).not.toReach('198.51.100.7', 'Host/Instance');
    expect(network).toReach('Bastion', 'Host/Instance', tcp(22));
    expect(network).not.toReach('Host/Instance', 'internet');
    expect(network).not.toReach('internet', 'Bastion');
  });

  test.each([['0.0.0.0/0'], ['::/0']])('fails when %s may open SSH to it [network-bastion]', (world) => {
    expect(() => new Site().bastion([office, world])).toThrow(
      `Stack/Bastion/Group:\n  ingress opens 22 (SSH) to ${world}; admit known addresses, or use Session Manager, which needs no open port`,
    );
  });

  test('fails when nobody may, and when a range is not written canonically [network-bastion]', () => {
    expect(() => new Site().bastion([])).toThrow(
      'Stack/Bastion:\n  allowFrom is empty; list the addresses operators come from, such as 198.51.100.7/32, or use OperatorAccess.session(), which needs no open port',
    );
    expect(() => new Site().bastion(['198.51.100.7/24'])).toThrow('write 198.51.100.0/24');
  });

  test('two in one stack run Amazon Linux 2023 with metadata by token and an encrypted gp3 root, and share no name [network-bastion-image]', () => {
    const site = new Site();
    site.bastion();
    site.bastion([office], undefined, 'Second');
    const template = site.template();
    const hosts = Object.values(template.findResources('AWS::EC2::Instance')).map(({ Properties }) => Properties);
    expect(hosts).toHaveLength(2);
    for (const host of hosts) {
      const { Default } = template.toJSON().Parameters[host.ImageId.Ref];
      expect(Default).toMatch(/^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-.*arm64$/);
      expect(host.MetadataOptions).toMatchObject({ HttpTokens: 'required' });
      expect(host.BlockDeviceMappings).toEqual([
        { DeviceName: '/dev/xvda', Ebs: expect.objectContaining({ Encrypted: true, VolumeType: 'gp3' }) },
      ]);
    }
    const names = Object.values(template.findResources('AWS::EC2::LaunchTemplate')).map(
      ({ Properties }) => Properties.LaunchTemplateName,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test('operators put a key on the jump host and on the host behind it, and on no other [network-bastion]', () => {
    const site = new Site();
    site.host(OperatorAccess.bastion(site.bastion(), { operators: [site.operator] }));
    const push = (host: string) =>
      decide(policyOf(site.template(), 'Operator'), {
        action: 'ec2-instance-connect:SendSSHPublicKey',
        resource: instance,
        context: { 'aws:ResourceTag/groundplan:host': host, 'ec2:osuser': 'ec2-user' },
      });
    expect(['Stack/Bastion', 'Stack/Host', 'Stack/Other'].map(push)).toEqual(['allow', 'allow', 'implicit deny']);
  });
});

describe('key pair', () => {
  test('there is none unless one is asked for [network-key-pair]', () => {
    const site = new Site();
    site.host(OperatorAccess.bastion(site.bastion()));
    const template = site.template();
    template.resourceCountIs('AWS::EC2::KeyPair', 0);
    template.allResourcesProperties('AWS::EC2::Instance', { KeyName: Match.absent() });
  });

  test('its public half is on both hosts, and its private half in Parameter Store for the readers that are named [network-key-pair]', () => {
    const site = new Site();
    const key = new ShellKey(site.stack, 'Key', { readers: [site.operator] });
    site.host(OperatorAccess.bastion(site.bastion([office], key)));
    const template = site.template();
    const [pair] = Object.keys(template.findResources('AWS::EC2::KeyPair'));
    template.hasResourceProperties('AWS::EC2::KeyPair', { KeyType: 'ed25519', PublicKeyMaterial: Match.absent() });
    template.allResourcesProperties('AWS::EC2::Instance', { KeyName: { Ref: pair } });
    const read = (role: string, parameter: string) =>
      decide(policyOf(template, role), { action: 'ssm:GetParameter', resource: arn('ssm', `parameter${parameter}`) });
    expect(read('Operator', `/ec2/keypair/<${pair}.KeyPairId>`)).toBe('allow');
    expect(read('Operator', '/ec2/keypair/key-other')).toBe('implicit deny');
    expect(policyOf(template, 'Bastion').Statement).toEqual([]);
    expect(policyOf(template, 'HostInstance').Statement).toEqual([]);
  });

  test('for Windows it is an RSA key, which its first password is encrypted for [network-key-pair]', () => {
    const stack = testStack();
    new ShellKey(stack, 'Key', { type: KeyPairType.RSA });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::KeyPair', { KeyType: 'rsa' });
  });
});
