"""The event of a Lambda proxy integration of a REST API (payload format 1.0), and the context of everything else."""

import base64
import fnmatch
import time
import uuid
from datetime import UTC, datetime

from moto.apigateway.models import RestAPI, Stage

from .incoming import Incoming
from .rest_deployment import Route


def context(api: RestAPI, stage: Stage, request: Incoming, path: str) -> dict:
    """What is known of a request before its method is: the $context of logs and templates."""
    now = datetime.now(UTC)
    return {
        'accountId': api.account_id,
        'apiId': api.id,
        'deploymentId': stage.deployment_id,
        'domainName': request.host.split(':')[0],
        'domainPrefix': request.host.split('.')[0],
        'extendedRequestId': base64.b64encode(uuid.uuid4().bytes).decode()[:16],
        'httpMethod': request.method,
        'identity': {
            'accessKey': None,
            'accountId': None,
            'caller': None,
            'cognitoAuthenticationProvider': None,
            'cognitoAuthenticationType': None,
            'cognitoIdentityId': None,
            'cognitoIdentityPoolId': None,
            'principalOrgId': None,
            'sourceIp': request.source_ip,
            'user': None,
            'userAgent': request.header('user-agent'),
            'userArn': None,
        },
        'path': f'/{stage.name}{path}',
        'protocol': 'HTTP/1.1',
        'requestId': str(uuid.uuid4()),
        'requestTime': now.strftime('%d/%b/%Y:%H:%M:%S +0000'),
        'requestTimeEpoch': int(now.timestamp() * 1000),
        'stage': stage.name,
        'xrayTraceId': f'1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}',
    }


def proxy(
    request: Incoming, path: str, route: Route, parameters: dict, stage: Stage, known: dict, binary_types: list[str]
) -> dict:
    """The event a function gets."""
    binary = is_binary(request.header('content-type') or '', binary_types)
    body = base64.b64encode(request.body).decode() if binary else request.body.decode(errors='replace')
    internal = ('requestContextOnly', 'xrayTraceId', 'authorizerScopes')
    return {
        'resource': route.path,
        'path': path,
        'httpMethod': request.method,
        'headers': {name: values[-1] for name, values in request.multi_headers.items()} or None,
        'multiValueHeaders': request.multi_headers or None,
        'queryStringParameters': {name: values[-1] for name, values in request.multi_query.items()} or None,
        'multiValueQueryStringParameters': request.multi_query or None,
        'pathParameters': parameters or None,
        'stageVariables': dict(stage.variables) or None,
        'requestContext': {
            'resourceId': route.resource_id,
            'resourcePath': route.path,
            **{name: value for name, value in known.items() if name not in internal},
        },
        'body': body if request.body else None,
        'isBase64Encoded': binary and bool(request.body),
    }


def is_binary(content_type: str, binary_types: list[str]) -> bool:
    plain = content_type.split(';')[0].strip().lower()
    return any(fnmatch.fnmatchcase(plain, each.lower()) for each in binary_types) if plain else '*/*' in binary_types
