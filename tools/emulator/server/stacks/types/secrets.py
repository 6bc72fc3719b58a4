"""Secrets, what they are attached to, and who may read them."""

import json

from stacks.faults import ResourceFailed
from stacks.kinds import kind
from stacks.reading import whole
from stacks.types.iam import text

GENERATED = (
    'PasswordLength',
    'ExcludeCharacters',
    'ExcludeNumbers',
    'ExcludePunctuation',
    'ExcludeUppercase',
    'ExcludeLowercase',
    'IncludeSpace',
    'RequireEachIncludedType',
)


def _value(at, props) -> str:
    if 'GenerateSecretString' not in props:
        return props.get('SecretString') or ''
    rules = props['GenerateSecretString']
    given = at.shaped('secretsmanager', 'get_random_password', rules.only(*GENERATED))
    password = at.call('secretsmanager', 'get_random_password', **given)['RandomPassword']
    if 'GenerateStringKey' not in rules:
        return password
    return json.dumps({**json.loads(rules.get('SecretStringTemplate') or '{}'), rules['GenerateStringKey']: password})


def _secret(at, props):
    given = {
        'Name': props.get('Name') or at.name(64),
        'SecretString': _value(at, props),
        **props.pick('Description', 'KmsKeyId'),
    }
    if 'ReplicaRegions' in props:
        given['AddReplicaRegions'] = whole(props['ReplicaRegions'])
    arn = at.call('secretsmanager', 'create_secret', **given)['ARN']
    return arn, {'Id': arn}


def _secret_changed(at, arn, old, props):
    given = props.pick('Description', 'KmsKeyId')
    if whole(old.get('GenerateSecretString')) != whole(props.get('GenerateSecretString')) or old.get(
        'SecretString'
    ) != props.get('SecretString'):
        given['SecretString'] = _value(at, props)
    at.call('secretsmanager', 'update_secret', SecretId=arn, **given)


def _secret_gone(at, arn, _props):
    at.call('secretsmanager', 'delete_secret', SecretId=arn, ForceDeleteWithoutRecovery=True)


kind(
    'AWS::SecretsManager::Secret',
    'secretsmanager',
    create=_secret,
    update=_secret_changed,
    delete=_secret_gone,
    tagged='{id}',
    not_carried={'Type': 'moto has no secrets of partners'},
)


def _attach(at, props):
    kind_, target = props['TargetType'], props['TargetId']
    if kind_ in ('AWS::RDS::DBInstance', 'AWS::DocDB::DBInstance'):
        found = at.call('rds', 'describe_db_instances', DBInstanceIdentifier=target)['DBInstances'][0]
        more = {'host': found['Endpoint']['Address'], 'port': found['Endpoint']['Port'], 'dbInstanceIdentifier': target}
    elif kind_ in ('AWS::RDS::DBCluster', 'AWS::DocDB::DBCluster'):
        found = at.call('rds', 'describe_db_clusters', DBClusterIdentifier=target)['DBClusters'][0]
        more = {'host': found['Endpoint'], 'port': found['Port'], 'dbClusterIdentifier': target}
    elif kind_ in ('AWS::RDS::DBProxy',):
        found = at.call('rds', 'describe_db_proxies', DBProxyName=target)['DBProxies'][0]
        more = {'host': found['Endpoint']}
    elif kind_ == 'AWS::Redshift::Cluster':
        found = at.call('redshift', 'describe_clusters', ClusterIdentifier=target)['Clusters'][0]
        more = {'host': found['Endpoint']['Address'], 'port': found['Endpoint']['Port'], 'engine': 'redshift'}
    else:
        raise ResourceFailed(f'A secret cannot be attached to {kind_} here')
    more.setdefault('engine', found.get('Engine') or found.get('EngineFamily'))
    now = json.loads(at.call('secretsmanager', 'get_secret_value', SecretId=props['SecretId'])['SecretString'])
    if found.get('DBName') or found.get('DatabaseName'):
        more['dbname'] = found.get('DBName') or found.get('DatabaseName')
    at.call('secretsmanager', 'put_secret_value', SecretId=props['SecretId'], SecretString=json.dumps({**now, **more}))
    return props['SecretId']


def _detach(at, _id, props):
    now = json.loads(at.call('secretsmanager', 'get_secret_value', SecretId=props['SecretId'])['SecretString'])
    for name in ('host', 'port', 'engine', 'dbname', 'dbInstanceIdentifier', 'dbClusterIdentifier'):
        now.pop(name, None)
    at.call('secretsmanager', 'put_secret_value', SecretId=props['SecretId'], SecretString=json.dumps(now))


kind(
    'AWS::SecretsManager::SecretTargetAttachment',
    'secretsmanager',
    create=_attach,
    update=lambda at, _id, _old, new: _attach(at, new) and None,
    delete=_detach,
)


def _rotation(at, props):
    given = {'SecretId': props['SecretId'], 'RotateImmediately': False}
    if 'RotationLambdaARN' in props:
        given['RotationLambdaARN'] = props['RotationLambdaARN']
    if 'RotationRules' in props:
        given |= at.shaped('secretsmanager', 'rotate_secret', {'RotationRules': props['RotationRules']})
    at.call('secretsmanager', 'rotate_secret', **given)
    return props['SecretId']


kind(
    'AWS::SecretsManager::RotationSchedule',
    'secretsmanager',
    create=_rotation,
    update=lambda at, _id, _old, new: _rotation(at, new) and None,
    key='SecretId',
    delete='cancel_rotate_secret',
    stand_in='nothing rotates by itself here; the schedule is only kept',
    not_carried={
        'HostedRotationLambda': 'it is a macro that makes a function of its own',
        'RotateImmediatelyOnUpdate': 'nothing rotates by itself here',
        'ExternalSecretRotationMetadata': 'moto has no secrets of partners',
        'ExternalSecretRotationRoleArn': 'moto has no secrets of partners',
    },
)


def _policy(at, props):
    block = (
        {'BlockPublicPolicy': str(props['BlockPublicPolicy']).lower() == 'true'} if 'BlockPublicPolicy' in props else {}
    )
    at.call(
        'secretsmanager',
        'put_resource_policy',
        SecretId=props['SecretId'],
        ResourcePolicy=text(props['ResourcePolicy']),
        **block,
    )
    return props['SecretId']


kind(
    'AWS::SecretsManager::ResourcePolicy',
    'secretsmanager',
    create=_policy,
    update=lambda at, _id, _old, new: _policy(at, new) and None,
    key='SecretId',
    delete='delete_resource_policy',
)
