"""Instances wait at the hooks of their group until somebody answers, and what is unhealthy is replaced; moto does neither.

Whoever answers hears of it by an event, as on AWS. An instance that a stack or a smaller number takes away goes at once.
"""

import threading
import uuid
from dataclasses import dataclass

from moto.autoscaling.models import (
    AutoScalingBackend,
    FakeAutoScalingGroup,
    InstanceState,
    LifecycleHook,
    TerminateInstanceActivity,
)

from runtime import event_bus

LAUNCHING = 'autoscaling:EC2_INSTANCE_LAUNCHING'
TERMINATING = 'autoscaling:EC2_INSTANCE_TERMINATING'


@dataclass
class Wait:
    """An instance at a hook."""

    backend: AutoScalingBackend
    group: FakeAutoScalingGroup
    hook: LifecycleHook
    instance: InstanceState
    token: str
    timer: threading.Timer | None = None

    def extend(self):
        """The hook's time begins anew; when it is over its default is the answer."""
        if self.timer:
            self.timer.cancel()
        self.timer = threading.Timer(int(self.hook.heartbeat_timeout), self.answer, [self.hook.default_result])
        self.timer.daemon = True
        self.timer.start()

    def answer(self, result: str):
        if self.timer:
            self.timer.cancel()
        waiting.remove(self)
        if self.hook.lifecycle_transition == LAUNCHING and result == 'CONTINUE':
            self.instance.lifecycle_state = 'InService'
            self.backend.update_attached_target_groups(self.group.name)
        else:
            _gone(self.backend, self.group, self.instance)


waiting: list[Wait] = []


def install():
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances
    mark = AutoScalingBackend.set_instance_health

    def launched(self, count_needed, propagated_tags):
        before = list(self.instance_states)
        launch(self, count_needed, propagated_tags)
        hook = _hook(self.autoscaling_backend, self, LAUNCHING)
        for state in self.instance_states:
            if hook and state not in before:
                _wait(self.autoscaling_backend, self, hook, state, 'Pending:Wait')

    def active(self):
        """Those that begin count too, or others would be launched in their place."""
        return [state for state in self.instance_states if state.lifecycle_state in ('InService', 'Pending:Wait')]

    def marked(self, instance_id, health_status):
        mark(self, instance_id, health_status)
        if health_status == 'Unhealthy':
            leave(self, *_found(self, instance_id))

    def terminate(self, instance_id, should_decrement):
        group, state = _found(self, instance_id)
        size = group.desired_capacity
        if should_decrement:
            group.desired_capacity = size - 1
        leave(self, group, state)
        return TerminateInstanceActivity(state.instance, size)

    def register(self, group_name):
        group = self.autoscaling_groups[group_name]
        if not group.target_group_arns:
            return
        serving = [state.instance.id for state in group.instance_states if state.lifecycle_state == 'InService']
        for pool in self.elbv2_backend.describe_target_groups(None, group.target_group_arns, None):
            self.elbv2_backend.register_targets(pool.arn, [{'Id': one, 'Port': pool.port} for one in serving])

    FakeAutoScalingGroup.replace_autoscaling_group_instances = launched
    FakeAutoScalingGroup.active_instances = active
    AutoScalingBackend.set_instance_health = marked
    AutoScalingBackend.terminate_instance = terminate
    AutoScalingBackend.update_attached_target_groups = register


def _found(backend, instance_id: str) -> tuple[FakeAutoScalingGroup, InstanceState]:
    return next(
        (group, state)
        for group in backend.autoscaling_groups.values()
        for state in group.instance_states
        if state.instance.id == instance_id
    )


def _hook(backend, group, transition: str) -> LifecycleHook | None:
    hooks = backend.lifecycle_hooks.values()
    return next((hook for hook in hooks if hook.auto_scaling_group_name == group.name and hook.lifecycle_transition == transition), None)


def leave(backend, group, state):
    """Takes an instance away, after its hook if there is one, and launches another where one is wanted."""
    if state.lifecycle_state.startswith('Terminating'):
        return
    hook = _hook(backend, group, TERMINATING)
    if hook is None:
        _gone(backend, group, state)
        return
    for pool in group.target_group_arns or []:
        backend.elbv2_backend.deregister_targets(pool, [{'Id': state.instance.id}])
    _wait(backend, group, hook, state, 'Terminating:Wait')
    group.set_desired_capacity(group.desired_capacity)


def _gone(backend, group, state):
    for pool in group.target_group_arns or []:
        backend.elbv2_backend.deregister_targets(pool, [{'Id': state.instance.id}])
    group.instance_states = [other for other in group.instance_states if other is not state]
    backend.ec2_backend.terminate_instances([state.instance.id])
    if group.name in backend.autoscaling_groups:
        group.set_desired_capacity(group.desired_capacity)


def _wait(backend, group, hook, state, lifecycle_state: str):
    state.lifecycle_state = lifecycle_state
    wait = Wait(backend, group, hook, state, str(uuid.uuid4()))
    waiting.append(wait)
    wait.extend()
    verb = 'launch' if hook.lifecycle_transition == LAUNCHING else 'terminate'
    detail = {
        'LifecycleActionToken': wait.token,
        'AutoScalingGroupName': group.name,
        'LifecycleHookName': hook.name,
        'EC2InstanceId': state.instance.id,
        'LifecycleTransition': hook.lifecycle_transition,
        'Origin': 'EC2' if verb == 'launch' else 'AutoScalingGroup',
        'Destination': 'AutoScalingGroup' if verb == 'launch' else 'EC2',
    }
    kind = f'EC2 Instance-{verb} Lifecycle Action'
    event_bus.put(backend.account_id, backend.region_name, 'aws.autoscaling', kind, detail, [group.arn])
