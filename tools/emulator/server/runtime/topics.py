"""Delivers what is published to a topic: filters, raw delivery, queue policies, dead letters of a subscription."""

import base64
import json
import uuid
from datetime import UTC, datetime
from functools import lru_cache

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from moto.sns.models import Subscription
from moto.sqs.models import sqs_backends

from . import asynchronous, functions, patterns, policies, targets
from .functions import complain
from .options import endpoint


def publish(
    self: Subscription,
    message: str,
    message_id: str,
    subject: str | None = None,
    message_attributes: dict | None = None,
    group_id: str | None = None,
    deduplication_id: str | None = None,
    message_structure: str | None = None,
):
    """Takes the place of Subscription.publish: one message for one subscriber."""
    if not _wanted(self, message, message_attributes or {}):
        return
    if message_structure == 'json':
        message = self._parse_message_structure(message, self.protocol)
    notice = _notice(self, message, message_id, subject, message_attributes or {})
    text = message if _raw(self) else json.dumps(notice, indent=2)
    try:
        if self.protocol == 'sqs':
            attributes = _queue_attributes(message_attributes or {}) if _raw(self) else {}
            _to_queue(self, text, attributes, group_id, deduplication_id)
        elif self.protocol == 'lambda':
            _to_function(self, notice)
        elif self.protocol in ('http', 'https'):
            headers = {'Content-Type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification'}
            requests.post(self.endpoint, data=text, headers=headers, timeout=15).raise_for_status()
        elif self.protocol == 'firehose':
            targets.send(self.endpoint, text, account=self.account_id, region=_region(self))
        # Mail, text messages and phones end here: there is nobody to tell.
    except Exception as error:
        _undelivered(self, text, message_attributes or {}, error)


def _raw(subscription: Subscription) -> bool:
    """moto takes the text "false" for true."""
    return str(subscription.attributes.get('RawMessageDelivery', 'false')).lower() == 'true'


def _region(subscription: Subscription) -> str:
    return subscription.topic.sns_backend.region_name


def _wanted(subscription: Subscription, message: str, attributes: dict) -> bool:
    policy = subscription._filter_policy
    if not policy:
        return True
    if subscription.attributes.get('FilterPolicyScope') == 'MessageBody':
        try:
            body = json.loads(message)
        except ValueError:
            return False
        return isinstance(body, dict) and patterns.matches(policy, body)
    return patterns.matches(policy, {name: _attribute_value(value) for name, value in attributes.items()})


def _attribute_value(attribute: dict):
    value = attribute.get('Value', attribute.get('StringValue'))
    kind = attribute.get('Type', attribute.get('DataType', 'String'))
    if kind.startswith('Number'):
        number = float(value)
        return int(number) if number.is_integer() else number
    if kind == 'String.Array':
        return json.loads(value)
    return value


def _queue_attributes(attributes: dict) -> dict:
    shown = {}
    for name, attribute in attributes.items():
        binary = attribute['Type'].startswith('Binary')
        value = attribute['Value'] if binary else str(attribute['Value'])
        shown[name] = {'DataType': attribute['Type'], 'BinaryValue' if binary else 'StringValue': value}
    return shown


def _to_queue(subscription: Subscription, text: str, attributes: dict, group_id, deduplication_id):
    _, _, _, region, account, name = subscription.endpoint.split(':')
    backend = sqs_backends[account][region]
    queue = backend.get_queue(name)
    context = policies.service_context(subscription.topic.arn, subscription.account_id)
    if not policies.allows(queue.policy, {'Service': 'sns.amazonaws.com'}, 'sqs:SendMessage', queue.queue_arn, context):
        raise PermissionError(
            f'the policy of the queue {name} does not let the topic {subscription.topic.name} send to it'
        )
    fifo = {'group_id': group_id, 'deduplication_id': deduplication_id} if queue.fifo_queue else {}
    if queue.fifo_queue and not deduplication_id:
        fifo['deduplication_id'] = str(uuid.uuid4())
    backend.send_message(name, text, message_attributes=attributes, validate_group_id=False, **fifo)


def _to_function(subscription: Subscription, notice: dict):
    where = {'account': subscription.account_id, 'region': _region(subscription)}
    if not functions.permits(subscription.endpoint, 'sns.amazonaws.com', subscription.topic.arn, **where):
        raise PermissionError(
            f'the policy of {subscription.endpoint} does not let the topic {subscription.topic.name} invoke it'
        )
    asynchronous.submit(subscription.endpoint, json.dumps(_function_event(subscription, notice)), **where)


def _undelivered(subscription: Subscription, text: str, attributes: dict, error: Exception):
    """What cannot be delivered goes to the subscription's own dead-letter queue, or is lost, as on AWS; and is told
    here.
    """
    complain(f'{subscription.topic.arn} -> {subscription.endpoint}: {type(error).__name__}: {error}')
    redrive = subscription.attributes.get('RedrivePolicy')
    target = json.loads(redrive).get('deadLetterTargetArn') if redrive else None
    if not target:
        return
    typed = {
        name: (each['Type'], str(each['Value']))
        for name, each in attributes.items()
        if not each['Type'].startswith('Binary')
    }
    try:
        targets.send(target, text, account=subscription.account_id, region=_region(subscription), attributes=typed)
    except targets.Undeliverable as lost:
        complain(str(lost))


def _notice(subscription: Subscription, message: str, message_id: str, subject: str | None, attributes: dict) -> dict:
    stamp = datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'
    notice = {
        'Type': 'Notification',
        'MessageId': message_id,
        'TopicArn': subscription.topic.arn,
        **({'Subject': subject} if subject else {}),
        'Message': message,
        'Timestamp': stamp,
        'SignatureVersion': '1',
    }
    unsubscribe = f'{endpoint()}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}'
    notice['Signature'] = _signature(notice)
    notice['SigningCertURL'] = f'{endpoint()}/SimpleNotificationService.pem'
    notice['UnsubscribeURL'] = unsubscribe
    if attributes:
        notice['MessageAttributes'] = {
            name: {'Type': each['Type'], 'Value': _shown_value(each)} for name, each in attributes.items()
        }
    return notice


def _shown_value(attribute: dict) -> str:
    value = attribute['Value']
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _signature(notice: dict) -> str:
    """Signed as SNS does, by a key of this server that nobody trusts."""
    signed = ''.join(
        f'{name}\n{notice[name]}\n'
        for name in ('Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type')
        if name in notice
    )
    return base64.b64encode(_key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def _function_event(subscription: Subscription, notice: dict) -> dict:
    shown = {**notice, 'Subject': notice.get('Subject'), 'MessageAttributes': notice.get('MessageAttributes', {})}
    shown['SigningCertUrl'], shown['UnsubscribeUrl'] = shown.pop('SigningCertURL'), shown.pop('UnsubscribeURL')
    return {
        'Records': [
            {'EventSource': 'aws:sns', 'EventVersion': '1.0', 'EventSubscriptionArn': subscription.arn, 'Sns': shown}
        ]
    }
