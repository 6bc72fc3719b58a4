"""Keys and their aliases."""

import json

from stacks.kinds import kind
from stacks.reading import whole


def _key(at, props):
    given = {
        'Policy': json.dumps(whole(props['KeyPolicy'])) if 'KeyPolicy' in props else None,
        'Description': props.get('Description'),
        'KeyUsage': props.get('KeyUsage'),
        'KeySpec': props.get('KeySpec'),
        'MultiRegion': str(props['MultiRegion']).lower() == 'true' if 'MultiRegion' in props else None,
        'Origin': props.get('Origin'),
    }
    made = at.call('kms', 'create_key', **{k: v for k, v in given.items() if v is not None})['KeyMetadata']
    _settings(at, made['KeyId'], props)
    return made['KeyId'], {'Arn': made['Arn'], 'KeyId': made['KeyId']}


def _settings(at, key, props):
    props.get('PendingWindowInDays')
    if 'EnableKeyRotation' in props and str(props['EnableKeyRotation']).lower() == 'true':
        period = {'RotationPeriodInDays': int(props['RotationPeriodInDays'])} if 'RotationPeriodInDays' in props else {}
        at.call('kms', 'enable_key_rotation', KeyId=key, **period)
    elif 'EnableKeyRotation' in props:
        at.call('kms', 'disable_key_rotation', KeyId=key)
    if str(props.get('Enabled', True)).lower() == 'false':
        at.call('kms', 'disable_key', KeyId=key)


def _changed(at, key, old, props):
    if 'KeyPolicy' in props:
        at.call('kms', 'put_key_policy', KeyId=key, PolicyName='default', Policy=json.dumps(whole(props['KeyPolicy'])))
    at.call('kms', 'update_key_description', KeyId=key, Description=props.get('Description') or '')
    if (
        'Enabled' in old
        and str(old['Enabled']).lower() == 'false'
        and str(props.get('Enabled', True)).lower() == 'true'
    ):
        at.call('kms', 'enable_key', KeyId=key)
    _settings(at, key, props)


def _gone(at, key, props):
    at.call('kms', 'schedule_key_deletion', KeyId=key, PendingWindowInDays=int(props.get('PendingWindowInDays') or 30))


kind(
    'AWS::KMS::Key',
    'kms',
    create=_key,
    update=_changed,
    delete=_gone,
    tagged='{id}',
    not_carried={
        'BypassPolicyLockoutSafetyCheck': 'moto checks no lock-out',
    },
)
kind(
    'AWS::KMS::Alias',
    'kms',
    create='create_alias',
    id='{AliasName}',
    update='update_alias',
    key='AliasName',
    delete='delete_alias',
)
