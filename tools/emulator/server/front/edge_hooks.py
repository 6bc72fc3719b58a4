"""Code on the way of a request through a distribution: CloudFront Functions at the viewer, Lambda@Edge at all four hooks."""

from dataclasses import replace
from urllib.parse import quote

from . import edge_functions, edge_lambda, edge_policies
from .answers import Answer
from .incoming import Incoming


class Hooks:
    """The hooks of one behaviour, for one request."""

    def __init__(self, distribution, request_id: str, behaviour: dict):
        self.distribution, self.request_id = distribution, request_id
        self._functions = (behaviour.get('FunctionAssociations') or {}).get('Items') or []
        self._lambdas = (behaviour.get('LambdaFunctionAssociations') or {}).get('Items') or []

    def viewer_request(self, request: Incoming, uri: str) -> tuple[Incoming, str] | Answer:
        """The request that is looked for in the cache, or an answer that a function gives itself."""
        if found := _at(self._functions, 'viewer-request'):
            return self._by_function(found, request, uri)
        if found := _at(self._lambdas, 'viewer-request'):
            asked = edge_lambda.request_of(request, request.headers, uri, found)
            told = self._ask(found, asked)
            if 'status' in told:
                return _made_at_edge(told)
            return edge_lambda.changed(request, told)
        return request, uri

    def _by_function(self, found: dict, request: Incoming, uri: str) -> tuple[Incoming, str] | Answer:
        told = self._run(found, edge_functions.event(self.distribution, 'viewer-request', self.request_id, request, uri))
        if 'statusCode' in told:
            given = edge_functions.answer_of(told)
            given.set('X-Cache', 'FunctionGeneratedResponse from cloudfront')
            return given
        headers = [
            (name, one['value'])
            for name, value in told['headers'].items()
            for one in value.get('multiValue') or [value]
        ]
        if told.get('cookies'):
            headers.append(('cookie', '; '.join(f'{name}={value["value"]}' for name, value in told['cookies'].items())))
        query = '&'.join(
            f'{quote(name)}={quote(one["value"])}' if one['value'] else quote(name)
            for name, value in told['querystring'].items()
            for one in value.get('multiValue') or [value]
        )
        return replace(request, headers=tuple(headers), raw_query=query), told['uri']

    def viewer_response(self, request: Incoming, uri: str, given: Answer) -> Answer:
        """The answer that the viewer gets; that of an error of the origin is not shown to a function."""
        if given.status >= 400:
            return given
        if found := _at(self._functions, 'viewer-response'):
            made = edge_functions.event(self.distribution, 'viewer-response', self.request_id, request, uri, given)
            changed = edge_functions.answer_of({**self._run(found, made), 'body': ''})
            changed.body = given.body
            return changed
        if found := _at(self._lambdas, 'viewer-response'):
            asked = edge_lambda.request_of(request, request.headers, uri, found)
            told = self._ask(found, asked, edge_lambda.response_of(given))
            return replace(edge_lambda.answer_of(told, given.body), status=given.status)
        return given

    def origin_request(
        self, origin: dict, request: Incoming, headers: list[tuple[str, str]], uri: str
    ) -> tuple[dict, Incoming, str] | Answer | None:
        """What is asked of which origin, or an answer instead; None where there is no function."""
        found = _at(self._lambdas, 'origin-request')
        if not found:
            return None
        known = [(name, value) for name, value in headers if name.lower() not in ('host', 'user-agent')]
        known += [('Host', origin['DomainName']), ('User-Agent', 'Amazon CloudFront')]
        known.append(('X-Forwarded-For', request.source_ip))
        asked = {
            **edge_lambda.request_of(request, known, uri, found),
            'origin': edge_lambda.origin_of(origin),
        }
        told = self._ask(found, asked)
        if 'status' in told:
            return _made_at_edge(told)
        changed, uri = edge_lambda.changed(request, told)
        return edge_lambda.changed_origin(origin, told.get('origin')), changed, uri

    def origin_response(self, request: Incoming, uri: str, given: Answer) -> Answer:
        """The answer that is kept."""
        found = _at(self._lambdas, 'origin-response')
        if not found:
            return given
        asked = edge_lambda.request_of(request, request.headers, uri, found)
        return edge_lambda.answer_of(self._ask(found, asked, edge_lambda.response_of(given)), given.body)

    def _run(self, found: dict, event: dict) -> dict:
        arn = found['FunctionARN']
        code, values = edge_policies.function_code(arn)
        return edge_functions.run(arn, code, event, values)

    def _ask(self, found: dict, request: dict, response: dict | None = None) -> dict:
        return edge_lambda.run(found, self.distribution, self.request_id, request, response)


def _at(associations: list[dict], kind: str) -> dict | None:
    return next((each for each in associations if each['EventType'] == kind), None)


def _made_at_edge(told: dict) -> Answer:
    given = edge_lambda.answer_of(told)
    given.set('X-Cache', 'LambdaGeneratedResponse from cloudfront')
    return given
