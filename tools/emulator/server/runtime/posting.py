"""Subscribers at HTTP addresses: asked once whether they want the news, and then posted to, again and again if need be."""

import json
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from moto.sns.models import Subscription
from werkzeug.wrappers import Response

from . import notices
from .functions import complain
from .options import endpoint, redelivery_delay

_workers = ThreadPoolExecutor(max_workers=16, thread_name_prefix='posting')
# What a subscription without a policy of its own has.
_RETRIES = {'numRetries': 3, 'minDelayTarget': 20}
_PROTOCOLS = ('http', 'https')
_tokens: dict[str, Subscription] = {}


def subscribed(subscription: Subscription):
    """A new subscription; one to an address counts from when it is confirmed."""
    if subscription.protocol not in _PROTOCOLS or hasattr(subscription, 'token'):
        return
    subscription.token = uuid.uuid4().hex * 4
    subscription.attributes |= {'PendingConfirmation': True, 'ConfirmationWasAuthenticated': False}
    _tokens[subscription.token] = subscription
    text = notices.confirmation(subscription, subscription.token)
    told = lambda error: complain(f'{subscription.endpoint} did not confirm: {error}')  # noqa: E731
    post(subscription, text, 'SubscriptionConfirmation', told)


def is_pending(subscription: Subscription) -> bool:
    return subscription.protocol in _PROTOCOLS and subscription.attributes.get('PendingConfirmation') is True


def post(subscription: Subscription, text: str, kind: str, given_up: Callable[[Exception], None]):
    """Posts in the background, and tells when it gives up: after as many tries as the policy says, or at once where the
    address says that it will never take this.
    """
    headers = {
        'Content-Type': 'text/plain; charset=UTF-8',
        'x-amz-sns-message-type': kind,
        'x-amz-sns-topic-arn': subscription.topic.arn,
    }
    _workers.submit(_post, subscription, text.encode(), headers, given_up)


def _post(subscription: Subscription, body: bytes, headers: dict, given_up: Callable[[Exception], None]):
    policy = _retries(subscription)
    pause = redelivery_delay()
    for left in reversed(range(int(policy['numRetries']) + 1)):
        try:
            url, host = _found(subscription.endpoint)
            requests.post(url, data=body, headers=headers | host, timeout=15).raise_for_status()
            return
        except Exception as error:
            status = getattr(getattr(error, 'response', None), 'status_code', 500)
            if left == 0 or (400 <= status < 500 and status != 429):
                given_up(error)
                return
        time.sleep(float(policy['minDelayTarget']) if pause is None else pause)


def _found(url: str) -> tuple[str, dict[str, str]]:
    """Where an address is: a front door of this emulator has the name that AWS would give it."""
    from front import hosts

    parts = urlsplit(url)
    local = hosts.local_name(parts.netloc)
    return (urljoin(endpoint(), parts.path), {'Host': local}) if local else (url, {})


def _retries(subscription: Subscription) -> dict:
    given = json.loads(subscription.attributes.get('DeliveryPolicy') or '{}')
    return _RETRIES | (given.get('healthyRetryPolicy') or {})


def answer(environ, start_response):
    """The part of the application that gives the certificate away and hears confirmations, which nobody signs."""
    if environ.get('PATH_INFO') == notices.CERTIFICATE_PATH:
        return Response(notices.certificate(), content_type='application/x-pem-file')(environ, start_response)
    query = parse_qs(environ.get('QUERY_STRING', ''))
    if environ.get('REQUEST_METHOD') != 'GET' or query.get('Action') != ['ConfirmSubscription']:
        return None
    found = _tokens.get(query.get('Token', [''])[0])
    if not found or [found.topic.arn] != query.get('TopicArn'):
        return Response('<ErrorResponse><Code>InvalidParameter</Code></ErrorResponse>', 400)(environ, start_response)
    found.attributes |= {'PendingConfirmation': False}
    text = f'<ConfirmSubscriptionResponse><SubscriptionArn>{found.arn}</SubscriptionArn></ConfirmSubscriptionResponse>'
    return Response(text, content_type='text/xml')(environ, start_response)

