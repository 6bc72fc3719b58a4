"""Relational databases and caches."""

from stacks.kinds import Name, kind
from stacks.reading import whole
from stacks.schema import plain


def _taken(at, operation, props, skip=()):
    return at.shaped('rds', operation, props.without(*skip))


INSTANCE_ONLY = (
    'AllowMajorVersionUpgrade',
    'ApplyImmediately',
    'AutomaticBackupReplicationRegion',
    'AutomaticBackupReplicationKmsKeyId',
    'AutomaticBackupReplicationRetentionPeriod',
    'CertificateDetails',
    'DeleteAutomatedBackups',
    'UseDefaultProcessorFeatures',
    'CertificateRotationRestart',
    'AssociatedRoles',
)


def _instance(at, props):
    name = (props.get('DBInstanceIdentifier') or at.name(63, lower=True)).lower()
    if 'SourceDBInstanceIdentifier' in props:
        operation = 'create_db_instance_read_replica'
    elif 'DBSnapshotIdentifier' in props:
        operation = 'restore_db_instance_from_db_snapshot'
    else:
        operation = 'create_db_instance'
    given = _taken(at, operation, props, (*INSTANCE_ONLY, 'DBInstanceIdentifier', 'VPCSecurityGroups'))
    if 'VPCSecurityGroups' in props:
        given['VpcSecurityGroupIds'] = list(props['VPCSecurityGroups'])
    if operation == 'create_db_instance' and 'DBClusterIdentifier' in props:
        given.setdefault('Engine', props.get('Engine'))
    made = at.call('rds', operation, **{**given, 'DBInstanceIdentifier': name})['DBInstance']
    return name, _instance_shown(at, made)


def _instance_shown(at, made) -> dict:
    endpoint = made.get('Endpoint') or {}
    return {
        'DBInstanceArn': made['DBInstanceArn'],
        'DbiResourceId': made.get('DbiResourceId'),
        'Endpoint.Address': endpoint.get('Address', ''),
        'Endpoint.Port': plain(endpoint.get('Port', made.get('DbInstancePort', ''))),
        'Endpoint.HostedZoneId': endpoint.get('HostedZoneId', 'Z2R2ITUGPM61AM'),
        'MasterUserSecret.SecretArn': (made.get('MasterUserSecret') or {}).get('SecretArn'),
    }


def _instance_changed(at, name, old, props):
    skip = (*INSTANCE_ONLY, 'DBInstanceIdentifier', 'VPCSecurityGroups', 'MasterUsername', 'Engine', 'DBName')
    given = _taken(at, 'modify_db_instance', props, skip)
    if 'VPCSecurityGroups' in props:
        given['VpcSecurityGroupIds'] = list(props['VPCSecurityGroups'])
    made = at.call('rds', 'modify_db_instance', **{**given, 'DBInstanceIdentifier': name, 'ApplyImmediately': True})[
        'DBInstance'
    ]
    return name, _instance_shown(at, made)


def _gone(operation: str, key: str):
    def delete(at, name, props):
        given = {'SkipFinalSnapshot': True}
        if at.snapshot:
            snapshot = f'{at.stack}-snapshot-{at.logical_id}-{at.name(64)[-12:]}'.lower()[:63]
            given = {'SkipFinalSnapshot': False, 'FinalDBSnapshotIdentifier': snapshot}
        at.call('rds', operation, **{key: name}, **given)

    return delete


kind(
    'AWS::RDS::DBInstance',
    'rds',
    create=_instance,
    update=_instance_changed,
    delete=_gone('delete_db_instance', 'DBInstanceIdentifier'),
    tagged='DBInstanceArn',
    not_carried={name: 'moto has no such setting of an instance' for name in INSTANCE_ONLY},
)


def _cluster(at, props):
    name = (props.get('DBClusterIdentifier') or at.name(63, lower=True)).lower()
    given = _taken(at, 'create_db_cluster', props, (*CLUSTER_ONLY, 'DBClusterIdentifier'))
    made = at.call('rds', 'create_db_cluster', **{**given, 'DBClusterIdentifier': name})['DBCluster']
    return name, _cluster_shown(made)


def _cluster_shown(made) -> dict:
    return {
        'DBClusterArn': made['DBClusterArn'],
        'DBClusterResourceId': made.get('DbClusterResourceId'),
        'Endpoint': made['Endpoint'],
        'Endpoint.Address': made['Endpoint'],
        'Endpoint.Port': plain(made.get('Port', '')),
        'ReadEndpoint.Address': made.get('ReaderEndpoint') or made['Endpoint'],
        'ReadEndpoint': made.get('ReaderEndpoint') or made['Endpoint'],
        'MasterUserSecret.SecretArn': (made.get('MasterUserSecret') or {}).get('SecretArn'),
    }


CLUSTER_ONLY = (
    'AssociatedRoles',
    'SnapshotIdentifier',
    'SourceDBClusterIdentifier',
    'RestoreType',
    'RestoreToTime',
    'UseLatestRestorableTime',
    'DeleteAutomatedBackups',
)


def _cluster_changed(at, name, _old, props):
    given = _taken(
        at,
        'modify_db_cluster',
        props,
        (*CLUSTER_ONLY, 'DBClusterIdentifier', 'MasterUsername', 'Engine', 'DatabaseName'),
    )
    made = at.call('rds', 'modify_db_cluster', **{**given, 'DBClusterIdentifier': name, 'ApplyImmediately': True})[
        'DBCluster'
    ]
    return name, _cluster_shown(made)


kind(
    'AWS::RDS::DBCluster',
    'rds',
    create=_cluster,
    update=_cluster_changed,
    delete=_gone('delete_db_cluster', 'DBClusterIdentifier'),
    tagged='DBClusterArn',
    not_carried={name: 'moto has no such setting of a cluster' for name in CLUSTER_ONLY},
)
kind(
    'AWS::RDS::DBSubnetGroup',
    'rds',
    create='create_db_subnet_group',
    name=Name('DBSubnetGroupName', 255, lower=True),
    id='DBSubnetGroup.DBSubnetGroupName',
    update='modify_db_subnet_group',
    key='DBSubnetGroupName',
    delete='delete_db_subnet_group',
    tagged='arn:aws:rds:{region}:{account}:subgrp:{id}',
)


def _parameters(at, operation, name_key, name, props):
    given = [
        {'ParameterName': key, 'ParameterValue': plain(value), 'ApplyMethod': 'pending-reboot'}
        for key, value in (props.get('Parameters') or {}).items()
    ]
    if given:
        at.call('rds', operation, **{name_key: name, 'Parameters': given})


def _parameter_group(word: str, name_key: str):
    def create(at, props):
        name = (props.get(name_key) or at.name(255, lower=True)).lower()
        at.call(
            'rds',
            f'create_{word}',
            **{name_key: name, 'DBParameterGroupFamily': props['Family'], 'Description': props['Description']},
        )
        _parameters(at, f'modify_{word}', name_key, name, props)
        return name, {name_key: name}

    def update(at, name, _old, props):
        _parameters(at, f'modify_{word}', name_key, name, props)

    return {'create': create, 'update': update, 'key': name_key, 'delete': f'delete_{word}'}


kind(
    'AWS::RDS::DBParameterGroup',
    'rds',
    **_parameter_group('db_parameter_group', 'DBParameterGroupName'),
    tagged='arn:aws:rds:{region}:{account}:pg:{id}',
)
kind(
    'AWS::RDS::DBClusterParameterGroup',
    'rds',
    **_parameter_group('db_cluster_parameter_group', 'DBClusterParameterGroupName'),
    tagged='arn:aws:rds:{region}:{account}:cluster-pg:{id}',
)
kind(
    'AWS::RDS::DBProxy',
    'rds',
    create='create_db_proxy',
    id='DBProxy.DBProxyName',
    attributes={'Endpoint': 'DBProxy.Endpoint', 'DBProxyArn': 'DBProxy.DBProxyArn', 'VpcId': 'DBProxy.VpcId'},
    key='DBProxyName',
    delete='delete_db_proxy',
    tagged='DBProxyArn',
)


def _proxy_targets(at, props):
    given = {'DBProxyName': props['DBProxyName'], 'TargetGroupName': props['TargetGroupName']}
    if 'ConnectionPoolConfigurationInfo' in props:
        pool = whole(props['ConnectionPoolConfigurationInfo'])
        at.call(
            'rds',
            'modify_db_proxy_target_group',
            **given,
            ConnectionPoolConfig={k: int(v) if str(v).isdigit() else v for k, v in pool.items()},
        )
    targets = props.pick('DBInstanceIdentifiers', 'DBClusterIdentifiers')
    if targets:
        at.call('rds', 'register_db_proxy_targets', **given, **targets)
    arn = at.call('rds', 'describe_db_proxy_target_groups', DBProxyName=props['DBProxyName'])['TargetGroups'][0][
        'TargetGroupArn'
    ]
    return arn, {'TargetGroupArn': arn}


kind(
    'AWS::RDS::DBProxyTargetGroup',
    'rds',
    create=_proxy_targets,
    update=lambda at, _id, _old, new: _proxy_targets(at, new),
    delete=lambda at, _id, props: at.call(
        'rds',
        'deregister_db_proxy_targets',
        DBProxyName=props['DBProxyName'],
        TargetGroupName=props['TargetGroupName'],
        **props.pick('DBInstanceIdentifiers', 'DBClusterIdentifiers'),
    ),
)
kind(
    'AWS::RDS::OptionGroup',
    'rds',
    create='create_option_group',
    name=Name('OptionGroupName', 255, lower=True),
    id='OptionGroup.OptionGroupName',
    key='OptionGroupName',
    delete='delete_option_group',
    not_carried={'OptionConfigurations': 'moto has no options to configure'},
)
kind(
    'AWS::RDS::GlobalCluster',
    'rds',
    create='create_global_cluster',
    name=Name('GlobalClusterIdentifier', 63, lower=True),
    id='GlobalCluster.GlobalClusterIdentifier',
    key='GlobalClusterIdentifier',
    delete='delete_global_cluster',
)
kind(
    'AWS::RDS::EventSubscription',
    'rds',
    create='create_event_subscription',
    name=Name('SubscriptionName', 255),
    id='{SubscriptionName}',
    key='SubscriptionName',
    delete='delete_event_subscription',
)
# -- caches -------------------------------------------------------------------------------------------------------------
kind(
    'AWS::ElastiCache::SubnetGroup',
    'elasticache',
    create='create_cache_subnet_group',
    name=Name('CacheSubnetGroupName', 255, lower=True),
    rename={'Description': 'CacheSubnetGroupDescription'},
    id='{CacheSubnetGroupName}',
    update='modify_cache_subnet_group',
    key='CacheSubnetGroupName',
    delete='delete_cache_subnet_group',
)


def _caches(at, props):
    name = (props.get('ReplicationGroupId') or at.name(40, lower=True)).lower()
    skip = ('ReplicationGroupId', 'Tags')
    given = at.shaped('elasticache', 'create_replication_group', props.without(*skip))
    made = at.call('elasticache', 'create_replication_group', **{**given, 'ReplicationGroupId': name})[
        'ReplicationGroup'
    ]
    node = (made.get('NodeGroups') or [{}])[0]
    primary, reader = node.get('PrimaryEndpoint') or {}, node.get('ReaderEndpoint') or {}
    configuration = made.get('ConfigurationEndpoint') or {}
    port = plain(props.get('Port') or 6379)
    return name, {
        'PrimaryEndPoint.Address': primary.get('Address', f'{name}.cache.internal'),
        'PrimaryEndPoint.Port': plain(primary.get('Port', port)),
        'ReaderEndPoint.Address': reader.get('Address', f'{name}-ro.cache.internal'),
        'ReaderEndPoint.Port': plain(reader.get('Port', port)),
        'ConfigurationEndPoint.Address': configuration.get('Address', f'clustercfg.{name}.cache.internal'),
        'ConfigurationEndPoint.Port': plain(configuration.get('Port', port)),
        'ReplicationGroupId': name,
    }


kind(
    'AWS::ElastiCache::ReplicationGroup',
    'elasticache',
    create=_caches,
    update=lambda at, name, _old, new: at.call(
        'elasticache',
        'modify_replication_group',
        **{
            **at.shaped('elasticache', 'modify_replication_group', new),
            'ReplicationGroupId': name,
            'ApplyImmediately': True,
        },
    )
    and None,
    key='ReplicationGroupId',
    delete='delete_replication_group',
    tagged='arn:aws:elasticache:{region}:{account}:replicationgroup:{id}',
)


def _cache(at, props):
    name = (props.get('ClusterName') or at.name(50, lower=True)).lower()
    given = at.shaped(
        'elasticache', 'create_cache_cluster', props.without('ClusterName', 'Tags', 'VpcSecurityGroupIds')
    )
    if 'VpcSecurityGroupIds' in props:
        given['SecurityGroupIds'] = list(props['VpcSecurityGroupIds'])
    at.call('elasticache', 'create_cache_cluster', **{**given, 'CacheClusterId': name})
    shown = at.call('elasticache', 'describe_cache_clusters', CacheClusterId=name)['CacheClusters'][0]
    endpoint = shown.get('ConfigurationEndpoint') or {}
    address, port = endpoint.get('Address', f'{name}.cache.internal'), plain(
        endpoint.get('Port', props.get('Port') or 6379)
    )
    return name, {
        'RedisEndpoint.Address': address,
        'RedisEndpoint.Port': port,
        'ConfigurationEndpoint.Address': address,
        'ConfigurationEndpoint.Port': port,
    }


kind(
    'AWS::ElastiCache::CacheCluster',
    'elasticache',
    create=_cache,
    key='CacheClusterId',
    delete='delete_cache_cluster',
    tagged='arn:aws:elasticache:{region}:{account}:cluster:{id}',
)
kind(
    'AWS::ElastiCache::User',
    'elasticache',
    create='create_user',
    id='UserId',
    attributes={'Arn': 'ARN'},
    update='modify_user',
    key='UserId',
    delete='delete_user',
)
