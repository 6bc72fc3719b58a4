"""Images that are baked, where their ids go, and a group that takes them."""

import time
import unittest
from unittest import mock

from test.inside import Inside  # noqa: I001  (finds the server's modules)

from test.minimal import HELPERS


def wired(value):
    """The short references of the minimal templates, written out."""
    if isinstance(value, dict):
        return {key: wired(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [wired(inner) for inner in value]
    if isinstance(value, str) and value.startswith('ref:'):
        return {'Ref': value[4:]}
    return value


class Baked(Inside):
    """A stack that has baked an image, and a pipeline that makes others."""

    def setUp(self):
        self.ec2, self.ssm, self.groups = self.client('ec2'), self.client('ssm'), self.client('autoscaling')
        self.builder = self.client('imagebuilder')
        names = ('BakedPart', 'Recipe', 'BakePlace', 'BakedFor')
        parts = {name: wired(HELPERS[name]) for name in names}
        self.place = f'/imagebuilder/{self.id().rsplit(".", 1)[1]}'
        for part in parts.values():
            part['Properties']['Name'] = self.place.rsplit('/', 1)[1].replace('_', '-')
        distribution = parts['BakedFor']['Properties']['Distributions'][0]
        distribution['AmiDistributionConfiguration']['AmiTags'] = {'golden-image': 'page'}
        distribution['SsmParameterConfigurations'][0] = {'ParameterName': self.place, 'DataType': 'aws:ec2:image'}
        parts['BakePlace']['Properties']['InstanceProfileName'] = 'builder'
        made = {
            'ImageRecipeArn': {'Ref': 'Recipe'},
            'InfrastructureConfigurationArn': {'Ref': 'BakePlace'},
            'DistributionConfigurationArn': {'Ref': 'BakedFor'},
        }
        self.stack = self.place.rsplit('/', 1)[1].replace('_', '-')
        self.shown = self.create(
            self.stack,
            {
                **parts,
                'First': {'Type': 'AWS::ImageBuilder::Image', 'Properties': made},
                'Line': {'Type': 'AWS::ImageBuilder::ImagePipeline', 'Properties': {'Name': self.stack, **made}},
            },
            Outputs={'First': {'Value': {'Fn::GetAtt': ['First', 'ImageId']}}},
        )
        self.addCleanup(self.delete, self.stack)

    def current(self) -> str:
        return self.ssm.get_parameter(Name=self.place)['Parameter']['Value']

    def bake(self) -> str:
        """The id of another image."""
        before = self.current()
        self.builder.start_image_pipeline_execution(imagePipelineArn=self.physical_id(self.stack, 'Line'))
        return self.until(lambda: self.current() != before and self.current())

    def until(self, found):
        for _ in range(100):
            if value := found():
                return value
            time.sleep(0.05)
        self.fail('it did not come to it')


class Images(Baked):
    def test_a_stack_waits_for_its_image_and_a_pipeline_makes_another(self):
        first = self.outputs(self.shown)['First']
        self.assertEqual(self.current(), first)
        [image] = self.ec2.describe_images(ImageIds=[first])['Images']
        self.assertEqual((image['State'], image['Architecture']), ('available', 'arm64'))
        tags = {tag['Key']: tag['Value'] for tag in image['Tags']}
        self.assertEqual((tags['golden-image'], tags['CreatedBy']), ('page', 'EC2 Image Builder'))
        self.assertNotEqual(self.bake(), first)

    def test_a_new_image_is_told(self):
        with mock.patch('runtime.event_bus.put') as put:
            image = self.bake()
            told = self.until(lambda: len(put.call_args_list) == 2 and [call.args[2:5] for call in put.call_args_list])
        self.assertEqual(told[0][:2], ('aws.ssm', 'Parameter Store Change'))
        self.assertEqual(told[0][2], {'operation': 'Update', 'name': self.place, 'type': 'String'})
        self.assertEqual(told[1][1], 'EC2 Image Builder Image State Change')
        self.assertEqual(told[1][2]['state'], {'status': 'AVAILABLE'})
        self.assertEqual(self.current(), image)

    def test_documents_that_the_agent_would_not_take_are_refused(self):
        for data in ('schemaVersion: 2.0\nphases: []\n', 'no: document\n', 'schemaVersion: 1.0\nphases: [{name: cook}]\n'):
            with self.assertRaisesRegex(Exception, 'The component document is invalid'):
                self.builder.create_component(
                    name='wrong', semanticVersion='1.0.0', platform='Linux', data=data, clientToken='x'
                )

    def test_images_are_found_by_their_snapshots_which_have_tags_too(self):
        [image] = self.ec2.describe_images(ImageIds=[self.current()])['Images']
        snapshot = image['BlockDeviceMappings'][0]['Ebs']['SnapshotId']
        found = self.ec2.describe_images(Filters=[{'Name': 'block-device-mapping.snapshot-id', 'Values': [snapshot]}])
        self.assertEqual([one['ImageId'] for one in found['Images']], [image['ImageId']])
        instance = self.ec2.run_instances(ImageId=image['ImageId'], MinCount=1, MaxCount=1)['Instances'][0]
        tags = [{'Key': 'captured-from', 'Value': 'it'}]
        captured = self.ec2.create_image(
            InstanceId=instance['InstanceId'],
            Name='captured',
            TagSpecifications=[{'ResourceType': kind, 'Tags': tags} for kind in ('image', 'snapshot')],
        )['ImageId']
        snapshots = self.ec2.describe_snapshots(Filters=[{'Name': 'tag:captured-from', 'Values': ['it']}])['Snapshots']
        self.assertEqual(len(snapshots), 1)
        self.assertIn(captured, snapshots[0]['Description'])


class Refreshes(Baked):
    def setUp(self):
        super().setUp()
        vpc = self.ec2.create_vpc(CidrBlock='10.18.0.0/16')['Vpc']['VpcId']
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock='10.18.0.0/20')['Subnet']['SubnetId']
        self.ec2.create_launch_template(
            LaunchTemplateName=self.stack, LaunchTemplateData={'ImageId': f'resolve:ssm:{self.place}'}
        )
        self.groups.create_auto_scaling_group(
            AutoScalingGroupName=self.stack,
            LaunchTemplate={'LaunchTemplateName': self.stack, 'Version': '$Latest'},
            MinSize=2,
            MaxSize=4,
            VPCZoneIdentifier=subnet,
        )
        self.addCleanup(self.groups.delete_auto_scaling_group, AutoScalingGroupName=self.stack, ForceDelete=True)

    def images(self) -> set[str]:
        group = self.groups.describe_auto_scaling_groups(AutoScalingGroupNames=[self.stack])['AutoScalingGroups'][0]
        ids = [one['InstanceId'] for one in group['Instances']]
        self.assertEqual(len(ids), 2)
        found = self.ec2.describe_instances(InstanceIds=ids)['Reservations']
        return {one['ImageId'] for reservation in found for one in reservation['Instances']}

    def status(self) -> str:
        shown = self.groups.describe_instance_refreshes(AutoScalingGroupName=self.stack)['InstanceRefreshes']
        return shown[0]['Status']

    def start(self):
        self.groups.start_instance_refresh(AutoScalingGroupName=self.stack)

    def test_a_refresh_takes_what_the_parameter_names_then(self):
        self.assertEqual(self.images(), {self.current()})
        image = self.bake()
        self.assertNotEqual(self.images(), {image})
        self.start()
        self.until(lambda: self.status() == 'Successful')
        self.assertEqual(self.images(), {image})

    def test_one_refresh_at_a_time_and_a_new_instance_that_is_abandoned_fails_it(self):
        self.groups.put_lifecycle_hook(
            AutoScalingGroupName=self.stack,
            LifecycleHookName='hook',
            LifecycleTransition='autoscaling:EC2_INSTANCE_LAUNCHING',
        )
        with mock.patch('runtime.event_bus.put') as put:
            self.start()
            told = self.until(lambda: put.call_args_list and put.call_args_list[0].args[4])
            with self.assertRaisesRegex(Exception, 'InstanceRefreshInProgress'):
                self.start()
            self.groups.complete_lifecycle_action(
                AutoScalingGroupName=self.stack,
                LifecycleHookName='hook',
                LifecycleActionToken=told['LifecycleActionToken'],
                LifecycleActionResult='ABANDON',
            )
            self.until(lambda: self.status() == 'Failed')
            kinds = self.until(lambda: len(put.call_args_list) > 1 and [call.args[3] for call in put.call_args_list])
        self.assertIn('EC2 Auto Scaling Instance Refresh Failed', kinds)


if __name__ == '__main__':
    unittest.main()
