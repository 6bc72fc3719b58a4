"""Connections through Network Load Balancers and accelerators, to programs of machines and to Application Load Balancers."""

import random
import socket
import unittest
from collections import Counter

from test.support import EmulatorTest, eventually

# Tells where it is, by TCP on two ports, by UDP on one and by HTTP on one; it goes when it is told to.
PROGRAM = """
const net = require('node:net'), dgram = require('node:dgram'), http = require('node:http');
const name = process.env.NAME;
for (const port of [7001, 7002])
  net.createServer((socket) => socket.on('data', (data) => {
    if (String(data) === 'die') process.exit(1);
    socket.end(`${name} ${port} ${data}`);
  })).listen(port);
const echo = dgram.createSocket('udp4');
echo.on('message', (data, from) => echo.send(`${name} ${data}`, from.port, from.address));
echo.bind(7003);
http.createServer((asked, answer) => answer.end(`${name} ${asked.url} for ${asked.headers['x-forwarded-for']}`)).listen(7004);
"""


def said(address: str, port: int, words: str = 'hello') -> str:
    with socket.create_connection((address, port), 5) as line:
        line.sendall(words.encode())
        line.shutdown(socket.SHUT_WR)
        return b''.join(iter(lambda: line.recv(100), b'')).decode()


def tried(address: str, port: int, words: str = 'hello') -> str:
    try:
        return said(address, port, words)
    except OSError:
        return ''


def echoed(address: str, port: int) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(0.5)
        line.sendto(b'hello', (address, port))
        try:
            return line.recv(100).decode()
        except OSError:
            return ''


class Entry:
    """A network with a balancer that has an Elastic IP in each of two zones, or none inside, and a machine in each."""

    def __init__(
        self,
        emulator,
        region: str = 'us-east-1',
        machines: tuple[str, ...] = ('one', 'two'),
        cross: bool = False,
        scheme: str = 'internet-facing',
    ):
        self.ec2, self.elb = emulator.client('ec2', region), emulator.client('elbv2', region)
        vpc = self.ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        subnets = [
            self.ec2.create_subnet(VpcId=vpc, CidrBlock=f'10.0.{at}.0/24', AvailabilityZone=f'{region}{zone}')[
                'Subnet'
            ]['SubnetId']
            for at, zone in enumerate('ab')
        ]
        given = [self.ec2.allocate_address(Domain='vpc') for _ in subnets] if scheme != 'internal' else []
        self.addresses = [one['PublicIp'] for one in given]
        mappings = [{'SubnetId': subnet, 'AllocationId': one['AllocationId']} for subnet, one in zip(subnets, given)]
        name = f'entry-{random.randrange(10**9)}'
        self.arn = self.elb.create_load_balancer(
            Name=name,
            Type='network',
            Scheme=scheme,
            **({'SubnetMappings': mappings} if mappings else {'Subnets': subnets}),
        )['LoadBalancers'][0]['LoadBalancerArn']
        if cross:
            self.elb.modify_load_balancer_attributes(
                LoadBalancerArn=self.arn, Attributes=[{'Key': 'load_balancing.cross_zone.enabled', 'Value': 'true'}]
            )
        storage = emulator.client('s3')
        try:
            storage.create_bucket(Bucket='programs')
        except storage.exceptions.ClientError:
            pass
        storage.put_object(Bucket='programs', Key='echo.js', Body=PROGRAM.encode())
        self.machines = [self._machine(subnet, f'{region}-{one}') for subnet, one in zip(subnets, machines)]
        self.vpc, self.name = vpc, name

    def _machine(self, subnet: str, name: str) -> str:
        exports = ["ECHO_PROGRAM='s3://programs/echo.js'", "ECHO_VARIABLES='NAME'", f"NAME='{name}'"]
        text = '\n'.join(['#!/bin/bash', *(f'export {one}' for one in exports)])
        return self.ec2.run_instances(ImageId='ami-1', MinCount=1, MaxCount=1, SubnetId=subnet, UserData=text)[
            'Instances'
        ][0]['InstanceId']

    def port(self, port: int, to: int, protocol: str = 'TCP', **more) -> str:
        group = self.elb.create_target_group(
            Name=f'g{port}-{random.randrange(10**9)}',
            Protocol=protocol,
            Port=to,
            VpcId=self.vpc,
            TargetType='instance',
            **more,
        )['TargetGroups'][0]['TargetGroupArn']
        self.elb.register_targets(TargetGroupArn=group, Targets=[{'Id': one} for one in self.machines])
        self.listen(port, group, protocol)
        return group

    def listen(self, port: int, group: str, protocol: str = 'TCP'):
        self.elb.create_listener(
            LoadBalancerArn=self.arn,
            Port=port,
            Protocol=protocol,
            DefaultActions=[{'Type': 'forward', 'TargetGroupArn': group}],
        )


class NetworkBalancers(EmulatorTest):
    def test_each_port_leads_to_its_own_service_and_each_zone_to_its_own_machine(self):
        entry = Entry(self.emulator)
        entry.port(4569, 7001)
        entry.port(6708, 7002)
        entry.port(7, 7003, 'UDP', HealthCheckProtocol='TCP', HealthCheckPort='7001')
        first, second = entry.addresses
        self.assertEqual(eventually(lambda: tried(first, 4569)), 'us-east-1-one 7001 hello')
        self.assertEqual(eventually(lambda: tried(second, 6708)), 'us-east-1-two 7002 hello')
        self.assertEqual(eventually(lambda: echoed(second, 7)), 'us-east-1-two hello')
        told = entry.elb.describe_load_balancers(LoadBalancerArns=[entry.arn])['LoadBalancers'][0]['AvailabilityZones']
        self.assertEqual([zone['LoadBalancerAddresses'][0]['IpAddress'] for zone in told], entry.addresses)

    def test_its_name_ends_with_the_address_at_which_it_listens(self):
        entry = Entry(self.emulator, cross=True, scheme='internal')
        entry.port(4569, 7001)
        named = entry.elb.describe_load_balancers(LoadBalancerArns=[entry.arn])['LoadBalancers'][0]['DNSName']
        address = '.'.join(named.split('.')[0].split('-')[-4:])
        self.assertRegex(eventually(lambda: tried(address, 4569)), r'^us-east-1-\w+ 7001 hello$')

    def test_across_zones_each_reaches_all_and_a_machine_that_stops_gets_nothing(self):
        entry = Entry(self.emulator, cross=True)
        entry.port(80, 7001)
        at = entry.addresses[0]
        both = {'us-east-1-one', 'us-east-1-two'}

        def seen() -> set[str]:
            return {tried(at, 80).split(' ')[0] for _ in range(12)}

        self.assertTrue(eventually(lambda: seen() == both))
        entry.ec2.stop_instances(InstanceIds=[entry.machines[0]])
        self.assertTrue(eventually(lambda: seen() == {'us-east-1-two'}))

    def test_a_program_that_dies_is_started_again(self):
        entry = Entry(self.emulator)
        group = entry.port(80, 7001)
        at = entry.addresses[0]

        def health() -> list[str]:
            shown = entry.elb.describe_target_health(TargetGroupArn=group)['TargetHealthDescriptions']
            return sorted(one['TargetHealth']['State'] for one in shown)

        self.assertTrue(eventually(lambda: tried(at, 80) and health() == ['healthy', 'healthy']))
        said(at, 80, 'die')
        self.assertEqual(tried(at, 80), '')
        self.assertTrue(eventually(lambda: health() == ['healthy', 'unhealthy']))
        self.assertEqual(eventually(lambda: tried(at, 80)), 'us-east-1-one 7001 hello')

    def test_a_client_that_sticks_comes_back_to_its_machine(self):
        entry = Entry(self.emulator, cross=True)
        group = entry.port(80, 7001)
        entry.elb.modify_target_group_attributes(
            TargetGroupArn=group,
            Attributes=[
                {'Key': 'stickiness.enabled', 'Value': 'true'},
                {'Key': 'stickiness.type', 'Value': 'source_ip'},
            ],
        )
        at = entry.addresses[0]
        self.assertTrue(eventually(lambda: tried(at, 80)))
        # Until both are well a client may be led to the other.
        self.assertTrue(eventually(lambda: len({tried(at, 80) for _ in range(10)}) == 1))

    def test_an_application_balancer_behind_it_answers_by_its_rules(self):
        entry = Entry(self.emulator)
        subnets = [
            one['SubnetId']
            for one in entry.ec2.describe_subnets(Filters=[{'Name': 'vpc-id', 'Values': [entry.vpc]}])['Subnets']
        ]
        inner = entry.elb.create_load_balancer(Name=f'rules-{entry.name[-9:].strip("-")}', Scheme='internal', Subnets=subnets)[
            'LoadBalancers'
        ][0]
        answer = {'StatusCode': '200', 'ContentType': 'text/plain', 'MessageBody': 'by rule'}
        entry.elb.create_listener(
            LoadBalancerArn=inner['LoadBalancerArn'],
            Port=80,
            Protocol='HTTP',
            DefaultActions=[{'Type': 'fixed-response', 'FixedResponseConfig': answer}],
        )
        group = entry.elb.create_target_group(
            Name=f'alb-{entry.name[-9:].strip("-")}',
            Protocol='TCP',
            Port=80,
            VpcId=entry.vpc,
            TargetType='alb',
            HealthCheckProtocol='HTTP',
            HealthCheckPath='/health',
        )['TargetGroups'][0]['TargetGroupArn']
        entry.elb.register_targets(TargetGroupArn=group, Targets=[{'Id': inner['LoadBalancerArn']}])
        entry.listen(80, group)
        asked = 'GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n'
        self.assertTrue(eventually(lambda: tried(entry.addresses[1], 80, asked).endswith('by rule')))

    def test_an_application_balancer_behind_it_hands_requests_to_machines_that_are_well(self):
        entry = Entry(self.emulator)
        # What leads to a machine by its port is why it runs.
        entry.port(4569, 7001)
        at = self._requests(entry, path='/well')
        asked = 'GET /page?x=1 HTTP/1.1\r\nHost: it\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n'

        def seen() -> set[str]:
            return {tried(at, 80, asked).rsplit('\r\n', 1)[-1] for _ in range(6)}

        both = {f'us-east-1-{one} /page?x=1 for 192.0.2.1, 127.0.0.1' for one in ('one', 'two')}
        self.assertTrue(eventually(lambda: seen() == both))
        entry.ec2.stop_instances(InstanceIds=entry.machines)
        self.assertTrue(eventually(lambda: all('503 Service' in one for one in [tried(at, 80, asked)])))

    def _requests(self, entry: Entry, path: str) -> str:
        """Has port 80 lead to an Application Load Balancer, and that to the machines."""
        subnets = [
            one['SubnetId']
            for one in entry.ec2.describe_subnets(Filters=[{'Name': 'vpc-id', 'Values': [entry.vpc]}])['Subnets']
        ]
        arn = entry.elb.create_load_balancer(Name=f'Pages-{entry.name[-9:].strip("-")}', Scheme='internal', Subnets=subnets)[
            'LoadBalancers'
        ][0]['LoadBalancerArn']
        pages, requests = (
            entry.elb.create_target_group(
                Name=f'{name}-{entry.name[-9:].strip("-")}', VpcId=entry.vpc, HealthCheckProtocol='HTTP', HealthCheckPath=path, **more
            )['TargetGroups'][0]['TargetGroupArn']
            for name, more in (
                ('pages', {'Protocol': 'HTTP', 'Port': 7004, 'TargetType': 'instance'}),
                ('asked', {'Protocol': 'TCP', 'Port': 80, 'TargetType': 'alb'}),
            )
        )
        entry.elb.register_targets(TargetGroupArn=pages, Targets=[{'Id': one} for one in entry.machines])
        forward = [{'Type': 'forward', 'TargetGroupArn': pages}]
        entry.elb.create_listener(LoadBalancerArn=arn, Port=80, Protocol='HTTP', DefaultActions=forward)
        entry.elb.register_targets(TargetGroupArn=requests, Targets=[{'Id': arn}])
        entry.listen(80, requests)
        return entry.addresses[0]

    def test_an_elastic_ip_that_is_not_there_is_refused(self):
        entry = Entry(self.emulator)
        subnet = entry.ec2.describe_subnets(Filters=[{'Name': 'vpc-id', 'Values': [entry.vpc]}])['Subnets'][0][
            'SubnetId'
        ]
        with self.assertRaisesRegex(Exception, "The allocation ID 'eipalloc-0' does not exist"):
            entry.elb.create_load_balancer(
                Name='none', Type='network', SubnetMappings=[{'SubnetId': subnet, 'AllocationId': 'eipalloc-0'}]
            )


class Accelerators(EmulatorTest):
    """Clients are where AWS asks from, so that us-east-1 is nearer than us-west-2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.emulator.client('globalaccelerator', 'us-west-2')
        # Nobody but an accelerator brings the internet to a balancer inside.
        regions = ('us-east-1', 'us-west-2')
        cls.entries = {region: Entry(cls.emulator, region, scheme='internal') for region in regions}
        made = cls.service.create_accelerator(Name='world', IdempotencyToken='1')['Accelerator']
        cls.arn, cls.addresses = made['AcceleratorArn'], made['IpSets'][0]['IpAddresses']
        cls.listener = cls.service.create_listener(
            AcceleratorArn=cls.arn, PortRanges=[{'FromPort': 80, 'ToPort': 80}], Protocol='TCP', IdempotencyToken='2'
        )['Listener']['ListenerArn']
        cls.groups = {}
        for region, entry in cls.entries.items():
            entry.port(80, 7001)
            cls.groups[region] = cls.service.create_endpoint_group(
                ListenerArn=cls.listener,
                EndpointGroupRegion=region,
                EndpointConfigurations=[{'EndpointId': entry.arn, 'Weight': 128}],
                IdempotencyToken=region,
            )['EndpointGroup']['EndpointGroupArn']

    def dial(self, **percent: float):
        for region, value in percent.items():
            group = self.groups[region.replace('_', '-')]
            self.service.update_endpoint_group(EndpointGroupArn=group, TrafficDialPercentage=value)

    def setUp(self):
        self.dial(us_east_1=100, us_west_2=100)
        for region, entry in self.entries.items():
            entry.ec2.start_instances(InstanceIds=entry.machines)
            self.assertEqual(eventually(lambda region=region: self._health(region) == 'HEALTHY'), True)

    def _health(self, region: str) -> str:
        group = self.service.describe_endpoint_group(EndpointGroupArn=self.groups[region])['EndpointGroup']
        return group['EndpointDescriptions'][0]['HealthState']

    def regions(self, times: int = 8) -> Counter:
        return Counter(tried(random.choice(self.addresses), 80)[:9] for _ in range(times))

    def test_both_addresses_lead_to_the_nearest_region(self):
        for address in self.addresses:
            self.assertTrue(eventually(lambda address=address: tried(address, 80)).startswith('us-east-1'))
        self.assertEqual(set(self.regions()), {'us-east-1'})

    def test_what_a_dial_does_not_take_goes_on(self):
        self.dial(us_east_1=0)
        self.assertEqual(set(self.regions()), {'us-west-2'})
        self.dial(us_east_1=50, us_west_2=50)
        shares = self.regions(60)
        self.assertEqual(set(shares), {'us-east-1', 'us-west-2'})
        self.assertTrue(15 <= shares['us-east-1'] <= 45, shares)

    def test_where_nobody_is_well_the_next_region_answers_whatever_its_dial(self):
        self.dial(us_west_2=0)
        entry = self.entries['us-east-1']
        entry.ec2.stop_instances(InstanceIds=entry.machines)
        self.assertTrue(eventually(lambda: set(self.regions()) == {'us-west-2'}))
        self.assertEqual(self._health('us-east-1'), 'UNHEALTHY')

    def test_nobody_is_led_to_an_endpoint_whose_weight_is_none(self):
        group = self.groups['us-east-1']
        endpoint = {'EndpointId': self.entries['us-east-1'].arn}
        try:
            self.service.update_endpoint_group(
                EndpointGroupArn=group, EndpointConfigurations=[{**endpoint, 'Weight': 0}]
            )
            self.assertEqual(set(self.regions()), {'us-west-2'})
        finally:
            self.service.update_endpoint_group(
                EndpointGroupArn=group, EndpointConfigurations=[{**endpoint, 'Weight': 128}]
            )

    def test_one_that_is_disabled_answers_nobody_and_is_deleted_from_below(self):
        made = self.service.create_accelerator(Name='gone', IdempotencyToken='9')['Accelerator']
        arn, (address, _) = made['AcceleratorArn'], made['IpSets'][0]['IpAddresses']
        ports = [{'FromPort': 80, 'ToPort': 80}]
        listener = self.service.create_listener(
            AcceleratorArn=arn, PortRanges=ports, Protocol='TCP', IdempotencyToken='9'
        )['Listener']['ListenerArn']
        group = self.service.create_endpoint_group(
            ListenerArn=listener,
            EndpointGroupRegion='us-east-1',
            EndpointConfigurations=[{'EndpointId': self.entries['us-east-1'].arn}],
            IdempotencyToken='9',
        )['EndpointGroup']['EndpointGroupArn']
        self.assertTrue(eventually(lambda: tried(address, 80)))
        with self.assertRaises(self.service.exceptions.EndpointGroupAlreadyExistsException):
            self.service.create_endpoint_group(
                ListenerArn=listener, EndpointGroupRegion='us-east-1', IdempotencyToken='8'
            )
        with self.assertRaises(self.service.exceptions.AcceleratorNotDisabledException):
            self.service.delete_accelerator(AcceleratorArn=arn)
        self.service.update_accelerator(AcceleratorArn=arn, Enabled=False)
        self.assertTrue(eventually(lambda: tried(address, 80) == ''))
        with self.assertRaises(self.service.exceptions.AssociatedListenerFoundException):
            self.service.delete_accelerator(AcceleratorArn=arn)
        with self.assertRaises(self.service.exceptions.AssociatedEndpointGroupFoundException):
            self.service.delete_listener(ListenerArn=listener)
        self.service.delete_endpoint_group(EndpointGroupArn=group)
        self.service.delete_listener(ListenerArn=listener)
        self.service.delete_accelerator(AcceleratorArn=arn)
        self.assertEqual([one['Name'] for one in self.service.list_accelerators()['Accelerators']], ['world'])


if __name__ == '__main__':
    unittest.main()
