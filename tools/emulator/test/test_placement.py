"""Where instances stand: groups, partitions, racks, held capacity."""

from botocore.exceptions import ClientError

from test.inside import Inside  # noqa: I001  (finds the server's modules)


class Placement(Inside):
    def setUp(self):
        self.ec2, self.fleets = self.client('ec2'), self.client('autoscaling')
        vpc = self.ec2.create_vpc(CidrBlock='10.61.0.0/16')['Vpc']['VpcId']
        self.subnets = [
            self.ec2.create_subnet(VpcId=vpc, CidrBlock=f'10.61.{number}.0/24', AvailabilityZone=zone)['Subnet']['SubnetId']
            for number, zone in enumerate(('us-east-1a', 'us-east-1b'))
        ]
        self.image = self.ec2.describe_images(Owners=['amazon'])['Images'][0]['ImageId']
        self.name = self.id().rsplit('.', 1)[1]

    def group(self, strategy: str, **more) -> str:
        self.ec2.create_placement_group(GroupName=self.name, Strategy=strategy, **more)
        return self.name

    def fleet(self, most: int, subnets: int = 2, **data):
        """An empty Auto Scaling group whose template says where its instances stand."""
        self.ec2.create_launch_template(
            LaunchTemplateName=self.name,
            LaunchTemplateData={'ImageId': self.image, 'InstanceType': 'c6g.medium', **data},
        )
        self.fleets.create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            LaunchTemplate={'LaunchTemplateName': self.name, 'Version': '$Latest'},
            MinSize=0,
            MaxSize=most,
            VPCZoneIdentifier=','.join(self.subnets[:subnets]),
        )

    def grown(self, desired: int) -> list[dict]:
        self.fleets.set_desired_capacity(AutoScalingGroupName=self.name, DesiredCapacity=desired)
        return [
            one
            for reservation in self.ec2.describe_instances()['Reservations']
            for one in reservation['Instances']
            if one['Placement'].get('GroupName') == self.name and one['State']['Name'] == 'running'
        ]

    def refused(self, code: str, operation, **given):
        with self.assertRaises(ClientError) as caught:
            operation(**given)
        self.assertEqual(caught.exception.response['Error']['Code'], code)

    def held(self, count: int) -> str:
        made = self.ec2.create_capacity_reservation(
            InstanceType='c6g.medium',
            InstancePlatform='Linux/UNIX',
            AvailabilityZone='us-east-1a',
            InstanceCount=count,
            InstanceMatchCriteria='targeted',
        )
        return made['CapacityReservation']['CapacityReservationId']

    def available(self, reservation: str) -> int:
        found = self.ec2.describe_capacity_reservations(CapacityReservationIds=[reservation])['CapacityReservations']
        return found[0]['AvailableInstanceCount']

    def test_partitions_are_filled_evenly_in_each_zone(self):
        self.fleet(12, Placement={'GroupName': self.group('partition', PartitionCount=3)})
        stands = [(one['Placement']['AvailabilityZone'], one['Placement']['PartitionNumber']) for one in self.grown(12)]
        self.assertEqual({stand: stands.count(stand) for stand in stands}, {
            (zone, number): 2 for zone in ('us-east-1a', 'us-east-1b') for number in (1, 2, 3)
        })

    def test_a_partition_that_the_template_names_takes_all(self):
        self.fleet(4, Placement={'GroupName': self.group('partition', PartitionCount=3), 'PartitionNumber': 2})
        self.assertEqual({one['Placement']['PartitionNumber'] for one in self.grown(4)}, {2})

    def test_a_spread_group_has_seven_racks_in_a_zone(self):
        self.fleet(20, Placement={'GroupName': self.group('spread')})
        zones = [one['Placement']['AvailabilityZone'] for one in self.grown(20)]
        self.assertEqual((zones.count('us-east-1a'), zones.count('us-east-1b')), (7, 7))
        self.assertNotIn('PartitionNumber', self.grown(14)[0]['Placement'])

    def test_a_group_that_moves_to_another_version_launches_by_that_one(self):
        self.fleet(4, UserData='Zmlyc3Q=', Placement={'GroupName': self.group('spread')})
        self.assertEqual(len(self.grown(1)), 1)
        self.ec2.create_placement_group(GroupName='other', Strategy='spread')
        self.ec2.create_launch_template_version(
            LaunchTemplateName=self.name,
            LaunchTemplateData={
                'ImageId': self.image,
                'InstanceType': 'c6g.large',
                'UserData': 'c2Vjb25k',
                'Placement': {'GroupName': 'other'},
            },
        )
        self.fleets.update_auto_scaling_group(
            AutoScalingGroupName=self.name, LaunchTemplate={'LaunchTemplateName': self.name, 'Version': '2'}
        )
        self.assertEqual(len(self.grown(2)), 1)
        [new] = [
            one
            for reservation in self.ec2.describe_instances()['Reservations']
            for one in reservation['Instances']
            if one['Placement'].get('GroupName') == 'other'
        ]
        told = self.ec2.describe_instance_attribute(InstanceId=new['InstanceId'], Attribute='userData')['UserData']
        self.assertEqual((new['InstanceType'], told['Value']), ('c6g.large', 'c2Vjb25k'))

    def test_held_capacity_is_taken_until_there_is_none_and_given_back(self):
        reservation = self.held(2)
        target = {'CapacityReservationTarget': {'CapacityReservationId': reservation}}
        self.fleet(
            4, 1, Placement={'GroupName': self.group('cluster')}, CapacityReservationSpecification=target
        )
        self.assertEqual(self.available(reservation), 2)
        self.assertEqual(len(self.grown(1)), 1)
        self.assertEqual(self.available(reservation), 1)
        grown = self.grown(4)
        self.assertEqual([one['CapacityReservationId'] for one in grown], [reservation] * 2)
        self.assertEqual(self.available(reservation), 0)
        self.assertEqual(self.grown(0), [])
        self.assertEqual(self.available(reservation), 2)
        self.ec2.cancel_capacity_reservation(CapacityReservationId=reservation)
        self.assertEqual(self.grown(1), [])

    def test_held_capacity_is_of_one_type_and_zone(self):
        target = {'CapacityReservationTarget': {'CapacityReservationId': self.held(2)}}
        self.fleet(2, Placement={'GroupName': self.group('cluster')}, CapacityReservationSpecification=target)
        asked = {'LaunchTemplate': {'LaunchTemplateName': self.name}, 'MinCount': 1, 'MaxCount': 1}
        run = self.ec2.run_instances
        self.refused('ReservationCapacityExceeded', run, SubnetId=self.subnets[1], **asked)
        self.refused('ReservationCapacityExceeded', run, SubnetId=self.subnets[0], InstanceType='c6g.large', **asked)
        run(SubnetId=self.subnets[0], **asked)

    def test_a_group_with_instances_is_not_deleted(self):
        self.fleet(1, Placement={'GroupName': self.group('spread')})
        self.grown(1)
        self.refused('InvalidPlacementGroup.InUse', self.ec2.delete_placement_group, GroupName=self.name)
        self.grown(0)
        self.ec2.delete_placement_group(GroupName=self.name)
        self.refused('InvalidPlacementGroup.Unknown', self.ec2.describe_placement_groups, GroupNames=[self.name])

    def test_what_cannot_be_is_refused(self):
        create = self.ec2.create_placement_group
        self.refused('InvalidParameterValue', create, GroupName='eight', Strategy='partition', PartitionCount=8)
        self.refused('InvalidParameterValue', create, GroupName='none', Strategy='spread', PartitionCount=2)
        self.group('spread')
        self.refused('InvalidPlacementGroup.Duplicate', create, GroupName=self.name, Strategy='spread')
        hold = {'InstanceType': 'c6g.medium', 'InstancePlatform': 'Linux/UNIX', 'AvailabilityZone': 'us-east-1a'}
        self.refused(
            'InvalidParameterCombination',
            self.ec2.create_capacity_reservation,
            InstanceCount=1,
            EndDateType='limited',
            **hold,
        )
