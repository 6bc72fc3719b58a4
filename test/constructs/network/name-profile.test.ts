import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { DnsFirewall } from '../../../lib/constructs/network/dns-firewall';
import { DnsFirewallMode } from '../../../lib/constructs/network/dns-firewall-mode';
import { InternalZone } from '../../../lib/constructs/network/internal-zone';
import { NameProfile, type NameProfileProps } from '../../../lib/constructs/network/name-profile';
import { templateOf } from '../../support/app';

const profileWith = (props: (zone: InternalZone, firewall: DnsFirewall, vpc: Vpc) => NameProfileProps) =>
  templateOf((stack: Stack) => {
    const home = new Vpc(stack, 'Home', { natGateways: 0 });
    const zone = new InternalZone(stack, 'Zone', { name: 'internal.example.com', vpcs: [home] });
    const mode = DnsFirewallMode.blockList({ domains: ['example.net'] });
    const firewall = new DnsFirewall(stack, 'Firewall', { vpcs: [home], mode, priority: 200 });
    new NameProfile(stack, 'Profile', props(zone, firewall, new Vpc(stack, 'Joined', { natGateways: 0 })));
  });

test('networks that follow one profile share its zones and firewalls [network-private-zone-cross-account]', () => {
  const template = profileWith((zone, firewall, vpc) => ({
    vpcs: [vpc],
    zones: [zone.hostedZone],
    firewalls: [firewall],
  }));
  const profileId = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Profile'), 'Id'] };
  template.hasResourceProperties('AWS::Route53Profiles::Profile', { Name: Match.stringLikeRegexp('^Stack-Profile') });
  template.hasResourceProperties('AWS::Route53Profiles::ProfileResourceAssociation', {
    ProfileId: profileId,
    ResourceArn: {
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':route53:::hostedzone/', { Ref: Match.stringLikeRegexp('^Zone') }],
      ],
    },
  });
  template.hasResourceProperties('AWS::Route53Profiles::ProfileResourceAssociation', {
    ProfileId: profileId,
    ResourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FirewallRules'), 'Arn'] },
    ResourceProperties: '{"priority":200}',
  });
  template.hasResourceProperties('AWS::Route53Profiles::ProfileAssociation', {
    ProfileId: profileId,
    ResourceId: { Ref: Match.stringLikeRegexp('^Joined') },
  });
});

test('fails when there is nothing to follow, or nobody follows [network-private-zone-cross-account]', () => {
  expect(() => profileWith((_zone, _firewall, vpc) => ({ vpcs: [vpc] }))).toThrow(
    'Stack/Profile:\n  zones and firewalls are none; give what the networks shall follow',
  );
  expect(() => profileWith(({ hostedZone }) => ({ vpcs: [], zones: [hostedZone] }))).toThrow(
    'Stack/Profile:\n  vpcs are none; give at least one',
  );
});
