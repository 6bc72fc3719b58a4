"""Queues and their policies."""

import json

from stacks.kinds import kind
from stacks.reading import whole

ATTRIBUTES = (
    'ContentBasedDeduplication',
    'DeduplicationScope',
    'DelaySeconds',
    'FifoThroughputLimit',
    'KmsDataKeyReusePeriodSeconds',
    'KmsMasterKeyId',
    'MaximumMessageSize',
    'MessageRetentionPeriod',
    'ReceiveMessageWaitTimeSeconds',
    'RedriveAllowPolicy',
    'RedrivePolicy',
    'SqsManagedSseEnabled',
    'VisibilityTimeout',
)
DEFAULTS = {
    'DelaySeconds': '0',
    'MaximumMessageSize': '1048576',
    'MessageRetentionPeriod': '345600',
    'ReceiveMessageWaitTimeSeconds': '0',
    'RedrivePolicy': '',
    'RedriveAllowPolicy': '',
    'VisibilityTimeout': '30',
    'KmsMasterKeyId': '',
}


def as_text(value) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(whole(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _queue(at, props):
    fifo = str(props.get('FifoQueue', False)).lower() == 'true'
    name = props.get('QueueName') or at.name(80, suffix='.fifo' if fifo else '')
    given = {key: as_text(props[key]) for key in ATTRIBUTES if key in props}
    if fifo:
        given['FifoQueue'] = 'true'
    url = at.call('sqs', 'create_queue', QueueName=name, Attributes=given)['QueueUrl']
    return url, {'Arn': at.arn('sqs', name), 'QueueName': name, 'QueueUrl': url}


def _queue_changed(at, url, old, new):
    given = {key: as_text(new[key]) for key in ATTRIBUTES if key in new}
    given |= {key: DEFAULTS[key] for key in old if key not in new and key in DEFAULTS}
    at.call('sqs', 'set_queue_attributes', QueueUrl=url, Attributes=given)


kind(
    'AWS::SQS::Queue',
    'sqs',
    create=_queue,
    update=_queue_changed,
    key='QueueUrl',
    delete='delete_queue',
    tagged='{id}',
)


def _put(at, queues, document):
    for queue in queues:
        at.call('sqs', 'set_queue_attributes', QueueUrl=queue, Attributes={'Policy': document})


def _policy(at, props):
    _put(at, props['Queues'], json.dumps(whole(props['PolicyDocument'])))
    made = at.name()
    return made, {'Id': made}


def _policy_changed(at, _id, old, new):
    _put(at, [queue for queue in old['Queues'] if queue not in new['Queues']], '')
    _put(at, new['Queues'], json.dumps(whole(new['PolicyDocument'])))


kind(
    'AWS::SQS::QueuePolicy',
    'sqs',
    create=_policy,
    update=_policy_changed,
    delete=lambda at, _id, props: _put(at, props['Queues'], ''),
)
