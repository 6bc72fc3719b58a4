"""Mends of what S3 tells others: the real shape of its events, and a destination that would refuse them is refused at
once.
"""

from moto.s3 import notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, NotificationConfiguration, S3Backend

from runtime import bucket_events, functions


class Unverified(S3ClientError):
    code = 400

    def __init__(self, arn: str):
        super().__init__('InvalidArgument', f'Unable to validate the following destination configurations: {arn}')


def install():
    notifications.send_event = bucket_events.send
    notifications.send_test_event = bucket_events.send_test
    FakeBucket.set_notification_configuration = _verified(FakeBucket.set_notification_configuration)
    S3Backend.delete_object = _tells_markers(S3Backend.delete_object)


def _verified(original):
    def set_notification_configuration(self, notification_config):
        before = self.notification_configuration
        for arn in _destinations(notification_config or {}):
            if not _accepts(self, arn):
                raise Unverified(arn)
        try:
            original(self, notification_config)
        except Exception:
            self.notification_configuration = before
            raise

    return set_notification_configuration


def _destinations(config: dict) -> list[str]:
    parsed = NotificationConfiguration(
        topic=config.get('TopicConfiguration'),
        queue=config.get('QueueConfiguration'),
        cloud_function=config.get('CloudFunctionConfiguration'),
    )
    return [each.arn for each in [*parsed.topic, *parsed.queue, *parsed.cloud_function]]


def _accepts(bucket: FakeBucket, arn: str) -> bool:
    _, _, service, region, account, _ = arn.split(':', 5)
    if service == 'lambda':
        return functions.permits(arn, 's3.amazonaws.com', bucket.arn, account, region)
    return region != bucket.region_name or bucket_events.may_deliver(bucket, arn)


def _tells_markers(original):
    """moto tells nobody of a delete marker."""

    def delete_object(self, bucket_name, key_name, version_id=None, bypass=False):
        bucket = self.get_bucket(bucket_name)
        found, meta = original(self, bucket_name, key_name, version_id, bypass)
        if meta.get('delete-marker') == 'true' and version_id is None:
            marker = next(iter(bucket.keys.getlist(key_name)[-1:]), None)
            if marker is not None:
                bucket_events.send(self.account_id, 's3:ObjectRemoved:DeleteMarkerCreated', bucket, marker)
        return found, meta

    return delete_object
