import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { evaluateNacl, type AclEntry } from '../../../lib/constructs/network/evaluate';
import { Ipv6Block } from '../../../lib/constructs/network/ipv6-block';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import { SubnetFirewall } from '../../../lib/constructs/network/subnet-firewall';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import { testStack } from '../../support/app';

function setUp(zones = 3, ipv6?: Ipv6Block) {
  const stack = testStack();
  const network = new TieredNetwork(stack, 'Network', {
    nat: NatStrategy.none(),
    zones,
    gatewayEndpoints: {},
    ...(ipv6 && { ipv6 }),
  });
  const firewall = (tier: string, entryQuota?: number) =>
    new SubnetFirewall(stack, tier.charAt(0).toUpperCase() + tier.slice(1), {
      network,
      tier,
      ...(entryQuota && { entryQuota }),
    });
  return { stack, network, firewall };
}

/** The entries of one ACL and direction, as the evaluator reads them. */
function entriesOf(stack: Stack, acl: string, direction: 'in' | 'out'): AclEntry[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::EC2::NetworkAclEntry'))
    .map(({ Properties }) => Properties)
    .filter((p) => p.NetworkAclId.Ref.startsWith(`${acl}Acl`) && p.Egress === (direction === 'out'))
    .map((p) => ({
      number: p.RuleNumber,
      action: p.RuleAction,
      protocol: p.Protocol,
      cidr: p.CidrBlock ?? p.Ipv6CidrBlock,
      ...(p.PortRange && { ports: [p.PortRange.From, p.PortRange.To] as const }),
      ...(p.Icmp && { icmpType: p.Icmp.Type }),
    }));
}

const tcp = (address: string, port: number) => ({ address, protocol: 6, port });

describe('SubnetFirewall', () => {
  test('serving HTTPS is an entry for the request and one for the reply to the client’s port [network-nacl-stateless]', () => {
    const { stack, firewall } = setUp();
    firewall('web').allowInbound(443, ['0.0.0.0/0']);
    const entries = Object.values(Template.fromStack(stack).findResources('AWS::EC2::NetworkAclEntry'));
    expect(entries.map(({ Properties: { NetworkAclId, ...entry } }) => entry)).toEqual([
      {
        RuleNumber: 100,
        Egress: false,
        CidrBlock: '0.0.0.0/0',
        Protocol: 6,
        PortRange: { From: 443, To: 443 },
        RuleAction: 'allow',
      },
      {
        RuleNumber: 100,
        Egress: true,
        CidrBlock: '0.0.0.0/0',
        Protocol: 6,
        PortRange: { From: 1024, To: 65_535 },
        RuleAction: 'allow',
      },
    ]);
  });

  test('a connection works with both entries, and fails on the reply without the second [network-nacl-stateless]', () => {
    const { stack, firewall } = setUp();
    firewall('web').allowInbound(443);
    const [request, reply] = [entriesOf(stack, 'Web', 'in'), entriesOf(stack, 'Web', 'out')];
    const client = '198.51.100.7';
    expect(evaluateNacl(request, tcp(client, 443)).allowed).toBe(true);
    expect(evaluateNacl(reply, tcp(client, 40_022)).allowed).toBe(true);
    expect(evaluateNacl([], tcp(client, 40_022))).toEqual({ allowed: false, by: '*' });
    expect(evaluateNacl(request, tcp(client, 80)).allowed).toBe(false);
    expect(evaluateNacl(request, tcp('2001:db8::7', 443)).allowed).toBe(false);
  });

  test('in a dual-stack network everyone comes over both families [network-nacl-stateless]', () => {
    const { stack, firewall } = setUp(3, Ipv6Block.amazonProvided());
    firewall('web').allowInbound(443);
    expect(evaluateNacl(entriesOf(stack, 'Web', 'in'), tcp('2001:db8::7', 443))).toEqual({ allowed: true, by: 110 });
    expect(evaluateNacl(entriesOf(stack, 'Web', 'out'), tcp('2001:db8::7', 40_022))).toEqual({
      allowed: true,
      by: 110,
    });
  });

  test('one tier calling another takes four entries for a pair of zones, and each of them is needed [network-nacl-flow]', () => {
    const { stack, firewall } = setUp();
    SubnetFirewall.allowFlow(firewall('application'), firewall('database'), 5432);
    const [client, server] = ['10.16.32.10', '10.16.80.20'];
    const hops = {
      'request out': [entriesOf(stack, 'Application', 'out'), tcp(server, 5432)],
      'request in': [entriesOf(stack, 'Database', 'in'), tcp(client, 5432)],
      'reply out': [entriesOf(stack, 'Database', 'out'), tcp(client, 40_022)],
      'reply in': [entriesOf(stack, 'Application', 'in'), tcp(server, 40_022)],
    } as const;
    for (const [entries, packet] of Object.values(hops)) {
      const { allowed, by } = evaluateNacl(entries, packet);
      expect(allowed).toBe(true);
      expect(
        evaluateNacl(
          entries.filter(({ number }) => number !== by),
          packet,
        ).allowed,
      ).toBe(false);
    }
    expect(Object.values(hops).map(([entries]) => entries.length)).toEqual([3, 3, 3, 3]);
  });

  test('request and reply stand under one number, tier by zone [network-nacl-flow]', () => {
    const { stack, firewall } = setUp();
    const [application, database] = [firewall('application'), firewall('database')];
    SubnetFirewall.allowFlow(application, database, 5432);
    SubnetFirewall.allowFlow(application, database, 6379);
    for (const direction of ['in', 'out'] as const)
      expect(entriesOf(stack, 'Database', direction).map(({ number, cidr }) => `${number} ${cidr}`)).toEqual([
        '100 10.16.32.0/20',
        '110 10.16.96.0/20',
        '120 10.16.160.0/20',
        '140 10.16.32.0/20',
        '150 10.16.96.0/20',
        '160 10.16.160.0/20',
      ]);
  });

  test('a tier that nobody named does not reach the database [network-nacl-flow]', () => {
    const { stack, firewall } = setUp();
    SubnetFirewall.allowFlow(firewall('application'), firewall('database'), 5432);
    const entries = entriesOf(stack, 'Database', 'in');
    expect(evaluateNacl(entries, tcp('10.16.48.10', 5432))).toEqual({ allowed: false, by: '*' });
    expect(evaluateNacl(entries, tcp('198.51.100.7', 5432))).toEqual({ allowed: false, by: '*' });
  });

  test('a further zone changes no entry that exists [network-growth-safe-plan]', () => {
    const template = (zones: number) => {
      const { stack, firewall } = setUp(zones);
      const [application, database] = [firewall('application'), firewall('database')];
      SubnetFirewall.allowFlow(application, database, 5432);
      SubnetFirewall.allowFlow(application, database, 6379);
      return Template.fromStack(stack).findResources('AWS::EC2::NetworkAclEntry');
    };
    const [before, after] = [template(3), template(4)];
    expect(Object.keys(before)).toHaveLength(24);
    expect(Object.keys(after)).toHaveLength(32);
    for (const [id, entry] of Object.entries(before)) expect(after[id]).toEqual(entry);
  });

  test('denies come before what they restrict, in both directions [network-nacl-deny-list, network-nacl-order]', () => {
    const { stack, firewall } = setUp();
    const web = firewall('web');
    web.allowInbound(443);
    web.deny(['203.0.113.7/32', '2001:db8:bad::/48']);
    for (const direction of ['in', 'out'] as const) {
      const entries = entriesOf(stack, 'Web', direction);
      expect(entries.map(({ number, action }) => `${number} ${action}`)).toEqual(['100 allow', '1 deny', '2 deny']);
      expect(evaluateNacl(entries, tcp('203.0.113.7', 443))).toEqual({ allowed: false, by: 1 });
      expect(evaluateNacl(entries, tcp('2001:db8:bad::1', 443))).toEqual({ allowed: false, by: 2 });
      expect(evaluateNacl(entries, tcp('203.0.113.8', direction === 'in' ? 443 : 40_022)).allowed).toBe(true);
    }
  });

  test.each(['sg-0a1b2c3d', 'pl-0a1b2c3d'])('fails when %s is to be denied [network-nacl-deny-list]', (source) => {
    expect(() => setUp().firewall('web').deny([source])).toThrow(
      `Stack/Web:\n  deny is ${source}; give addresses, a network ACL knows neither groups nor prefix lists`,
    );
  });

  test('ping is echo request in and echo reply out, by type and without ports [network-icmp-ping]', () => {
    const { stack, firewall } = setUp();
    firewall('web').allowPing(['198.51.100.0/24']);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::NetworkAclEntry', {
      Egress: false,
      Protocol: 1,
      Icmp: { Type: 8, Code: -1 },
      PortRange: Match.absent(),
    });
    const ping = (direction: 'in' | 'out', icmpType: number) =>
      evaluateNacl(entriesOf(stack, 'Web', direction), { address: '198.51.100.7', protocol: 1, icmpType }).allowed;
    expect([ping('in', 8), ping('out', 0), ping('in', 0), ping('out', 8)]).toEqual([true, true, false, false]);
    const withoutReply = entriesOf(stack, 'Web', 'out').filter(({ icmpType }) => icmpType !== 0);
    expect(evaluateNacl(withoutReply, { address: '198.51.100.7', protocol: 1, icmpType: 0 }).allowed).toBe(false);
  });

  test('each subnet of the tier is associated once [network-nacl-association]', () => {
    const { stack, firewall } = setUp();
    firewall('web');
    const associations = Object.values(
      Template.fromStack(stack).findResources('AWS::EC2::SubnetNetworkAclAssociation'),
    );
    expect(new Set(associations.map(({ Properties }) => Properties.SubnetId.Ref)).size).toBe(3);
    expect(associations).toHaveLength(3);
  });

  test('fails when a tier is to have a second ACL [network-nacl-association]', () => {
    const { stack, network, firewall } = setUp();
    firewall('web');
    expect(() => new SubnetFirewall(stack, 'Second', { network, tier: 'web' })).toThrow(
      'Stack/Second:\n  tier web has a network ACL already, Stack/Web; a subnet takes one, so add flows to that',
    );
  });

  test('fails when entries exceed the quota, unless it was raised [network-nacl-deny-list]', () => {
    const many = Array.from({ length: 21 }, (_, i) => 8000 + i);
    const fill = (quota?: number) => () => {
      const web = setUp().firewall('web', quota);
      for (const port of many) web.allowInbound(port);
    };
    expect(fill()).toThrow(
      'Stack/Web:\n  the ACL has 21 entries in one direction; 20 fit (entryQuota), so name fewer peers, or raise the quota first',
    );
    expect(fill(22)).not.toThrow();
    expect(fill(41)).toThrow('entryQuota is 41; give a whole number from 1 to 40');
  });

  test('fails when ports, peers or denies cannot be [network-cidr-canonical]', () => {
    const { firewall } = setUp();
    const web = firewall('web');
    expect(() => web.allowInbound(0)).toThrow('port is 0; give a whole number from 1 to 65535');
    expect(() => web.allowOutbound(443, ['10.0.0.1/8'])).toThrow('peer is 10.0.0.1/8, which is not where');
    expect(() => web.allowInbound(443, [])).toThrow('peers are none; give at least one block');
    expect(() =>
      web.allowInbound(443, ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16', '10.4.0.0/16', '10.5.0.0/16']),
    ).toThrow('peers are 5 blocks; a flow has numbers for 4, so write a flow for each few');
    expect(() => web.deny(Array.from({ length: 100 }, (_, i) => `10.0.${i}.0/24`))).toThrow(
      'deny makes 100 entries; numbers below 100 hold 99',
    );
  });
});
