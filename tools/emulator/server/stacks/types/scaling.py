"""Auto Scaling groups, their policies and actions, and scaling of other things."""

from stacks.kinds import Name, SAME, kind
from stacks.reading import whole
from stacks.schema import plain

GROUP = (
    'AvailabilityZones',
    'CapacityRebalance',
    'Context',
    'DefaultInstanceWarmup',
    'DesiredCapacityType',
    'HealthCheckGracePeriod',
    'HealthCheckType',
    'InstanceId',
    'InstanceMaintenancePolicy',
    'LaunchConfigurationName',
    'LaunchTemplate',
    'LoadBalancerNames',
    'MaxInstanceLifetime',
    'MaxSize',
    'MinSize',
    'MixedInstancesPolicy',
    'NewInstancesProtectedFromScaleIn',
    'PlacementGroup',
    'ServiceLinkedRoleARN',
    'TargetGroupARNs',
    'TerminationPolicies',
    'DesiredCapacity',
    'AvailabilityZoneDistribution',
    'AvailabilityZoneImpairmentPolicy',
    'SkipZonalShiftValidation',
    'TrafficSources',
)


def _shaped(at, operation, props) -> dict:
    given = at.shaped('autoscaling', operation, props.only(*GROUP))
    if 'Cooldown' in props:
        given['DefaultCooldown'] = int(props['Cooldown'])
    if 'VPCZoneIdentifier' in props:
        given['VPCZoneIdentifier'] = ','.join(props['VPCZoneIdentifier'])
    return given


def _group(at, props):
    name = props.get('AutoScalingGroupName') or at.name(255)
    given = _shaped(at, 'create_auto_scaling_group', props)
    tags = [
        {
            'ResourceId': name,
            'ResourceType': 'auto-scaling-group',
            'Key': tag['Key'],
            'Value': tag['Value'],
            'PropagateAtLaunch': plain(tag['PropagateAtLaunch']) == 'true',
        }
        for tag in props.get('Tags') or []
    ]
    own = {tag['Key'] for tag in tags}
    tags += [
        {
            'ResourceId': name,
            'ResourceType': 'auto-scaling-group',
            'Key': key,
            'Value': value,
            'PropagateAtLaunch': True,
        }
        for key, value in at.tags.items()
        if key not in own
    ]
    at.call('autoscaling', 'create_auto_scaling_group', AutoScalingGroupName=name, Tags=tags, **given)
    _group_settings(at, name, {}, props)
    return name, {'AutoScalingGroupARN': _arn(at, name)}


def _arn(at, name):
    found = at.call('autoscaling', 'describe_auto_scaling_groups', AutoScalingGroupNames=[name])['AutoScalingGroups']
    return found[0]['AutoScalingGroupARN']


def _group_settings(at, name, old, props):
    for hook in props.get('LifecycleHookSpecificationList') or []:
        given = at.shaped('autoscaling', 'put_lifecycle_hook', hook)
        at.call('autoscaling', 'put_lifecycle_hook', AutoScalingGroupName=name, **given)
    for entry in props.get('MetricsCollection') or []:
        given = {'Granularity': entry['Granularity'], **entry.pick('Metrics')}
        at.call('autoscaling', 'enable_metrics_collection', AutoScalingGroupName=name, **given)
    notices = [whole(n) for n in props.get('NotificationConfigurations') or []]
    if 'NotificationConfiguration' in props:
        notices.append(whole(props['NotificationConfiguration']))
    before = [whole(n) for n in old.get('NotificationConfigurations') or []]
    for notice in notices:
        at.call(
            'autoscaling',
            'put_notification_configuration',
            AutoScalingGroupName=name,
            TopicARN=notice['TopicARN'][0] if isinstance(notice['TopicARN'], list) else notice['TopicARN'],
            NotificationTypes=notice.get('NotificationTypes') or [],
        )
    for notice in before:
        if notice['TopicARN'] not in [n['TopicARN'] for n in notices]:
            at.call(
                'autoscaling',
                'delete_notification_configuration',
                AutoScalingGroupName=name,
                TopicARN=notice['TopicARN'],
            )


def _group_changed(at, name, old, props):
    given = _shaped(at, 'update_auto_scaling_group', props.without('TargetGroupARNs', 'LoadBalancerNames'))
    before, after = old.get('TargetGroupARNs') or [], props.get('TargetGroupARNs') or []
    at.call('autoscaling', 'update_auto_scaling_group', AutoScalingGroupName=name, **given)
    fresh, gone = [a for a in after if a not in before], [a for a in before if a not in after]
    if fresh:
        at.call('autoscaling', 'attach_load_balancer_target_groups', AutoScalingGroupName=name, TargetGroupARNs=fresh)
    if gone:
        at.call('autoscaling', 'detach_load_balancer_target_groups', AutoScalingGroupName=name, TargetGroupARNs=gone)
    _group_settings(at, name, old, props)


def _group_gone(at, name, _props):
    at.call('autoscaling', 'delete_auto_scaling_group', AutoScalingGroupName=name, ForceDelete=True)


kind(
    'AWS::AutoScaling::AutoScalingGroup',
    'autoscaling',
    create=_group,
    update=_group_changed,
    delete=_group_gone,
    not_carried={'DefaultInstanceWarmup': 'moto forgets it: nothing warms up here'},
)


def _policy(at, props):
    name = at.name(128)
    return _put_policy(at, name, props)


def _put_policy(at, name, props):
    given = at.shaped('autoscaling', 'put_scaling_policy', props)
    at.call('autoscaling', 'put_scaling_policy', **{**given, 'PolicyName': name})
    # moto leaves the ARN out of the answer.
    found = at.call(
        'autoscaling', 'describe_policies', PolicyNames=[name], AutoScalingGroupName=props['AutoScalingGroupName']
    )
    arn = found['ScalingPolicies'][0]['PolicyARN']
    return arn, {'Arn': arn, 'PolicyName': name}


def _policy_gone(at, arn, props):
    group, name = props['AutoScalingGroupName'], arn.split('policyName/')[1]
    at.call('autoscaling', 'delete_policy', AutoScalingGroupName=group, PolicyName=name)


kind(
    'AWS::AutoScaling::ScalingPolicy',
    'autoscaling',
    create=_policy,
    update=lambda at, arn, _old, new: _put_policy(at, arn.split('policyName/')[1], new),
    delete=_policy_gone,
)
kind(
    'AWS::AutoScaling::ScheduledAction',
    'autoscaling',
    create='put_scheduled_update_group_action',
    name=Name('ScheduledActionName', 128),
    id='{ScheduledActionName}',
    update=SAME,
    key={'AutoScalingGroupName': '{AutoScalingGroupName}', 'ScheduledActionName': '{id}'},
    delete='delete_scheduled_action',
    attributes={'ScheduledActionName': 'id'},
)
kind(
    'AWS::AutoScaling::LifecycleHook',
    'autoscaling',
    create='put_lifecycle_hook',
    name=Name('LifecycleHookName', 128),
    id='{LifecycleHookName}',
    update=SAME,
    key={'AutoScalingGroupName': '{AutoScalingGroupName}', 'LifecycleHookName': '{id}'},
    delete='delete_lifecycle_hook',
)
kind(
    'AWS::AutoScaling::WarmPool',
    'autoscaling',
    create='put_warm_pool',
    id='{AutoScalingGroupName}',
    update=SAME,
    key={'AutoScalingGroupName': '{AutoScalingGroupName}'},
    delete='delete_warm_pool',
)
kind(
    'AWS::AutoScaling::LaunchConfiguration',
    'autoscaling',
    create='create_launch_configuration',
    name=Name('LaunchConfigurationName', 128),
    id='{LaunchConfigurationName}',
    key='LaunchConfigurationName',
    delete='delete_launch_configuration',
)


def _target(at, props):
    given = at.shaped('application-autoscaling', 'register_scalable_target', props.without('ScheduledActions'))
    at.call('application-autoscaling', 'register_scalable_target', **given)
    key = {n: given[n] for n in ('ServiceNamespace', 'ResourceId', 'ScalableDimension')}
    for action in props.get('ScheduledActions') or []:
        more = at.shaped('application-autoscaling', 'put_scheduled_action', action)
        at.call('application-autoscaling', 'put_scheduled_action', **key, **more)
    return f"{key['ResourceId']}|{key['ScalableDimension']}|{key['ServiceNamespace']}"


def _target_key(physical_id: str) -> dict:
    resource, dimension, namespace = physical_id.split('|')
    return {'ResourceId': resource, 'ScalableDimension': dimension, 'ServiceNamespace': namespace}


def _target_changed(at, physical_id, old, new):
    _target(at, new)
    after = [whole(a)['ScheduledActionName'] for a in new.get('ScheduledActions') or []]
    for action in old.get('ScheduledActions') or []:
        if action['ScheduledActionName'] not in after:
            at.call(
                'application-autoscaling',
                'delete_scheduled_action',
                ScheduledActionName=action['ScheduledActionName'],
                **_target_key(physical_id),
            )


def _target_gone(at, physical_id, props):
    for action in props.get('ScheduledActions') or []:
        at.call(
            'application-autoscaling',
            'delete_scheduled_action',
            ScheduledActionName=action['ScheduledActionName'],
            **_target_key(physical_id),
        )
    at.call('application-autoscaling', 'deregister_scalable_target', **_target_key(physical_id))


kind(
    'AWS::ApplicationAutoScaling::ScalableTarget',
    'application-autoscaling',
    create=_target,
    update=_target_changed,
    delete=_target_gone,
)


def _scaling(at, props):
    key = props.only('ResourceId', 'ScalableDimension', 'ServiceNamespace')
    if 'ScalingTargetId' in props:
        key = _target_key(props['ScalingTargetId'])
    given = at.shaped(
        'application-autoscaling',
        'put_scaling_policy',
        props.without('ScalingTargetId', 'ResourceId', 'ScalableDimension', 'ServiceNamespace'),
        {'TargetTrackingScalingPolicyConfiguration': 'TargetTrackingScalingPolicyConfiguration'},
    )
    arn = at.call('application-autoscaling', 'put_scaling_policy', **key, **given)['PolicyARN']
    return arn, {'Arn': arn}


def _scaling_gone(at, _arn, props):
    key = props.only('ResourceId', 'ScalableDimension', 'ServiceNamespace')
    if 'ScalingTargetId' in props:
        key = _target_key(props['ScalingTargetId'])
    at.call('application-autoscaling', 'delete_scaling_policy', PolicyName=props['PolicyName'], **key)


kind(
    'AWS::ApplicationAutoScaling::ScalingPolicy',
    'application-autoscaling',
    create=_scaling,
    update=lambda at, _arn, _old, new: _scaling(at, new) and None,
    delete=_scaling_gone,
)
