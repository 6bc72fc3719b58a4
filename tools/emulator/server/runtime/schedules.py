"""Lets schedules fire: rules with a schedule, and EventBridge Scheduler with templated and universal targets."""

import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from botocore.exceptions import ClientError
from moto.events.models import Rule, events_backends
from moto.scheduler.models import Schedule, scheduler_backends

from . import event_bus, targets
from .functions import complain
from .schedule_times import ExpressionError, is_due

_TICK = 0.25
_LONGEST_PAUSE = 60.0
_UNIVERSAL = 'arn:aws:scheduler:::aws-sdk:'
# The Scheduler names services as the AWS SDK for Java does.
_CLIENT_NAMES = {
    'sfn': 'stepfunctions',
    'eventbridge': 'events',
    'cloudwatchlogs': 'logs',
    'elasticloadbalancingv2': 'elbv2',
}
_workers = ThreadPoolExecutor(max_workers=8, thread_name_prefix='schedule')
_refused: set[str] = set()


def start():
    """Starts the clock; once, when the server starts."""
    threading.Thread(target=_run, daemon=True, name='schedules').start()


def _run():
    last = time.time()
    while True:
        time.sleep(_TICK)
        now = time.time()
        for look in (_rules, _schedules):
            try:
                look(last, now)
            except Exception as error:
                complain(f'schedules: {type(error).__name__}: {error}')
        last = now


def _rules(last: float, now: float):
    for regions in list(events_backends.values()):
        for backend in list(regions.values()):
            for bus in list(backend.event_buses.values()):
                for rule in list(bus.rules.values()):
                    if rule.scheduled_expression and rule.state == 'ENABLED' and _rule_is_due(rule, last, now):
                        event_bus.fire(rule, _scheduled_event(rule, now))


def _rule_is_due(rule: Rule, last: float, now: float) -> bool:
    base = rule.__dict__.setdefault('_since', now)
    return _due(rule.arn, rule.scheduled_expression, base, last, now, 'UTC', at_base=False)


def _due(arn: str, expression: str, base: float, last: float, now: float, zone: str, at_base: bool) -> bool:
    try:
        return is_due(expression, base, last, now, zone, at_base)
    except (ExpressionError, ValueError) as error:
        if arn not in _refused:
            _refused.add(arn)
            complain(f'{arn}: {error}')
        return False


def _scheduled_event(rule: Rule, now: float) -> dict:
    return {
        'version': '0',
        'id': str(uuid.uuid4()),
        'detail-type': 'Scheduled Event',
        'source': 'aws.events',
        'account': rule.account_id,
        'time': event_bus.iso_time(now),
        'region': rule.region_name,
        'resources': [rule.arn],
        'detail': {},
    }


def _schedules(last: float, now: float):
    for account, regions in list(scheduler_backends.items()):
        for region, backend in list(regions.items()):
            for group in list(backend.schedule_groups.values()):
                for schedule in list(group.schedules.values()):
                    if _schedule_is_due(schedule, last, now):
                        _workers.submit(_fire, schedule, group, account, region, now)


def _schedule_is_due(schedule: Schedule, last: float, now: float) -> bool:
    if schedule.state != 'ENABLED':
        return False
    began, ends = _moment(schedule.start_date), _moment(schedule.end_date)
    if (began and now < began) or (ends and now > ends):
        return False
    base = began or schedule.__dict__.setdefault('_since', now)
    # What was due before the schedule was there, or before it was seen, is due now.
    since = last if schedule.__dict__.get('_seen') else min(last, base - 0.001)
    schedule._seen = True
    return _due(
        schedule.arn,
        schedule.schedule_expression,
        base,
        since,
        now,
        schedule.schedule_expression_timezone,
        at_base=True,
    )


def _moment(value) -> float | None:
    if value is None or value == '':
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    try:
        return float(value)
    except ValueError:
        return datetime.fromisoformat(str(value).replace('Z', '+00:00')).timestamp()


def _fire(schedule: Schedule, group, account: str, region: str, now: float):
    target = schedule.target
    policy = target.get('RetryPolicy') or {}
    until = now + float(policy.get('MaximumEventAgeInSeconds', 86400))
    retries, pause, attempt = int(policy.get('MaximumRetryAttempts', 185)), 1.0, 0
    while True:
        attempt += 1
        try:
            _call(schedule, target, account, region, _context(schedule, now, attempt))
            break
        except Exception as error:
            gone = group.schedules.get(schedule.name) is not schedule
            if attempt > retries or time.time() + pause > until or gone or not _may_help(error):
                _give_up(schedule, target, account, region, error)
                break
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
    if schedule.action_after_completion == 'DELETE' and schedule.schedule_expression.startswith('at('):
        group.schedules.pop(schedule.name, None)


def _may_help(error: Exception) -> bool:
    """Trying again helps where the service failed or was busy, not where it refused."""
    if isinstance(error, ClientError):
        status = error.response.get('ResponseMetadata', {}).get('HTTPStatusCode', 500)
        return status >= 500 or status == 429
    return not isinstance(error, (AttributeError, KeyError, ValueError))


def _context(schedule: Schedule, now: float, attempt: int) -> dict[str, str]:
    return {
        '<aws.scheduler.schedule-arn>': schedule.arn,
        '<aws.scheduler.scheduled-time>': event_bus.iso_time(now),
        '<aws.scheduler.execution-id>': uuid.uuid4().hex[:16],
        '<aws.scheduler.attempt-number>': str(attempt),
    }


def _call(schedule: Schedule, target: dict, account: str, region: str, context: dict[str, str]):
    text = target.get('Input') or '{}'
    for name, value in context.items():
        text = text.replace(name, value)
    arn = target['Arn']
    if arn.startswith(_UNIVERSAL):
        return call_universal(arn, text, region)
    if arn.split(':')[2] == 'events':
        parameters = target['EventBridgeParameters']
        detail = {'source': parameters['Source'], 'detail-type': parameters['DetailType'], 'detail': json.loads(text)}
        return targets.send(arn, json.dumps(detail), account=account, region=region)
    options = {**(target.get('SqsParameters') or {}), **(target.get('KinesisParameters') or {})}
    return targets.send(arn, text, account=account, region=region, options=options)


def call_universal(arn: str, text: str, region: str):
    """Calls any API by its name: arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack."""
    service, action = arn.removeprefix(_UNIVERSAL).split(':')
    client = targets.client(_CLIENT_NAMES.get(service, service), region)
    operation = action[0].upper() + action[1:]
    methods = {api: method for method, api in client.meta.method_to_api_mapping.items()}
    if operation not in methods:
        raise ValueError(f'{service} has no API action {action}')
    return getattr(client, methods[operation])(**json.loads(text))


def _give_up(schedule: Schedule, target: dict, account: str, region: str, error: Exception):
    complain(f'{schedule.arn} -> {target["Arn"]}: {type(error).__name__}: {error}')
    dead_letters = (target.get('DeadLetterConfig') or {}).get('Arn')
    if not dead_letters:
        return
    attributes = {
        'SCHEDULE_ARN': ('String', schedule.arn),
        'TARGET_ARN': ('String', target['Arn']),
        'ERROR_CODE': ('String', type(error).__name__),
        'ERROR_MESSAGE': ('String', str(error)[:1000] or 'none'),
    }
    try:
        targets.send(dead_letters, target.get('Input') or '{}', account=account, region=region, attributes=attributes)
    except targets.Undeliverable as lost:
        complain(str(lost))
