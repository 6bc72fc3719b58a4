"""CloudFront's key-value stores: what CloudFront does with them, and what is asked of their keys."""

import datetime
import json
import re
import uuid
from urllib.parse import unquote

from missing.registry import Call, operation, refused, state
from missing.shelf import identifier


def _stores(call: Call) -> dict:
    return state(Call(call.account, 'us-east-1'), 'cloudfront/stores')


def _found(call: Call, name: str) -> dict:
    found = _stores(call).get(name)
    if found is None:
        raise refused('EntityNotFound', f'The key value store {name} does not exist.')
    return found


def values(account: str, arn: str) -> dict[str, str]:
    """What a store holds now."""
    return _by_arn(Call(account, 'us-east-1'), arn)['values']


def _by_arn(call: Call, arn: str) -> dict:
    found = next((each for each in _stores(call).values() if each['ARN'] == unquote(arn)), None)
    if found is None:
        raise refused('ResourceNotFoundException', f'The key value store {unquote(arn)} does not exist.')
    return found


def _answer(found: dict) -> dict:
    shown = {key: found[key] for key in ('Name', 'Id', 'Comment', 'ARN', 'Status', 'LastModifiedTime')}
    return {'KeyValueStore': shown, 'ETag': found['etag'], 'Location': found['ARN']}


def _changed(found: dict):
    found['etag'] = f'E{identifier(12)}'
    found['LastModifiedTime'] = datetime.datetime.now(datetime.timezone.utc)


def _imported(source: dict) -> dict[str, str]:
    """The values of an object in a bucket, of the form that CloudFront reads when a store is made."""
    from runtime import targets

    arn = re.fullmatch(r'arn:[^:]+:s3:::([^/]+)/(.+)', source.get('SourceARN', ''))
    if not arn:
        raise refused('InvalidArgument', f'{source.get("SourceARN")} is no ARN of an object')
    body = targets.client('s3', 'us-east-1').get_object(Bucket=arn[1], Key=arn[2])['Body'].read()
    return {each['key']: each['value'] for each in json.loads(body)['data']}


@operation('cloudfront', 'CreateKeyValueStore')
def create(call: Call, given: dict) -> dict:
    name = given['Name']
    if name in _stores(call):
        raise refused('EntityAlreadyExists', f'The key value store {name} already exists.')
    made = str(uuid.uuid4())
    found = {
        'Name': name,
        'Id': made,
        'Comment': given.get('Comment', ''),
        'ARN': f'arn:aws:cloudfront::{call.account}:key-value-store/{made}',
        'Status': 'READY',
        'values': _imported(given['ImportSource']) if given.get('ImportSource') else {},
    }
    _changed(found)
    _stores(call)[name] = found
    return _answer(found)


@operation('cloudfront', 'DescribeKeyValueStore')
def describe(call: Call, given: dict) -> dict:
    return _answer(_found(call, given['Name']))


@operation('cloudfront', 'UpdateKeyValueStore')
def update(call: Call, given: dict) -> dict:
    found = _found(call, given['Name'])
    found['Comment'] = given['Comment']
    return _answer(found)


@operation('cloudfront', 'DeleteKeyValueStore')
def delete(call: Call, given: dict) -> dict:
    _found(call, given['Name'])
    del _stores(call)[given['Name']]
    return {}


@operation('cloudfront', 'ListKeyValueStores')
def listed(call: Call, _given: dict) -> dict:
    items = [_answer(each)['KeyValueStore'] for each in _stores(call).values()]
    return {'KeyValueStoreList': {'MaxItems': 100, 'Quantity': len(items), 'Items': items}}


def _matching(call: Call, given: dict) -> dict:
    found = _by_arn(call, given['KvsARN'])
    if given.get('IfMatch') != found['etag']:
        raise refused('ConflictException', 'Pre-Condition failed')
    return found


def _state(found: dict) -> dict:
    size = sum(len(key) + len(value) for key, value in found['values'].items())
    return {'ItemCount': len(found['values']), 'TotalSizeInBytes': size, 'ETag': found['etag']}


@operation('cloudfront-keyvaluestore', 'DescribeKeyValueStore')
def shown(call: Call, given: dict) -> dict:
    found = _by_arn(call, given['KvsARN'])
    return {**_state(found), 'KvsARN': found['ARN'], 'Created': found['LastModifiedTime'], 'Status': 'READY'}


@operation('cloudfront-keyvaluestore', 'GetKey')
def get(call: Call, given: dict) -> dict:
    found, key = _by_arn(call, given['KvsARN']), unquote(given['Key'])
    if key not in found['values']:
        raise refused('ResourceNotFoundException', f'Key {key} was not found.')
    return {**_state(found), 'Key': key, 'Value': found['values'][key]}


@operation('cloudfront-keyvaluestore', 'PutKey')
def put(call: Call, given: dict) -> dict:
    found = _matching(call, given)
    found['values'][unquote(given['Key'])] = given['Value']
    _changed(found)
    return _state(found)


@operation('cloudfront-keyvaluestore', 'DeleteKey')
def gone(call: Call, given: dict) -> dict:
    found = _matching(call, given)
    found['values'].pop(unquote(given['Key']), None)
    _changed(found)
    return _state(found)


@operation('cloudfront-keyvaluestore', 'UpdateKeys')
def changed(call: Call, given: dict) -> dict:
    found = _matching(call, given)
    found['values'].update({each['Key']: each['Value'] for each in given.get('Puts') or []})
    for each in given.get('Deletes') or []:
        found['values'].pop(each['Key'], None)
    _changed(found)
    return _state(found)


@operation('cloudfront-keyvaluestore', 'ListKeys')
def keys(call: Call, given: dict) -> dict:
    found = _by_arn(call, given['KvsARN'])
    return {'Items': [{'Key': key, 'Value': value} for key, value in sorted(found['values'].items())]}
