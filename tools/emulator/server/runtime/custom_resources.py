"""Runs the handlers of CloudFormation's custom resources and receives their answers.

AWS invokes a handler asynchronously and waits up to an hour for a PUT to a presigned URL. Here the URL leads to this
server, and a handler that fails without an answer fails the resource at once instead of after the hour.
"""

import json
import threading
import uuid

from werkzeug.wrappers import Request, Response

from . import functions
from .options import endpoint

PATH = '/_emulator/custom-resources/'
DEFAULT_TIMEOUT = 3600.0
_waiting: dict[str, '_Answer'] = {}


class CustomResourceFailed(Exception):
    """A custom resource said FAILED, or said nothing."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class _Answer:
    def __init__(self):
        self.arrived = threading.Event()
        self.body: dict = {}


def run(
    kind: str,
    resource_type: str,
    logical_id: str,
    service_token: str,
    properties: dict,
    stack_id: str,
    physical_id: str | None = None,
    old_properties: dict | None = None,
    region: str = 'us-east-1',
) -> tuple[str, dict]:
    """Sends Create, Update or Delete to a custom resource's handler; (physical id, attributes) when it succeeded."""
    token = uuid.uuid4().hex
    event = {
        'RequestType': kind,
        'ServiceToken': service_token,
        'ResponseURL': f'{endpoint()}{PATH}{token}',
        'StackId': stack_id,
        'RequestId': str(uuid.uuid4()),
        'LogicalResourceId': logical_id,
        'ResourceType': resource_type,
        'ResourceProperties': {'ServiceToken': service_token, **_as_text(properties)},
    }
    if kind != 'Create':
        event['PhysicalResourceId'] = physical_id
    if kind == 'Update':
        event['OldResourceProperties'] = {'ServiceToken': service_token, **_as_text(old_properties or {})}
    waiting = _waiting[token] = _Answer()
    try:
        _send(service_token, event, region, stack_id.split(':')[4], waiting)
        timeout = float(properties.get('ServiceTimeout') or DEFAULT_TIMEOUT)
        if not waiting.arrived.wait(timeout):
            raise CustomResourceFailed(
                f'CloudFormation did not receive a response from your Custom Resource within {timeout:.0f} seconds. '
                f'Please check your logs for requestId [{event["RequestId"]}].'
            )
    finally:
        del _waiting[token]
    return _read(waiting.body)


def _read(body: dict) -> tuple[str, dict]:
    if body.get('Status') != 'SUCCESS':
        reason = body.get('Reason') or f'the answer has the status {body.get("Status")!r} and no reason'
        raise CustomResourceFailed(
            f'Received response status [FAILED] from custom resource. Message returned: {reason}'
        )
    if not body.get('PhysicalResourceId'):
        raise CustomResourceFailed('Invalid PhysicalResourceId: the answer of the custom resource has none')
    return str(body['PhysicalResourceId']), body.get('Data') or {}


def _send(service_token: str, event: dict, region: str, account: str, waiting: _Answer):
    service = service_token.split(':')[2]
    text = json.dumps(event)
    if service == 'sns':
        from moto.sns.models import sns_backends

        topic_region = service_token.split(':')[3]
        sns_backends[account][topic_region].publish(
            message=text, arn=service_token, subject='AWS CloudFormation custom resource request'
        )
        return
    if service != 'lambda':
        raise CustomResourceFailed(f'ServiceToken {service_token} is neither a function nor a topic')
    try:
        outcome = functions.invoke(service_token, text, account=account, region=region)
    except functions.Throttled as throttled:
        raise CustomResourceFailed(f'{service_token}: rate exceeded') from throttled
    if outcome.failed and not waiting.arrived.is_set():
        error = outcome.error or {}
        raise CustomResourceFailed(
            f'The handler failed without an answer: {error.get("errorType")}: {error.get("errorMessage")}\n{outcome.log[-1500:]}'
        )


def _as_text(value):
    """CloudFormation hands numbers and booleans to handlers as text."""
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    if isinstance(value, bool):
        return 'true' if value else 'false'
    return str(value) if isinstance(value, (int, float)) else value


def answer(environ, start_response):
    """The part of the application behind every ResponseURL."""
    if not environ.get('PATH_INFO', '').startswith(PATH):
        return None
    waiting = _waiting.get(environ['PATH_INFO'][len(PATH) :])
    if not waiting:
        return Response('nobody waits for this answer', 404)(environ, start_response)
    try:
        waiting.body = json.loads(Request(environ).get_data())
    except ValueError as error:
        waiting.body = {'Status': 'FAILED', 'Reason': f'Response object is not valid JSON: {error}'}
    waiting.arrived.set()
    return Response('')(environ, start_response)
