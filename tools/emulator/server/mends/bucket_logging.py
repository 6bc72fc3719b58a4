"""A bucket may be told to write its log into another before that one's policy allows it, and the log comes late.

moto looks at the target's policy at that moment, and refuses; S3 does not, and a template makes the bucket first, then the
policy. moto also writes a line into the target with every request, so that no log bucket is ever empty when its stack is deleted;
S3 delivers within hours, longer than anything lives here, so nothing is delivered.
"""

from moto.s3.models import FakeBucket, S3Backend


def install():
    FakeBucket._log_permissions_enabled_policy = lambda self, target_bucket, target_prefix: True
    S3Backend.log_incoming_request = lambda self, request, bucket_name: None
