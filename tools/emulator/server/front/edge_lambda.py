"""Lambda@Edge: functions of us-east-1 that are run on the way of a request, by a numbered version."""

import base64
import json
import re
from dataclasses import replace

from moto.core import DEFAULT_ACCOUNT_ID

from runtime import functions

from .answers import Answer
from .edge_functions import FunctionFailed
from .incoming import Incoming

_VERSION = re.compile(r'arn:aws:lambda:us-east-1:\d{12}:function:[^:]+:\d+')
# Bytes of a body that a function is given, and of an answer that it makes.
_BODY = {'viewer-request': 40_960, 'origin-request': 1_048_576}


def run(association: dict, distribution, request_id: str, request: dict, response: dict | None = None) -> dict:
    """What a function answers to a request, or to the answer of one."""
    arn, kind = association['LambdaFunctionARN'], association['EventType']
    if not _VERSION.fullmatch(arn):
        raise FunctionFailed(f'{arn} is no numbered version of a function in us-east-1')
    config = {
        'distributionDomainName': distribution.domain_name,
        'distributionId': distribution.id,
        'eventType': kind,
        'requestId': request_id,
    }
    told = {'config': config, 'request': request, **({'response': response} if response else {})}
    event = json.dumps({'Records': [{'cf': told}]})
    outcome = functions.invoke(arn, event, account=DEFAULT_ACCOUNT_ID, region='us-east-1')
    answer = None if outcome.failed else json.loads(outcome.payload)
    if not isinstance(answer, dict):
        functions.complain(f'{arn}: {outcome.payload[:300]}')
        raise FunctionFailed(f'{arn} answered neither a request nor a response')
    return answer


def request_of(request: Incoming, headers, uri: str, association: dict) -> dict:
    """A request as a function sees it."""
    made = {
        'clientIp': request.source_ip,
        'method': request.method,
        'uri': uri,
        'querystring': request.raw_query,
        'headers': headers_of(headers),
    }
    if str(association.get('IncludeBody', False)).lower() == 'true':
        most = _BODY[association['EventType']]
        made['body'] = {
            'inputTruncated': len(request.body) > most,
            'action': 'read-only',
            'encoding': 'base64',
            'data': base64.b64encode(request.body[:most]).decode(),
        }
    return made


def headers_of(headers) -> dict:
    folded: dict[str, list[dict]] = {}
    for name, value in headers:
        folded.setdefault(name.lower(), []).append({'key': name, 'value': value})
    return folded


def pairs_of(headers: dict | None) -> list[tuple[str, str]]:
    return [(each.get('key') or name, each['value']) for name, values in (headers or {}).items() for each in values]


def changed(request: Incoming, told: dict) -> tuple[Incoming, str]:
    """The request that a function hands on, and its path."""
    body = told.get('body') or {}
    data = request.body
    if body.get('action') == 'replace':
        data = base64.b64decode(body['data']) if body.get('encoding') == 'base64' else body['data'].encode()
    headers = tuple(pairs_of(told.get('headers')))
    return replace(request, headers=headers, raw_query=told.get('querystring', ''), body=data), told['uri']


def origin_of(origin: dict) -> dict:
    """An origin as a function sees it."""
    headers = headers_of(
        (each['HeaderName'], each['HeaderValue']) for each in (origin.get('CustomHeaders') or {}).get('Items') or []
    )
    common = {'domainName': origin['DomainName'], 'path': origin.get('OriginPath') or '', 'customHeaders': headers}
    if 'CustomOriginConfig' not in origin:
        region = re.search(r'\.s3[.-]([a-z0-9-]+)\.amazonaws\.com$', origin['DomainName'])
        return {'s3': {**common, 'authMethod': 'none', 'region': region[1] if region else 'us-east-1'}}
    config = origin['CustomOriginConfig']
    protocol = 'http' if config.get('OriginProtocolPolicy') == 'http-only' else 'https'
    port = int(config.get('HTTPPort' if protocol == 'http' else 'HTTPSPort') or 443)
    return {'custom': {**common, 'protocol': protocol, 'port': port}}


def changed_origin(origin: dict, told: dict | None) -> dict:
    """The origin that a function chose."""
    one = (told or {}).get('s3') or (told or {}).get('custom')
    if not one:
        return origin
    headers = [{'HeaderName': name, 'HeaderValue': value} for name, value in pairs_of(one.get('customHeaders'))]
    return {
        **origin,
        'DomainName': one['domainName'],
        'OriginPath': one.get('path') or '',
        'CustomHeaders': {'Items': headers},
    }


def response_of(answer: Answer) -> dict:
    return {'status': str(answer.status), 'statusDescription': '', 'headers': headers_of(answer.headers)}


def answer_of(told: dict, body: bytes = b'') -> Answer:
    """A response that a function made or changed; without a body of its own it has the one it had."""
    if told.get('body') is not None:
        own = told['body']
        body = base64.b64decode(own) if told.get('bodyEncoding') == 'base64' else own.encode()
    return Answer(int(told['status']), pairs_of(told.get('headers')), body)
