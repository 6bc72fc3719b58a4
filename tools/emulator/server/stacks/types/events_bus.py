"""Rules, buses, archives, connections, pipes and state machines."""

import json

from stacks.kinds import Name, kind
from stacks.reading import whole
from stacks.schema import plain


def _text(value) -> str:
    return value if isinstance(value, str) else json.dumps(whole(value))


def _rule(at, props):
    return _put_rule(at, props.get('Name') or at.name(64), {}, props)


def _put_rule(at, name, old, props):
    bus = props.pick('EventBusName')
    given = {'Name': name, **props.pick('Description', 'RoleArn', 'ScheduleExpression', 'State'), **bus}
    if 'EventPattern' in props:
        given['EventPattern'] = _text(props['EventPattern'])
    arn = at.call('events', 'put_rule', **given)['RuleArn']
    after = [t['Id'] for t in props.get('Targets') or []]
    gone = [t['Id'] for t in old.get('Targets') or [] if t['Id'] not in after]
    if gone:
        at.call('events', 'remove_targets', Rule=name, Ids=gone, **bus)
    if after:
        shaped = at.shaped('events', 'put_targets', {'Targets': props['Targets']})
        at.call('events', 'put_targets', Rule=name, **shaped, **bus)
    named = bus.get('EventBusName')
    return f'{named}|{name}' if named and named != 'default' else name, {'Arn': arn}


def _rule_gone(at, physical_id, props):
    bus = props.pick('EventBusName')
    name = physical_id.split('|')[-1]
    ids = [t['Id'] for t in props.get('Targets') or []]
    if ids:
        at.call('events', 'remove_targets', Rule=name, Ids=ids, **bus)
    at.call('events', 'delete_rule', Name=name, **bus)


kind(
    'AWS::Events::Rule',
    'events',
    create=_rule,
    update=lambda at, physical_id, old, new: _put_rule(at, physical_id.split('|')[-1], old, new),
    delete=_rule_gone,
    tagged='Arn',
)


def _bus(at, props):
    given = {'Name': props['Name'], **props.pick('EventSourceName', 'Description', 'KmsKeyIdentifier')}
    for name in ('DeadLetterConfig', 'LogConfig'):
        if name in props:
            given |= at.shaped('events', 'create_event_bus', {name: props[name]})
    arn = at.call('events', 'create_event_bus', **given)['EventBusArn']
    _bus_policy(at, props['Name'], None, props)
    return props['Name'], {'Arn': arn, 'Name': props['Name']}


def _bus_policy(at, name, _old, props):
    if 'Policy' in props:
        at.call('events', 'put_permission', EventBusName=name, Policy=_text(props['Policy']))


kind(
    'AWS::Events::EventBus',
    'events',
    create=_bus,
    update=_bus_policy,
    key='Name',
    delete='delete_event_bus',
    tagged='Arn',
)


def _permission(at, props):
    bus = props.pick('EventBusName')
    if 'Statement' in props:
        statement = {**whole(props['Statement']), 'Sid': props['StatementId']}
        policy = {'Version': '2012-10-17', 'Statement': [statement]}
        at.call('events', 'put_permission', Policy=json.dumps(policy), **bus)
    else:
        given = {'StatementId': props['StatementId'], **props.pick('Action', 'Principal')}
        if 'Condition' in props:
            given['Condition'] = whole(props['Condition'])
        at.call('events', 'put_permission', **given, **bus)
    return f"{bus.get('EventBusName', 'default')}|{props['StatementId']}"


kind(
    'AWS::Events::EventBusPolicy',
    'events',
    create=_permission,
    update=lambda at, _id, _old, new: _permission(at, new) and None,
    delete=lambda at, _id, props: at.call(
        'events', 'remove_permission', StatementId=props['StatementId'], **props.pick('EventBusName')
    ),
)
kind(
    'AWS::Events::Archive',
    'events',
    create='create_archive',
    rename={'SourceArn': 'EventSourceArn'},
    name=Name('ArchiveName', 48),
    id='{ArchiveName}',
    attributes={'Arn': 'ArchiveArn', 'ArchiveName': 'id'},
    update='update_archive',
    key='ArchiveName',
    delete='delete_archive',
)
kind(
    'AWS::Events::Connection',
    'events',
    create='create_connection',
    name=Name('Name', 64),
    id='{Name}',
    attributes={'Arn': 'ConnectionArn'},
    read='describe_connection',
    update='update_connection',
    key='Name',
    delete='delete_connection',
    not_carried={'InvocationConnectivityParameters': 'moto has no private connections'},
)
kind(
    'AWS::Events::ApiDestination',
    'events',
    create='create_api_destination',
    name=Name('Name', 64),
    id='{Name}',
    attributes={'Arn': 'ApiDestinationArn'},
    update='update_api_destination',
    key='Name',
    delete='delete_api_destination',
)
kind(
    'AWS::Pipes::Pipe',
    'pipes',
    create='create_pipe',
    name=Name('Name', 64),
    id='{Name}',
    attributes={'Arn': 'Arn', 'CurrentState': 'CurrentState'},
    update='update_pipe',
    key='Name',
    delete='delete_pipe',
    tagged='Arn',
)


def _definition(at, props) -> str:
    if 'DefinitionS3Location' in props:
        place = props['DefinitionS3Location']
        more = {'VersionId': place['Version']} if 'Version' in place else {}
        text = at.call('s3', 'get_object', Bucket=place['Bucket'], Key=place['Key'], **more)['Body'].read().decode()
    elif 'Definition' in props:
        text = _text(props['Definition'])
    else:
        text = props['DefinitionString']
    for name, value in (props.get('DefinitionSubstitutions') or {}).items():
        text = text.replace('${' + name + '}', plain(value))
    return text


def _machine_settings(at, operation, props) -> dict:
    wanted = ('LoggingConfiguration', 'TracingConfiguration', 'EncryptionConfiguration')
    return at.shaped('stepfunctions', operation, props.only(*wanted))


def _machine(at, props):
    name = props.get('StateMachineName') or at.name(80)
    given = {
        'definition': _definition(at, props),
        'roleArn': props['RoleArn'],
        'type': props.get('StateMachineType') or 'STANDARD',
    }
    made = at.call(
        'stepfunctions',
        'create_state_machine',
        name=name,
        **given,
        **_machine_settings(at, 'create_state_machine', props),
    )
    return made['stateMachineArn'], {'Arn': made['stateMachineArn'], 'Name': name, 'StateMachineRevisionId': 'INITIAL'}


def _machine_changed(at, arn, _old, props):
    given = {'definition': _definition(at, props), 'roleArn': props['RoleArn']}
    at.call(
        'stepfunctions',
        'update_state_machine',
        stateMachineArn=arn,
        **given,
        **_machine_settings(at, 'update_state_machine', props),
    )


kind(
    'AWS::StepFunctions::StateMachine',
    'stepfunctions',
    create=_machine,
    update=_machine_changed,
    key='stateMachineArn',
    delete='delete_state_machine',
    tagged='{id}',
)
kind(
    'AWS::StepFunctions::Activity',
    'stepfunctions',
    create='create_activity',
    id='activityArn',
    attributes={'Arn': 'id', 'Name': '{Name}'},
    key='activityArn',
    delete='delete_activity',
    tagged='{id}',
)
