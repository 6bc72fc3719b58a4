"""Event source mappings: each has a poller of its own for as long as it exists."""

import json
import threading

from moto.awslambda.models import EventSourceMapping, lambda_backends

from . import functions, patterns
from .functions import Outcome, Throttled

_pollers: dict[str, threading.Thread] = {}


def start(mapping: EventSourceMapping):
    """Starts the poller of a new mapping."""
    from .sqs_source import poll as poll_queue
    from .stream_source import poll as poll_stream

    poll = poll_queue if mapping.event_source_arn.split(':')[2] == 'sqs' else poll_stream
    thread = threading.Thread(target=poll, args=(mapping,), daemon=True, name=f'mapping-{mapping.uuid}')
    _pollers[mapping.uuid] = thread
    thread.start()


def exists(mapping: EventSourceMapping) -> bool:
    """False once a mapping, or a pipe, is deleted, or everything is wiped: its poller then ends."""
    if hasattr(mapping, 'exists'):
        return mapping.exists()
    return lambda_backends[mapping.account_id][mapping.region]._event_source_mappings.get(mapping.uuid) is mapping


def passes(mapping: EventSourceMapping, record: dict) -> bool:
    """Whether a record fits one of the filters; a body or data that is JSON is looked into."""
    filters = (mapping.filter_criteria or {}).get('Filters') or []
    if not filters:
        return True
    return any(patterns.matches(json.loads(each['Pattern']), record) for each in filters)


def parsed(text: str):
    """JSON where it is JSON, as filters see a body."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def invoke(mapping: EventSourceMapping, records: list[dict], patience: float, **told) -> Outcome | None:
    """Invokes the mapping's function with a batch; waits out throttling for so many seconds, then None. A pipe hands it on itself."""
    if hasattr(mapping, 'deliver'):
        return mapping.deliver(records)
    pause = threading.Event()
    waited, step = 0.0, 0.25
    while True:
        try:
            return functions.invoke(
                mapping.function_arn,
                json.dumps({'Records': records, **told}),
                account=mapping.account_id,
                region=mapping.region,
            )
        except Throttled:
            if waited >= patience or not exists(mapping):
                return None
            pause.wait(step)
            waited, step = waited + step, min(step * 2, 5.0)


def failed_items(mapping: EventSourceMapping, outcome: Outcome | None, every: list[str]) -> list[str]:
    """Which items of a batch come back: all after an error, those the function names where it reports them, none
    otherwise.
    """
    if outcome is None or outcome.failed:
        return every
    if 'ReportBatchItemFailures' not in (mapping.function_response_types or []):
        return []
    answer = json.loads(outcome.payload)
    if not answer:
        return []
    failures = answer.get('batchItemFailures') if isinstance(answer, dict) else 'odd'
    if not failures:
        return []
    try:
        named = [each['itemIdentifier'] for each in failures]
    except (TypeError, KeyError):
        return every
    # A name that is none of the batch's makes Lambda treat the whole batch as failed.
    return named if all(each in every for each in named) else every
