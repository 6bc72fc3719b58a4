"""Logs, alarms, dashboards, parameters, schedules: what operations are made of."""

import json

from stacks.kinds import SAME, Name, kind
from stacks.reading import Reading, whole


def _log_group(at, props):
    name = props.get('LogGroupName') or at.name(512)
    given = props.pick('KmsKeyId')
    given = {'kmsKeyId': given['KmsKeyId']} if given else {}
    if 'LogGroupClass' in props:
        given['logGroupClass'] = props['LogGroupClass']
    at.call('logs', 'create_log_group', logGroupName=name, **given)
    _retention(at, name, {}, props)
    return name, {'Arn': at.arn('logs', f'log-group:{name}:*')}


def _retention(at, name, old, props):
    if 'RetentionInDays' in props:
        at.call('logs', 'put_retention_policy', logGroupName=name, retentionInDays=int(props['RetentionInDays']))
    elif 'RetentionInDays' in old:
        at.call('logs', 'delete_retention_policy', logGroupName=name)
    if 'KmsKeyId' in old or 'KmsKeyId' in props:
        if 'KmsKeyId' in props:
            at.call('logs', 'associate_kms_key', logGroupName=name, kmsKeyId=props['KmsKeyId'])
        else:
            at.call('logs', 'disassociate_kms_key', logGroupName=name)


kind(
    'AWS::Logs::LogGroup',
    'logs',
    create=_log_group,
    update=_retention,
    key='logGroupName',
    delete='delete_log_group',
    tagged=lambda at, name, fresh, gone: _tag_logs(at, at.arn('logs', f'log-group:{name}'), fresh, gone),
    not_carried={
        'DataProtectionPolicy': 'moto has no data protection of logs',
        'DeletionProtectionEnabled': 'moto has no deletion protection of logs',
        'FieldIndexPolicies': 'moto has no field indexes of logs',
    },
)


def _tag_logs(at, arn, fresh, gone):
    if fresh:
        at.call('logs', 'tag_resource', resourceArn=arn, tags=fresh)
    if gone:
        at.call('logs', 'untag_resource', resourceArn=arn, tagKeys=gone)


kind(
    'AWS::CloudWatch::Alarm',
    'cloudwatch',
    create='put_metric_alarm',
    name=Name('AlarmName', 255),
    id='{AlarmName}',
    update=SAME,
    key={'AlarmNames': ['{id}']},
    delete='delete_alarms',
    attributes={'Arn': 'arn:{partition}:cloudwatch:{region}:{account}:alarm:{id}'},
    tagged='Arn',
)
kind(
    'AWS::CloudWatch::CompositeAlarm',
    'cloudwatch',
    create='put_composite_alarm',
    name=Name('AlarmName', 255),
    id='{AlarmName}',
    update=SAME,
    key={'AlarmNames': ['{id}']},
    delete='delete_alarms',
    attributes={'Arn': 'arn:{partition}:cloudwatch:{region}:{account}:alarm:{id}'},
    tagged='Arn',
)
kind(
    'AWS::CloudWatch::Dashboard',
    'cloudwatch',
    create='put_dashboard',
    name=Name('DashboardName', 255),
    id='{DashboardName}',
    update=SAME,
    key={'DashboardNames': ['{id}']},
    delete='delete_dashboards',
)
kind(
    'AWS::Logs::MetricFilter',
    'logs',
    create='put_metric_filter',
    name=Name('FilterName', 512),
    id='{FilterName}',
    update=SAME,
    key={'logGroupName': '{LogGroupName}', 'filterName': '{id}'},
    delete='delete_metric_filter',
)
kind(
    'AWS::Logs::SubscriptionFilter',
    'logs',
    create='put_subscription_filter',
    name=Name('FilterName', 512),
    id='{FilterName}',
    update=SAME,
    key={'logGroupName': '{LogGroupName}', 'filterName': '{id}'},
    delete='delete_subscription_filter',
)
kind(
    'AWS::Logs::DeliverySource',
    'logs',
    create='put_delivery_source',
    id='{Name}',
    attributes={'Arn': 'deliverySource.arn', 'Service': 'deliverySource.service'},
    key='name',
    delete='delete_delivery_source',
)


def _delivery_destination(at, props):
    given = {'deliveryDestinationConfiguration': {'destinationResourceArn': props['DestinationResourceArn']}}
    if 'OutputFormat' in props:
        given['outputFormat'] = props['OutputFormat']
    made = at.call('logs', 'put_delivery_destination', name=props['Name'], **given)['deliveryDestination']
    return props['Name'], {'Arn': made['arn'], 'DeliveryDestinationType': made['deliveryDestinationType']}


kind(
    'AWS::Logs::DeliveryDestination',
    'logs',
    create=_delivery_destination,
    key='name',
    delete='delete_delivery_destination',
)
kind(
    'AWS::Logs::Delivery',
    'logs',
    create='create_delivery',
    id='delivery.id',
    attributes={'DeliveryId': 'id', 'Arn': 'delivery.arn'},
    key='id',
    delete='delete_delivery',
)


def _parameter(at, props):
    name = props.get('Name') or f'CFN-{at.logical_id}-{at.name(24)[-12:]}'
    given = {'Name': name, 'Type': props['Type'], 'Value': str(props['Value'])}
    given |= props.pick('Description', 'AllowedPattern', 'Tier', 'DataType')
    if 'Policies' in props:
        given['Policies'] = (
            props['Policies'] if isinstance(props['Policies'], str) else json.dumps(whole(props['Policies']))
        )
    at.call('ssm', 'put_parameter', Overwrite=bool(at.attributes), **given)
    return name, {'Type': given['Type'], 'Value': given['Value']}


def _parameter_changed(at, name, _old, props):
    kept = dict(props.items())
    kept['Name'] = name
    return _parameter(at, Reading(whole(kept)))


kind(
    'AWS::SSM::Parameter',
    'ssm',
    create=_parameter,
    update=_parameter_changed,
    key='Name',
    delete='delete_parameter',
    tagged=lambda at, name, fresh, gone: _tag_parameter(at, name, fresh, gone),
)


def _tag_parameter(at, name, fresh, gone):
    if fresh:
        tags = [{'Key': key, 'Value': value} for key, value in fresh.items()]
        at.call('ssm', 'add_tags_to_resource', ResourceType='Parameter', ResourceId=name, Tags=tags)
    if gone:
        at.call('ssm', 'remove_tags_from_resource', ResourceType='Parameter', ResourceId=name, TagKeys=gone)


kind(
    'AWS::Scheduler::Schedule',
    'scheduler',
    create='create_schedule',
    name=Name('Name', 64),
    id='{Name}',
    update='update_schedule',
    key='Name',
    delete=lambda at, name, props: at.call('scheduler', 'delete_schedule', Name=name, **props.pick('GroupName')),
    attributes={'Arn': 'ScheduleArn'},
)
kind(
    'AWS::Scheduler::ScheduleGroup',
    'scheduler',
    create='create_schedule_group',
    name=Name('Name', 64),
    id='{Name}',
    key='Name',
    delete='delete_schedule_group',
    attributes={'Arn': 'ScheduleGroupArn'},
    tagged='Arn',
)


def _document(at, props):
    name = props.get('Name') or at.name(128)
    content = props['Content'] if isinstance(props['Content'], str) else json.dumps(whole(props['Content']))
    given = at.shaped('ssm', 'create_document', props.without('Name', 'Content', 'Tags', 'UpdateMethod'))
    given.setdefault('DocumentFormat', 'JSON')
    props.get('UpdateMethod')
    at.call('ssm', 'create_document', **{**given, 'Name': name, 'Content': content})
    return name


def _document_changed(at, name, _old, props):
    content = props['Content'] if isinstance(props['Content'], str) else json.dumps(whole(props['Content']))
    props.get('UpdateMethod')
    more = props.pick('DocumentFormat', 'TargetType', 'VersionName')
    made = at.call('ssm', 'update_document', Name=name, Content=content, DocumentVersion='$LATEST', **more)
    at.call(
        'ssm',
        'update_document_default_version',
        Name=name,
        DocumentVersion=made['DocumentDescription']['DocumentVersion'],
    )


kind(
    'AWS::SSM::Document',
    'ssm',
    create=_document,
    update=_document_changed,
    key='Name',
    delete='delete_document',
    updates_anyway=('Content', 'VersionName', 'DocumentFormat', 'TargetType'),
    not_carried={'Tags': 'they are those of the creation in moto'},
)
kind(
    'AWS::SSM::MaintenanceWindow',
    'ssm',
    create='create_maintenance_window',
    id='WindowId',
    update='update_maintenance_window',
    key='WindowId',
    delete='delete_maintenance_window',
    stand_in='it is kept, and never opens',
    not_carried={'Tags': 'they are those of the creation in moto'},
)
kind(
    'AWS::SSM::MaintenanceWindowTarget',
    'ssm',
    create='register_target_with_maintenance_window',
    id='WindowTargetId',
    key={'WindowId': '{WindowId}', 'WindowTargetId': '{id}'},
    delete='deregister_target_from_maintenance_window',
)
kind(
    'AWS::SSM::MaintenanceWindowTask',
    'ssm',
    create='register_task_with_maintenance_window',
    id='WindowTaskId',
    key={'WindowId': '{WindowId}', 'WindowTaskId': '{id}'},
    delete='deregister_task_from_maintenance_window',
)
kind(
    'AWS::SSM::PatchBaseline',
    'ssm',
    create='create_patch_baseline',
    id='BaselineId',
    attributes={'Id': 'id'},
    key='BaselineId',
    delete='delete_patch_baseline',
    not_carried={
        'Tags': 'they are those of the creation in moto',
        'PatchGroups': 'moto has no groups to patch',
        'DefaultBaseline': 'moto patches nothing',
    },
)
kind(
    'AWS::Logs::LogStream',
    'logs',
    create=lambda at, props: _log_stream(at, props),
    key={'logGroupName': '{LogGroupName}', 'logStreamName': '{id}'},
    delete='delete_log_stream',
)


def _log_stream(at, props):
    name = props.get('LogStreamName') or at.name(512)
    at.call('logs', 'create_log_stream', logGroupName=props['LogGroupName'], logStreamName=name)
    return name


kind(
    'AWS::Logs::ResourcePolicy',
    'logs',
    create='put_resource_policy',
    id='{PolicyName}',
    update=SAME,
    key='policyName',
    delete='delete_resource_policy',
)
kind(
    'AWS::Logs::Destination',
    'logs',
    create='put_destination',
    prepare=lambda _at, props: props.without('DestinationPolicy', 'Tags'),
    id='{DestinationName}',
    attributes={'Arn': 'destination.arn'},
    after=lambda at, name, props: 'DestinationPolicy' in props
    and at.call('logs', 'put_destination_policy', destinationName=name, accessPolicy=props['DestinationPolicy']),
    key='destinationName',
    delete='delete_destination',
    not_carried={'Tags': 'moto tags no destinations'},
)
kind(
    'AWS::Logs::QueryDefinition',
    'logs',
    create='put_query_definition',
    id='queryDefinitionId',
    attributes={'QueryDefinitionId': 'id'},
    key='queryDefinitionId',
    delete='delete_query_definition',
)
