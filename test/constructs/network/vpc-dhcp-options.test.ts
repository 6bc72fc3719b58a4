import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { CfnDHCPOptions, Vpc } from 'aws-cdk-lib/aws-ec2';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { VpcDhcpOptions, type VpcDhcpOptionsProps } from '../../../lib/constructs/network/vpc-dhcp-options';
import { templateOf } from '../../support/app';

const vpcIn = (stack: Stack, id = 'Vpc') => new Vpc(stack, id, { natGateways: 0 });
const templateWith = (props: Partial<VpcDhcpOptionsProps> = {}) =>
  templateOf((stack) => new VpcDhcpOptions(stack, 'Dhcp', { vpcs: [vpcIn(stack)], ...props }));

test('a network hands out one set to all its subnets [network-dhcp-options]', () => {
  const template = templateWith({ domainName: 'internal.example.com' });
  template.hasResourceProperties('AWS::EC2::DHCPOptions', {
    DomainName: 'internal.example.com',
    DomainNameServers: ['AmazonProvidedDNS'],
  });
  template.hasResourceProperties('AWS::EC2::VPCDHCPOptionsAssociation', {
    VpcId: { Ref: Match.stringLikeRegexp('^Vpc') },
    DhcpOptionsId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DhcpSet'), 'DhcpOptionsId'] },
  });
});

test('up to four servers of one own take the place of the Amazon resolver [network-dhcp-options]', () => {
  const nameServers = ['10.0.0.53', '10.0.1.53', '10.0.2.53', '2001:db8::53'];
  templateWith({ nameServers }).hasResourceProperties('AWS::EC2::DHCPOptions', { DomainNameServers: nameServers });
});

test('every change makes a new set, puts it in place and deletes the old one, never the other way round [network-dhcp-options]', () => {
  const [before, after] = [templateWith(), templateWith({ nameServers: ['10.0.0.53'] })].map((one) => one.toJSON());
  const changes = fullDiff(before, after).resources.changes;
  expect(Object.keys(changes)).toHaveLength(2);
  for (const change of Object.values(changes)) expect(change.changeImpact).toBe(ResourceImpact.WILL_REPLACE);
  const [association] = Object.values(after.Resources as Record<string, any>).filter(
    ({ Type }) => Type === 'AWS::EC2::VPCDHCPOptionsAssociation',
  );
  // The association is made anew once the new set is there, as it names it; deletions come when all that is new stands.
  expect(association.Properties.DhcpOptionsId['Fn::GetAtt'][0]).toBe(
    Object.keys(changes).find((id) => id.startsWith('DhcpSet')),
  );
});

test.each<[string, Partial<VpcDhcpOptionsProps>, string]>([
  [
    'five servers',
    { nameServers: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'] },
    'nameServers are 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5; a set takes at most four, not 5',
  ],
  [
    'a mixture',
    { nameServers: ['AmazonProvidedDNS', '10.0.0.53'] },
    'nameServers are AmazonProvidedDNS, 10.0.0.53, a mixture; give AmazonProvidedDNS alone or only servers of your own',
  ],
  ['no servers', { nameServers: [] }, 'nameServers are none; leave them out for AmazonProvidedDNS'],
  [
    'a server that is no address',
    { nameServers: ['dns.example.com'] },
    'nameServers is dns.example.com; write four numbers with dots between them',
  ],
  ['a domain that is none', { domainName: 'a.com b.com' }, 'domainName is a.com b.com; write labels'],
  ['no network', { vpcs: [] }, 'vpcs are none; give at least one'],
])('fails on %s [network-dhcp-options]', (_, props, fault) => {
  expect(() => templateWith(props)).toThrow(`Stack/Dhcp:\n  ${fault}`);
});

test('fails on a second set for a network [network-dhcp-options]', () => {
  expect(() =>
    templateOf((stack) => {
      const vpcs = [vpcIn(stack)];
      new VpcDhcpOptions(stack, 'Dhcp', { vpcs });
      new VpcDhcpOptions(stack, 'Again', { vpcs, domainName: 'internal.example.com' });
    }),
  ).toThrow(
    'Stack/Dhcp/Vpc:\n  a VPC has one set of DHCP options, for all its subnets; Stack/Again/Vpc gives it one already, so leave one of them out',
  );
});

test('fails on a set made without the block that could not be, in an app that guards its networks [network-dhcp-options]', () => {
  const set =
    (...domainNameServers: string[]) =>
    () =>
      templateOf((stack) => {
        new CfnDHCPOptions(stack, 'Set', { domainNameServers });
        guardNetwork(stack);
      });
  expect(set('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5')).toThrow(
    'Stack/Set:\n  domainNameServers are 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5; a set takes at most four, not 5',
  );
  expect(set('10.0.0.1', 'AmazonProvidedDNS')).toThrow('domainNameServers are 10.0.0.1, AmazonProvidedDNS, a mixture');
});
