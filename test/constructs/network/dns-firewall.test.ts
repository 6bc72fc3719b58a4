import { Duration, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnFirewallConfig,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { DnsFirewall, type DnsFirewallProps } from '../../../lib/constructs/network/dns-firewall';
import { BlockResponse, DnsFirewallMode } from '../../../lib/constructs/network/dns-firewall-mode';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { templateOf } from '../../support/app';

const vpcIn = (stack: Stack, id = 'Vpc') => new Vpc(stack, id, { natGateways: 0 });
const mode = DnsFirewallMode.blockList({ domains: ['example.net', '*.example.net'] });
const templateWith = (props: Partial<DnsFirewallProps> = {}) =>
  templateOf((stack) => new DnsFirewall(stack, 'Firewall', { vpcs: [vpcIn(stack)], mode, ...props }));
const listOf = (id: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(`^Firewall${id}`), 'Id'] });

describe('a block-list', () => {
  test('its names do not exist for anything in the network [network-dns-firewall]', () => {
    const template = templateWith();
    template.hasResourceProperties('AWS::Route53Resolver::FirewallDomainList', {
      Domains: ['example.net', '*.example.net'],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: [
        { Priority: 100, Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: listOf('Blocked') },
      ],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroupAssociation', {
      Priority: 101,
      VpcId: { Ref: Match.stringLikeRegexp('^Vpc') },
      FirewallRuleGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FirewallRules'), 'Id'] },
    });
    template.resourceCountIs('AWS::Route53Resolver::FirewallConfig', 0);
  });

  test('lists that AWS keeps stand behind the own one, each with a priority of its own [network-dns-firewall]', () => {
    templateWith({
      mode: DnsFirewallMode.blockList({
        domains: ['example.net'],
        managedLists: ['rslvr-fdl-0123abcd', 'rslvr-fdl-4567cdef'],
        response: BlockResponse.nodata(),
      }),
    }).hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: [
        { Priority: 100, Action: 'BLOCK', BlockResponse: 'NODATA', FirewallDomainListId: listOf('Blocked') },
        { Priority: 200, Action: 'BLOCK', BlockResponse: 'NODATA', FirewallDomainListId: 'rslvr-fdl-0123abcd' },
        { Priority: 300, Action: 'BLOCK', BlockResponse: 'NODATA', FirewallDomainListId: 'rslvr-fdl-4567cdef' },
      ],
    });
  });

  test('another name can answer instead [network-dns-firewall]', () => {
    const response = BlockResponse.override('why.example.com', Duration.minutes(1));
    templateWith({
      mode: DnsFirewallMode.blockList({ domains: ['example.net'], response }),
    }).hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: [
        Match.objectLike({
          BlockResponse: 'OVERRIDE',
          BlockOverrideDomain: 'why.example.com',
          BlockOverrideDnsType: 'CNAME',
          BlockOverrideTtl: 60,
        }),
      ],
    });
  });
});

describe('an allow-list', () => {
  test('its names pass, and behind it everything is blocked [network-dns-firewall-allow-list]', () => {
    const template = templateWith({ mode: DnsFirewallMode.allowList({ domains: ['example.com', '*.example.com'] }) });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: [
        { Priority: 100, Action: 'ALLOW', FirewallDomainListId: listOf('Allowed') },
        { Priority: 200, Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: listOf('Everything') },
      ],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallDomainList', {
      Domains: ['example.com', '*.example.com'],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallDomainList', { Domains: ['*'] });
  });

  test('what a name is an alias of is looked at too, unless the list is trusted [network-dns-firewall-allow-list]', () => {
    templateWith({
      mode: DnsFirewallMode.allowList({ domains: ['example.com'], trustRedirection: true }),
    }).hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: [
        Match.objectLike({ Action: 'ALLOW', FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' }),
        Match.objectLike({ Action: 'BLOCK', FirewallDomainRedirectionAction: Match.absent() }),
      ],
    });
  });

  test.each([
    [true, 'ENABLED'],
    [false, 'DISABLED'],
  ])('with failOpen %s, fail-open is %s for each network [network-dns-firewall-allow-list]', (failOpen, word) => {
    const template = templateOf(
      (stack) => new DnsFirewall(stack, 'Firewall', { vpcs: [vpcIn(stack), vpcIn(stack, 'Further')], mode, failOpen }),
    );
    template.resourcePropertiesCountIs('AWS::Route53Resolver::FirewallConfig', { FirewallFailOpen: word }, 2);
    template.hasResourceProperties('AWS::Route53Resolver::FirewallConfig', {
      ResourceId: { Ref: Match.stringLikeRegexp('^Further') },
    });
  });
});

describe('priorities', () => {
  test.each([101, 9899])('%d is one [network-dns-firewall]', (priority) => {
    templateWith({ priority }).hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroupAssociation', {
      Priority: priority,
    });
  });

  test.each([50, 100, 9900, 101.5])('fails on %d [network-dns-firewall]', (priority) => {
    expect(() => templateWith({ priority })).toThrow(
      `Stack/Firewall:\n  priority is ${priority}; give a whole number from 101 to 9899`,
    );
  });

  test('fails when two firewalls have one place on a network; two places, or two networks, are fine [network-dns-firewall]', () => {
    const two =
      (priority: number, apart = false) =>
      () =>
        templateOf((stack) => {
          const vpc = vpcIn(stack);
          new DnsFirewall(stack, 'Firewall', { vpcs: [vpc], mode });
          new DnsFirewall(stack, 'Second', { vpcs: [apart ? vpcIn(stack, 'Further') : vpc], mode, priority });
        });
    expect(two(101)).toThrow(
      'Stack/Firewall/Vpc/Place:\n  priority is 101, as that of Stack/Second/Vpc/Place on the same VPC; rule groups run in ascending order, so give each its own',
    );
    expect(two(102)).not.toThrow();
    expect(two(101, true)).not.toThrow();
  });
});

describe('fails when', () => {
  test.each<[string, Partial<DnsFirewallProps>, string]>([
    ['it has no network', { vpcs: [] }, 'vpcs are none; give at least one'],
    [
      'it would block nothing',
      { mode: DnsFirewallMode.blockList({}) },
      'domains and managedLists are none, so nothing would be blocked; give one of them',
    ],
    [
      'a block-list holds everything',
      { mode: DnsFirewallMode.blockList({ domains: ['*'] }) },
      'domains of the block-list holds *, which would block every name; use an allow-list',
    ],
    [
      'a list has a name twice',
      { mode: DnsFirewallMode.blockList({ domains: ['a.com', 'a.com'] }) },
      'domains has a.com twice; name each once',
    ],
    [
      'a name is none',
      { mode: DnsFirewallMode.blockList({ domains: ['a.*.com'] }) },
      'domains is a.*.com; write * alone, or once and first before a dot',
    ],
    [
      'a list of AWS is named by its name',
      { mode: DnsFirewallMode.blockList({ managedLists: ['AWSManagedDomainsMalwareDomainList'] }) },
      'managedLists has AWSManagedDomainsMalwareDomainList; give ids such as rslvr-fdl-0123456789abcdef',
    ],
    [
      'an allow-list is empty',
      { mode: DnsFirewallMode.allowList({ domains: [] }) },
      'domains of the allow-list are none, so every name would be blocked',
    ],
    [
      'an allow-list admits everything',
      { mode: DnsFirewallMode.allowList({ domains: ['*'] }) },
      'domains of the allow-list holds *, which lets every name pass',
    ],
    [
      'an override names nobody, or is kept too long',
      {
        mode: DnsFirewallMode.blockList({ domains: ['a.com'], response: BlockResponse.override('', Duration.days(8)) }),
      },
      'domain of the override is ; write labels of 1 to 63 letters, digits, - and _ with dots between them, such as internal.example.com, not ""\n  ttl of the override is 8 days; give 0 seconds to 7 days',
    ],
  ])('%s [network-dns-firewall, network-dns-firewall-allow-list]', (_, props, fault) => {
    expect(() => templateWith(props)).toThrow(`Stack/Firewall:\n  ${fault}`);
  });

  test('a network is named twice [network-dns-firewall]', () => {
    expect(() =>
      templateOf((stack) => {
        const vpc = vpcIn(stack);
        new DnsFirewall(stack, 'Firewall', { vpcs: [vpc, vpc], mode });
      }),
    ).toThrow('Stack/Firewall:\n  vpcs lists Stack/Vpc twice; name each VPC once');
  });

  test('two firewalls say for one network what happens when they cannot be asked [network-dns-firewall-allow-list]', () => {
    expect(() =>
      templateOf((stack) => {
        const vpcs = [vpcIn(stack)];
        new DnsFirewall(stack, 'Firewall', { vpcs, mode, failOpen: true });
        new DnsFirewall(stack, 'Second', { vpcs, mode, failOpen: false, priority: 102 });
      }),
    ).toThrow(
      'Stack/Firewall/Vpc/Config:\n  a VPC has one answer to what happens when its firewall fails; Stack/Second/Vpc/Config gives it one already, so leave one of them out',
    );
  });
});

describe('what the CDK accepts of resources made without the block, a guarded app does not', () => {
  const group =
    (...firewallRules: Partial<CfnFirewallRuleGroup.FirewallRuleProperty>[]) =>
    () =>
      templateOf((stack) => {
        new CfnFirewallRuleGroup(stack, 'Group', {
          firewallRules: firewallRules.map((rule) => ({
            priority: 1,
            action: 'BLOCK',
            firewallDomainListId: 'rslvr-fdl-1',
            ...rule,
          })),
        });
        guardNetwork(stack);
      });

  test('fails when a rule blocks without saying what is answered [network-dns-firewall]', () => {
    expect(group({})).toThrow(
      'Stack/Group:\n  the rule with priority 1 blocks without blockResponse; give NODATA, NXDOMAIN or OVERRIDE',
    );
    expect(group({ blockResponse: 'NXDOMAIN' })).not.toThrow();
    expect(group({ action: 'ALLOW' })).not.toThrow();
  });

  test('fails when two rules have one priority [network-dns-firewall]', () => {
    expect(group({ blockResponse: 'NODATA' }, { blockResponse: 'NODATA' })).toThrow(
      'Stack/Group:\n  priority 1 is on two rules; give each rule of a group its own',
    );
  });

  test('fails when an override is not complete [network-dns-firewall]', () => {
    expect(group({ blockResponse: 'OVERRIDE', blockOverrideDomain: 'why.example.com' })).toThrow(
      'Stack/Group:\n  the rule with priority 1 answers with OVERRIDE but without blockOverrideDnsType, blockOverrideTtl; say which name answers (a CNAME) and for how many seconds',
    );
    expect(
      group({
        blockResponse: 'OVERRIDE',
        blockOverrideDomain: 'why.example.com',
        blockOverrideDnsType: 'CNAME',
        blockOverrideTtl: 0,
      }),
    ).not.toThrow();
  });

  test('fails when a group has no possible place [network-dns-firewall]', () => {
    const place = (priority: number) => () =>
      templateOf((stack) => {
        new CfnFirewallRuleGroupAssociation(stack, 'Place', {
          firewallRuleGroupId: 'rslvr-frg-1',
          vpcId: 'vpc-1',
          priority,
        });
        guardNetwork(stack);
      });
    expect(place(100)).toThrow('Stack/Place:\n  priority is 100; give a whole number from 101 to 9899');
    expect(place(9900)).toThrow('priority is 9900; give a whole number from 101 to 9899');
    expect(place(101)).not.toThrow();
    expect(place(9899)).not.toThrow();
  });

  test('fails when a network has two answers to a firewall that fails [network-dns-firewall-allow-list]', () => {
    expect(() =>
      templateOf((stack) => {
        for (const id of ['One', 'Other'])
          new CfnFirewallConfig(stack, id, { resourceId: 'vpc-1', firewallFailOpen: 'ENABLED' });
        guardNetwork(stack);
      }),
    ).toThrow(
      'Stack/One:\n  a VPC has one answer to what happens when its firewall fails; Stack/Other gives it one already',
    );
  });
});
