"""Caches that are changed, and groups of subnets that are deleted."""

from moto.elasticache.models import elasticache_backends

from missing.registry import operation, refused


def _found(call, shelf: str, name: str, code: str):
    things = getattr(elasticache_backends[call.account][call.region], shelf)
    if name not in things:
        raise refused(code, f'{name} does not exist')
    return things


@operation('elasticache', 'DeleteCacheSubnetGroup')
def delete_subnet_group(call, given):
    name = given['CacheSubnetGroupName']
    del _found(call, 'cache_subnet_groups', name, 'CacheSubnetGroupNotFoundFault')[name]


@operation('elasticache', 'ModifyCacheSubnetGroup')
def modify_subnet_group(call, given):
    name = given['CacheSubnetGroupName']
    group = _found(call, 'cache_subnet_groups', name, 'CacheSubnetGroupNotFoundFault')[name]
    group.cache_subnet_group_description = given.get(
        'CacheSubnetGroupDescription', group.cache_subnet_group_description
    )
    group.subnet_ids = given.get('SubnetIds', group.subnet_ids)
    return {'CacheSubnetGroup': {'CacheSubnetGroupName': name}}


@operation('elasticache', 'ModifyReplicationGroup')
def modify_replication_group(call, given):
    name = given['ReplicationGroupId']
    group = _found(call, 'replication_groups', name, 'ReplicationGroupNotFoundFault')[name]
    words = {
        'ReplicationGroupDescription': 'description',
        'SnapshotRetentionLimit': 'snapshot_retention_limit',
        'SnapshotWindow': 'snapshot_window',
        'CacheNodeType': 'cache_node_type',
        'MultiAZEnabled': 'multi_az',
    }
    for word, attribute in words.items():
        if word in given:
            setattr(group, attribute, given[word])
    return {'ReplicationGroup': {'ReplicationGroupId': name}}
