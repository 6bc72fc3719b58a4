"""Polls a queue for a function, as Lambda does: batches, windows, partial failures, one batch at a time for each
group.
"""

import base64
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from moto.awslambda.models import EventSourceMapping
from moto.sqs.exceptions import QueueDoesNotExist, ReceiptHandleIsInvalid
from moto.sqs.models import Message, Queue, sqs_backends

from . import mappings
from .functions import SYNCHRONOUS_BYTES, complain
from .options import redelivery_delay

# Lambda begins with five pollers and adds more; on one machine a few keep it busy.
DEFAULT_CONCURRENCY = 5
_RECEIVE_WAIT = 1


def poll(mapping: EventSourceMapping):
    """Runs until the mapping is gone."""
    workers = ThreadPoolExecutor(max_workers=64, thread_name_prefix=f'batch-{mapping.uuid[:8]}')
    running = _Running()
    try:
        while mappings.exists(mapping):
            if not mapping.enabled:
                time.sleep(0.2)
                continue
            limit = int((mapping.scaling_config or {}).get('MaximumConcurrency') or DEFAULT_CONCURRENCY)
            if not running.take_place(limit):
                continue
            try:
                messages = _receive_batch(mapping)
            except Exception as error:
                messages = []
                if not isinstance(error, QueueDoesNotExist):
                    complain(f'polling {mapping.event_source_arn}: {type(error).__name__}: {error}')
                time.sleep(1)
            if not messages:
                running.give_place_back()
                continue
            workers.submit(_handle, mapping, messages).add_done_callback(lambda _: running.give_place_back())
    finally:
        workers.shutdown(wait=False)


class _Running:
    """How many batches are being worked on; the limit may change while it runs."""

    def __init__(self):
        self._changed = threading.Condition()
        self._count = 0

    def take_place(self, limit: int) -> bool:
        with self._changed:
            if not self._changed.wait_for(lambda: self._count < limit, timeout=0.5):
                return False
            self._count += 1
            return True

    def give_place_back(self):
        with self._changed:
            self._count -= 1
            self._changed.notify_all()


def _backend(mapping: EventSourceMapping):
    _, _, _, region, account, _ = mapping.event_source_arn.split(':')
    return sqs_backends[account][region]


def _queue(mapping: EventSourceMapping) -> Queue:
    return _backend(mapping).get_queue(mapping.event_source_arn.rsplit(':', 1)[1])


def _receive_batch(mapping: EventSourceMapping) -> list[Message]:
    """One batch: what is there at once, or what comes within the window after the first message."""
    backend, queue = _backend(mapping), _queue(mapping)
    size = mapping.batch_size
    batch = backend.receive_message(queue.name, min(size, 10), _RECEIVE_WAIT, queue.visibility_timeout)
    until = time.monotonic() + float(mapping.max_batch_window or 0)
    while batch and len(batch) < size:
        left = until - time.monotonic()
        more = backend.receive_message(
            queue.name, min(size - len(batch), 10), max(0, min(1, left)), queue.visibility_timeout
        )
        batch += more
        if left <= 0 and not more:
            break
        if not mappings.exists(mapping):
            break
    return batch


def _handle(mapping: EventSourceMapping, messages: list[Message]):
    try:
        wanted = []
        for message in messages:
            record = _record(mapping, message)
            if mappings.passes(mapping, {**record, 'body': mappings.parsed(record['body'])}):
                wanted.append((message, record))
            else:
                _delete(mapping, message)
        for part in _parts(wanted):
            _invoke_with(mapping, part)
    except Exception as error:
        complain(f'a batch of {mapping.event_source_arn}: {type(error).__name__}: {error}')


def _parts(records: list[tuple[Message, dict]]) -> list[list[tuple[Message, dict]]]:
    """An event may be six megabytes; a batch above that is handed over in parts."""
    parts, size = [], SYNCHRONOUS_BYTES
    for message, record in records:
        weight = len(message.body.encode()) * 2 + 2000
        if size + weight > SYNCHRONOUS_BYTES - 1000:
            parts.append([])
            size = 0
        parts[-1].append((message, record))
        size += weight
    return parts


def _invoke_with(mapping: EventSourceMapping, part: list[tuple[Message, dict]]):
    queue = _queue(mapping)
    outcome = mappings.invoke(mapping, [record for _, record in part], queue.visibility_timeout / 2)
    failed = set(mappings.failed_items(mapping, outcome, [message.id for message, _ in part]))
    for message, _ in part:
        if message.id in failed:
            _return_soon(mapping, queue, message)
        else:
            _delete(mapping, message)


def _delete(mapping: EventSourceMapping, message: Message):
    try:
        _backend(mapping).delete_message(_queue(mapping).name, message.receipt_handle)
    except (ReceiptHandleIsInvalid, QueueDoesNotExist):
        pass  # The function deleted it itself, or the queue is gone.


def _return_soon(mapping: EventSourceMapping, queue: Queue, message: Message):
    """A failed message comes back when its visibility timeout ends; a hurried emulator does not wait that long."""
    delay = redelivery_delay()
    if delay is None:
        return
    with queue._messages_lock:
        held = next((each for each in queue._messages if each.receipt_handle == message.receipt_handle), None)
        if held and held.visible_at > (time.time() + delay) * 1000:
            held.visible_at = (time.time() + delay) * 1000
            queue._messages_lock.notify_all()


def _record(mapping: EventSourceMapping, message: Message) -> dict:
    attributes = {
        'ApproximateReceiveCount': str(message.approximate_receive_count),
        'SentTimestamp': str(message.sent_timestamp),
        'SenderId': message.sender_id,
        'ApproximateFirstReceiveTimestamp': str(message.approximate_first_receive_timestamp),
    }
    optional = {
        'SequenceNumber': message.sequence_number,
        'MessageGroupId': message.group_id,
        'MessageDeduplicationId': message.deduplication_id,
        'DeadLetterQueueSourceArn': getattr(message, 'dead_letter_source', None),
        'AWSTraceHeader': (message.system_attributes.get('AWSTraceHeader') or {}).get('StringValue'),
    }
    return {
        'messageId': message.id,
        'receiptHandle': message.receipt_handle,
        'body': message.body,
        'attributes': {**attributes, **{name: value for name, value in optional.items() if value}},
        'messageAttributes': {name: _attribute(value) for name, value in message.message_attributes.items()},
        'md5OfBody': message.body_md5,
        **({'md5OfMessageAttributes': message.attribute_md5} if message.message_attributes else {}),
        'eventSource': 'aws:sqs',
        'eventSourceARN': mapping.event_source_arn,
        'awsRegion': mapping.region,
    }


def _attribute(value: dict) -> dict:
    shown = {'stringListValues': [], 'binaryListValues': [], 'dataType': value['DataType']}
    if value.get('BinaryValue') is not None:
        binary = value['BinaryValue']
        shown['binaryValue'] = base64.b64encode(binary).decode() if isinstance(binary, bytes) else binary
    else:
        shown['stringValue'] = value.get('StringValue')
    return shown
