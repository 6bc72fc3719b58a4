"""Volumes: who has them, copies of their snapshots, and the bin."""

import json

from botocore.exceptions import ClientError

from .support import EmulatorTest, eventually


class Volumes(EmulatorTest):
    def setUp(self):
        self.ec2 = self.emulator.client('ec2')

    def volume(self, **more):
        return self.ec2.create_volume(
            AvailabilityZone='us-east-1a', **{'Size': 8, 'VolumeType': 'gp3', **more}
        )['VolumeId']

    def server(self):
        [image] = self.ec2.describe_images(Owners=['amazon'])['Images'][:1]
        made = self.ec2.run_instances(ImageId=image['ImageId'], MinCount=1, MaxCount=1, InstanceType='t3.micro')
        return made['Instances'][0]['InstanceId']

    def attach(self, volume, server, device='/dev/sdf'):
        self.ec2.attach_volume(VolumeId=volume, InstanceId=server, Device=device)

    def seen(self, volume):
        return self.ec2.describe_volumes(VolumeIds=[volume])['Volumes'][0]

    def servers_of(self, volume):
        return sorted(one['InstanceId'] for one in self.seen(volume)['Attachments'])

    def refused(self, code, does, **given):
        with self.assertRaises(ClientError) as caught:
            does(**given)
        self.assertEqual(caught.exception.response['Error']['Code'], code)

    def test_a_volume_that_a_server_has_is_free_for_the_next_when_that_server_is_gone(self):
        volume, first, second = self.volume(), self.server(), self.server()
        self.attach(volume, first)
        asked = {'VolumeId': volume, 'InstanceId': second, 'Device': '/dev/sdf'}
        self.refused('VolumeInUse', self.ec2.attach_volume, **asked)
        self.ec2.terminate_instances(InstanceIds=[first])
        self.assertEqual(self.seen(volume)['State'], 'available')
        self.ec2.attach_volume(**asked)
        self.assertEqual(self.servers_of(volume), [second])
        self.refused('InvalidParameterValue', self.attach, volume=self.volume(), server=second)

    def test_a_shared_volume_stays_with_the_others_when_one_lets_go(self):
        volume = self.volume(VolumeType='io2', Iops=100, MultiAttachEnabled=True)
        first, second, third = self.server(), self.server(), self.server()
        for each in (first, second, third):
            self.attach(volume, each)
        self.assertEqual(self.servers_of(volume), sorted([first, second, third]))
        self.ec2.detach_volume(VolumeId=volume, InstanceId=first)
        self.ec2.terminate_instances(InstanceIds=[third])
        self.assertEqual(self.servers_of(volume), [second])
        self.ec2.detach_volume(VolumeId=volume)
        self.assertEqual(self.seen(volume)['State'], 'available')

    def test_a_copy_that_is_to_be_encrypted_is_and_so_is_what_is_made_of_it(self):
        plain = self.ec2.create_snapshot(VolumeId=self.volume())['SnapshotId']
        copy = self.ec2.copy_snapshot(SourceSnapshotId=plain, SourceRegion='us-east-1', Encrypted=True)['SnapshotId']
        shown = self.ec2.describe_snapshots(SnapshotIds=[plain, copy])['Snapshots']
        self.assertEqual({one['SnapshotId']: one['Encrypted'] for one in shown}, {plain: False, copy: True})
        self.assertTrue(self.seen(self.volume(SnapshotId=copy))['Encrypted'])

    def test_a_snapshot_that_a_rule_names_comes_back_from_the_bin_under_its_id(self):
        self.emulator.client('rbin').create_rule(
            ResourceType='EBS_SNAPSHOT',
            RetentionPeriod={'RetentionPeriodUnit': 'DAYS', 'RetentionPeriodValue': 2},
            ResourceTags=[{'ResourceTagKey': 'kept', 'ResourceTagValue': 'yes'}],
        )
        tags = [{'ResourceType': 'snapshot', 'Tags': [{'Key': 'kept', 'Value': 'yes'}]}]
        kept = self.ec2.create_snapshot(VolumeId=self.volume(), TagSpecifications=tags)['SnapshotId']
        other = self.ec2.create_snapshot(VolumeId=self.volume())['SnapshotId']
        for each in (kept, other):
            self.ec2.delete_snapshot(SnapshotId=each)
        [lies] = self.ec2.list_snapshots_in_recycle_bin()['Snapshots']
        self.assertEqual(lies['SnapshotId'], kept)
        self.assertEqual((lies['RecycleBinExitTime'] - lies['RecycleBinEnterTime']).days, 2)
        self.assertEqual(self.ec2.restore_snapshot_from_recycle_bin(SnapshotId=kept)['SnapshotId'], kept)
        self.assertEqual(self.ec2.describe_snapshots(SnapshotIds=[kept])['Snapshots'][0]['State'], 'completed')
        self.assertEqual(self.ec2.list_snapshots_in_recycle_bin()['Snapshots'], [])
        self.refused(
            'InvalidSnapshot.NotFound', self.ec2.restore_snapshot_from_recycle_bin, SnapshotId=other
        )

    def test_a_state_machine_reads_a_volume_and_makes_another(self):
        volume = self.volume()
        call = 'arn:aws:states:::aws-sdk:ec2:'
        states = {
            'Look': {
                'Type': 'Task',
                'Resource': f'{call}describeVolumes',
                'Parameters': {'VolumeIds.$': 'States.Array($.volume)'},
                'ResultSelector': {'it.$': '$.Volumes[0]', 'zone.$': '$.Volumes[0].AvailabilityZone'},
                'Next': 'Make',
            },
            'Make': {
                'Type': 'Task',
                'Resource': f'{call}createVolume',
                'Parameters': {
                    'AvailabilityZone.$': '$.zone',
                    'VolumeType.$': '$.it.VolumeType',
                    'Size.$': '$.it.Size',
                    'Iops.$': '$.it.Iops',
                    'Throughput.$': '$.it.Throughput',
                    'Encrypted': True,
                    'TagSpecifications': [{'ResourceType': 'volume', 'Tags': [{'Key': 'of', 'Value.$': '$.it.VolumeId'}]}],
                },
                'End': True,
            },
        }
        steps = self.emulator.client('stepfunctions')
        machine = steps.create_state_machine(
            name='volumes', roleArn=self.emulator.role(), definition=json.dumps({'StartAt': 'Look', 'States': states})
        )['stateMachineArn']
        run = steps.start_execution(stateMachineArn=machine, input=json.dumps({'volume': volume}))['executionArn']
        eventually(lambda: steps.describe_execution(executionArn=run)['status'] != 'RUNNING')
        shown = steps.describe_execution(executionArn=run)
        self.assertEqual(shown['status'], 'SUCCEEDED', shown.get('cause'))
        made = self.seen(json.loads(shown['output'])['VolumeId'])
        self.assertEqual(made['Tags'], [{'Key': 'of', 'Value': volume}])
        self.assertEqual((made['Encrypted'], made['Throughput'], made['Size']), (True, 125, 8))
