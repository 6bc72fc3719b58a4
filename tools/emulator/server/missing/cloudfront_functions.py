"""CloudFront Functions: created, changed, published and shown; what runs them is the front door of a distribution."""

import datetime

from missing.registry import Call, operation, refused, state
from missing.shelf import identifier

_STAGES = ('DEVELOPMENT', 'LIVE')


def _functions(call: Call) -> dict:
    return state(call, 'cloudfront/functions')


def _found(call: Call, given: dict) -> dict:
    found = _functions(call).get(given.get('Name'))
    if found is None:
        raise refused('NoSuchFunctionExists', f'The function {given.get("Name")} does not exist.')
    return found


def _matching(call: Call, given: dict) -> dict:
    found = _found(call, given)
    if given.get('IfMatch') != found['etag']:
        raise refused('InvalidIfMatchVersion', 'The If-Match version is missing or not valid for the resource.')
    return found


def _shown(call: Call, found: dict, stage: str) -> dict:
    summary = {
        'Name': found['name'],
        'Status': 'UNASSOCIATED' if stage == 'LIVE' else 'UNPUBLISHED',
        'FunctionConfig': found['config'],
        'FunctionMetadata': {
            'FunctionARN': f'arn:aws:cloudfront::{call.account}:function/{found["name"]}',
            'Stage': stage,
            'CreatedTime': found['created'],
            'LastModifiedTime': found['changed'],
        },
    }
    return {'FunctionSummary': summary, 'ETag': found['etag'], 'Location': f'/2020-05-31/function/{found["name"]}'}


def _put(found: dict, given: dict):
    found['config'] = given['FunctionConfig']
    found['DEVELOPMENT'] = given['FunctionCode']
    found['etag'] = f'E{identifier(12)}'
    found['changed'] = datetime.datetime.now(datetime.timezone.utc)


@operation('cloudfront', 'CreateFunction')
def create(call: Call, given: dict) -> dict:
    if given['Name'] in _functions(call):
        raise refused('FunctionAlreadyExists', f'The function {given["Name"]} already exists.')
    found = {'name': given['Name'], 'LIVE': None, 'created': datetime.datetime.now(datetime.timezone.utc)}
    _put(found, given)
    _functions(call)[given['Name']] = found
    return _shown(call, found, 'DEVELOPMENT')


@operation('cloudfront', 'UpdateFunction')
def update(call: Call, given: dict) -> dict:
    found = _matching(call, given)
    _put(found, given)
    return _shown(call, found, 'DEVELOPMENT')


@operation('cloudfront', 'PublishFunction')
def publish(call: Call, given: dict) -> dict:
    found = _matching(call, given)
    found['LIVE'] = found['DEVELOPMENT']
    return _shown(call, found, 'LIVE')


@operation('cloudfront', 'DescribeFunction')
def describe(call: Call, given: dict) -> dict:
    found = _found(call, given)
    return _shown(call, found, _stage(found, given))


@operation('cloudfront', 'GetFunction')
def get(call: Call, given: dict) -> dict:
    found = _found(call, given)
    return {
        'FunctionCode': found[_stage(found, given)],
        'ETag': found['etag'],
        'ContentType': 'application/octet-stream',
    }


def _stage(found: dict, given: dict) -> str:
    stage = given.get('Stage') or 'DEVELOPMENT'
    if stage not in _STAGES or found[stage] is None:
        raise refused('NoSuchFunctionExists', f'The function {found["name"]} has no stage {stage}.')
    return stage


@operation('cloudfront', 'DeleteFunction')
def delete(call: Call, given: dict) -> dict:
    _matching(call, given)
    del _functions(call)[given['Name']]
    return {}


@operation('cloudfront', 'ListFunctions')
def listed(call: Call, _given: dict) -> dict:
    items = [_shown(call, found, 'DEVELOPMENT')['FunctionSummary'] for found in _functions(call).values()]
    return {'FunctionList': {'MaxItems': 100, 'Quantity': len(items), 'Items': items}}
