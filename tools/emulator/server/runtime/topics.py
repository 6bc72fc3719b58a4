"""Delivers what is published to a topic: filters, raw delivery, queue policies, dead letters of a subscription."""

import json
import uuid

from moto.sns.models import Subscription
from moto.sqs.models import sqs_backends

from . import asynchronous, functions, notices, patterns, policies, posting, targets
from .functions import complain


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
    if posting.is_pending(self) or not _wanted(self, message, message_attributes or {}):
        return
    if message_structure == 'json':
        message = self._parse_message_structure(message, self.protocol)
    notice = notices.notification(self, message, message_id, subject, message_attributes or {})
    text = message if _raw(self) else json.dumps(notice, indent=2)
    try:
        if self.protocol == 'sqs':
            attributes = _queue_attributes(message_attributes or {}) if _raw(self) else {}
            _to_queue(self, text, attributes, group_id, deduplication_id)
        elif self.protocol == 'lambda':
            _to_function(self, notice)
        elif self.protocol in ('http', 'https'):
            given_up = lambda error: _undelivered(self, text, message_attributes or {}, error)  # noqa: E731
            posting.post(self, text, 'Notification', given_up)
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


def _function_event(subscription: Subscription, notice: dict) -> dict:
    shown = {**notice, 'Subject': notice.get('Subject'), 'MessageAttributes': notice.get('MessageAttributes', {})}
    shown['SigningCertUrl'], shown['UnsubscribeUrl'] = shown.pop('SigningCertURL'), shown.pop('UnsubscribeURL')
    return {
        'Records': [
            {'EventSource': 'aws:sns', 'EventVersion': '1.0', 'EventSubscriptionArn': subscription.arn, 'Sns': shown}
        ]
    }
