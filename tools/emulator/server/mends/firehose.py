"""Mends of moto's Firehose: records are gathered and compressed as the stream says; moto writes a plain object for
each.
"""

import gzip
import threading

from moto.firehose.models import FirehoseBackend
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends

from runtime.functions import complain
from runtime.options import redelivery_delay

_lock = threading.Lock()
_waiting: dict[tuple, list[bytes]] = {}


def install():
    FirehoseBackend.put_s3_records = put_s3_records


def put_s3_records(self, delivery_stream_name, version_id, s3_destination, records):
    key = (self.account_id, self.region_name, delivery_stream_name, s3_destination['BucketARN'])
    with _lock:
        first = key not in _waiting
        _waiting.setdefault(key, []).extend(record['Data'] for record in records)
    if first:
        timer = threading.Timer(_seconds(s3_destination), _flush, (self, key, version_id, s3_destination))
        timer.daemon = True
        timer.start()
    return [{'RecordId': str(mock_random.uuid4())} for _ in records]


def _seconds(destination: dict) -> float:
    """The stream's own interval, a minute and more; a hurried emulator lets nobody wait for it."""
    interval = float((destination.get('BufferingHints') or {}).get('IntervalInSeconds', 300))
    hurry = redelivery_delay()
    return interval if hurry is None else min(interval, hurry)


def _flush(backend: FirehoseBackend, key: tuple, version_id: str, destination: dict):
    with _lock:
        data = b''.join(_waiting.pop(key, []))
    compressed = destination.get('CompressionFormat') == 'GZIP'
    suffix = destination.get('FileExtension') or ('.gz' if compressed else '')
    path = backend._format_s3_object_path(key[2], version_id, destination.get('Prefix', '')) + suffix
    try:
        bucket = destination['BucketARN'].split(':')[-1]
        s3_backends[backend.account_id][backend.partition].put_object(
            bucket, path, gzip.compress(data) if compressed else data
        )
    except Exception as error:
        complain(f'delivery stream {key[2]}: {type(error).__name__}: {error}')
