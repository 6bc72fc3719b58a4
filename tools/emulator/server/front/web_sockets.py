"""WebSocket APIs of API Gateway: who may connect, which route a message takes, and what is pushed from behind."""

import json
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, Integration, Route, Stage

from runtime import functions, policies
from runtime.functions import complain

from . import rate_limits, signatures
from .answers import Answer, json_answer
from .frames import Closed, Frames, accepted
from .gateway_errors import GatewayError
from .incoming import Incoming
from .integrations import wait_for_function

# Bytes and seconds, as API Gateway has them.
LARGEST_FRAME, LARGEST_MESSAGE = 32 * 1024, 128 * 1024
LONGEST_SILENCE, LONGEST_CONNECTION = 600, 7200
_connections: dict[str, 'Connection'] = {}
_CONNECTIONS_PATH = re.compile(r'(?:/[^/]+)?/@connections/([^/]+)')


class Refused(Exception):
    """No connection comes about; the answer says why."""

    def __init__(self, answer: Answer):
        super().__init__(answer.status)
        self.answer = answer


@dataclass
class Connection:
    """A client that is connected, or about to be."""

    backend: ApiGatewayV2Backend
    api: Api
    stage: Stage
    request: Incoming
    id: str = field(default_factory=lambda: secrets.token_urlsafe(11) + '=')
    since: float = field(default_factory=time.time)
    last: float = field(default_factory=time.time)
    authorizer: dict | None = None
    frames: Frames | None = None

    def arn(self, rest: str) -> str:
        where = f'{self.backend.region_name}:{self.backend.account_id}'
        return f'arn:aws:execute-api:{where}:{self.api.api_id}/{rest}'

    def event(self, route: str, kind: str, **more) -> dict:
        now = datetime.now(UTC)
        request_id = secrets.token_urlsafe(11) + '='
        return {
            **more,
            'requestContext': {
                'routeKey': route,
                'eventType': kind,
                'messageDirection': 'IN',
                'stage': self.stage.name,
                'connectedAt': int(self.since * 1000),
                'requestTime': now.strftime('%d/%b/%Y:%H:%M:%S +0000'),
                'requestTimeEpoch': int(now.timestamp() * 1000),
                'requestId': request_id,
                'extendedRequestId': request_id,
                'domainName': self.request.host.split(':')[0],
                'connectionId': self.id,
                'apiId': self.api.api_id,
                'identity': {'sourceIp': self.request.source_ip, 'userAgent': self.request.header('user-agent') or ''},
                **({'authorizer': self.authorizer} if self.authorizer else {}),
            },
            'isBase64Encoded': False,
        }

    def route(self, key: str) -> Route | None:
        return next((each for each in self.api.routes.values() if each.route_key == key), None)

    def run(self, route: Route, event: dict) -> dict:
        """What the function behind a route answers; raises GatewayError where it gives no answer."""
        integration: Integration | None = self.api.integrations.get((route.target or '').removeprefix('integrations/'))
        arn = re.search(r'functions/(arn:[^/]+)/invocations', (integration and integration.integration_uri) or '')
        if not arn:
            raise GatewayError('API_CONFIGURATION_ERROR', why=f'{route.route_key} leads to no function')
        source = self.arn(f'{self.stage.name}/{route.route_key}')
        where = {'account': self.backend.account_id, 'region': self.backend.region_name}
        if not functions.permits(arn[1], 'apigateway.amazonaws.com', source, **where):
            raise GatewayError('API_CONFIGURATION_ERROR', why=f'{arn[1]} does not let {source} invoke it')
        seconds = min(integration.timeout_in_millis / 1000, 29)
        outcome = wait_for_function(arn[1], json.dumps(event), seconds, **where)
        if outcome.failed:
            raise GatewayError('DEFAULT_5XX', why=f'{route.route_key}: {outcome.payload}')
        answer = json.loads(outcome.payload)
        return answer if isinstance(answer, dict) else {}


def serve(backend: ApiGatewayV2Backend, api: Api, environ: dict) -> Answer:
    """Upgrades a request and stays with it until its connection ends; an answer only to a request that is refused."""
    request = Incoming.of(environ)
    try:
        connection = _admitted(backend, api, request)
    except Refused as refused:
        return refused.answer
    line = environ['werkzeug.socket']
    line.settimeout(LONGEST_SILENCE)
    line.sendall(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
        f'Sec-WebSocket-Accept: {accepted(request.header("sec-websocket-key"))}\r\n\r\n'.encode()
    )
    connection.frames = Frames(line, LARGEST_FRAME, LARGEST_MESSAGE)
    _connections[connection.id] = connection
    end = threading.Timer(LONGEST_CONNECTION, connection.frames.close, [1001])
    end.daemon = True
    end.start()
    try:
        while True:
            message = connection.frames.read()
            connection.last = time.time()
            _take(connection, message.data.decode(errors='replace'))
    except Closed as closed:
        _left(connection, closed.code)
    finally:
        end.cancel()
        _connections.pop(connection.id, None)
    # The server would answer once more; by this it knows that nobody is there.
    raise ConnectionError('the WebSocket has ended')


def _admitted(backend: ApiGatewayV2Backend, api: Api, request: Incoming) -> Connection:
    stage = api.stages.get(request.raw_path.strip('/'))
    if not stage or str(api.disable_execute_api_endpoint).lower() == 'true':
        raise Refused(json_answer(403, {'message': 'Forbidden'}))
    if not request.header('sec-websocket-key') or request.header('sec-websocket-version') != '13':
        raise Refused(json_answer(400, {'message': 'Bad Request'}))
    connection = Connection(backend, api, stage, request)
    _limit(connection, '$connect')
    route = connection.route('$connect')
    query = {name: values[-1] for name, values in request.multi_query.items()}
    event = connection.event(
        '$connect',
        'CONNECT',
        headers={name: values[-1] for name, values in request.multi_headers.items()},
        multiValueHeaders=request.multi_headers,
        **({'queryStringParameters': query, 'multiValueQueryStringParameters': request.multi_query} if query else {}),
    )
    if not route:
        return connection
    _authorize(connection, route, event)
    if connection.authorizer:
        event['requestContext']['authorizer'] = connection.authorizer
    try:
        status = int(connection.run(route, event).get('statusCode') or 500)
    except GatewayError as error:
        complain(f'WebSocket API {api.name}: {error.why or error}')
        status = 500
    if not 200 <= status < 300:
        raise Refused(json_answer(status, {'message': 'Forbidden' if status == 403 else 'Connection refused'}))
    return connection


def _limit(connection: Connection, route: str):
    settings = {
        **(connection.stage.default_route_settings or {}),
        **((connection.stage.route_settings or {}).get(route) or {}),
    }
    key = ('socket', connection.api.api_id, connection.stage.name, route)
    if not rate_limits.passes(key, settings.get('throttlingRateLimit'), settings.get('throttlingBurstLimit')):
        raise Refused(json_answer(429, {'message': 'Too Many Requests'}))


def _authorize(connection: Connection, route: Route, event: dict):
    kind = route.authorization_type or 'NONE'
    if kind == 'NONE':
        return
    forbidden = Refused(json_answer(403, {'message': 'Forbidden'}))
    if kind == 'AWS_IAM':
        if signatures.fault(signatures.of_incoming(connection.request), 'execute-api'):
            raise forbidden
        return
    authorizer = connection.api.authorizers.get(route.authorizer_id)
    unauthorized = Refused(json_answer(401, {'message': 'Unauthorized'}))
    if not authorizer or not all(_selected(source, event) for source in authorizer.identity_source or []):
        raise unauthorized
    arn = re.search(r'functions/(arn:[^/]+)/invocations', authorizer.authorizer_uri)
    source = connection.arn(f'authorizers/{authorizer.id}')
    method_arn = connection.arn(f'{connection.stage.name}/$connect')
    where = {'account': connection.backend.account_id, 'region': connection.backend.region_name}
    if not functions.permits(arn[1], 'apigateway.amazonaws.com', source, **where):
        complain(f'WebSocket API {connection.api.name}: {arn[1]} does not let {source} invoke it')
        raise Refused(json_answer(500, {'message': 'Internal server error'}))
    asked = {'type': 'REQUEST', 'methodArn': method_arn, **event}
    outcome = functions.invoke(arn[1], json.dumps(asked), **where)
    if outcome.failed:
        if (outcome.error or {}).get('errorMessage') == 'Unauthorized':
            raise unauthorized
        raise Refused(json_answer(500, {'message': 'Internal server error'}))
    told = json.loads(outcome.payload) or {}
    statements = (told.get('policyDocument') or {}).get('Statement') or []
    everybody = [{**each, 'Principal': '*'} for each in (statements if isinstance(statements, list) else [statements])]
    if not policies.allows({'Statement': everybody}, {}, 'execute-api:Invoke', method_arn, {}):
        raise forbidden
    connection.authorizer = {'principalId': told.get('principalId'), **(told.get('context') or {})}


def _selected(source: str, event: dict) -> str | None:
    """`route.request.querystring.ticket`, `route.request.header.Authorization`"""
    *_, place, name = source.split('.', 3)
    if place == 'querystring':
        return (event.get('queryStringParameters') or {}).get(name)
    headers = {key.lower(): value for key, value in event['headers'].items()}
    return headers.get(name.lower())


def _take(connection: Connection, text: str):
    """One message: to the function of its route, whose answer goes back where the route has one."""
    key = _route_key(connection.api, text)
    route = connection.route(key) or connection.route('$default')
    event = connection.event(route.route_key if route else key, 'MESSAGE', body=text)
    known = {'connectionId': connection.id, 'requestId': event['requestContext']['requestId']}
    try:
        if not route:
            return connection.frames.write(json.dumps({'message': 'Forbidden', **known}).encode())
        _limit(connection, route.route_key)
        answer = connection.run(route, event)
    except Refused:
        return connection.frames.write(json.dumps({'message': 'Too Many Requests', **known}).encode())
    except GatewayError as error:
        complain(f'WebSocket API {connection.api.name}: {error.why or error}')
        return connection.frames.write(json.dumps({'message': 'Internal server error', **known}).encode())
    if route.route_response_selection_expression and answer.get('body') is not None:
        connection.frames.write(str(answer['body']).encode())


def _route_key(api: Api, text: str) -> str:
    """What the selection expression finds in a message; `$default` for one that is no JSON or has no such member."""
    try:
        value = json.loads(text)
    except ValueError:
        return '$default'
    for name in api.route_selection_expression.removeprefix('${').removeprefix('$').removesuffix('}').split('.')[2:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else '$default'


def _left(connection: Connection, code: int):
    route = connection.route('$disconnect')
    if not route:
        return
    event = connection.event('$disconnect', 'DISCONNECT')
    event['requestContext'].update(disconnectStatusCode=code, disconnectReason='')
    try:
        connection.run(route, event)
    except GatewayError as error:
        complain(f'WebSocket API {connection.api.name}: $disconnect: {error.why or error}')


def manage(path: str, method: str, body: bytes) -> Answer | None:
    """The management API: to send to a connection, look at it, or end it. None for another path."""
    found = _CONNECTIONS_PATH.fullmatch(unquote(path))
    if not found:
        return None
    connection = _connections.get(found[1])
    if not connection or not connection.frames:
        return json_answer(410, {'message': None}, x_amzn_ErrorType='GoneException')
    if method == 'DELETE':
        connection.frames.close(1000)
        return Answer(204)
    if method == 'GET':
        times = {'connectedAt': connection.since, 'lastActiveAt': connection.last}
        shown = {name: datetime.fromtimestamp(at, UTC).isoformat() for name, at in times.items()}
        return json_answer(200, {**shown, 'identity': connection.event('', '')['requestContext']['identity']})
    if len(body) > LARGEST_MESSAGE:
        return json_answer(413, {'message': 'Payload too large'}, x_amzn_ErrorType='PayloadTooLargeException')
    try:
        connection.frames.write(body)
    except Closed:
        return json_answer(410, {'message': None}, x_amzn_ErrorType='GoneException')
    return Answer(200)
