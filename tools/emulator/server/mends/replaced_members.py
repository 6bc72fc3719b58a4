"""Whoever takes the place of an instance of an Auto Scaling group that was terminated joins the group's targets, as the others did; moto forgets it."""

from moto.autoscaling.models import AutoScalingBackend


def install():
    notify = AutoScalingBackend.notify_terminate_instances

    def joined(self, instance_ids):
        notify(self, instance_ids)
        for name in list(self.autoscaling_groups):
            self.update_attached_target_groups(name)

    AutoScalingBackend.notify_terminate_instances = joined
