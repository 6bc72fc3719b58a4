"""Instances at the hooks of their group: waiting, told, answered once, replaced."""

import unittest
from unittest import mock

from test.inside import Inside  # noqa: I001  (finds the server's modules)

from mends import autoscaling_hooks


class AutoScalingHooks(Inside):
    def setUp(self):
        ec2, self.groups = self.client('ec2'), self.client('autoscaling')
        vpc = ec2.create_vpc(CidrBlock='10.17.0.0/16')['Vpc']['VpcId']
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock='10.17.0.0/20')['Subnet']['SubnetId']
        image = ec2.describe_images(Owners=['amazon'])['Images'][0]['ImageId']
        self.name = self.id().rsplit('.', 1)[1]
        ec2.create_launch_template(LaunchTemplateName=self.name, LaunchTemplateData={'ImageId': image})
        self.groups.create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            LaunchTemplate={'LaunchTemplateName': self.name, 'Version': '$Latest'},
            MinSize=1,
            MaxSize=4,
            VPCZoneIdentifier=subnet,
        )
        self.addCleanup(self.groups.delete_auto_scaling_group, AutoScalingGroupName=self.name, ForceDelete=True)

    def hook(self, transition: str, **more):
        self.groups.put_lifecycle_hook(
            AutoScalingGroupName=self.name,
            LifecycleHookName='hook',
            LifecycleTransition=f'autoscaling:EC2_INSTANCE_{transition}',
            **more,
        )

    def members(self) -> dict:
        group = self.groups.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])['AutoScalingGroups'][0]
        return {one['InstanceId']: one['LifecycleState'] for one in group['Instances']}

    def told(self, act) -> list[dict]:
        with mock.patch('runtime.event_bus.put') as put:
            act()
        return [call.args for call in put.call_args_list]

    def answer(self, token: str, result: str):
        self.groups.complete_lifecycle_action(
            AutoScalingGroupName=self.name,
            LifecycleHookName='hook',
            LifecycleActionToken=token,
            LifecycleActionResult=result,
        )

    def grown(self) -> tuple[str, str]:
        """A new instance that waits, and its token."""
        events = self.told(lambda: self.groups.set_desired_capacity(AutoScalingGroupName=self.name, DesiredCapacity=2))
        [(_, _, source, kind, detail, _)] = events
        self.assertEqual((source, kind), ('aws.autoscaling', 'EC2 Instance-launch Lifecycle Action'))
        self.assertEqual(self.members()[detail['EC2InstanceId']], 'Pending:Wait')
        return detail['EC2InstanceId'], detail['LifecycleActionToken']

    def test_joins_when_it_may(self):
        self.hook('LAUNCHING')
        instance, token = self.grown()
        self.answer(token, 'CONTINUE')
        self.assertEqual(self.members()[instance], 'InService')

    def test_is_answered_once(self):
        self.hook('LAUNCHING')
        _, token = self.grown()
        self.answer(token, 'CONTINUE')
        with self.assertRaisesRegex(Exception, f'ValidationError.*No active Lifecycle Action found with token {token}'):
            self.answer(token, 'CONTINUE')

    def test_is_replaced_when_it_is_abandoned(self):
        self.hook('LAUNCHING')
        instance, token = self.grown()
        events = self.told(lambda: self.answer(token, 'ABANDON'))
        self.assertNotIn(instance, self.members())
        self.assertEqual(len(events), 1)
        self.assertEqual(sorted(self.members().values()), ['InService', 'Pending:Wait'])

    def test_unhealthy_is_replaced_and_goes_after_its_hook(self):
        self.hook('TERMINATING')
        [old] = self.members()
        ill = {'InstanceId': old, 'HealthStatus': 'Unhealthy'}
        [(*_, detail, _)] = self.told(lambda: self.groups.set_instance_health(**ill))
        self.assertEqual(sorted(self.members().values()), ['InService', 'Terminating:Wait'])
        self.answer(detail['LifecycleActionToken'], 'CONTINUE')
        self.assertEqual(list(self.members().values()), ['InService'])
        self.assertNotIn(old, self.members())

    def test_unhealthy_goes_at_once_without_a_hook(self):
        [old] = self.members()
        self.groups.set_instance_health(InstanceId=old, HealthStatus='Unhealthy')
        self.assertEqual([old in self.members(), len(self.members())], [False, 1])

    def test_the_default_is_the_answer_when_the_time_is_over(self):
        self.hook('LAUNCHING', HeartbeatTimeout=30, DefaultResult='CONTINUE')
        with mock.patch.object(autoscaling_hooks.threading, 'Timer') as timer:
            instance, _ = self.grown()
        seconds, answer, [result] = timer.call_args.args
        self.assertEqual((seconds, result), (30, 'CONTINUE'))
        answer(result)
        self.assertEqual(self.members()[instance], 'InService')

    def test_a_heartbeat_begins_the_time_anew(self):
        self.hook('LAUNCHING', HeartbeatTimeout=30)
        with mock.patch.object(autoscaling_hooks.threading, 'Timer') as timer:
            instance, _ = self.grown()
            self.groups.record_lifecycle_action_heartbeat(
                AutoScalingGroupName=self.name, LifecycleHookName='hook', InstanceId=instance
            )
        self.assertEqual(timer.call_count, 2)


if __name__ == '__main__':
    unittest.main()
