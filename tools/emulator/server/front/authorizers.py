"""Who may call a method: Lambda authorizers with their cache, user pools, signed requests."""

import json
import re
import threading
import time

from joserfc import jwt
from joserfc.errors import JoseError
from moto.apigateway.models import Authorizer, Method, RestAPI
from moto.cognitoidp.models import cognitoidp_backends

from policy import Request
from runtime import functions, people, policies

from . import signatures
from .gateway_errors import GatewayError
from .incoming import Incoming

_cache: dict[tuple, tuple[float, dict]] = {}
_lock = threading.Lock()


def authorize(
    api: RestAPI, authorizers: dict[str, Authorizer], method: Method, request: Incoming, event: dict, known: dict
) -> dict:
    """What is known of the caller; raises GatewayError for one who may not."""
    kind = method.authorization_type or 'NONE'
    if kind == 'NONE':
        return {}
    if kind == 'AWS_IAM':
        return _signed(request, known, method_arn(api, known, request.method))
    authorizer = authorizers.get(method.authorizer_id)
    if not authorizer:
        raise GatewayError('AUTHORIZER_CONFIGURATION_ERROR', why=f'there is no authorizer {method.authorizer_id}')
    if kind == 'COGNITO_USER_POOLS':
        return _pool_user(authorizer, method, request)
    arn = method_arn(api, known, request.method)
    answer = (
        _token(api, authorizer, request, arn)
        if authorizer.type == 'TOKEN'
        else _request(api, authorizer, event, arn, known)
    )
    return _admitted(answer, arn)


def method_arn(api: RestAPI, known: dict, method: str) -> str:
    """The ARN of the very call, as policies name it."""
    stage, _, path = known['path'].removeprefix('/').partition('/')
    return f'arn:aws:execute-api:{api.region_name}:{api.account_id}:{api.id}/{stage}/{method}/{path}'


def _signed(request: Incoming, known: dict, arn: str) -> dict:
    """Who signed holds a key. What a person may do whom a pool of identities knows is looked at; of others it is not, as for
    every other call here.
    """
    found = signatures.fault(signatures.of_incoming(request), 'execute-api')
    if found == signatures.MISSING:
        raise GatewayError('MISSING_AUTHENTICATION_TOKEN')
    if found:
        raise GatewayError('INVALID_SIGNATURE', signatures.SAYS[found])
    person = people.holder(signatures.key_of(signatures.of_incoming(request)))
    if person:
        if not people.may(person, Request('execute-api:Invoke', arn)):
            raise GatewayError('ACCESS_DENIED')
        known['identity'] |= {
            'cognitoIdentityId': person.identity,
            'cognitoIdentityPoolId': person.pool,
            'cognitoAuthenticationType': 'authenticated',
            'cognitoAuthenticationProvider': person.provider,
            'userArn': person.role_arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')
            + '/CognitoIdentityCredentials',
        }
    return {}


def _token(api: RestAPI, authorizer: Authorizer, request: Incoming, arn: str) -> dict:
    header = (authorizer.identity_source or 'method.request.header.Authorization').split('.')[-1]
    token = request.header(header)
    expression = authorizer.identity_validation_expression
    if not token or (expression and not re.fullmatch(expression, token)):
        raise GatewayError('UNAUTHORIZED')
    return _asked(api, authorizer, (token,), {'type': 'TOKEN', 'methodArn': arn, 'authorizationToken': token})


def _request(api: RestAPI, authorizer: Authorizer, event: dict, arn: str, known: dict) -> dict:
    identity = [
        _identity(source.strip(), event, known)
        for source in (authorizer.identity_source or '').split(',')
        if source.strip()
    ]
    if any(not value for value in identity):
        raise GatewayError('UNAUTHORIZED')
    asked = {key: value for key, value in event.items() if key not in ('body', 'isBase64Encoded')}
    return _asked(api, authorizer, tuple(identity), {'type': 'REQUEST', 'methodArn': arn, **asked})


def _identity(source: str, event: dict, known: dict) -> str | None:
    kind, _, name = source.rpartition('.')
    if kind.endswith('header'):
        return next((value for key, value in (event['headers'] or {}).items() if key.lower() == name.lower()), None)
    if kind.endswith('querystring'):
        return (event['queryStringParameters'] or {}).get(name)
    if source.startswith('stageVariables.'):
        return (event['stageVariables'] or {}).get(name)
    return known.get(name) or known['identity'].get(name)


def _asked(api: RestAPI, authorizer: Authorizer, identity: tuple, event: dict) -> dict:
    life = 300 if authorizer.authorizer_result_ttl is None else int(authorizer.authorizer_result_ttl)
    key = (api.id, authorizer.id, known_stage(event['methodArn']), identity)
    with _lock:
        until, answer = _cache.get(key, (0, {}))
        if identity and life and until > time.monotonic():
            return answer
    answer = _invoked(api, authorizer, event)
    with _lock:
        _cache[key] = (time.monotonic() + life, answer)
    return answer


def known_stage(arn: str) -> str:
    return arn.split('/')[1]


def _invoked(api: RestAPI, authorizer: Authorizer, event: dict) -> dict:
    arn = re.search(r'functions/(arn:[^/]+)/invocations', authorizer.authorizer_uri or '')
    if not arn:
        raise GatewayError('AUTHORIZER_CONFIGURATION_ERROR', why=f'{authorizer.authorizer_uri} names no function')
    source = f'arn:aws:execute-api:{api.region_name}:{api.account_id}:{api.id}/authorizers/{authorizer.id}'
    where = {'account': api.account_id, 'region': api.region_name}
    if not authorizer.authorizer_credentials and not functions.permits(
        arn[1], 'apigateway.amazonaws.com', source, **where
    ):
        raise GatewayError(
            'AUTHORIZER_CONFIGURATION_ERROR', why=f'the policy of {arn[1]} does not let {source} invoke it'
        )
    try:
        outcome = functions.invoke(arn[1], json.dumps(event), **where)
    except functions.Throttled as throttled:
        raise GatewayError('AUTHORIZER_FAILURE', why='the authorizer is throttled') from throttled
    if outcome.failed:
        if (outcome.error or {}).get('errorMessage') == 'Unauthorized':
            raise GatewayError('UNAUTHORIZED')
        raise GatewayError('AUTHORIZER_FAILURE', why=outcome.payload)
    return json.loads(outcome.payload) or {}


def _admitted(answer: dict, arn: str) -> dict:
    try:
        statements = answer['policyDocument']['Statement']
    except (KeyError, TypeError) as error:
        raise GatewayError('AUTHORIZER_CONFIGURATION_ERROR', why='the authorizer answered no policy') from error
    everybody = [{**each, 'Principal': '*'} for each in (statements if isinstance(statements, list) else [statements])]
    policy = {'Statement': everybody}
    if policies.denies(policy, {}, 'execute-api:Invoke', arn, {}):
        raise GatewayError('ACCESS_DENIED', 'User is not authorized to access this resource with an explicit deny')
    if not policies.allows(policy, {}, 'execute-api:Invoke', arn, {}):
        raise GatewayError('ACCESS_DENIED')
    told = {key: _as_text(value) for key, value in (answer.get('context') or {}).items()}
    key = {'usageIdentifierKey': answer['usageIdentifierKey']} if answer.get('usageIdentifierKey') else {}
    return {'principalId': answer.get('principalId'), 'integrationLatency': 0, **told, **key}


def _as_text(value):
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)


def _pool_user(authorizer: Authorizer, method: Method, request: Incoming) -> dict:
    header = (authorizer.identity_source or 'method.request.header.Authorization').split('.')[-1]
    token = (request.header(header) or '').removeprefix('Bearer ')
    claims = None
    for arn in authorizer.provider_arns or []:
        claims = claims or pool_claims(token, arn)
    if not claims:
        raise GatewayError('UNAUTHORIZED')
    wanted = method.authorization_scopes or []
    if wanted:
        if not set(wanted) & set(str(claims.get('scope', '')).split()):
            raise GatewayError('UNAUTHORIZED')
    elif claims.get('token_use') != 'id':
        raise GatewayError('UNAUTHORIZED')
    return {'claims': {name: _claim(value) for name, value in claims.items()}}


def _claim(value) -> str:
    return ','.join(value) if isinstance(value, list) else _as_text(value)


def pool_claims(token: str, pool_arn: str) -> dict | None:
    """The claims of a token that a pool has signed and that is not out of date."""
    _, _, _, region, account, resource = pool_arn.split(':', 5)
    pool = cognitoidp_backends[account][region].user_pools.get(resource.split('/')[1])
    if not pool:
        return None
    try:
        claims = jwt.decode(token, pool.json_web_key, algorithms=['RS256']).claims
    except (JoseError, ValueError):
        return None
    ours = str(claims.get('iss', '')).endswith(f'/{pool.id}')
    return claims if ours and float(claims.get('exp', 0)) > time.time() else None
