"""Calls of AWS services that an API makes itself, put to the services of this emulator."""

import json
import re

import requests
import xmltodict
from moto.core import DEFAULT_ACCOUNT_ID

from runtime.options import endpoint

from .gateway_errors import GatewayError

_TARGETS = {
    'dynamodb': 'DynamoDB_20120810',
    'states': 'AWSStepFunctions',
    'events': 'AWSEvents',
    'kinesis': 'Kinesis_20131202',
}
_URI = re.compile(
    r'arn:[a-z\-]+:apigateway:(?P<region>[a-z0-9\-]+):(?P<service>[a-z0-9\-.]+):(?P<kind>path|action)/(?P<rest>.*)'
)


def send(uri: str, method: str, headers: dict[str, str], body: str, seconds: float) -> tuple[int, str]:
    """Status and body of what the service answers, as JSON where it speaks the query protocol."""
    found = _URI.fullmatch(uri)
    if not found:
        raise GatewayError('API_CONFIGURATION_ERROR', why=f'{uri} names no service of AWS')
    service, rest = found['service'], found['rest']
    more = {'Authorization': _signed(found['region'], service), **headers}
    path = '/'
    if found['kind'] == 'action':
        if service not in _TARGETS:
            raise GatewayError('API_CONFIGURATION_ERROR', why=f'actions of {service} do not run here')
        more['X-Amz-Target'] = f'{_TARGETS[service]}.{rest}'
    else:
        path += rest
    try:
        got = requests.request(method, endpoint() + path, headers=more, data=body.encode(), timeout=seconds)
    except requests.Timeout as late:
        raise GatewayError('INTEGRATION_TIMEOUT') from late
    except requests.RequestException as error:
        raise GatewayError('INTEGRATION_FAILURE', why=str(error)) from error
    text = got.text
    return got.status_code, json.dumps(xmltodict.parse(text)) if text.lstrip().startswith('<') else text


def _signed(region: str, service: str) -> str:
    """moto reads region, service and account out of this; nobody checks the signature."""
    credential = f'Credential={DEFAULT_ACCOUNT_ID}/20300101/{region}/{service}/aws4_request'
    return f'AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0'
