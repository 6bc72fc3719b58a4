"""Functions, their versions, aliases, permissions, layers, sources and addresses."""

import zipfile
import io

from stacks.kinds import kind
from stacks.reading import whole


def _code(at, code) -> dict:
    if 'ZipFile' in code:
        return {'ZipFile': zipped(code['ZipFile'], at.runtime_file)}
    return code.pick('S3Bucket', 'S3Key', 'S3ObjectVersion', 'ImageUri')


def zipped(text: str, name: str) -> bytes:
    """Inline code as the package CloudFormation makes of it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, 'w', zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, text)
    return made.getvalue()


def _configuration(at, operation: str, props) -> dict:
    wanted = props.without('Code', 'ReservedConcurrentExecutions', 'Tags', 'RecursiveLoop', 'FunctionName')
    given = at.shaped('lambda', operation, wanted)
    # Absent is what the API takes for "no network", an object with nothing in it is not.
    return given


def _function(at, props):
    name = props.get('FunctionName') or at.name(64)
    at.runtime_file = 'index.py' if str(props.get('Runtime', '')).startswith('python') else 'index.js'
    given = _configuration(at, 'create_function', props)
    given.setdefault('Publish', False)
    made = at.call('lambda', 'create_function', **{**given, 'FunctionName': name, 'Code': _code(at, props['Code'])})
    _function_settings(at, name, {}, props)
    return name, {'Arn': made['FunctionArn']}


def _function_settings(at, name, old, props):
    if 'ReservedConcurrentExecutions' in props:
        count = int(props['ReservedConcurrentExecutions'])
        at.call('lambda', 'put_function_concurrency', FunctionName=name, ReservedConcurrentExecutions=count)
    elif 'ReservedConcurrentExecutions' in old:
        at.call('lambda', 'delete_function_concurrency', FunctionName=name)


EMPTY = {
    'Environment': {'Variables': {}},
    'Layers': [],
    'DeadLetterConfig': {},
    'Description': '',
    'VpcConfig': {'SubnetIds': [], 'SecurityGroupIds': []},
    'TracingConfig': {'Mode': 'PassThrough'},
    'MemorySize': 128,
    'Timeout': 3,
    'KMSKeyArn': '',
}


def _function_changed(at, name, old, props):
    at.runtime_file = 'index.py' if str(props.get('Runtime', '')).startswith('python') else 'index.js'
    if whole(old['Code']) != whole(dict.get(props, 'Code')) or old.get('Architectures') != props.get('Architectures'):
        architectures = {'Architectures': list(props['Architectures'])} if 'Architectures' in props else {}
        at.call('lambda', 'update_function_code', FunctionName=name, **architectures, **_code(at, props['Code']))
    given = _configuration(at, 'update_function_configuration', props)
    given |= {key: EMPTY[key] for key in old if key not in props and key in EMPTY}
    at.call('lambda', 'update_function_configuration', **{**given, 'FunctionName': name})
    _function_settings(at, name, old, props)


kind(
    'AWS::Lambda::Function',
    'lambda',
    create=_function,
    update=_function_changed,
    key='FunctionName',
    delete='delete_function',
    tagged='Arn',
    not_carried={
        'RecursiveLoop': 'moto does not look for functions that call themselves',
        'RuntimeManagementConfig': 'moto has one build of a runtime',
        'SnapStart': 'there is nothing to snapshot: functions run as local processes',
        'DurableConfig': 'moto has no durable functions',
        'TenancyConfig': 'moto has no tenants of functions',
        'CapacityProviderConfig': 'moto has no capacity providers of functions',
        'PublishToLatestPublished': 'moto has no such version',
        'FunctionScalingConfig': 'moto has no capacity providers of functions',
    },
)


def _version(at, props):
    given = {'FunctionName': props['FunctionName'], **props.pick('Description', 'CodeSha256')}
    made = at.call('lambda', 'publish_version', **given)
    arn, version = made['FunctionArn'], made['Version']
    if not arn.endswith(f':{version}'):
        arn = f'{arn}:{version}'
    if 'ProvisionedConcurrencyConfig' in props:
        _provisioned(at, props['FunctionName'], version, props['ProvisionedConcurrencyConfig'])
    return arn, {'Version': str(version), 'FunctionArn': arn}


def _provisioned(at, function, qualifier, config):
    count = int(config['ProvisionedConcurrentExecutions'])
    at.call(
        'lambda',
        'put_provisioned_concurrency_config',
        FunctionName=function,
        Qualifier=qualifier,
        ProvisionedConcurrentExecutions=count,
    )


kind(
    'AWS::Lambda::Version',
    'lambda',
    create=_version,
    key={'FunctionName': '{FunctionName}', 'Qualifier': '{Version}'},
    delete='delete_function',
    not_carried={
        'RuntimePolicy': 'moto has one build of a runtime',
        'FunctionScalingConfig': 'moto has no capacity providers of functions',
    },
)


def _routing(props) -> dict:
    given = {'FunctionVersion': props['FunctionVersion'], **props.pick('Description')}
    if 'RoutingConfig' in props:
        weights = props['RoutingConfig'].get('AdditionalVersionWeights') or []
        given['RoutingConfig'] = {
            'AdditionalVersionWeights': {w['FunctionVersion']: float(w['FunctionWeight']) for w in weights}
        }
    return given


def _alias(at, props):
    made = at.call('lambda', 'create_alias', FunctionName=props['FunctionName'], Name=props['Name'], **_routing(props))
    if 'ProvisionedConcurrencyConfig' in props:
        _provisioned(at, props['FunctionName'], props['Name'], props['ProvisionedConcurrencyConfig'])
    return made['AliasArn'], {'AliasArn': made['AliasArn']}


def _alias_changed(at, _arn, old, props):
    at.call('lambda', 'update_alias', FunctionName=props['FunctionName'], Name=props['Name'], **_routing(props))
    if 'ProvisionedConcurrencyConfig' in props:
        _provisioned(at, props['FunctionName'], props['Name'], props['ProvisionedConcurrencyConfig'])
    elif 'ProvisionedConcurrencyConfig' in old:
        whose = {'FunctionName': props['FunctionName'], 'Qualifier': props['Name']}
        at.call('lambda', 'delete_provisioned_concurrency_config', **whose)


kind(
    'AWS::Lambda::Alias',
    'lambda',
    create=_alias,
    update=_alias_changed,
    key={'FunctionName': '{FunctionName}', 'Name': '{Name}'},
    delete='delete_alias',
)


def _target(function: str) -> dict:
    """Function and qualifier of a name or ARN."""
    parts = function.split(':')
    if function.startswith('arn:') and len(parts) == 8:
        return {'FunctionName': ':'.join(parts[:7]), 'Qualifier': parts[7]}
    if not function.startswith('arn:') and len(parts) == 2:
        return {'FunctionName': parts[0], 'Qualifier': parts[1]}
    return {'FunctionName': function}


def _permission(at, props):
    statement = at.name(100)
    given = {'Action': props['Action'], 'Principal': props['Principal'], 'StatementId': statement}
    given |= props.pick('SourceArn', 'SourceAccount', 'EventSourceToken', 'FunctionUrlAuthType', 'PrincipalOrgID')
    if 'InvokedViaFunctionUrl' in props:
        given['InvokedViaFunctionUrl'] = str(props['InvokedViaFunctionUrl']).lower() == 'true'
    at.call('lambda', 'add_permission', **_target(props['FunctionName']), **given)
    return statement, {'Id': statement}


def _permission_gone(at, statement, props):
    at.call('lambda', 'remove_permission', StatementId=statement, **_target(props['FunctionName']))


kind('AWS::Lambda::Permission', 'lambda', create=_permission, delete=_permission_gone)


def _layer(at, props):
    given = at.shaped(
        'lambda',
        'publish_layer_version',
        props.only('Content', 'CompatibleRuntimes', 'CompatibleArchitectures', 'Description', 'LicenseInfo'),
    )
    made = at.call('lambda', 'publish_layer_version', LayerName=props.get('LayerName') or at.name(64), **given)
    return made['LayerVersionArn'], {'LayerVersionArn': made['LayerVersionArn']}


def _layer_gone(at, arn, _props):
    name, version = arn.rsplit(':', 1)
    at.call('lambda', 'delete_layer_version', LayerName=name, VersionNumber=int(version))


kind('AWS::Lambda::LayerVersion', 'lambda', create=_layer, delete=_layer_gone)
kind(
    'AWS::Lambda::EventSourceMapping',
    'lambda',
    create='create_event_source_mapping',
    id='UUID',
    update='update_event_source_mapping',
    key='UUID',
    delete='delete_event_source_mapping',
    attributes={
        'Id': 'id',
        'EventSourceMappingArn': 'arn:{partition}:lambda:{region}:{account}:event-source-mapping:{id}',
    },
)


def _invoke_config(at, props):
    given = {'FunctionName': props['FunctionName'], 'Qualifier': props['Qualifier']}
    for name in ('MaximumEventAgeInSeconds', 'MaximumRetryAttempts'):
        if name in props:
            given[name] = int(props[name])
    if 'DestinationConfig' in props:
        given['DestinationConfig'] = whole(props['DestinationConfig'])
    at.call('lambda', 'put_function_event_invoke_config', **given)
    return f"{props['FunctionName']}|{props['Qualifier']}"


kind(
    'AWS::Lambda::EventInvokeConfig',
    'lambda',
    create=_invoke_config,
    update=lambda at, _id, _old, new: _invoke_config(at, new) and None,
    key={'FunctionName': '{FunctionName}', 'Qualifier': '{Qualifier}'},
    delete='delete_function_event_invoke_config',
)


def _url(at, props):
    given = {
        'FunctionName': props['TargetFunctionArn'],
        'AuthType': props['AuthType'],
        **props.pick('Qualifier', 'InvokeMode'),
    }
    if 'Cors' in props:
        given |= at.shaped('lambda', 'create_function_url_config', {'Cors': props['Cors']})
    made = at.call('lambda', 'create_function_url_config', **given)
    return made['FunctionArn'], {'FunctionUrl': made['FunctionUrl'], 'FunctionArn': made['FunctionArn']}


def _url_changed(at, _arn, _old, props):
    given = {
        'FunctionName': props['TargetFunctionArn'],
        'AuthType': props['AuthType'],
        **props.pick('Qualifier', 'InvokeMode'),
    }
    if 'Cors' in props:
        given |= at.shaped('lambda', 'update_function_url_config', {'Cors': props['Cors']})
    at.call('lambda', 'update_function_url_config', **given)


def _url_gone(at, _arn, props):
    at.call('lambda', 'delete_function_url_config', FunctionName=props['TargetFunctionArn'], **props.pick('Qualifier'))


kind('AWS::Lambda::Url', 'lambda', create=_url, update=_url_changed, delete=_url_gone)
