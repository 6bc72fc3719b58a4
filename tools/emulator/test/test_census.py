"""The census: what there is, by the list calls of every service."""

import json
import urllib.request

from .support import EmulatorTest


class Census(EmulatorTest):
    def census(self) -> set[str]:
        with urllib.request.urlopen(f'{self.emulator.endpoint}/_emulator/census') as answer:
            return set(json.load(answer))

    def test_what_is_made_is_in_it_and_what_is_deleted_is_not(self):
        before = self.census()
        table = {'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}], 'BillingMode': 'PAY_PER_REQUEST'}
        table['AttributeDefinitions'] = [{'AttributeName': 'id', 'AttributeType': 'S'}]
        dynamodb = self.emulator.client('dynamodb')
        dynamodb.create_table(TableName='counted', **table)
        self.assertEqual(self.census() - before, {'dynamodb list_tables counted'})
        dynamodb.delete_table(TableName='counted')
        self.assertEqual(self.census(), before)

    def test_a_key_that_waits_for_its_deletion_is_gone(self):
        before = self.census()
        kms = self.emulator.client('kms')
        key = kms.create_key()['KeyMetadata']['KeyId']
        self.assertEqual(self.census() - before, {f'kms list_keys {key}'})
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        self.assertEqual(self.census(), before)

    def test_a_network_takes_its_list_with_it_and_a_nat_gateway_its_interface(self):
        before = self.census()
        ec2 = self.emulator.client('ec2')
        vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock='10.0.0.0/24')['Subnet']['SubnetId']
        address = ec2.allocate_address(Domain='vpc')['AllocationId']
        gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)['NatGateway']['NatGatewayId']
        self.assertEqual(
            {line.rsplit(' ', 1)[0] for line in self.census() - before} - {'ec2 describe_route_tables'},
            {
                'ec2 describe_vpcs',
                'ec2 describe_subnets',
                'ec2 describe_network_acls',
                'ec2 describe_security_groups',
                'ec2 describe_addresses',
                'ec2 describe_nat_gateways',
                'ec2 describe_network_interfaces',
            },
        )
        ec2.delete_nat_gateway(NatGatewayId=gateway)
        ec2.release_address(AllocationId=address)
        ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_vpc(VpcId=vpc)
        self.assertEqual(self.census(), before)

    def test_a_key_that_a_service_made_for_itself_is_nobodys(self):
        before = self.census()
        kms = self.emulator.client('kms')
        self.assertTrue(kms.describe_key(KeyId='alias/aws/lambda')['KeyMetadata']['KeyId'])
        self.assertEqual(self.census(), before)


    def test_an_instance_takes_its_interface_and_disk_with_it(self):
        ec2 = self.emulator.client('ec2')
        image = ec2.describe_images(Owners=['amazon'])['Images'][0]['ImageId']
        before = self.census()
        instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType='t3.micro')['Instances'][0]
        self.assertTrue(self.census() - before)
        ec2.terminate_instances(InstanceIds=[instance['InstanceId']])
        self.assertEqual(self.census(), before)


class Fleets(EmulatorTest):
    def test_a_group_spreads_over_its_subnets_and_fills_the_gap_a_lost_instance_leaves(self):
        ec2, scaling = self.emulator.client('ec2'), self.emulator.client('autoscaling')
        vpc = ec2.create_vpc(CidrBlock='10.1.0.0/16')['Vpc']['VpcId']
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f'10.1.{at}.0/24', AvailabilityZone=f'us-east-1{zone}')['Subnet']
            for at, zone in enumerate('ab')
        ]
        image = ec2.describe_images(Owners=['amazon'])['Images'][0]['ImageId']
        ec2.create_launch_template(LaunchTemplateName='fleet', LaunchTemplateData={'ImageId': image, 'InstanceType': 't3.micro'})
        scaling.create_auto_scaling_group(
            AutoScalingGroupName='fleet',
            LaunchTemplate={'LaunchTemplateName': 'fleet'},
            MinSize=4,
            MaxSize=4,
            VPCZoneIdentifier=','.join(subnet['SubnetId'] for subnet in subnets),
        )

        def zones():
            group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=['fleet'])['AutoScalingGroups'][0]
            return sorted((one['AvailabilityZone'], one['InstanceId']) for one in group['Instances'])

        self.assertEqual([zone[-1] for zone, _ in zones()], ['a', 'a', 'b', 'b'])
        scaling.terminate_instance_in_auto_scaling_group(
            InstanceId=zones()[-1][1], ShouldDecrementDesiredCapacity=False
        )
        self.assertEqual([zone[-1] for zone, _ in zones()], ['a', 'a', 'b', 'b'])
