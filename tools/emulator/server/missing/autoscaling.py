"""Notices of an Auto Scaling group and answers to its hooks, which moto does not have."""

from mends.autoscaling_hooks import Wait, waiting
from missing.registry import operation, refused, state


@operation('autoscaling', 'PutNotificationConfiguration')
def put(call, given):
    group = state(call, 'autoscaling/notices').setdefault(given['AutoScalingGroupName'], {})
    group[given['TopicARN']] = list(given['NotificationTypes'])


@operation('autoscaling', 'DeleteNotificationConfiguration')
def delete(call, given):
    state(call, 'autoscaling/notices').get(given['AutoScalingGroupName'], {}).pop(given['TopicARN'], None)


@operation('autoscaling', 'DescribeNotificationConfigurations')
def describe(call, given):
    wanted = given.get('AutoScalingGroupNames')
    return {
        'NotificationConfigurations': [
            {'AutoScalingGroupName': group, 'TopicARN': topic, 'NotificationType': kind}
            for group, topics in state(call, 'autoscaling/notices').items()
            if not wanted or group in wanted
            for topic, kinds in topics.items()
            for kind in kinds
        ]
    }


@operation('autoscaling', 'CompleteLifecycleAction')
def complete(call, given):
    _waiting(call, given).answer(given['LifecycleActionResult'])


@operation('autoscaling', 'RecordLifecycleActionHeartbeat')
def heartbeat(call, given):
    _waiting(call, given).extend()


def _waiting(call, given) -> Wait:
    """Who waits at this hook: by its token, or by its id."""
    token, instance = given.get('LifecycleActionToken'), given.get('InstanceId')
    for wait in waiting:
        if (wait.backend.account_id, wait.backend.region_name) != (call.account, call.region):
            continue
        if (wait.group.name, wait.hook.name) != (given['AutoScalingGroupName'], given['LifecycleHookName']):
            continue
        if wait.token == token or (token is None and wait.instance.instance.id == instance):
            return wait
    asked = f'token {token}' if token else f'instance ID {instance}'
    raise refused('ValidationError', f'No active Lifecycle Action found with {asked}')
