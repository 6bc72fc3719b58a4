"""Writes what functions say to CloudWatch Logs, in the two formats of Lambda."""

import json
import math
import time
from datetime import UTC, datetime

from moto.awslambda.models import LambdaFunction
from moto.logs.models import logs_backends

from .process import Answer

TAIL_BYTES = 4096


def configuration(function: LambdaFunction) -> dict:
    """The function's LoggingConfig, complete."""
    return {
        'LogFormat': 'Text',
        'LogGroup': f'/aws/lambda/{function.function_name}',
        **(getattr(function, 'logging_config', None) or {}),
    }


def write(
    function: LambdaFunction, stream: str, request_id: str, answer: Answer, seconds: float, loading: float | None
) -> str:
    """Writes one invocation's lines and its platform lines; returns the text of all, for LogType=Tail."""
    settings = configuration(function)
    platform = _json_lines if settings['LogFormat'] == 'JSON' else _text_lines
    start, end = platform(function, request_id, answer, seconds, loading)
    lines = [*start, *(line for line in answer.lines if line), *end]
    backend = logs_backends[function.account_id][function.region]
    backend.ensure_log_group(settings['LogGroup'])
    backend.ensure_log_stream(settings['LogGroup'], stream)
    now = int(time.time() * 1000)
    events = [{'timestamp': now, 'message': line} for line in lines]
    backend.put_log_events(settings['LogGroup'], stream, events)
    return '\n'.join(lines)[-TAIL_BYTES:] + '\n'


def _text_lines(function, request_id, answer, seconds, loading):
    milliseconds = seconds * 1000
    report = (
        f'REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {math.ceil(milliseconds)} ms\t'
        f'Memory Size: {function.memory_size} MB'
    )
    if loading:
        report += f'\tInit Duration: {loading * 1000:.2f} ms'
    stamp = _now()
    ends = [f'END RequestId: {request_id}', report]
    if answer.timed_out:
        ends.insert(0, f'{stamp} {request_id} Task timed out after {float(function.timeout):.2f} seconds')
    elif (answer.error or {}).get('errorType') == 'Runtime.ExitError':
        ends.insert(0, answer.error['errorMessage'])
    return [f'START RequestId: {request_id} Version: {function.version}'], ends


def _json_lines(function, request_id, answer, seconds, loading):
    def line(kind: str, record: dict) -> str:
        return json.dumps({'time': _now(), 'type': kind, 'record': {'requestId': request_id, **record}})

    if configuration(function).get('SystemLogLevel') == 'WARN' and not answer.error:
        return [], []
    status = 'timeout' if answer.timed_out else 'error' if answer.error else 'success'
    metrics = {
        'durationMs': round(seconds * 1000, 3),
        'billedDurationMs': math.ceil(seconds * 1000),
        'memorySizeMB': int(function.memory_size),
        **({'initDurationMs': round(loading * 1000, 3)} if loading else {}),
    }
    why = {'errorType': answer.error.get('errorType')} if answer.error else {}
    return (
        [line('platform.start', {'version': str(function.version)})],
        [line('platform.report', {'metrics': metrics, 'status': status, **why})],
    )


def _now() -> str:
    return datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'
