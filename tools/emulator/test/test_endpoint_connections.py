"""Endpoint services that want to accept who connects: waiting, told, accepted, rejected, once and no more."""

import json
import unittest
from unittest import mock

from test.inside import Inside  # noqa: I001  (finds the server's modules)

MAY_PUBLISH = {
    'Version': '2012-10-17',
    'Statement': [
        {'Effect': 'Allow', 'Action': 'sns:Publish', 'Resource': '*', 'Principal': {'Service': 'vpce.amazonaws.com'}}
    ],
}


class EndpointConnections(Inside):
    def setUp(self):
        self.ec2 = self.client('ec2')
        self.vpc = self.ec2.create_vpc(CidrBlock='10.16.0.0/16')['Vpc']['VpcId']
        self.subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock='10.16.0.0/20')['Subnet']['SubnetId']
        balancer = self.client('elbv2').create_load_balancer(Name='offer', Type='network', Subnets=[self.subnet])
        self.arn = balancer['LoadBalancers'][0]['LoadBalancerArn']

    def offered(self, acceptance: bool) -> dict:
        return self.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[self.arn], AcceptanceRequired=acceptance
        )['ServiceConfiguration']

    def asked(self, service: dict) -> str:
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType='Interface', VpcId=self.vpc, ServiceName=service['ServiceName'], SubnetIds=[self.subnet]
        )
        return made['VpcEndpoint']['VpcEndpointId']

    def states(self, service: dict) -> dict:
        shown = self.ec2.describe_vpc_endpoint_connections(
            Filters=[{'Name': 'service-id', 'Values': [service['ServiceId']]}]
        )['VpcEndpointConnections']
        return {one['VpcEndpointId']: one['VpcEndpointState'] for one in shown}

    def test_who_asks_waits_until_accepted_and_can_be_rejected_later(self):
        service = self.offered(True)
        endpoint = self.asked(service)
        given = {'ServiceId': service['ServiceId'], 'VpcEndpointIds': [endpoint]}
        self.assertEqual(self.states(service), {endpoint: 'pendingAcceptance'})
        self.assertEqual(self.ec2.accept_vpc_endpoint_connections(**given).get('Unsuccessful', []), [])
        self.assertEqual(self.states(service), {endpoint: 'available'})
        again = self.ec2.accept_vpc_endpoint_connections(**given)['Unsuccessful']
        self.assertEqual([(one['ResourceId'], one['Error']['Code']) for one in again], [(endpoint, 'InvalidState')])
        self.ec2.reject_vpc_endpoint_connections(**given)
        self.assertEqual(self.states(service), {endpoint: 'rejected'})
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        self.assertEqual(self.states(service), {})

    def test_without_acceptance_nobody_waits(self):
        service = self.offered(False)
        endpoint = self.asked(service)
        self.assertEqual(self.states(service), {endpoint: 'available'})

    def test_a_topic_hears_of_the_events_it_wants_if_its_policy_lets_the_service(self):
        service, heard = self.offered(True), {}
        for name, policy in (('open', MAY_PUBLISH), ('closed', None)):
            topic = self.client('sns').create_topic(Name=f'news-{name}')['TopicArn']
            if policy:
                self.client('sns').set_topic_attributes(
                    TopicArn=topic, AttributeName='Policy', AttributeValue=json.dumps(policy)
                )
            self.ec2.create_vpc_endpoint_connection_notification(
                ServiceId=service['ServiceId'], ConnectionNotificationArn=topic, ConnectionEvents=['Connect', 'Reject']
            )
            heard[name] = topic
        with mock.patch('moto.sns.models.SNSBackend.publish') as published:
            endpoint = self.asked(service)
            given = {'ServiceId': service['ServiceId'], 'VpcEndpointIds': [endpoint]}
            self.ec2.accept_vpc_endpoint_connections(**given)
            self.ec2.reject_vpc_endpoint_connections(**given)
        sent = [(call.kwargs['arn'], json.loads(call.kwargs['message'])['event']) for call in published.mock_calls]
        self.assertEqual(sent, [(heard['open'], 'Connect'), (heard['open'], 'Reject')])


if __name__ == '__main__':
    unittest.main()
