"""Mends of moto's topics: delivery, which here respects policies and tells what fails; every subscriber, not the
first hundred; addresses, which have to confirm.
"""

from moto.moto_api._internal import mock_random
from moto.sns.models import SNSBackend, Subscription, Topic

from runtime import posting, topics


def install():
    Subscription.publish = topics.publish
    Topic.publish = publish
    SNSBackend.subscribe = _asked_to_confirm(SNSBackend.subscribe)
    SNSBackend.set_subscription_attributes = _scope_first(SNSBackend.set_subscription_attributes)


def publish(
    self: Topic,
    message,
    subject=None,
    message_attributes=None,
    group_id=None,
    deduplication_id=None,
    message_structure=None,
):
    """moto asks for one page of subscribers, and keeps every message for ever."""
    message_id = str(mock_random.uuid4())
    for subscription in [each for each in self.sns_backend.subscriptions.values() if each.topic is self]:
        subscription.publish(
            message,
            message_id,
            subject=subject,
            message_attributes=message_attributes,
            group_id=group_id,
            deduplication_id=deduplication_id,
            message_structure=message_structure,
        )
    return message_id


def _asked_to_confirm(original):
    """moto takes every address for confirmed."""

    def subscribe(self, topic_arn, endpoint, protocol):
        subscription = original(self, topic_arn, endpoint, protocol)
        posting.subscribed(subscription)
        return subscription

    return subscribe


def _scope_first(original):
    """moto judges a filter policy by the scope it had before; a new scope must be known when the policy is set."""

    def set_subscription_attributes(self, arn, name, value):
        original(self, arn, name, value)
        subscription = self.subscriptions.get(arn)
        if name == 'FilterPolicyScope' and subscription and subscription.attributes.get('FilterPolicy'):
            original(self, arn, 'FilterPolicy', subscription.attributes['FilterPolicy'])

    return set_subscription_attributes
