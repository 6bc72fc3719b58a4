"""Who may take a route of an HTTP API: tokens of an issuer, a function that decides, signed requests."""

import json
import re
import threading
import time

import requests
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from moto.apigatewayv2.models import Api, Authorizer, Route
from moto.cognitoidp.models import cognitoidp_backends
from moto.core import DEFAULT_ACCOUNT_ID

from runtime import functions, policies
from runtime.functions import complain

from . import signatures
from .answers import Answer, json_answer
from .incoming import Incoming

# Those that API Gateway takes: signatures by a private RSA key, never a shared secret or none.
_ALGORITHMS = ['RS256', 'RS384', 'RS512']
_cache: dict[tuple, tuple[float, dict]] = {}
_lock = threading.Lock()


def refusal(api: Api, route: Route, event: dict, request: Incoming, region: str) -> Answer | None:
    """The answer to a caller who may not; None for one who may, of whom the event tells from then on."""
    kind = route.authorization_type or 'NONE'
    if kind == 'NONE':
        return None
    if kind == 'AWS_IAM':
        return _forbidden() if signatures.fault(signatures.of_incoming(request), 'execute-api') else None
    authorizer = api.authorizers.get(route.authorizer_id)
    if not authorizer:
        return _broken(api, f'there is no authorizer {route.authorizer_id}')
    if kind == 'JWT':
        return _jwt(authorizer, route, event)
    return _decided_by_function(api, authorizer, event, region)


def _unauthorized() -> Answer:
    return json_answer(401, {'message': 'Unauthorized'})


def _forbidden() -> Answer:
    return json_answer(403, {'message': 'Forbidden'})


def _broken(api: Api, why: str) -> Answer:
    complain(f'HTTP API {api.name}: {why}')
    return json_answer(500, {'message': 'Internal Server Error'})


def _identity(authorizer: Authorizer, event: dict) -> list[str | None]:
    """What the identity sources of an authorizer select, in their order."""
    return [_selected(source, event) for source in authorizer.identity_source or []]


def _selected(source: str, event: dict) -> str | None:
    kind, _, name = source.removeprefix('$').partition('.')
    if kind == 'request':
        place, _, name = name.partition('.')
        if place == 'header':
            return event['headers'].get(name.lower())
        return (event.get('queryStringParameters') or {}).get(name)
    if kind == 'stageVariables':
        return (event.get('stageVariables') or {}).get(name)
    value = event['requestContext']
    for part in name.split('.'):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _jwt(authorizer: Authorizer, route: Route, event: dict) -> Answer | None:
    token = next((value for value in _identity(authorizer, event) if value), '')
    claims = _claims(re.sub(r'^Bearer ', '', token, flags=re.I), authorizer.jwt_config or {})
    if claims is None:
        return _unauthorized()
    scopes = str(claims.get('scope') or claims.get('scp') or '').split()
    if route.authorization_scopes and not set(route.authorization_scopes) & set(scopes):
        return _forbidden()
    told = {name: f'[{" ".join(value)}]' if isinstance(value, list) else str(value) for name, value in claims.items()}
    event['requestContext']['authorizer'] = {'jwt': {'claims': told, 'scopes': scopes or None}}
    return None


def _claims(token: str, settings: dict) -> dict | None:
    """The claims of a token of the issuer that is for this audience and whose time is now; None for any other."""
    issuer = str(settings.get('issuer') or settings.get('Issuer') or '').rstrip('/')
    try:
        claims = jwt.decode(token, _keys(issuer), algorithms=_ALGORITHMS).claims
        now = time.time()
        in_time = float(claims['exp']) > now and all(float(claims.get(name, 0)) <= now for name in ('nbf', 'iat'))
    except (JoseError, ValueError, TypeError, KeyError, requests.RequestException):
        return None
    audience = set(settings.get('audience') or settings.get('Audience') or [])
    named = claims['aud'] if 'aud' in claims else claims.get('client_id')
    meant = not audience or bool(audience & set(named if isinstance(named, list) else [named]))
    return claims if in_time and meant and str(claims.get('iss')).rstrip('/') == issuer else None


def _keys(issuer: str):
    """The keys of a pool of this emulator, or what the issuer publishes at its address."""
    pool_id = issuer.rsplit('/', 1)[-1]
    for backend in list(cognitoidp_backends[DEFAULT_ACCOUNT_ID].values()):
        if pool_id in backend.user_pools:
            return backend.user_pools[pool_id].json_web_key
    return jwk.KeySet.import_key_set(requests.get(f'{issuer}/.well-known/jwks.json', timeout=5).json())


def _decided_by_function(api: Api, authorizer: Authorizer, event: dict, region: str) -> Answer | None:
    identity = _identity(authorizer, event)
    if any(not value for value in identity):
        return _unauthorized()
    arn = re.search(r'functions/(arn:[^/]+)/invocations', authorizer.authorizer_uri or '')
    if not arn:
        return _broken(api, f'{authorizer.authorizer_uri} names no function')
    where = {'account': DEFAULT_ACCOUNT_ID, 'region': region}
    source = f'arn:aws:execute-api:{region}:{DEFAULT_ACCOUNT_ID}:{api.api_id}/authorizers/{authorizer.id}'
    if not authorizer.auth_creds_arn and not functions.permits(arn[1], 'apigateway.amazonaws.com', source, **where):
        return _broken(api, f'the policy of {arn[1]} does not let {source} invoke it')
    if authorizer.auth_payload_format_version == '1.0':
        return _broken(api, 'authorizers of payload format 1.0 do not run here: use 2.0')
    context = event['requestContext']
    verb, path = context['http']['method'], context['http']['path'].removeprefix(f'/{context["stage"]}')
    route_arn = f'arn:aws:execute-api:{region}:{DEFAULT_ACCOUNT_ID}:{api.api_id}/{context["stage"]}/{verb}{path}'
    asked = {key: value for key, value in event.items() if key not in ('body', 'isBase64Encoded')}
    asked.update(type='REQUEST', routeArn=route_arn, identitySource=identity)
    key = (api.api_id, authorizer.id, context['stage'], context['routeKey'], *identity)
    told = _remembered(key, int(authorizer.auth_result_ttl or 0) if identity else 0)
    if told is None:
        outcome = functions.invoke(arn[1], json.dumps(asked), **where)
        if outcome.failed:
            unauthorized = (outcome.error or {}).get('errorMessage') == 'Unauthorized'
            return _unauthorized() if unauthorized else _broken(api, f'the authorizer failed: {outcome.payload}')
        told = json.loads(outcome.payload) or {}
        with _lock:
            _cache[key] = (time.monotonic(), told)
    if not _allows(authorizer, told, route_arn):
        return _forbidden()
    event['requestContext']['authorizer'] = {'lambda': told.get('context') or {}}
    return None


def _remembered(key: tuple, seconds: int) -> dict | None:
    with _lock:
        at, told = _cache.get(key, (0, None))
        return told if told is not None and time.monotonic() < at + seconds else None


def _allows(authorizer: Authorizer, told: dict, arn: str) -> bool:
    """A plain yes where the authorizer says so in its settings, else a policy that lets the call through."""
    if str(authorizer.enable_simple_response).lower() == 'true':
        return told.get('isAuthorized') is True
    statements = (told.get('policyDocument') or {}).get('Statement') or []
    everybody = [{**each, 'Principal': '*'} for each in (statements if isinstance(statements, list) else [statements])]
    return policies.allows({'Statement': everybody}, {}, 'execute-api:Invoke', arn, {})
