"""Connections whose packets go by appliances behind a Gateway Load Balancer."""

import random
import socket

from test.support import EmulatorTest, eventually

# Hands back what does not hold a word, from the port it came from, and says at another that it is well; it dies when it is told to.
APPLIANCE = """
const dgram = require('node:dgram'), http = require('node:http');
const socket = dgram.createSocket('udp4'), back = new Map();
socket.on('message', (data, from) => {
  if (data.includes('die')) process.exit(1);
  if (data.includes('secret')) return;
  if (!back.has(from.port)) back.set(from.port, dgram.createSocket('udp4').bind(from.port));
  back.get(from.port).send(data, 6081, from.address);
});
socket.bind(6081);
http.createServer((_, answer) => answer.end('well')).listen(8081);
"""
PAGE = """
require('node:net').createServer((socket) => socket.on('data', (data) => socket.end(`heard ${data}`)).on('error', () => 0)).listen(8080);
"""


def said(address: str, words: str) -> str:
    """What is answered; nothing where nobody answers within three seconds."""
    try:
        with socket.create_connection((address, 8080), 3) as line:
            line.sendall(words.encode())
            return b''.join(iter(lambda: line.recv(100_000), b'')).decode()
    except OSError:
        return ''


class GatewayBalancers(EmulatorTest):
    def setUp(self):
        self.ec2, self.elb = self.emulator.client('ec2'), self.emulator.client('elbv2')
        storage = self.emulator.client('s3')
        name = f'inspected-{random.randrange(10**9)}'
        storage.create_bucket(Bucket=name)
        self.bucket = name
        for program, text in (('appliance', APPLIANCE), ('page', PAGE)):
            storage.put_object(Bucket=name, Key=f'{program}.js', Body=text.encode())
        apart, inside = self._subnet('10.1.0.0')
        network, page = self._subnet('10.0.0.0')
        balancer = self.elb.create_load_balancer(Name=name, Type='gateway', Subnets=[inside])['LoadBalancers'][0]
        self.group = self.elb.create_target_group(
            Name=name,
            Protocol='GENEVE',
            Port=6081,
            VpcId=apart,
            TargetType='instance',
            HealthCheckProtocol='HTTP',
            HealthCheckPort='8081',
        )['TargetGroups'][0]['TargetGroupArn']
        self.appliances = [self._machine('appliance', inside) for _ in range(2)]
        self.elb.register_targets(TargetGroupArn=self.group, Targets=[{'Id': one} for one in self.appliances])
        self.elb.create_listener(
            LoadBalancerArn=balancer['LoadBalancerArn'],
            DefaultActions=[{'Type': 'forward', 'TargetGroupArn': self.group}],
        )
        service = self.ec2.create_vpc_endpoint_service_configuration(
            GatewayLoadBalancerArns=[balancer['LoadBalancerArn']], AcceptanceRequired=False
        )['ServiceConfiguration']['ServiceName']
        endpoint = self.ec2.create_vpc_endpoint(
            VpcEndpointType='GatewayLoadBalancer', VpcId=network, ServiceName=service, SubnetIds=[page]
        )['VpcEndpoint']['VpcEndpointId']
        gateway = self.ec2.create_internet_gateway()['InternetGateway']['InternetGatewayId']
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network)
        table = self.ec2.create_route_table(VpcId=network)['RouteTable']['RouteTableId']
        self.ec2.associate_route_table(RouteTableId=table, GatewayId=gateway)
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock='10.0.0.0/24', VpcEndpointId=endpoint)
        open_group = self.ec2.create_security_group(GroupName='open', Description='open', VpcId=network)['GroupId']
        self.ec2.authorize_security_group_ingress(
            GroupId=open_group, IpProtocol='tcp', FromPort=8080, ToPort=8080, CidrIp='0.0.0.0/0'
        )
        self.page = self._machine('page', page, open_group)
        shown = self.ec2.describe_instances(InstanceIds=[self.page])['Reservations'][0]['Instances'][0]
        self.address = shown['PublicIpAddress']

    def _subnet(self, network: str) -> tuple[str, str]:
        vpc = self.ec2.create_vpc(CidrBlock=f'{network}/16')['Vpc']['VpcId']
        return vpc, self.ec2.create_subnet(VpcId=vpc, CidrBlock=f'{network}/24')['Subnet']['SubnetId']

    def _machine(self, program: str, subnet: str, group: str | None = None) -> str:
        nic = {'DeviceIndex': 0, 'SubnetId': subnet, 'AssociatePublicIpAddress': group is not None}
        return self.ec2.run_instances(
            ImageId='ami-1',
            MinCount=1,
            MaxCount=1,
            UserData=f"#!/bin/bash\nexport IT_PROGRAM='s3://{self.bucket}/{program}.js'",
            NetworkInterfaces=[{**nic, **({'Groups': [group]} if group else {})}],
        )['Instances'][0]['InstanceId']

    def _healthy(self) -> int:
        states = self.elb.describe_target_health(TargetGroupArn=self.group)['TargetHealthDescriptions']
        return sum(one['TargetHealth']['State'] == 'healthy' for one in states)

    def test_what_an_appliance_keeps_never_arrives_and_when_one_dies_another_goes_on(self):
        self.assertTrue(eventually(lambda: said(self.address, 'hello') == 'heard hello'))
        long = 'x' * 5_000
        self.assertTrue(said(self.address, long).startswith('heard xxx'))
        self.assertEqual(said(self.address, 'a secret'), '')
        self.assertTrue(eventually(lambda: self._healthy() == 2))
        self.assertEqual(said(self.address, 'die'), '')
        self.assertTrue(eventually(lambda: said(self.address, 'hello') == 'heard hello'))
        self.ec2.terminate_instances(InstanceIds=self.appliances)
        self.assertTrue(eventually(lambda: said(self.address, 'hello') == ''))
        self.ec2.terminate_instances(InstanceIds=[self.page])

    def test_whoever_takes_the_place_of_a_member_of_a_group_joins_its_targets(self):
        subnet = self._subnet('10.2.0.0')[1]
        template = self.ec2.create_launch_template(
            LaunchTemplateName='member', LaunchTemplateData={'ImageId': 'ami-1', 'InstanceType': 't3.micro'}
        )['LaunchTemplate']['LaunchTemplateId']
        scaling = self.emulator.client('autoscaling')
        scaling.create_auto_scaling_group(
            AutoScalingGroupName='members',
            MinSize=1,
            MaxSize=1,
            LaunchTemplate={'LaunchTemplateId': template},
            VPCZoneIdentifier=subnet,
            TargetGroupARNs=[self.group],
        )

        def member() -> str:
            groups = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=['members'])['AutoScalingGroups']
            return groups[0]['Instances'][0]['InstanceId']

        first = member()
        self.ec2.terminate_instances(InstanceIds=[first])
        self.assertNotEqual(member(), first)
        states = self.elb.describe_target_health(TargetGroupArn=self.group)['TargetHealthDescriptions']
        self.assertIn(member(), [one['Target']['Id'] for one in states])
        scaling.delete_auto_scaling_group(AutoScalingGroupName='members', ForceDelete=True)
