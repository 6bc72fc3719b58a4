"""Tells queues, topics, functions and the event bus what happened to an object, in the shape S3 does."""

import itertools
import json
import time
import uuid
from datetime import UTC, datetime
from urllib.parse import quote_plus

from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from . import asynchronous, policies, replication, targets
from .functions import complain

_counter = itertools.count(1)


def send(account_id: str, event_name, bucket, key):
    """Takes the place of moto's notifications.send_event."""
    name = getattr(event_name, 'value', str(event_name))
    if key is not None:
        replication.follow(account_id, name, bucket, key)
    configuration = bucket.notification_configuration
    if configuration is None or key is None:
        return
    sequencer = f'{int(time.time() * 1_000_000):016X}{next(_counter) % 0x10000:04X}'
    for notification in [*configuration.topic, *configuration.queue, *configuration.cloud_function]:
        if notification.matches(name, key.name):
            event = {'Records': [_record(name, bucket, key, notification.id, sequencer)]}
            _deliver(account_id, bucket, notification.arn, event)
    if configuration.event_bridge is not None:
        _tell_bus(account_id, name, bucket, key, sequencer)


def send_test(account_id: str, bucket):
    """What S3 sends to queues and topics when a configuration is set."""
    configuration = bucket.notification_configuration
    event = {
        'Service': 'Amazon S3',
        'Event': 's3:TestEvent',
        'Time': _now(),
        'Bucket': bucket.name,
        'RequestId': uuid.uuid4().hex[:16].upper(),
        'HostId': uuid.uuid4().hex,
    }
    for arn in dict.fromkeys(notification.arn for notification in [*configuration.queue, *configuration.topic]):
        _deliver(account_id, bucket, arn, event)


def may_deliver(bucket, arn: str) -> bool:
    """Whether the policy of a queue or topic lets this bucket send to it; functions are asked by their own policy."""
    _, _, service, region, account, name = arn.split(':', 5)
    context = policies.service_context(bucket.arn, bucket.account_id)
    principal = {'Service': 's3.amazonaws.com'}
    if service == 'sqs':
        queue = sqs_backends[account][region].queues.get(name)
        return bool(queue) and policies.allows(queue.policy, principal, 'sqs:SendMessage', arn, context)
    if service == 'sns':
        topic = sns_backends[account][region].topics.get(arn)
        return bool(topic) and policies.allows(topic.policy, principal, 'sns:Publish', arn, context)
    return True


def _deliver(account_id: str, bucket, arn: str, event: dict):
    text = json.dumps(event)
    try:
        if not may_deliver(bucket, arn):
            raise PermissionError(f'the policy of {arn} does not let the bucket {bucket.name} send to it')
        service, region = arn.split(':')[2:4]
        if service == 'sns':
            sns_backends[account_id][region].publish(message=text, arn=arn, subject='Amazon S3 Notification')
        elif service == 'lambda':
            asynchronous.submit(arn, text, account=account_id, region=region)
        else:
            targets.send(arn, text, account=account_id, region=region)
    except Exception as error:
        complain(f's3://{bucket.name} -> {arn}: {type(error).__name__}: {error}')


def _now() -> str:
    return datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'


def encoded(key: str) -> str:
    """A key as it stands in an event: a form's encoding that leaves slashes."""
    return quote_plus(key, safe='/')


def _record(event_name: str, bucket, key, configuration_id: str, sequencer: str) -> dict:
    removed = event_name.startswith('s3:ObjectRemoved:')
    thing = {'key': encoded(key.name), 'sequencer': sequencer}
    if not removed:
        thing.update(size=key.size, eTag=key.etag.replace('"', ''))
    if bucket.is_versioned and getattr(key, 'version_id', None):
        thing['versionId'] = str(key.version_id)
    return {
        'eventVersion': '2.1',
        'eventSource': 'aws:s3',
        'awsRegion': bucket.region_name,
        'eventTime': _now(),
        'eventName': event_name.removeprefix('s3:'),
        'userIdentity': {'principalId': 'AWS:AIDAEMULATOR'},
        'requestParameters': {'sourceIPAddress': '127.0.0.1'},
        'responseElements': {'x-amz-request-id': uuid.uuid4().hex[:16].upper(), 'x-amz-id-2': uuid.uuid4().hex},
        's3': {
            's3SchemaVersion': '1.0',
            'configurationId': configuration_id,
            'bucket': {'name': bucket.name, 'ownerIdentity': {'principalId': 'EMULATOR'}, 'arn': bucket.arn},
            'object': thing,
        },
    }


_BUS_WORDS = {
    'ObjectCreated': 'Object Created',
    'ObjectRemoved': 'Object Deleted',
    'ObjectTagging': 'Object Tags Added',
    'ObjectAcl': 'Object ACL Updated',
}
_RESTORES = {
    'Post': 'Object Restore Initiated',
    'Completed': 'Object Restore Completed',
}
_REASONS = {
    'Put': 'PutObject',
    'Post': 'POST Object',
    'Copy': 'CopyObject',
    'CompleteMultipartUpload': 'CompleteMultipartUpload',
    'Delete': 'DeleteObject',
    'DeleteMarkerCreated': 'DeleteObject',
}


def _tell_bus(account_id: str, event_name: str, bucket, key, sequencer: str):
    from . import event_bus

    _, kind, detail = event_name.split(':')
    thing = {'key': key.name, 'sequencer': sequencer}
    if kind != 'ObjectRemoved':
        thing.update(size=key.size, etag=key.etag.replace('"', ''))
    if bucket.is_versioned and getattr(key, 'version_id', None):
        thing['version-id'] = str(key.version_id)
    event = {
        'version': '0',
        'bucket': {'name': bucket.name},
        'object': thing,
        'request-id': uuid.uuid4().hex[:16].upper(),
    }
    if kind == 'ObjectRestore':
        event['source-storage-class'] = key.storage_class
    if detail == 'Completed':
        event |= {'requester': 's3.amazonaws.com', 'restore-expiry-time': f'{key._expiry:%Y-%m-%dT00:00:00Z}'}
    else:
        event |= {'requester': account_id, 'source-ip-address': '127.0.0.1'}
    if kind != 'ObjectRestore':
        event['reason'] = _REASONS.get(detail, detail)
    if kind == 'ObjectRemoved':
        event['deletion-type'] = 'Delete Marker Created' if detail == 'DeleteMarkerCreated' else 'Permanently Deleted'
    told = _RESTORES[detail] if kind == 'ObjectRestore' else _BUS_WORDS.get(kind, kind)
    event_bus.put(account_id, bucket.region_name, 'aws.s3', told, event, [bucket.arn])
