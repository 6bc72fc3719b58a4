"""The CDK asks CloudTrail for the reason of a failed deployment; moto answers HTTP 500, and the CDK asks again and again."""

from missing.registry import operation


@operation('cloudtrail', 'LookupEvents')
def lookup_events(_call, _given):
    return {'Events': []}
