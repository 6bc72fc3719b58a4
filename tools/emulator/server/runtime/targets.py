"""Delivers a text to whatever an ARN names. Every sender (rules, destinations, dead letters, schedules) ends here."""

import json
from functools import lru_cache

import boto3
from botocore.config import Config

from .options import endpoint


class Undeliverable(Exception):
    """A target that is not there, refuses, or is of a kind that is not supported."""


@lru_cache(maxsize=None)
def client(service: str, region: str):
    """A client of this emulator itself."""
    return boto3.client(
        service,
        endpoint_url=endpoint(),
        region_name=region,
        aws_access_key_id='test',
        aws_secret_access_key='test',
        config=Config(retries={'max_attempts': 1}, read_timeout=900, max_pool_connections=64),
    )


def send(
    arn: str,
    text: str,
    *,
    account: str,
    region: str,
    attributes: dict[str, tuple[str, str]] | None = None,
    group: str | None = None,
    options: dict | None = None,
):
    """Sends a text to a queue, topic, function, state machine, stream, log group or bus; raises Undeliverable."""
    service = arn.split(':')[2]
    deliver = _KINDS.get(service)
    if not deliver:
        raise Undeliverable(f'{arn}: events cannot be sent to {service} here; use {", ".join(sorted(_KINDS))}')
    try:
        deliver(arn, text, account, arn.split(':')[3] or region, attributes or {}, group, options or {})
    except Undeliverable:
        raise
    except Exception as error:
        raise Undeliverable(f'{arn}: {type(error).__name__}: {error}') from error


def _queue(arn, text, account, region, attributes, group, options):
    from moto.sqs.models import sqs_backends

    backend = sqs_backends[arn.split(':')[4]][region]
    name = arn.rsplit(':', 1)[1]
    backend.get_queue(name)
    typed = {key: {'DataType': kind, 'StringValue': value} for key, (kind, value) in attributes.items()}
    fifo = {
        'group_id': group or options.get('MessageGroupId') or 'none',
        'deduplication_id': options.get('DeduplicationId'),
    }
    backend.send_message(name, text, message_attributes=typed, **(fifo if name.endswith('.fifo') else {}))


def _topic(arn, text, account, region, attributes, group, options):
    typed = {key: {'DataType': kind, 'StringValue': value} for key, (kind, value) in attributes.items()}
    more = {'MessageGroupId': group or 'none'} if arn.endswith('.fifo') else {}
    client('sns', region).publish(TopicArn=arn, Message=text, MessageAttributes=typed, **more)


def _function(arn, text, account, region, attributes, group, options):
    from . import asynchronous

    asynchronous.submit(arn, text, account=account, region=region)


def _state_machine(arn, text, account, region, attributes, group, options):
    client('stepfunctions', region).start_execution(stateMachineArn=arn, input=text)


def _stream(arn, text, account, region, attributes, group, options):
    key = options.get('PartitionKey') or 'emulator'
    client('kinesis', region).put_record(StreamName=arn.split('/', 1)[1], Data=text.encode(), PartitionKey=key)


def _delivery_stream(arn, text, account, region, attributes, group, options):
    client('firehose', region).put_record(DeliveryStreamName=arn.split('/', 1)[1], Record={'Data': text.encode()})


def _log_group(arn, text, account, region, attributes, group, options):
    import time
    import uuid

    from moto.logs.models import logs_backends

    name = arn.split(':log-group:', 1)[1].removesuffix(':*')
    backend = logs_backends[account][region]
    if name not in backend.groups:
        raise Undeliverable(f'the log group {name} does not exist')
    stream = str(uuid.uuid4())
    backend.create_log_stream(name, stream)
    backend.put_log_events(name, stream, [{'timestamp': int(time.time() * 1000), 'message': text}])


def _bus(arn, text, account, region, attributes, group, options):
    if ':api-destination/' in arn:
        raise Undeliverable(f'{arn}: API destinations are not called here, nothing leaves this machine')
    event = json.loads(text)
    client('events', region).put_events(
        Entries=[
            {
                'EventBusName': arn,
                'Source': event.get('source', 'emulator'),
                'DetailType': event.get('detail-type', 'event'),
                'Detail': json.dumps(event.get('detail', event)),
                'Resources': event.get('resources', []),
            }
        ]
    )


def put_event(bus: str, source: str, detail_type: str, detail: dict, event, resources: list[str]):
    """An event of a service of AWS itself, on a bus."""
    text = json.dumps({'source': source, 'detail-type': detail_type, 'detail': detail, 'resources': resources})
    _bus(bus, text, event.account, bus.split(':')[3], {}, None, {})


_KINDS = {
    'sqs': _queue,
    'sns': _topic,
    'lambda': _function,
    'states': _state_machine,
    'kinesis': _stream,
    'firehose': _delivery_stream,
    'logs': _log_group,
    'events': _bus,
}
