/** @jest-environment-options {"validation": true} */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { context as featureFlags } from '../../../cdk.json';
import { registerGates, synthesise } from '../../../lib/compliance';
import { ComputeTemplate } from '../../../lib/constructs/compute/compute-template';
import { defaultTiers, type TierSpec } from '../../../lib/constructs/network/address-plan';
import { Bastion } from '../../../lib/constructs/network/bastion';
import { ConnectEndpoint } from '../../../lib/constructs/network/connect-endpoint';
import { InstanceConnectRanges } from '../../../lib/constructs/network/instance-connect-ranges';
import { OperatorAccess } from '../../../lib/constructs/network/operator-access';
import { SessionLog } from '../../../lib/constructs/network/session-log';
import { ShellKey } from '../../../lib/constructs/network/shell-key';
import { DnsFirewall } from '../../../lib/constructs/network/dns-firewall';
import { BlockResponse, DnsFirewallMode } from '../../../lib/constructs/network/dns-firewall-mode';
import { NameProfile } from '../../../lib/constructs/network/name-profile';
import { ResolverQueryLog } from '../../../lib/constructs/network/resolver-query-log';
import { SplitViewZone } from '../../../lib/constructs/network/split-view-zone';
import { VpcDhcpOptions } from '../../../lib/constructs/network/vpc-dhcp-options';
import { FlowDestination } from '../../../lib/constructs/network/flow-capture';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { Ipv6Block } from '../../../lib/constructs/network/ipv6-block';
import { IpamPool } from '../../../lib/constructs/network/ipam-pool';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import { SmallHost } from '../../../lib/constructs/network/small-host';
import { TierSecurityGroup } from '../../../lib/constructs/network/tier-security-group';
import { TieredNetwork, type TieredNetworkProps } from '../../../lib/constructs/network/tiered-network';

/** What no architecture uses must pass the rule packs too, with every acknowledgement matched by a finding. */
test('a network passes every rule pack with each NAT strategy, dual-stack, further blocks, a pool and IPv6-only hosts', () => {
  const app = new App({ context: { ...featureFlags, '@aws-cdk/core:validationReportPrettyPrint': false } });
  registerGates(app);
  const network = (id: string, props: TieredNetworkProps) => {
    const stack = new Stack(app, id);
    new TieredNetwork(stack, 'Network', { flowLogs: FlowDestination.s3(), ...props });
    guardNetwork(stack);
    return stack;
  };
  const ipv6Only: TierSpec = { name: 'workers', access: 'private', ipv6Only: true };
  network('none', { nat: NatStrategy.none() });
  network('instance', { nat: NatStrategy.instance({ hosts: 3 }), ipv6: Ipv6Block.amazonProvided() });
  network('regional', { nat: NatStrategy.regional(), secondaryCidrs: ['10.17.0.0/16'] });
  network('translated', {
    nat: NatStrategy.perZone(),
    ipv6: Ipv6Block.amazonProvided(),
    plan: { tiers: [ipv6Only, ...defaultTiers.slice(1)] },
  });
  const drawn = new Stack(app, 'drawn');
  const pool = new IpamPool(drawn, 'Pool', { cidr: '10.32.0.0/12' });
  new TieredNetwork(drawn, 'Network', {
    nat: NatStrategy.perZone(),
    ipam: { pool, netmaskLength: 16 },
    flowLogs: FlowDestination.logs(),
  });

  const { findings, faults } = synthesise(app);
  expect(faults).toEqual([]);
  expect(findings.filter(({ acknowledged }) => acknowledged === undefined)).toEqual([]);
});

test('every way to a shell passes every rule pack, also where one operator has several', () => {
  const app = new App({ context: { ...featureFlags, '@aws-cdk/core:validationReportPrettyPrint': false } });
  registerGates(app);
  const siteOf = (id: string) => {
    const stack = new Stack(app, id);
    const network = new TieredNetwork(stack, 'Network', {
      zones: 2,
      nat: NatStrategy.none(),
      flowLogs: FlowDestination.logs(),
    });
    const subnets = (tier: string) => network.vpc.selectSubnets(network.subnets(tier)).subnets;
    const operators = [new Role(stack, 'Operator', { assumedBy: new AccountRootPrincipal() })];
    guardNetwork(stack);
    return { stack, vpc: network.vpc, web: subnets('web')[0], inner: subnets('application')[0], operators };
  };

  const { stack, vpc, inner, operators } = siteOf('ways');
  const ways = {
    Session: OperatorAccess.session({
      log: new SessionLog(stack, 'Log'),
      operators,
    }),
    Again: OperatorAccess.session({ operators }),
    Connect: OperatorAccess.connectEndpoint(new ConnectEndpoint(stack, 'Endpoint', { vpc, subnet: inner }), {
      operators,
    }),
    Public: OperatorAccess.instanceConnect(new InstanceConnectRanges(stack, 'Ranges'), { operators }),
    Keyed: OperatorAccess.keyPair({ allowFrom: ['198.51.100.7/32'], readers: operators }),
  };
  const instanceType = InstanceType.of(InstanceClass.T4G, InstanceSize.NANO);
  for (const [id, access] of Object.entries(ways))
    new ComputeTemplate(stack, id, { vpc, description: 'A host', instanceType, access });

  // A stack of its own: beside launch templates, AwsSolutions-EC26 fails on every instance that is not made from one.
  const jump = siteOf('jump');
  const key = new ShellKey(jump.stack, 'Key', { readers: jump.operators });
  const bastion = new Bastion(jump.stack, 'Bastion', {
    vpc: jump.vpc,
    subnet: jump.web,
    allowFrom: ['198.51.100.7/32'],
    key,
  });
  const group = new TierSecurityGroup(jump.stack, 'Group', { vpc: jump.vpc, description: 'A host' });
  const host = new SmallHost(jump.stack, 'Host', {
    vpc: jump.vpc,
    subnet: jump.inner,
    securityGroup: group.securityGroup,
    keyPair: key.keyPair,
  });
  OperatorAccess.bastion(bastion, { operators: jump.operators }).open({
    scope: host,
    vpc: jump.vpc,
    role: host.role,
    connections: group.connections,
  });

  const { findings, faults } = synthesise(app);
  expect(faults).toEqual([]);
  expect(findings.filter(({ acknowledged }) => acknowledged === undefined)).toEqual([]);
});

test('names pass every rule pack with a public half of their own, other servers, other answers, and a profile', () => {
  const app = new App({ context: { ...featureFlags, '@aws-cdk/core:validationReportPrettyPrint': false } });
  registerGates(app);
  const stack = new Stack(app, 'names');
  const { vpc } = new TieredNetwork(stack, 'Network', {
    nat: NatStrategy.none(),
    flowLogs: FlowDestination.logs(),
  });
  const zone = new SplitViewZone(stack, 'Zone', {
    name: 'names.example.com',
    vpcs: [vpc],
    records: [{ name: 'www', type: 'A', values: ['203.0.113.10'], visibility: 'everywhere' }],
  });
  const firewall = new DnsFirewall(stack, 'Firewall', {
    vpcs: [vpc],
    failOpen: false,
    mode: DnsFirewallMode.blockList({
      domains: ['example.net'],
      managedLists: ['rslvr-fdl-0123abcd'],
      response: BlockResponse.override('why.names.example.com', Duration.minutes(1)),
    }),
  });
  new NameProfile(stack, 'Profile', { vpcs: [vpc], zones: [zone.inside.hostedZone], firewalls: [firewall] });
  new VpcDhcpOptions(stack, 'HostOptions', { vpcs: [vpc], nameServers: ['10.16.0.53', '10.16.64.53'] });
  new ResolverQueryLog(stack, 'Queries', { vpcs: [vpc], retention: RetentionDays.ONE_YEAR });
  guardNetwork(stack);

  const { findings, faults } = synthesise(app);
  expect(faults).toEqual([]);
  expect(findings.filter(({ acknowledged }) => acknowledged === undefined)).toEqual([]);
});
