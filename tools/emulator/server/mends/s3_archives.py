"""What S3 does with archived and locked objects, and moto does not.

A restore is told twice: when it begins, and when the object can be read. moto tells of its end only to whoever happens to ask for the object.
Overriding governance mode takes a permission; moto takes the header alone.
"""

import json

from moto.s3.exceptions import AccessDeniedByLock
from moto.s3.models import FakeKey, S3Backend

from policy import DENIED, decide

from .bucket_policies import caller_of_request


def install():
    FakeKey.restore = _completed(FakeKey.restore)
    S3Backend.delete_object = _permitted(S3Backend.delete_object)


def _completed(original):
    def restore(self, days):
        original(self, days)
        # Asking is what makes moto notice that it is over.
        return self.status

    return restore


def _permitted(original):
    def delete_object(self, bucket_name, key_name, version_id=None, bypass=False):
        bucket = self.get_bucket(bucket_name)
        if bypass and version_id is not None and bucket.policy is not None:
            asked = caller_of_request('s3:BypassGovernanceRetention', f'{bucket.arn}/{key_name}')
            if decide(json.loads(bucket.policy), asked) == DENIED:
                raise AccessDeniedByLock
        return original(self, bucket_name, key_name, version_id, bypass)

    return delete_object
