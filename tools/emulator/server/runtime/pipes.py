"""Pipes: what is read from a queue or a stream is filtered, enriched, reshaped and handed on. The pollers of event source mappings do
the reading; a pipe looks to them like a mapping that delivers by itself.
"""

import base64
import json
import threading
import time
import uuid

from moto.pipes.models import Pipe, pipes_backends

from . import functions, targets
from .event_bus import PLACE, at_path, fill, iso_time
from .functions import Outcome, complain
from .mappings import parsed

_SOURCES = ('SqsQueueParameters', 'DynamoDBStreamParameters', 'KinesisStreamParameters')


class PipeReader:
    """A pipe, by the names that the pollers know from mappings."""

    bisect_on_error = True
    function_response_types: list[str] = []
    starting_position_timestamp = None
    scaling_config: dict = {}

    def __init__(self, pipe: Pipe):
        self._pipe = pipe
        self.uuid = str(uuid.uuid4())
        self.account_id, self.region = pipe.account_id, pipe.region_name
        self.event_source_arn = pipe.source
        self.function_arn = pipe.arn

    def _settings(self) -> dict:
        given = self._pipe.source_parameters or {}
        return next((given[name] for name in _SOURCES if name in given), {})

    enabled = property(lambda self: self._pipe.desired_state == 'RUNNING')
    filter_criteria = property(lambda self: (self._pipe.source_parameters or {}).get('FilterCriteria'))
    batch_size = property(lambda self: int(self._settings().get('BatchSize') or 10))
    max_batch_window = property(lambda self: self._settings().get('MaximumBatchingWindowInSeconds') or 0)
    starting_position = property(lambda self: self._settings().get('StartingPosition'))
    max_retry_attempts = property(lambda self: self._settings().get('MaximumRetryAttempts', -1))
    max_record_age = property(lambda self: self._settings().get('MaximumRecordAgeInSeconds', -1))

    @property
    def destination_config(self) -> dict:
        arn = (self._settings().get('DeadLetterConfig') or {}).get('Arn')
        return {'OnFailure': {'Destination': arn}} if arn else {}

    def exists(self) -> bool:
        return pipes_backends[self.account_id][self.region].pipes.get(self._pipe.name) is self._pipe

    def context(self, condition: str) -> dict:
        """What a dead letter of a pipe says of it."""
        return {'context': {'partnerResourceArn': self._pipe.arn, 'condition': condition}}

    def deliver(self, records: list[dict]) -> Outcome:
        """Hands a batch on; all of it comes back when one record cannot be."""
        if not self.exists():
            return Outcome('deleted meanwhile', True, '', '', '')
        try:
            self._hand_on([_record(each) for each in records])
            return Outcome('', False, '', '', '')
        except Exception as error:
            complain(f'the pipe {self._pipe.name}: {type(error).__name__}: {error}')
            return Outcome(str(error), True, '', '', '')

    def _hand_on(self, records: list[dict]):
        pipe = self._pipe
        if pipe.enrichment:
            shaped = [self._shaped(pipe.enrichment_parameters, each) for each in records]
            answer = functions.invoke(pipe.enrichment, json.dumps(shaped), account=self.account_id, region=self.region)
            if answer.failed:
                raise RuntimeError(answer.payload)
            enriched = json.loads(answer.payload)
            records = enriched if isinstance(enriched, list) else [enriched]
        events = [self._shaped(pipe.target_parameters, each) for each in records]
        service = pipe.target.split(':')[2]
        # Functions and state machines get the batch; everything else gets one event after the other.
        for event, record in [(events, records[-1:])] if service in ('lambda', 'states') and events else zip(events, records):
            self._send(event, record, service)

    def _shaped(self, parameters: dict | None, record: dict):
        template = (parameters or {}).get('InputTemplate')
        if template is None:
            return record
        seen = {
            **record,
            **({'body': parsed(record['body'])} if 'body' in record else {}),
            **({'data': parsed(base64.b64decode(record['data']).decode(errors='replace'))} if 'data' in record else {}),
        }
        own = {
            'aws.pipes.pipe-arn': self._pipe.arn,
            'aws.pipes.pipe-name': self._pipe.name,
            'aws.pipes.source-arn': self._pipe.source,
            'aws.pipes.target-arn': self._pipe.target,
            'aws.pipes.event.ingestion-time': iso_time(time.time()),
        }
        values = {name: at_path(seen, name) if name.startswith('$') else own.get(name) for name in PLACE.findall(template)}
        return parsed(fill(template, values))

    def _send(self, event, record, service: str):
        pipe, given = self._pipe, self._pipe.target_parameters or {}

        def chosen(kind: str, name: str):
            value = (given.get(kind) or {}).get(name)
            return at_path(record, value) if isinstance(value, str) and value.startswith('$') else value

        text = event if isinstance(event, str) else json.dumps(event)
        options = {}
        if service == 'events':
            kind = 'EventBridgeEventBusParameters'
            text = json.dumps(
                {
                    'source': chosen(kind, 'Source') or f'Pipe {pipe.name}',
                    'detail-type': chosen(kind, 'DetailType') or 'Event from Pipes',
                    'detail': event if isinstance(event, dict) else {'data': event},
                }
            )
        if service == 'sqs':
            options = {
                'MessageGroupId': chosen('SqsQueueParameters', 'MessageGroupId'),
                'DeduplicationId': chosen('SqsQueueParameters', 'MessageDeduplicationId'),
            }
        if service == 'kinesis':
            options = {'PartitionKey': chosen('KinesisStreamParameters', 'PartitionKey')}
        targets.send(pipe.target, text, account=self.account_id, region=self.region, options=options)


def _record(record: dict) -> dict:
    """A record of a Kinesis stream lies flat in a pipe; all others are as a function gets them."""
    if 'kinesis' not in record:
        return record
    return {**record['kinesis'], **{name: value for name, value in record.items() if name != 'kinesis'}}


def start(pipe: Pipe):
    """Begins to read for a new pipe; of other sources than queues and streams it says that it does not."""
    from .sqs_source import poll as poll_queue
    from .stream_source import poll as poll_stream

    service = pipe.source.split(':')[2] if pipe.source.startswith('arn:') else pipe.source
    poll = {'sqs': poll_queue, 'dynamodb': poll_stream, 'kinesis': poll_stream}.get(service)
    if not poll:
        complain(f'the pipe {pipe.name}: {pipe.source} is not read here')
        return
    threading.Thread(target=poll, args=(PipeReader(pipe),), daemon=True, name=f'pipe-{pipe.name}').start()
