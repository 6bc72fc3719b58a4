"""Copies of objects in other buckets, as the rules of a bucket say. Which rule copies what is judged by the project's own `willReplicate`.

One thread copies, in the order in which things happened; S3 copies in no particular order, and within seconds to minutes.
"""

import queue
import threading
import time

from moto.s3 import notifications
from moto.s3.models import FakeDeleteMarker, s3_backends

from .functions import complain
from .own_program import OwnProgram

# moto tells of an object before it has its tags and metadata.
_SETTLED = 0.3
_JUDGE = OwnProgram('objects/emulator.ts')
_HAPPENED = {
    'ObjectCreated': 'put',
    'ObjectTagging': 'tags changed',
    'ObjectRemoved:DeleteMarkerCreated': 'marker',
}

_waiting: queue.Queue = queue.Queue()
_started = threading.Lock()


def follow(account: str, event_name: str, bucket, key):
    """Told of everything that happens to objects."""
    _, kind, detail = event_name.split(':')
    happened = _HAPPENED.get(kind) or _HAPPENED.get(f'{kind}:{detail}')
    if happened is None or not getattr(bucket, 'replication', None):
        return
    if happened == 'put' and not is_replica(key):
        key.replication_status = 'PENDING'
    if _started.acquire(blocking=False):
        threading.Thread(target=_work, daemon=True).start()
    _waiting.put((time.monotonic() + _SETTLED, account, happened, bucket, key))


def is_replica(key) -> bool:
    return getattr(key, 'replication_status', None) == 'REPLICA'


def rules_of(configuration: dict) -> list[dict]:
    """The rules of a configuration in the words of templates; moto keeps those of XML, where a list of one is none."""
    return [_rule(rule) for rule in _listed(configuration.get('Rule'))]


def _rule(rule: dict) -> dict:
    given = rule.get('Filter') or {}
    both = given.get('And')
    made = {'Prefix': given.get('Prefix') or ''}
    if both:
        made = {'And': {'Prefix': both.get('Prefix') or '', 'TagFilters': _listed(both.get('Tag'))}}
    elif given.get('Tag'):
        made = {'TagFilter': given['Tag']}
    return {**rule, 'Priority': int(rule.get('Priority', 1)), 'Filter': made}


def _listed(value) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


def _work():
    while True:
        due, account, happened, bucket, key = _waiting.get()
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            _copy_by_rules(account, happened, bucket, key)
        except Exception as error:
            complain(f's3://{bucket.name}/{key.name} was not copied: {type(error).__name__}: {error}')


def _copy_by_rules(account: str, happened: str, bucket, key):
    backend = s3_backends[account]['aws']
    rules = rules_of(bucket.replication or {})
    asked = {'candidate': _candidate(backend, happened, bucket, key), 'rules': rules}
    chosen = [rules[at] for at in _JUDGE.ask(asked)['by']]
    if happened == 'put' and not is_replica(key):
        key.replication_status = None
    for rule in chosen:
        _copy(backend, happened, bucket, key, rule)


def _candidate(backend, happened: str, bucket, key) -> dict:
    made = {'key': key.name, 'happened': happened, 'isReplica': is_replica(key)}
    if isinstance(key, FakeDeleteMarker):
        return made
    tags = backend.tagger.get_tag_dict_for_resource(key.arn)
    encryption = {'aws:kms': 'kms', 'aws:kms:dsse': 'dsse'}.get(key.encryption, 's3')
    return {**made, 'tags': tags, 'encryption': encryption, 'storageClass': key.storage_class}


def _copy(backend, happened: str, bucket, key, rule: dict):
    destination = rule['Destination']
    name = destination['Bucket'].split(':::')[1]
    there = backend.buckets.get(name)
    if there is None or not there.is_versioned:
        if happened == 'tags changed':
            return
        complain(f's3://{bucket.name}/{key.name} was not copied to {name}, which is gone or keeps no versions')
        _status(key, 'FAILED')
        notifications.send_event(backend.account_id, _Failed, bucket, key)
        return
    if happened == 'marker':
        _hide(backend, there, key)
    elif happened == 'tags changed':
        copy = _version(there, key)
        if copy is not None:
            backend.tagger.delete_all_tags_for_resource(copy.arn)
            backend.tagger.copy_tags(key.arn, copy.arn)
    elif _version(there, key) is None:
        _put(backend, there, key, destination)
        _status(key, 'COMPLETED')


class _Failed:
    value = 's3:Replication:OperationFailedReplication'


def _status(key, status: str):
    if not is_replica(key):
        key.replication_status = status


def _version(bucket, key):
    """The copy of a version: it has the id of the original."""
    return next((one for one in bucket.keys.getlist(key.name, []) if one.version_id == key.version_id), None)


def _hide(backend, there, marker):
    if marker.name not in there.keys:
        return
    made = backend._set_delete_marker(there.name, marker.name)
    made._version_id = marker.version_id


def _put(backend, there, key, destination: dict):
    key_of_copies = (destination.get('EncryptionConfiguration') or {}).get('ReplicaKmsKeyID')
    copy = backend.put_object(
        there.name,
        key.name,
        key.value,
        storage=destination.get('StorageClass') or key.storage_class,
        etag=key._etag,
        multipart=key.multipart,
        encryption=None if key_of_copies is None else 'aws:kms',
        kms_key_id=key_of_copies,
        disable_notification=True,
    )
    copy._version_id = key.version_id
    copy.replication_status = 'REPLICA'
    copy.last_modified = key.last_modified
    copy.set_metadata(dict(key.metadata))
    backend.tagger.copy_tags(key.arn, copy.arn)
    notifications.send_event(
        backend.account_id, notifications.S3NotificationEvent.OBJECT_CREATED_PUT_EVENT, there, copy
    )
