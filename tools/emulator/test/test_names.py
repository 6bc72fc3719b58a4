"""DNS Firewall and DHCP options refuse what AWS refuses, and show what was set."""

import unittest

from botocore.exceptions import ClientError
from test.inside import Inside


class DnsFirewall(Inside):
    def setUp(self):
        self.resolver = self.client('route53resolver')
        self.vpc = self.client('ec2').create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        self.list = self.resolver.create_firewall_domain_list(Name='bad', CreatorRequestId='1')['FirewallDomainList']['Id']
        self.group = self.resolver.create_firewall_rule_group(Name='rules', CreatorRequestId='1')['FirewallRuleGroup'][
            'Id'
        ]

    def refused(self, code, operation, **given):
        with self.assertRaises(ClientError) as caught:
            getattr(self.resolver, operation)(**given)
        self.assertEqual(caught.exception.response['Error']['Code'], code)

    def rule(self, **more):
        given = {'Priority': 100, 'Action': 'BLOCK', 'BlockResponse': 'NXDOMAIN', 'Name': 'x', 'CreatorRequestId': '1'}
        return {'FirewallRuleGroupId': self.group, 'FirewallDomainListId': self.list, **given, **more}

    def place(self, priority):
        return {
            'FirewallRuleGroupId': self.group,
            'VpcId': self.vpc,
            'Priority': priority,
            'Name': 'p',
            'CreatorRequestId': '1',
        }

    def test_a_list_is_added_to_and_shown_with_dots(self):
        change = {'FirewallDomainListId': self.list, 'Domains': ['example.net', '*.example.net.']}
        self.resolver.update_firewall_domains(Operation='REPLACE', **change)
        self.resolver.update_firewall_domains(Operation='REMOVE', **{**change, 'Domains': ['example.net']})
        shown = self.resolver.list_firewall_domains(FirewallDomainListId=self.list)['Domains']
        self.assertEqual(shown, ['*.example.net.'])
        counted = self.resolver.get_firewall_domain_list(FirewallDomainListId=self.list)['FirewallDomainList']
        self.assertEqual(counted['DomainCount'], 1)

    def test_rules_need_an_answer_and_a_priority_of_their_own(self):
        answerless = self.rule()
        del answerless['BlockResponse']
        self.refused('ValidationException', 'create_firewall_rule', **answerless)
        self.resolver.create_firewall_rule(**self.rule())
        self.refused('ValidationException', 'create_firewall_rule', **self.rule())

    def test_places_run_from_101_to_9899_each_once(self):
        for priority in (100, 9900):
            self.refused('ValidationException', 'associate_firewall_rule_group', **self.place(priority))
        for priority in (101, 9899):
            self.resolver.associate_firewall_rule_group(**self.place(priority))
        self.refused('ConflictException', 'associate_firewall_rule_group', **self.place(101))
        shown = self.resolver.list_firewall_rule_group_associations(VpcId=self.vpc)['FirewallRuleGroupAssociations']
        self.assertEqual([place['Priority'] for place in shown], [101, 9899])

    def test_what_is_used_cannot_go(self):
        self.resolver.create_firewall_rule(**self.rule())
        self.refused('ConflictException', 'delete_firewall_domain_list', FirewallDomainListId=self.list)
        self.refused('ConflictException', 'delete_firewall_rule_group', FirewallRuleGroupId=self.group)
        place = self.resolver.associate_firewall_rule_group(**self.place(101))['FirewallRuleGroupAssociation']['Id']
        self.resolver.delete_firewall_rule(FirewallRuleGroupId=self.group, FirewallDomainListId=self.list)
        self.refused('ConflictException', 'delete_firewall_rule_group', FirewallRuleGroupId=self.group)
        self.resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=place)
        self.resolver.delete_firewall_rule_group(FirewallRuleGroupId=self.group)
        self.resolver.delete_firewall_domain_list(FirewallDomainListId=self.list)

    def test_a_network_fails_closed_until_it_is_told_otherwise(self):
        told = lambda: self.resolver.get_firewall_config(ResourceId=self.vpc)['FirewallConfig']['FirewallFailOpen']  # noqa: E731
        self.assertEqual(told(), 'DISABLED')
        self.resolver.update_firewall_config(ResourceId=self.vpc, FirewallFailOpen='ENABLED')
        self.assertEqual(told(), 'ENABLED')

    def test_options_outlive_a_network_and_cannot_go_while_one_uses_them(self):
        ec2 = self.client('ec2')
        options = ec2.create_dhcp_options(DhcpConfigurations=[{'Key': 'domain-name', 'Values': ['corp']}])['DhcpOptions'][
            'DhcpOptionsId'
        ]
        further = ec2.create_vpc(CidrBlock='10.1.0.0/16')['Vpc']['VpcId']
        for vpc in (self.vpc, further):
            ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)
        ec2.delete_vpc(VpcId=further)
        with self.assertRaises(ClientError) as caught:
            ec2.delete_dhcp_options(DhcpOptionsId=options)
        self.assertEqual(caught.exception.response['Error']['Code'], 'DependencyViolation')
        ec2.associate_dhcp_options(DhcpOptionsId='default', VpcId=self.vpc)
        ec2.delete_dhcp_options(DhcpOptionsId=options)


if __name__ == '__main__':
    unittest.main()
