"""EventBridge: which rules an event fits, what each target is told, and where what cannot be delivered goes."""

import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from moto.events.models import Rule, events_backends

from . import functions, patterns, policies, targets
from .functions import complain

_workers = ThreadPoolExecutor(max_workers=16, thread_name_prefix='event-bus')
_ATTEMPTS = 3

# Where a template takes a value: the name of a transformer's path, or, in a pipe, the path itself.
PLACE = re.compile(r'<([$\w.\-\[\]]+)>')


def put(
    account: str, region: str, source: str, detail_type: str, detail: dict, resources: list[str], bus: str = 'default'
):
    """An event of an AWS service."""
    event = {
        'version': '0',
        'id': str(uuid.uuid4()),
        'detail-type': detail_type,
        'source': source,
        'account': account,
        'time': iso_time(time.time()),
        'region': region,
        'resources': resources,
        'detail': detail,
    }
    for rule in list(events_backends[account][region].event_buses[bus].rules.values()):
        send_to_targets(rule, event)


def send_to_targets(rule: Rule, event: dict, transform_input: bool = True):
    """Takes the place of Rule.send_to_targets: to every target of an enabled rule whose pattern fits."""
    pattern = rule.event_pattern.get_pattern()
    if rule.state == 'DISABLED' or not pattern:
        return
    event = {**event, 'time': iso_time(event.get('time'))}
    event.pop('ingestion-time', None)
    if not patterns.matches(pattern, event):
        return
    fire(rule, event)


def fire(rule: Rule, event: dict):
    """Tells every target of a rule, each by itself; the sender does not wait."""
    for target in list(rule.targets):
        _workers.submit(_deliver, rule, target, event)


def iso_time(value) -> str:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return value
    return datetime.fromtimestamp(float(value or time.time()), UTC).strftime('%Y-%m-%dT%H:%M:%SZ')


def _deliver(rule: Rule, target: dict, event: dict):
    error = 'no attempt was allowed'
    attempts = min(_ATTEMPTS, int((target.get('RetryPolicy') or {}).get('MaximumRetryAttempts', 185)) + 1)
    try:
        text = told(rule, target, event)
        for attempt in range(attempts):
            try:
                _permit(rule, target)
                return targets.send(
                    target['Arn'],
                    text,
                    account=rule.account_id,
                    region=rule.region_name,
                    options=_options(target, event),
                )
            except PermissionError as refused:
                error = str(refused)
                break
            except targets.Undeliverable as failed:
                error = str(failed)
                time.sleep(0.5 * attempt)
    except Exception as odd:
        error = f'{type(odd).__name__}: {odd}'
    _give_up(rule, target, event, error)


def _options(target: dict, event: dict) -> dict:
    options = dict(target.get('SqsParameters') or {})
    path = (target.get('KinesisParameters') or {}).get('PartitionKeyPath')
    if path:
        options['PartitionKey'] = str(at_path(event, path))
    return options


def _permit(rule: Rule, target: dict):
    """Functions, queues and topics are asked by their own policies, unless the target names a role; what a role may is not
    looked at.
    """
    arn = target['Arn']
    if target.get('RoleArn'):
        return
    service, region, account = arn.split(':')[2:5]
    principal = {'Service': 'events.amazonaws.com'}
    context = policies.service_context(rule.arn, rule.account_id)
    if service == 'lambda':
        allowed = functions.permits(arn, 'events.amazonaws.com', rule.arn, account, region)
    elif service == 'sqs':
        from moto.sqs.models import sqs_backends

        queue = sqs_backends[account][region].queues.get(arn.rsplit(':', 1)[1])
        allowed = queue is None or policies.allows(queue.policy, principal, 'sqs:SendMessage', arn, context)
    elif service == 'sns':
        from moto.sns.models import sns_backends

        topic = sns_backends[account][region].topics.get(arn)
        allowed = topic is None or policies.allows(topic.policy, principal, 'sns:Publish', arn, context)
    else:
        allowed = True
    if not allowed:
        raise PermissionError(f'the policy of {arn} does not let the rule {rule.name} send to it')


def _give_up(rule: Rule, target: dict, event: dict, error: str):
    complain(f'{rule.arn} -> {target.get("Arn")}: {error}')
    dead_letters = (target.get('DeadLetterConfig') or {}).get('Arn')
    if not dead_letters:
        return
    attributes = {
        'RULE_ARN': ('String', rule.arn),
        'TARGET_ARN': ('String', target['Arn']),
        'ERROR_CODE': ('String', 'NO_PERMISSIONS' if 'policy of' in error else 'SDK_CLIENT_ERROR'),
        'ERROR_MESSAGE': ('String', error[:1000]),
    }
    try:
        targets.send(
            dead_letters, json.dumps(event), account=rule.account_id, region=rule.region_name, attributes=attributes
        )
    except targets.Undeliverable as lost:
        complain(str(lost))


def told(rule: Rule, target: dict, event: dict) -> str:
    """The text a target gets: the event, a part of it, a constant, or what its transformer makes of it."""
    if target.get('Input') is not None:
        return target['Input']
    if target.get('InputPath'):
        return json.dumps(at_path(event, target['InputPath']))
    transformer = target.get('InputTransformer')
    if not transformer:
        return json.dumps(event)
    values = {name: at_path(event, path) for name, path in (transformer.get('InputPathsMap') or {}).items()}
    values.update(
        {
            'aws.events.rule-arn': rule.arn,
            'aws.events.rule-name': rule.name,
            'aws.events.event': {key: value for key, value in event.items() if key != 'detail'},
            'aws.events.event.json': event,
            'aws.events.event.ingestion-time': iso_time(time.time()),
        }
    )
    return fill(transformer['InputTemplate'], values)


def fill(template: str, values: dict) -> str:
    """Puts values in the place of <names>: as JSON, or as text where the name stands within quotes."""
    pieces, quoted, at = [], False, 0
    for name in PLACE.finditer(template):
        before = template[at : name.start()]
        quoted ^= len(re.findall(r'(?<!\\)"', before)) % 2 == 1
        value = values.get(name[1], '' if quoted else None)
        text = json.dumps(value)
        if quoted:
            text = json.dumps(value if isinstance(value, str) else text)[1:-1] if value != '' else ''
        pieces += [before, text]
        at = name.end()
    return ''.join([*pieces, template[at:]])


def at_path(event, path: str):
    """The value at a JSON path of names and numbers, such as $.detail.items[0].id; None where there is none."""
    value = event
    for name, index in re.findall(r"\.?([^.\[\]$']+)|\['?([^\]']+)'?\]", path.removeprefix('$')):
        key = name or index
        if isinstance(value, list) and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value
