"""Message move tasks: dead letters return to the queue they came from, or go to another."""

import threading
import time
import uuid
from dataclasses import dataclass, field

from moto.sqs.exceptions import SQSException


@dataclass
class Task:
    source_arn: str
    destination_arn: str | None
    to_move: int
    rate: int | None
    handle: str = field(default_factory=lambda: uuid.uuid4().hex)
    status: str = 'RUNNING'
    moved: int = 0
    started: int = field(default_factory=lambda: int(time.time() * 1000))


_tasks: dict[str, Task] = {}


def start(backend, source, destination_arn: str | None, rate) -> str:
    """Begins to move what lies in a dead-letter queue now; returns the task's handle."""
    if not any(queue.dead_letter_queue is source for queue in backend.queues.values()):
        raise SQSException('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.')
    if any(task.source_arn == source.queue_arn and task.status == 'RUNNING' for task in _tasks.values()):
        raise SQSException(
            'InvalidParameterValue',
            'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        )
    task = Task(source.queue_arn, destination_arn, len(source._messages), int(rate) if rate else None)
    _tasks[task.handle] = task
    threading.Thread(target=_move, args=(backend, source, task), daemon=True).start()
    return task.handle


def _move(backend, source, task: Task):
    while task.status == 'RUNNING':
        with source._messages_lock:
            waiting = [m for m in source._messages if m.visible and not m.delayed and m.sent_timestamp <= task.started]
            if not waiting:
                task.status = 'COMPLETED'
                return
            message = waiting[0]
            destination = _destination(backend, message, task)
            if destination is None:
                task.status = 'FAILED'
                return
            source._messages.remove(message)
        _renew(message)
        with destination._messages_lock:
            destination._messages.append(message)
            destination._messages_lock.notify_all()
        task.moved += 1
        if task.rate:
            time.sleep(1 / task.rate)


def _destination(backend, message, task: Task):
    arn = task.destination_arn or getattr(message, 'dead_letter_source', None)
    return next((queue for queue in backend.queues.values() if queue.queue_arn == arn), None)


def _renew(message):
    """A redriven message counts as new."""
    message.id = str(uuid.uuid4())
    message.sent_timestamp = int(time.time() * 1000)
    message.approximate_receive_count = 0
    message.approximate_first_receive_timestamp = None
    message.receipt_handle = None
    message._old_receipt_handles = []


def listed(source_arn: str, count: int) -> list[dict]:
    """The tasks of a queue, newest first; only one that runs has a handle."""
    found = sorted((task for task in _tasks.values() if task.source_arn == source_arn), key=lambda task: -task.started)
    return [
        {
            **({'TaskHandle': task.handle} if task.status == 'RUNNING' else {}),
            'Status': task.status,
            'SourceArn': task.source_arn,
            **({'DestinationArn': task.destination_arn} if task.destination_arn else {}),
            'ApproximateNumberOfMessagesMoved': task.moved,
            'ApproximateNumberOfMessagesToMove': task.to_move,
            'StartedTimestamp': task.started,
        }
        for task in found[:count]
    ]


def cancel(handle: str) -> int:
    task = _tasks.get(handle)
    if not task or task.status != 'RUNNING':
        raise SQSException('ResourceNotFoundException', 'The task handle does not name a running task.')
    task.status = 'CANCELLED'
    return task.moved
