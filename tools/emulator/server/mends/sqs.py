"""Mends of moto's queues: receiving that is safe from several threads, groups that block, redrives, and a memory.

moto lets two receivers take one message at once, forgets a deduplication id with its message, pushes to functions
itself instead of being polled, and has no message move tasks.
"""

import heapq
import time

from moto.core.responses import ActionResult
from moto.sqs.exceptions import QueueDoesNotExist, ReceiptHandleIsInvalid, SQSException
from moto.sqs.models import DEDUPLICATION_TIME_IN_SECONDS, Message, Queue, SQSBackend, _filter_message_attributes
from moto.sqs.responses import SQSResponse

from runtime import move_tasks


def install():
    Queue.add_message = add_message
    Queue.delete_message = delete_message
    Queue.approximate_number_of_messages_not_visible = property(_in_flight)
    SQSBackend.receive_message = receive_message
    SQSBackend.change_message_visibility = _change_visibility(SQSBackend.change_message_visibility)
    SQSResponse.start_message_move_task = _start_move
    SQSResponse.list_message_move_tasks = _list_moves
    SQSResponse.cancel_message_move_task = _cancel_move


def _now() -> float:
    return time.time() * 1000


def add_message(self: Queue, message: Message):
    """Appends a message unless it repeats one of the last five minutes, and wakes receivers."""
    with self._messages_lock:
        if self.fifo_queue and message.deduplication_id:
            memory = self.__dict__.setdefault('_deduplicated', {})
            scope = message.group_id if self.deduplication_scope == 'messageGroup' else None
            for key in [
                key for key, (since, _) in memory.items() if since < _now() - DEDUPLICATION_TIME_IN_SECONDS * 1000
            ]:
                del memory[key]
            seen = memory.setdefault((scope, message.deduplication_id), (_now(), message))
            if seen[1] is not message:
                message.id = seen[1].id  # The sender is answered the id of the first.
                return
        self._messages.append(message)
        self._messages_lock.notify_all()


def _receipts(queue: Queue) -> dict[str, Message]:
    return queue.__dict__.setdefault('_receipts', {})


def delete_message(self: Queue, receipt_handle: str):
    with self._messages_lock:
        message = _receipts(self).get(receipt_handle)
        if message is None:
            if receipt_handle in self.deleted_messages:
                return
            raise ReceiptHandleIsInvalid()
        if message in self._messages:
            self._messages.remove(message)
        self.deleted_messages.add(receipt_handle)
        for handle in message.all_receipt_handles:
            _receipts(self).pop(handle, None)
        # The next message of a group may go now.
        self._messages_lock.notify_all()


def receive_message(
    self: SQSBackend, queue_name, count, wait_seconds_timeout, visibility_timeout, message_attribute_names=None
):
    queue = self.get_queue(queue_name)
    until = time.monotonic() + int(wait_seconds_timeout or 0)
    while True:
        with queue._messages_lock:
            taken = _take(queue, int(count), int(visibility_timeout or 0))
            left = until - time.monotonic()
            if taken or left <= 0:
                break
            queue._messages_lock.wait(min(left, _next_change(queue)))
    names = message_attribute_names if message_attribute_names is not None else ['All']
    return [_shown(message, names) for message in taken]


def _take(queue: Queue, count: int, visibility_timeout: int) -> list[Message]:
    now = _now()
    oldest = now - queue.message_retention_period * 1000
    expired = [message for message in queue._messages if message.sent_timestamp < oldest]
    for message in expired:
        queue._messages.remove(message)
    blocked = {message.group_id for message in queue._messages if queue.fifo_queue and _waits(message, now)}
    taken, dead = [], []
    for message in queue._messages:
        if len(taken) >= count:
            break
        if _waits(message, now) or (queue.fifo_queue and message.group_id in blocked):
            continue
        if _is_dead(queue, message):
            dead.append(message)
            continue
        message.mark_received(visibility_timeout=visibility_timeout)
        _receipts(queue)[message.receipt_handle] = message
        taken.append(message)
    for message in dead:
        _bury(queue, message)
    return taken


def _waits(message: Message, now: float) -> bool:
    """In flight, or delayed."""
    return message.visible_at > now or message.delayed_until > now


def _is_dead(queue: Queue, message: Message) -> bool:
    policy = queue.redrive_policy
    return bool(
        queue.dead_letter_queue and policy and message.approximate_receive_count >= int(policy['maxReceiveCount'])
    )


def _bury(queue: Queue, message: Message):
    queue._messages.remove(message)
    for handle in message.all_receipt_handles:
        _receipts(queue).pop(handle, None)
    message.visible_at = message.delayed_until = 0.0
    message.dead_letter_source = queue.queue_arn
    dead_letters = queue.dead_letter_queue
    with dead_letters._messages_lock:
        dead_letters._messages.append(message)
        dead_letters._messages_lock.notify_all()


def _next_change(queue: Queue) -> float:
    """Seconds until a message that waits now may be had; receivers are woken for everything else."""
    now = _now()
    times = [max(message.visible_at, message.delayed_until) for message in queue._messages]
    soonest = heapq.nsmallest(1, [each for each in times if each > now])
    return (soonest[0] - now) / 1000 + 0.002 if soonest else 60.0


def _shown(message: Message, names: list[str]) -> Message:
    """A copy, so that what the receiver is told does not change under it."""
    copy = Message.__new__(Message)
    copy.__dict__.update(message.__dict__)
    copy.message_attributes = dict(message.message_attributes)
    _filter_message_attributes(copy, names)
    return copy


def _in_flight(queue: Queue) -> int:
    """moto counts delayed messages that were never received as well."""
    now = _now()
    return len([message for message in queue._messages if message.visible_at > now])


def _change_visibility(original):
    def change_message_visibility(self, queue_name, receipt_handle, visibility_timeout):
        queue = self.get_queue(queue_name)
        with queue._messages_lock:
            original(self, queue_name, receipt_handle, visibility_timeout)
            queue._messages_lock.notify_all()

    return change_message_visibility


def _queue_of(response: SQSResponse, arn: str) -> Queue:
    try:
        return response.sqs_backend.get_queue(arn.rsplit(':', 1)[1])
    except QueueDoesNotExist as missing:
        raise SQSException(
            'ResourceNotFoundException',
            f'The resource that you specified for the SourceArn parameter does not exist: {arn}',
        ) from missing


def _start_move(self):
    source = _queue_of(self, self._get_param('SourceArn'))
    handle = move_tasks.start(
        self.sqs_backend, source, self._get_param('DestinationArn'), self._get_param('MaxNumberOfMessagesPerSecond')
    )
    return ActionResult({'TaskHandle': handle})


def _list_moves(self):
    source = _queue_of(self, self._get_param('SourceArn'))
    return ActionResult({'Results': move_tasks.listed(source.queue_arn, int(self._get_param('MaxResults') or 1))})


def _cancel_move(self):
    return ActionResult({'ApproximateNumberOfMessagesMoved': move_tasks.cancel(self._get_param('TaskHandle'))})
