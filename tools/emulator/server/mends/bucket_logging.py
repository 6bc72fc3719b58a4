"""A bucket may be told to write its log into another before that one's policy allows it.

moto looks at the target's policy at that moment, and refuses. S3 does not; a template makes the bucket, then the policy.
"""

from moto.s3.models import FakeBucket


def install():
    FakeBucket._log_permissions_enabled_policy = lambda self, target_bucket, target_prefix: True
