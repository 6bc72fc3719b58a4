"""File systems, and the directory whose users one of them knows."""

import json
import uuid

from stacks.kinds import kind
from stacks.reading import whole


def _system(at, props):
    given = at.shaped(
        'efs',
        'create_file_system',
        props.without(
            'FileSystemTags',
            'LifecyclePolicies',
            'FileSystemPolicy',
            'BackupPolicy',
            'BypassPolicyLockoutSafetyCheck',
            'FileSystemProtection',
            'ReplicationConfiguration',
        ),
    )
    made = at.call('efs', 'create_file_system', CreationToken=str(uuid.uuid4()), **given)
    _system_settings(at, made['FileSystemId'], None, props)
    return made['FileSystemId'], {'Arn': made['FileSystemArn'], 'FileSystemId': made['FileSystemId']}


def _system_settings(at, system, old, props):
    if 'LifecyclePolicies' in props:
        at.call(
            'efs',
            'put_lifecycle_configuration',
            FileSystemId=system,
            LifecyclePolicies=whole(props['LifecyclePolicies']),
        )
    if 'FileSystemPolicy' in props:
        at.call(
            'efs', 'put_file_system_policy', FileSystemId=system, Policy=json.dumps(whole(props['FileSystemPolicy']))
        )
    if 'BackupPolicy' in props:
        at.call(
            'efs', 'put_backup_policy', FileSystemId=system, BackupPolicy={'Status': props['BackupPolicy']['Status']}
        )
    if old is not None and ('ThroughputMode' in props or 'ProvisionedThroughputInMibps' in props):
        given = at.shaped('efs', 'update_file_system', props.only('ThroughputMode', 'ProvisionedThroughputInMibps'))
        at.call('efs', 'update_file_system', FileSystemId=system, **given)


kind(
    'AWS::EFS::FileSystem',
    'efs',
    create=_system,
    update=_system_settings,
    key='FileSystemId',
    delete='delete_file_system',
    tagged='{id}',
    not_carried={
        'BypassPolicyLockoutSafetyCheck': 'moto checks no lock-out',
        'FileSystemProtection': 'moto copies no file systems',
        'ReplicationConfiguration': 'moto copies no file systems',
    },
)
kind(
    'AWS::EFS::MountTarget',
    'efs',
    create='create_mount_target',
    id='MountTargetId',
    attributes={'Id': 'id', 'IpAddress': 'IpAddress'},
    update=lambda at, target, _old, new: at.call(
        'efs', 'modify_mount_target_security_groups', MountTargetId=target, SecurityGroups=whole(new['SecurityGroups'])
    )
    and None,
    key='MountTargetId',
    delete='delete_mount_target',
)
kind(
    'AWS::EFS::AccessPoint',
    'efs',
    create='create_access_point',
    prepare=lambda _at, props: props.without('AccessPointTags', 'ClientToken'),
    extra={'ClientToken': lambda _at, _props: str(uuid.uuid4())},
    id='AccessPointId',
    attributes={'AccessPointId': 'id', 'Arn': 'AccessPointArn'},
    key='AccessPointId',
    delete='delete_access_point',
    tagged='{id}',
)


def _served(at, props):
    made = at.put('fsx', 'create_file_system', props)['FileSystem']
    given = {'DNSName': made['DNSName'], 'ResourceARN': made['ResourceARN']}
    if props['FileSystemType'] == 'LUSTRE':
        # What clients name beside the address; moto gives none.
        given['LustreMountName'] = uuid.uuid4().hex[:8]
    return made['FileSystemId'], given


kind(
    'AWS::FSx::FileSystem',
    'fsx',
    create=_served,
    key='FileSystemId',
    delete='delete_file_system',
    tagged='ResourceARN',
    stand_in='it is kept, and nobody mounts it: no server for it runs here',
)
kind(
    'AWS::DirectoryService::MicrosoftAD',
    'ds',
    create='create_microsoft_ad',
    id='DirectoryId',
    key='DirectoryId',
    delete='delete_directory',
    stand_in='it is kept, and nobody signs in by it: no domain controller runs here',
)
