"""What forms of a network ask of VPCs: IPv6 that comes later, a NAT gateway of the whole network, analyses that AWS runs, questions
to a zone that are written down.
"""

import unittest
from ipaddress import ip_network

from test.inside import Inside

VPC = {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.9.0.0/16'}}


class NetworkForms(Inside):
    def test_a_subnet_is_cut_from_the_ipv6_block_that_its_vpc_was_given_after_it_was_made(self):
        block = {'Fn::Select': [0, {'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks']}]}
        self.create(
            'ipv6-later',
            {
                'Vpc': VPC,
                'Block': {
                    'Type': 'AWS::EC2::VPCCidrBlock',
                    'Properties': {'VpcId': {'Ref': 'Vpc'}, 'AmazonProvidedIpv6CidrBlock': True},
                },
                'Subnet': {
                    'Type': 'AWS::EC2::Subnet',
                    'DependsOn': 'Block',
                    'Properties': {
                        'VpcId': {'Ref': 'Vpc'},
                        'CidrBlock': '10.9.1.0/24',
                        'Ipv6CidrBlock': {'Fn::Select': [1, {'Fn::Cidr': [block, 4, 64]}]},
                    },
                },
            },
        )
        ec2 = self.client('ec2')
        vpc = ec2.describe_vpcs(VpcIds=[self.physical_id('ipv6-later', 'Vpc')])['Vpcs'][0]
        subnet = ec2.describe_subnets(SubnetIds=[self.physical_id('ipv6-later', 'Subnet')])['Subnets'][0]
        whole = vpc['Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock']
        part = subnet['Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock']
        self.assertEqual(ip_network(part), list(ip_network(whole).subnets(new_prefix=64))[1])

    def test_a_regional_nat_gateway_is_of_a_vpc_and_in_no_subnet(self):
        nat = {'AvailabilityMode': 'regional', 'ConnectivityType': 'public', 'VpcId': {'Ref': 'Vpc'}}
        shown = self.create('nat-of-all', {'Vpc': VPC, 'Nat': {'Type': 'AWS::EC2::NatGateway', 'Properties': nat}})
        ec2 = self.client('ec2')
        name = self.physical_id('nat-of-all', 'Nat')
        found = ec2.describe_nat_gateways(NatGatewayIds=[name])['NatGateways'][0]
        self.assertEqual(
            (found['AvailabilityMode'], found['VpcId'], found['State'], 'SubnetId' in found),
            ('regional', self.physical_id('nat-of-all', 'Vpc'), 'available', False),
        )
        self.delete(shown['StackId'])
        left = ec2.describe_nat_gateways(NatGatewayIds=[name])['NatGateways']
        self.assertEqual([one['State'] for one in left], ['deleted'])

    def test_a_regional_nat_gateway_without_its_vpc_or_in_a_subnet_is_refused(self):
        ec2 = self.client('ec2')
        vpc = ec2.create_vpc(CidrBlock='10.10.0.0/16')['Vpc']['VpcId']
        for given, why in (
            ({}, 'must contain the parameter VpcId'),
            ({'VpcId': vpc, 'SubnetId': 'subnet-1'}, 'stands in no subnet'),
            ({'VpcId': 'vpc-gone'}, 'vpc-gone'),
        ):
            with self.subTest(given), self.assertRaisesRegex(Exception, why):
                ec2.create_nat_gateway(AvailabilityMode='regional', **given)

    def test_an_analysis_is_kept_and_says_that_it_found_nothing_out(self):
        ec2 = self.client('ec2')
        path = ec2.create_network_insights_path(Source='igw-1', Protocol='tcp')['NetworkInsightsPath']
        self.assertRegex(path['NetworkInsightsPathArn'], r'^arn:aws:ec2:us-east-1:\d{12}:network-insights-path/nip-')
        begun = ec2.start_network_insights_analysis(NetworkInsightsPathId=path['NetworkInsightsPathId'])
        name = begun['NetworkInsightsAnalysis']['NetworkInsightsAnalysisId']
        analyses = ec2.describe_network_insights_analyses()['NetworkInsightsAnalyses']
        found = next(one for one in analyses if one['NetworkInsightsAnalysisId'] == name)
        self.assertEqual((found['Status'], 'NetworkPathFound' in found), ('failed', False))
        self.assertIn('groundplan reach', found['StatusMessage'])

    def test_questions_to_a_zone_are_written_into_a_group_named_with_and_without_the_end_of_its_arn(self):
        def zone(*groups):
            given = {'CloudWatchLogsLogGroupArn': groups[0]} if groups else None
            named = {'Type': 'AWS::Logs::LogGroup', 'Properties': {'LogGroupName': '/aws/route53/forms.test'}}
            return {
                'Group': named,
                'Zone': {
                    'Type': 'AWS::Route53::HostedZone',
                    'DependsOn': 'Group',
                    'Properties': {'Name': 'forms.test', **({'QueryLoggingConfig': given} if given else {})},
                },
            }

        def written():
            found = self.client('route53').list_query_logging_configs(HostedZoneId=self.physical_id('asked', 'Zone'))
            return len(found['QueryLoggingConfigs'])

        bare = {'Fn::Sub': 'arn:aws:logs:us-east-1:${AWS::AccountId}:log-group:${Group}'}
        self.create('asked', zone(bare))
        self.assertEqual(written(), 1)
        self.update('asked', zone())
        self.assertEqual(written(), 0)
        self.update('asked', zone({'Fn::GetAtt': ['Group', 'Arn']}))
        self.assertEqual(written(), 1)

    def test_a_zone_whose_questions_cannot_be_written_down_is_taken_away_again(self):
        nowhere = {'CloudWatchLogsLogGroupArn': 'arn:aws:logs:us-east-1:123456789012:log-group:nowhere'}
        zone = {'Type': 'AWS::Route53::HostedZone', 'Properties': {'Name': 'gone.test', 'QueryLoggingConfig': nowhere}}
        self.create('nowhere', {'Zone': zone}, expect='ROLLBACK_COMPLETE')
        zones = self.client('route53').list_hosted_zones()['HostedZones']
        self.assertNotIn('gone.test.', [one['Name'] for one in zones])


if __name__ == '__main__':
    unittest.main()
