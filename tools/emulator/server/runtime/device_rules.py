"""IoT rules: which messages of devices they choose, whom they tell, and where goes what could not be told."""

import base64
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

from moto.iot.models import FakeRule, iot_backends

from . import functions, targets
from .device_sql import UNDEFINED, BadQuery, Message, Query, matches
from .functions import complain

_workers = ThreadPoolExecutor(max_workers=8, thread_name_prefix='device-rules')


def publish(account: str, region: str, topic: str, payload: bytes, client: str = 'emulator'):
    """A message of a device: every enabled rule whose topic it has, each by itself; the sender does not wait."""
    for rule in list(iot_backends[account][region].rules.values()):
        if not rule.rule_disabled:
            _workers.submit(_told, rule, topic, payload, client)


def _told(rule: FakeRule, topic: str, payload: bytes, client: str):
    try:
        query = Query(rule.sql)
        if not matches(query.topic_filter, topic):
            return
        chosen = query.chosen(Message(topic, json.loads(payload), client))
    except (BadQuery, ValueError) as error:
        return complain(f'IoT rule {rule.rule_name}: a message on {topic}: {type(error).__name__}: {error}')
    if chosen is UNDEFINED:
        return
    text = json.dumps(chosen)
    failures = [failed for action in rule.actions if (failed := _failure(rule, action, text))]
    if failures and rule.error_action:
        _put_aside(rule, topic, payload, client, failures)


def _failure(rule: FakeRule, action: dict, text: str) -> dict | None:
    [(kind, details)] = action.items()
    resource = kind
    try:
        resource = _arn(rule, kind, details)
        if kind == 'lambda' and not functions.permits(
            resource, 'iot.amazonaws.com', rule.arn, rule.account_id, rule.region_name
        ):
            raise PermissionError(f'{resource} does not let {rule.arn} call it')
        targets.send(resource, text, account=rule.account_id, region=rule.region_name)
        return None
    except Exception as error:
        complain(f'IoT rule {rule.rule_name}: {error}')
        return {
            'failedAction': f'{kind[0].upper()}{kind[1:]}Action',
            'failedResource': resource,
            'errorMessage': str(error),
        }


def _arn(rule: FakeRule, kind: str, details: dict) -> str:
    def of(service: str, name: str) -> str:
        return f'arn:aws:{service}:{rule.region_name}:{rule.account_id}:{name}'

    if kind == 'lambda':
        return details['functionArn']
    if kind == 'sns':
        return details['targetArn']
    if kind == 'sqs':
        return of('sqs', details['queueUrl'].rsplit('/', 1)[1])
    if kind == 'stepFunctions':
        return of('states', f'stateMachine:{details["stateMachineName"]}')
    raise targets.Undeliverable(f'actions of the kind {kind} do nothing here; lambda, sns, sqs and stepFunctions do')


def _put_aside(rule: FakeRule, topic: str, payload: bytes, client: str, failures: list[dict]):
    """What IoT tells the error action."""
    letter = {
        'ruleName': rule.rule_name,
        'topic': topic,
        'cloudwatchTraceId': str(uuid.uuid4()),
        'clientId': client,
        'base64OriginalPayload': base64.b64encode(payload).decode(),
        'failures': failures,
    }
    _failure(rule, rule.error_action, json.dumps(letter))
