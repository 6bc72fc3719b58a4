"""What SNS writes to its subscribers, and how it signs that."""

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from moto.sns.models import Subscription

CERTIFICATE_PATH = '/SimpleNotificationService-emulator.pem'
_SIGNED = {
    'Notification': ('Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'),
    'SubscriptionConfirmation': ('Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'),
}


def notification(
    subscription: Subscription, message: str, message_id: str, subject: str | None, attributes: dict
) -> dict:
    notice = _signed(
        subscription,
        {
            'Type': 'Notification',
            'MessageId': message_id,
            'TopicArn': subscription.topic.arn,
            **({'Subject': subject} if subject else {}),
            'Message': message,
        },
    )
    notice['UnsubscribeURL'] = f'{_address(subscription)}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}'
    if attributes:
        notice['MessageAttributes'] = {
            name: {'Type': each['Type'], 'Value': _shown_value(each)} for name, each in attributes.items()
        }
    return notice


def confirmation(subscription: Subscription, token: str) -> str:
    """What an address is asked first: whether it wants the news of this topic."""
    topic = subscription.topic.arn
    asked = {
        'Type': 'SubscriptionConfirmation',
        'MessageId': str(uuid.uuid4()),
        'Token': token,
        'TopicArn': topic,
        'Message': f'You have chosen to subscribe to the topic {topic}.\n'
        'To confirm the subscription, visit the SubscribeURL included in this message.',
        'SubscribeURL': f'{_address(subscription)}/?Action=ConfirmSubscription&TopicArn={topic}&Token={token}',
    }
    return json.dumps(_signed(subscription, asked), indent=2)


def certificate() -> bytes:
    """That of a key of this server, which nobody trusts who looks at who has signed it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'sns.amazonaws.com')])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(_key(), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _signed(subscription: Subscription, notice: dict) -> dict:
    """As SNS does: by SHA-1 unless the topic asks for version 2."""
    version = str(getattr(subscription.topic, 'signature_version', None) or '1')
    notice['Timestamp'] = datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'
    text = ''.join(f'{name}\n{notice[name]}\n' for name in _SIGNED[notice['Type']] if name in notice)
    digest = hashes.SHA256() if version == '2' else hashes.SHA1()
    notice['SignatureVersion'] = version
    notice['Signature'] = base64.b64encode(_key().sign(text.encode(), padding.PKCS1v15(), digest)).decode()
    notice['SigningCertURL'] = _address(subscription) + CERTIFICATE_PATH
    return notice


def _address(subscription: Subscription) -> str:
    """Where SNS is on AWS: a receiver that takes any other address for SNS would be wrong there."""
    return f'https://sns.{subscription.topic.sns_backend.region_name}.amazonaws.com'


def _shown_value(attribute: dict) -> str:
    value = attribute['Value']
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
