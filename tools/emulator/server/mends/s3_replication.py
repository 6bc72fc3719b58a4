"""Rules of replication: moto keeps any, tells others than it was given, and shows no status. Runtime copies by them."""

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeKey, S3Backend
from moto.s3.responses import S3Response
from moto.core.responses import ActionResult

from runtime.replication import rules_of


class Refused(S3ClientError):
    def __init__(self, message: str):
        super().__init__('InvalidRequest', message)


def install():
    S3Backend.put_bucket_replication = _checked(S3Backend.put_bucket_replication)
    S3Response.get_bucket_replication = _told(S3Response.get_bucket_replication)
    shown = FakeKey.response_dict.fget
    FakeKey.response_dict = property(lambda self: {**shown(self), **_status(self)})


def _status(key) -> dict:
    status = getattr(key, 'replication_status', None)
    return {} if status is None else {'x-amz-replication-status': status}


def _checked(original):
    def put_bucket_replication(self, bucket_name, replication):
        if not self.get_bucket(bucket_name).is_versioned:
            raise Refused('Versioning must be \'Enabled\' on the bucket to apply a replication configuration')
        for rule in rules_of(replication):
            there = self.buckets.get(rule['Destination']['Bucket'].split(':::')[1])
            if there is None:
                raise Refused('Destination bucket must exist.')
            if not there.is_versioned:
                raise Refused('Destination bucket must have versioning enabled.')
        return original(self, bucket_name, replication)

    return put_bucket_replication


def _told(original):
    def get_bucket_replication(self):
        kept = self.backend.get_bucket_replication(self.bucket_name)
        if not kept:
            return original(self)
        self.data['Action'] = 'GetBucketReplication'
        rules = [_as_the_api(rule) for rule in rules_of(kept)]
        return self.serialized(ActionResult({'ReplicationConfiguration': {'Role': kept['Role'], 'Rules': rules}}))

    return get_bucket_replication


def _as_the_api(rule: dict) -> dict:
    given = rule['Filter']
    if 'TagFilter' in given:
        given = {'Tag': given['TagFilter']}
    elif 'And' in given:
        given = {'And': {'Prefix': given['And']['Prefix'], 'Tags': given['And']['TagFilters']}}
    return {**rule, 'Filter': given}
