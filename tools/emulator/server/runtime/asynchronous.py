"""Asynchronous invocation: a queue in front of a function, two retries, dead letters and destinations."""

import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from moto.awslambda.models import lambda_backends

from . import functions, targets
from .functions import Outcome, Throttled, complain
from .options import retry_delays

_workers = ThreadPoolExecutor(max_workers=64, thread_name_prefix='asynchronous')
_LONGEST_THROTTLE_PAUSE = 30.0


@dataclass
class Event:
    name: str
    payload: str
    account: str
    region: str
    request_id: str
    attempts: int = 0
    accepted: float = field(default_factory=time.time)
    throttled: int = 0


def submit(name: str, payload: str, *, account: str, region: str, qualifier: str | None = None) -> str:
    """Accepts an event for a function that exists, and returns its request id at once."""
    target = functions.resolve(name, account, region, qualifier)
    event = Event(target.arn, payload, account, target.function.region, str(uuid.uuid4()))
    _workers.submit(_attempt, event)
    return event.request_id


def _attempt(event: Event):
    try:
        try:
            outcome = functions.invoke(
                event.name, event.payload, account=event.account, region=event.region, request_id=event.request_id
            )
        except Throttled:
            return _again_when_free(event)
        event.attempts += 1
        if not outcome.failed:
            return _tell('OnSuccess', 'Success', event, outcome)
        retries = _configuration(event).get('MaximumRetryAttempts', 2)
        if event.attempts > retries:
            return _give_up('RetriesExhausted', event, outcome)
        delay = retry_delays()[min(event.attempts, 2) - 1]
        if _too_old(event, delay):
            return _give_up('EventAgeExceeded', event, outcome)
        _later(delay, event)
    except Exception as error:
        complain(f'asynchronous invocation of {event.name}: {type(error).__name__}: {error}')


def _again_when_free(event: Event):
    """Lambda holds throttled events back for up to six hours; they do not count as attempts."""
    event.throttled += 1
    delay = min(_LONGEST_THROTTLE_PAUSE, 0.5 * 2**event.throttled)
    if _too_old(event, delay):
        return _give_up('EventAgeExceeded', event, None)
    _later(delay, event)


def _later(delay: float, event: Event):
    timer = threading.Timer(delay, _workers.submit, (_attempt, event))
    timer.daemon = True
    timer.start()


def _too_old(event: Event, delay: float) -> bool:
    return time.time() + delay - event.accepted > _configuration(event).get('MaximumEventAgeInSeconds', 21_600)


def _latest(event: Event):
    _, name, _ = functions.split_name(event.name)
    return lambda_backends[event.account][event.region].get_function(name)


def _configuration(event: Event) -> dict:
    """The EventInvokeConfig of the qualifier the event was sent to."""
    _, _, qualifier = functions.split_name(event.name)
    return getattr(_latest(event), 'invoke_configurations', {}).get(qualifier or '$LATEST', {})


def _give_up(condition: str, event: Event, outcome: Outcome | None):
    _tell('OnFailure', condition, event, outcome)
    dead_letters = (getattr(_latest(event), 'dead_letter_config', None) or {}).get('TargetArn')
    if not dead_letters:
        return
    error = (outcome.error or {}) if outcome else {'errorMessage': 'Rate Exceeded.'}
    attributes = {
        'RequestID': ('String', event.request_id),
        'ErrorCode': ('Number', '200' if outcome else '429'),
        'ErrorMessage': ('String', str(error.get('errorMessage') or error.get('errorType') or 'unknown')[:1024]),
    }
    targets.send(dead_letters, event.payload, account=event.account, region=event.region, attributes=attributes)


def _tell(kind: str, condition: str, event: Event, outcome: Outcome | None):
    destination = _configuration(event).get('DestinationConfig', {}).get(kind, {}).get('Destination')
    if not destination:
        return
    version = outcome.version if outcome else '$LATEST'
    arn = event.name if functions.split_name(event.name)[2] else f'{event.name}:$LATEST'
    record = {
        'version': '1.0',
        'timestamp': datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z',
        'requestContext': {
            'requestId': event.request_id,
            'functionArn': arn,
            'condition': condition,
            'approximateInvokeCount': event.attempts,
        },
        'requestPayload': json.loads(event.payload or '{}'),
    }
    if outcome:
        record['responseContext'] = {'statusCode': 200, 'executedVersion': version}
        if outcome.failed:
            record['responseContext']['functionError'] = 'Unhandled'
        record['responsePayload'] = json.loads(outcome.payload)
    if destination.split(':')[2] == 'events':
        words = 'Success' if kind == 'OnSuccess' else 'Failure'
        targets.put_event(
            destination, 'lambda', f'Lambda Function Invocation Result - {words}', record, event, [destination, arn]
        )
        return
    targets.send(destination, json.dumps(record), account=event.account, region=event.region)
