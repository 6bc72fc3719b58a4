"""What names are answered with: by routing policy, by who asks, and by the health of what stands there."""

import json
import unittest

from botocore.exceptions import ClientError

from .support import Emulator

UP = """
exports.handler = async (event) => ({ statusCode: event.rawPath === '/health' ? 200 : 404, body: 'well' });
"""


class DnsAnswers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator()
        cls.route53 = cls.emulator.client('route53')
        zone = cls.route53.create_hosted_zone(Name='example.com', CallerReference='1')
        cls.zone = zone['HostedZone']['Id']

    @classmethod
    def tearDownClass(cls):
        cls.emulator.stop()

    def change(self, action, *records):
        changes = [{'Action': action, 'ResourceRecordSet': record} for record in records]
        self.route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={'Changes': changes})

    def record(self, name, value, **more):
        return {'Name': f'{name}.example.com', 'Type': 'A', 'TTL': 60, 'ResourceRecords': [{'Value': value}], **more}

    def asked(self, name, client=None):
        given = {'EDNS0ClientSubnetIP': client} if client else {}
        answer = self.route53.test_dns_answer(
            HostedZoneId=self.zone, RecordName=f'{name}.example.com', RecordType='A', **given
        )
        return answer['RecordData'] or answer['ResponseCode']

    def check(self, **config):
        return self.route53.create_health_check(CallerReference=json.dumps(config), HealthCheckConfig=config)[
            'HealthCheck'
        ]['Id']

    def test_a_place_answers_those_who_ask_from_it(self):
        spain = self.record('place', '192.0.2.1', SetIdentifier='spain', GeoLocation={'CountryCode': 'ES'})
        rest = self.record('place', '192.0.2.9', SetIdentifier='rest', GeoLocation={'CountryCode': '*'})
        self.change('CREATE', spain, rest)
        self.assertEqual(self.asked('place', '147.83.0.10'), ['192.0.2.1'])
        self.assertEqual(self.asked('place', '129.67.0.10'), ['192.0.2.9'])
        self.assertEqual(self.asked('nowhere'), 'NXDOMAIN')

    def test_distance_and_blocks_are_kept_and_routed_by(self):
        near = [
            self.record('near', f'192.0.2.{last}', SetIdentifier=region, GeoProximityLocation={'AWSRegion': region})
            for last, region in ((1, 'eu-west-1'), (2, 'us-east-1'))
        ]
        self.change('CREATE', *near)
        self.assertEqual(self.asked('near', '134.226.0.10'), ['192.0.2.1'])
        self.assertEqual(self.asked('near', '18.234.0.10'), ['192.0.2.2'])
        collection = self.route53.create_cidr_collection(Name='offices', CallerReference='1')['Collection']['Id']
        put = {'LocationName': 'one', 'Action': 'PUT', 'CidrList': ['18.234.0.0/16']}
        self.route53.change_cidr_collection(Id=collection, Changes=[put])
        blocks = self.route53.list_cidr_blocks(CollectionId=collection)['CidrBlocks']
        self.assertEqual(blocks, [{'CidrBlock': '18.234.0.0/16', 'LocationName': 'one'}])
        office = [
            self.record(
                'office',
                f'192.0.2.{last}',
                SetIdentifier=name,
                CidrRoutingConfig={'CollectionId': collection, 'LocationName': name},
            )
            for last, name in ((3, 'one'), (4, '*'))
        ]
        self.change('CREATE', *office)
        self.assertEqual(self.asked('office', '18.234.0.10'), ['192.0.2.3'])
        self.assertEqual(self.asked('office', '129.67.0.10'), ['192.0.2.4'])
        with self.assertRaises(ClientError) as caught:
            self.route53.delete_cidr_collection(Id=collection)
        self.assertEqual(caught.exception.response['Error']['Code'], 'CidrCollectionInUseException')

    def test_what_is_unhealthy_leaves_the_answers_until_it_comes_back(self):
        self.emulator.function('target', UP)
        functions = self.emulator.client('lambda')
        url = functions.create_function_url_config(FunctionName='target', AuthType='NONE')['FunctionUrl']
        functions.add_permission(
            FunctionName='target',
            StatementId='all',
            Action='lambda:InvokeFunctionUrl',
            Principal='*',
            FunctionUrlAuthType='NONE',
        )
        host = url.split('/')[2]
        page = {'Type': 'HTTPS_STR_MATCH', 'FullyQualifiedDomainName': host, 'Port': 443, 'SearchString': 'well'}
        well = self.check(**page, ResourcePath='/health')
        lost = self.check(**page, ResourcePath='/lost')
        both = self.check(Type='CALCULATED', ChildHealthChecks=[well, lost], HealthThreshold=2)
        for name, check in (('well', well), ('lost', lost), ('both', both)):
            first = self.record(name, '192.0.2.1', SetIdentifier='first', Failover='PRIMARY', HealthCheckId=check)
            second = self.record(name, '192.0.2.2', SetIdentifier='second', Failover='SECONDARY')
            self.change('CREATE', first, second)
        self.assertEqual(
            [self.asked(name) for name in ('well', 'lost', 'both')], [['192.0.2.1'], ['192.0.2.2'], ['192.0.2.2']]
        )
        self.route53.update_health_check(HealthCheckId=lost, Inverted=True)
        self.assertEqual([self.asked(name) for name in ('lost', 'both')], [['192.0.2.1'], ['192.0.2.1']])
        self.route53.update_health_check(HealthCheckId=well, Inverted=True)
        self.assertEqual([self.asked(name) for name in ('well', 'both')], [['192.0.2.2'], ['192.0.2.2']])
        status = self.route53.get_health_check_status(HealthCheckId=well)['HealthCheckObservations'][0]
        self.assertTrue(status['StatusReport']['Status'].startswith('Failure'))

    def test_an_alarm_without_data_says_what_it_was_told_to(self):
        alarm = {'AlarmIdentifier': {'Name': 'a', 'Region': 'us-east-1'}, 'Type': 'CLOUDWATCH_METRIC'}
        for told, address in (('Healthy', '192.0.2.1'), ('Unhealthy', '192.0.2.2')):
            check = self.check(**alarm, InsufficientDataHealthStatus=told)
            shown = self.route53.get_health_check(HealthCheckId=check)['HealthCheck']['HealthCheckConfig']
            self.assertEqual(shown['AlarmIdentifier'], alarm['AlarmIdentifier'])
            name = f'alarm-{told.lower()}'
            first = self.record(name, '192.0.2.1', SetIdentifier='first', Failover='PRIMARY', HealthCheckId=check)
            second = self.record(name, '192.0.2.2', SetIdentifier='second', Failover='SECONDARY')
            self.change('CREATE', first, second)
            self.assertEqual(self.asked(name), [address])

    def test_a_set_goes_alone_whatever_other_names_call_theirs(self):
        sets = [self.record(name, '192.0.2.1', SetIdentifier='same', Weight=1) for name in ('here', 'there')]
        self.change('CREATE', *sets)
        self.change('DELETE', sets[0])
        self.assertEqual([self.asked(name) for name in ('here', 'there')], ['NXDOMAIN', ['192.0.2.1']])
        for action, record in (('DELETE', sets[0]), ('CREATE', sets[1])):
            with self.assertRaises(ClientError) as caught:
                self.change(action, record)
            self.assertEqual(caught.exception.response['Error']['Code'], 'InvalidChangeBatch')


if __name__ == '__main__':
    unittest.main()
