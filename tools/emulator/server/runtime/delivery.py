"""Delivery streams: read a stream if they have one, gather, take records through a function, and write files."""

import base64
import gzip
import json
import threading
import time
import uuid
from dataclasses import dataclass

from moto.firehose.models import DeliveryStream, FirehoseBackend
from moto.kinesis.models import kinesis_backends
from moto.s3.models import s3_backends

from . import functions
from .functions import complain
from .options import redelivery_delay

_IDLE = 0.2
_ATTEMPTS = 4
_lock = threading.Lock()
_waiting: dict[tuple, list['Waiting']] = {}


@dataclass
class Waiting:
    """A record that is gathered."""

    data: bytes
    arrived: float
    id: str


def follow(backend: FirehoseBackend, stream: DeliveryStream):
    """Reads the stream that a delivery stream takes its records from, from now on and for as long as it is there."""
    _, _, _, region, account, resource = stream.source['KinesisStreamARN'].split(':', 5)
    source = lambda: kinesis_backends[account][region].streams.get(resource.split('/')[1])  # noqa: E731
    places = {id: len(shard.records) for id, shard in source().shards.items()} if source() else {}

    def read():
        while backend.delivery_streams.get(stream.delivery_stream_name) is stream:
            found = source()
            for id, shard in list(found.shards.items()) if found else []:
                fresh = list(shard.records.values())[places.get(id, 0) :]
                places[id] = places.get(id, 0) + len(fresh)
                if fresh:
                    records = [{'Data': base64.b64decode(record.data)} for record in fresh]
                    backend.put_record_batch(stream.delivery_stream_name, records)
            time.sleep(_IDLE)

    threading.Thread(target=read, daemon=True, name=f'delivery-{stream.delivery_stream_name}').start()


def gather(backend: FirehoseBackend, name: str, version: str, destination: dict, records: list[dict]) -> list[dict]:
    """Takes records, which are written when the time of the buffer is over."""
    fresh = [Waiting(record['Data'], time.time(), str(uuid.uuid4())) for record in records]
    key = (backend.account_id, backend.region_name, name, destination['BucketARN'])
    with _lock:
        first = key not in _waiting
        _waiting.setdefault(key, []).extend(fresh)
    if first:
        timer = threading.Timer(_seconds(destination), _flush, (backend, key, version, destination))
        timer.daemon = True
        timer.start()
    return [{'RecordId': record.id} for record in fresh]


def _seconds(destination: dict) -> float:
    """The stream's own interval, a minute and more; a hurried emulator lets nobody wait for it."""
    interval = float((destination.get('BufferingHints') or {}).get('IntervalInSeconds', 300))
    hurry = redelivery_delay()
    return interval if hurry is None else min(interval, hurry)


def _flush(backend: FirehoseBackend, key: tuple, version: str, destination: dict):
    with _lock:
        records = _waiting.pop(key, [])
    name = key[2]
    try:
        good, bad = _transformed(backend, name, destination, records)
        if good:
            _write(backend, name, version, destination, destination.get('Prefix', ''), b''.join(good))
        if bad:
            prefix = destination.get('ErrorOutputPrefix', '') + 'processing-failed/'
            lines = ''.join(json.dumps(each) + '\n' for each in bad)
            _write(backend, name, version, destination, prefix, lines.encode())
    except Exception as error:
        complain(f'delivery stream {name}: {type(error).__name__}: {error}')


def _write(backend: FirehoseBackend, name: str, version: str, destination: dict, prefix: str, data: bytes):
    compressed = destination.get('CompressionFormat') == 'GZIP'
    suffix = destination.get('FileExtension') or ('.gz' if compressed else '')
    path = backend._format_s3_object_path(name, version, prefix) + suffix
    bucket = destination['BucketARN'].split(':')[-1]
    s3_backends[backend.account_id][backend.partition].put_object(
        bucket, path, gzip.compress(data) if compressed else data
    )


def _transformed(backend: FirehoseBackend, name: str, destination: dict, records: list[Waiting]):
    """What is to be written, and what a function could not transform, as Firehose tells of it."""
    function = _function(destination)
    if not function:
        return [record.data for record in records], []
    outcome = _invoke(backend, name, function, records)
    if outcome.failed:
        return [], [_failure(record, 'Lambda.FunctionError', outcome.payload) for record in records]
    answered = {each['recordId']: each for each in json.loads(outcome.payload)['records']}
    good, bad = [], []
    for record in records:
        answer = answered.get(record.id)
        if answer is None:
            bad.append(_failure(record, 'Lambda.MissingRecordId', 'One or more record Ids were not returned.'))
        elif answer['result'] == 'Ok':
            good.append(base64.b64decode(answer['data']))
        elif answer['result'] == 'ProcessingFailed':
            bad.append(_failure(record, 'Lambda.ProcessingFailedStatus', 'ProcessingFailed status set for record'))
    return good, bad


def _function(destination: dict) -> str | None:
    processing = destination.get('ProcessingConfiguration') or {}
    if not processing.get('Enabled'):
        return None
    for processor in processing.get('Processors', []):
        for parameter in processor.get('Parameters', []):
            if parameter['ParameterName'] == 'LambdaArn':
                return parameter['ParameterValue']
    return None


def _invoke(backend: FirehoseBackend, name: str, function: str, records: list[Waiting]) -> functions.Outcome:
    stream = backend.delivery_streams.get(name)
    event = {
        'invocationId': str(uuid.uuid4()),
        'deliveryStreamArn': stream.delivery_stream_arn if stream else '',
        'region': backend.region_name,
        'records': [
            {
                'recordId': record.id,
                'approximateArrivalTimestamp': int(record.arrived * 1000),
                'data': base64.b64encode(record.data).decode(),
            }
            for record in records
        ],
    }
    if stream and stream.source:
        event['sourceKinesisStreamArn'] = stream.source['KinesisStreamARN']
    for _ in range(_ATTEMPTS):
        outcome = functions.invoke(
            function, json.dumps(event), account=backend.account_id, region=backend.region_name
        )
        if not outcome.failed:
            break
    return outcome


def _failure(record: Waiting, code: str, message: str) -> dict:
    return {
        'attemptsMade': _ATTEMPTS,
        'arrivalTimestamp': int(record.arrived * 1000),
        'errorCode': code,
        'errorMessage': message,
        'attemptEndingTimestamp': int(time.time() * 1000),
        'rawData': base64.b64encode(record.data).decode(),
    }
