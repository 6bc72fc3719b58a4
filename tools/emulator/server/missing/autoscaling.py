"""Notices of an Auto Scaling group, which moto does not have."""

from missing.registry import operation, state


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
