"""Polls a stream of a table, or a Kinesis stream, for a function: in order, batch by batch, with what Lambda does
about failures.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from moto.awslambda.models import EventSourceMapping
from moto.dynamodb.models import dynamodb_backends
from moto.kinesis.models import kinesis_backends

from . import mappings, targets
from .functions import Outcome, complain
from .windows import Window

_LONGEST_PAUSE = 10.0
_IDLE = 0.1


@dataclass
class Item:
    """One record of a shard as the function sees it."""

    sequence: str
    arrived: float
    event: dict


def poll(mapping: EventSourceMapping):
    """Runs until the mapping is gone: every shard has a reader, and what comes new in a shard is handled in order."""
    readers: dict[str, '_Shard'] = {}
    began = time.time()
    while mappings.exists(mapping):
        worked = False
        try:
            for shard, records, read in _shards(mapping):
                if shard not in readers:
                    readers[shard] = _Shard(mapping, shard, _first(mapping, [read(each) for each in records], began))
                worked = (mapping.enabled and readers[shard].work(records, read)) or worked
        except Exception as error:
            complain(f'reading {mapping.event_source_arn}: {type(error).__name__}: {error}')
            time.sleep(1)
        if not worked:
            time.sleep(_IDLE)


def _first(mapping: EventSourceMapping, items: list[Item], began: float) -> int:
    if mapping.starting_position == 'LATEST':
        return sum(1 for item in items if item.arrived < began)
    if mapping.starting_position == 'AT_TIMESTAMP':
        return sum(1 for item in items if item.arrived < float(mapping.starting_position_timestamp))
    return 0


def _shards(mapping: EventSourceMapping) -> Iterator[tuple[str, list, Callable[[Any], Item]]]:
    """Every shard with its records as moto keeps them, and how to read one."""
    _, _, service, region, account, resource = mapping.event_source_arn.split(':', 5)
    if service == 'dynamodb':
        table = dynamodb_backends[account][region].tables.get(resource.split('/')[1])
        if table and table.stream_shard:
            yield table.stream_shard.id, table.stream_shard.items, lambda record: _change(mapping, record.to_json())
        return
    stream = kinesis_backends[account][region].streams.get(resource.split('/')[1])
    for shard_id, shard in list(stream.shards.items()) if stream else []:
        yield shard_id, list(shard.records.values()), lambda record, shard_id=shard_id: _data(mapping, shard_id, record)


def _change(mapping: EventSourceMapping, record: dict) -> Item:
    created = record['dynamodb']['ApproximateCreationDateTime']
    arrived = created.replace(tzinfo=UTC).timestamp() if isinstance(created, datetime) else float(created)
    event = {
        **record,
        'awsRegion': mapping.region,
        'eventVersion': '1.1',
        'dynamodb': {**record['dynamodb'], 'ApproximateCreationDateTime': int(arrived)},
        'eventSourceARN': mapping.event_source_arn,
    }
    return Item(record['dynamodb']['SequenceNumber'], arrived, event)


def _data(mapping: EventSourceMapping, shard: str, record) -> Item:
    arrived = float(record.created_at)
    event = {
        'kinesis': {
            'kinesisSchemaVersion': '1.0',
            'partitionKey': record.partition_key,
            'sequenceNumber': str(record.sequence_number),
            'data': record.data,
            'approximateArrivalTimestamp': round(arrived, 3),
        },
        'eventSource': 'aws:kinesis',
        'eventVersion': '1.0',
        'eventID': f'{shard}:{record.sequence_number}',
        'eventName': 'aws:kinesis:record',
        'awsRegion': mapping.region,
        'eventSourceARN': mapping.event_source_arn,
    }
    return Item(str(record.sequence_number), arrived, event)


class _Shard:
    """A reader's place in one shard."""

    def __init__(self, mapping: EventSourceMapping, shard: str, position: int):
        self._mapping, self._shard, self._position = mapping, shard, position
        self._waiting_since: float | None = None
        seconds = int(getattr(mapping, 'tumbling_window', 0) or 0)
        self._window = Window(seconds, shard, mapping.event_source_arn) if seconds else None

    def work(self, records: list, read: Callable[[Any], Item]) -> bool:
        """Handles one batch if there is one; False where there is nothing to do yet."""
        batch = [read(each) for each in records[self._position : self._position + self._mapping.batch_size]]
        if self._window and self._window.is_over(batch[0].arrived if batch else None):
            return self._end_window()
        if not batch:
            return False
        if self._window:
            batch = list(takewhile(lambda item: self._window.holds(item.arrived), batch))
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        window = float(self._mapping.max_batch_window or 0)
        if len(batch) < self._mapping.batch_size and now - self._waiting_since < window:
            return False
        self._waiting_since = None
        self._deliver([item for item in batch if self._wanted(item)])
        self._position += len(batch)
        return True

    def _end_window(self) -> bool:
        """The last run of a window, which has no records; tried like any other."""
        tried = 0
        while mappings.exists(self._mapping):
            outcome = mappings.invoke(self._mapping, [], 60, **self._window.told(is_last=True))
            tried += 1
            if (outcome and not outcome.failed) or self._exhausted(tried):
                break
            time.sleep(1)
        self._window.close()
        return True

    def _wanted(self, item: Item) -> bool:
        record = item.event
        if 'kinesis' in record:
            text = base64.b64decode(record['kinesis']['data']).decode(errors='replace')
            record = {**record['kinesis'], 'data': mappings.parsed(text)}
        return mappings.passes(self._mapping, record)

    def _deliver(self, batch: list[Item]):
        """Tries a batch until it is done or given up; nothing behind it is touched before."""
        tried, pause = 0, 0.2
        outcome: Outcome | None = None
        while batch and mappings.exists(self._mapping):
            fresh = [item for item in batch if not self._too_old(item)]
            if len(fresh) < len(batch):
                self._give_up([item for item in batch if item not in fresh], tried, outcome, 'RecordAgeExceeded')
                batch = fresh
                continue
            told = self._window.told(is_last=False) if self._window else {}
            outcome = mappings.invoke(self._mapping, [item.event for item in batch], 60, **told)
            tried += 1
            if self._window:
                self._window.keep(outcome)
            rest = self._unfinished(batch, outcome)
            if len(rest) < len(batch):
                tried, batch = 0, rest
                continue
            if self._exhausted(tried):
                return self._give_up(batch, tried, outcome, 'RetryAttemptsExhausted')
            if self._mapping.bisect_on_error and len(batch) > 1:
                middle = len(batch) // 2
                self._deliver(batch[:middle])
                return self._deliver(batch[middle:])
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _unfinished(self, batch: list[Item], outcome: Outcome | None) -> list[Item]:
        """From the first failed record on; everything where the function failed as a whole."""
        failed = mappings.failed_items(self._mapping, outcome, [item.sequence for item in batch])
        if not failed:
            return []
        return batch[min(at for at, item in enumerate(batch) if item.sequence in failed) :]

    def _exhausted(self, tried: int) -> bool:
        attempts = self._mapping.max_retry_attempts
        return attempts is not None and attempts >= 0 and tried > attempts

    def _too_old(self, item: Item) -> bool:
        age = self._mapping.max_record_age
        return age is not None and age > 0 and time.time() - item.arrived > age

    def _give_up(self, batch: list[Item], tried: int, outcome: Outcome | None, condition: str):
        destination = ((self._mapping.destination_config or {}).get('OnFailure') or {}).get('Destination')
        if not destination or not batch:
            return
        stamp = datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'
        kind = 'KinesisBatchInfo' if 'kinesis' in batch[0].event else 'DDBStreamBatchInfo'
        record = {
            **self._context(condition, tried, outcome),
            'version': '1.0',
            'timestamp': stamp,
            kind: {
                'shardId': self._shard,
                'startSequenceNumber': batch[0].sequence,
                'endSequenceNumber': batch[-1].sequence,
                'approximateArrivalOfFirstRecord': _iso(batch[0].arrived),
                'approximateArrivalOfLastRecord': _iso(batch[-1].arrived),
                'batchSize': len(batch),
                'streamArn': self._mapping.event_source_arn,
            },
        }
        targets.send(destination, json.dumps(record), account=self._mapping.account_id, region=self._mapping.region)

    def _context(self, condition: str, tried: int, outcome: Outcome | None) -> dict:
        if hasattr(self._mapping, 'context'):
            return self._mapping.context(condition)
        return {
            'requestContext': {
                'requestId': outcome.request_id if outcome else '',
                'functionArn': self._mapping.function_arn,
                'condition': condition,
                'approximateInvokeCount': tried,
            },
            'responseContext': {
                'statusCode': 200,
                'executedVersion': outcome.version if outcome else '$LATEST',
                'functionError': 'Unhandled',
            },
        }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')
