"""Integrations with templates on the way in and out: other web servers, services of AWS, functions in the custom form."""

import re

from moto.apigateway.models import Integration

from . import gateway_errors, mapping
from .answers import Answer
from .gateway_errors import GatewayError


def request_text(call) -> str:
    """The body for the back end, by the template of the request's type."""
    integration: Integration = call.integration
    body = call.request.body.decode(errors='replace')
    given = (call.request.header('content-type') or 'application/json').split(';')[0].strip().lower()
    templates = {name.lower(): text for name, text in (integration.request_templates or {}).items()}
    if given in templates:
        return mapping.render(templates[given], body=body, call=call).text
    behaviour = integration.passthrough_behaviour or 'WHEN_NO_MATCH'
    if behaviour == 'NEVER' or (behaviour == 'WHEN_NO_TEMPLATES' and templates):
        raise GatewayError('UNSUPPORTED_MEDIA_TYPE')
    return body


def request_parameters(call, place: str) -> dict[str, str]:
    """What the integration takes from the request or has as a constant: path, querystring or header."""
    prefix = f'integration.request.{place}.'
    found = {}
    for name, source in (call.integration.request_parameters or {}).items():
        if name.startswith(prefix):
            value = _of_request(call, source)
            if value is not None:
                found[name.removeprefix(prefix)] = value
    return found


def _of_request(call, source: str) -> str | None:
    if source.startswith("'") and source.endswith("'"):
        return source[1:-1]
    kind, _, name = source.removeprefix('method.request.').partition('.')
    if kind == 'path':
        return (call.event['pathParameters'] or {}).get(name)
    if kind == 'querystring':
        return (call.event['queryStringParameters'] or {}).get(name)
    if kind == 'header':
        return call.request.header(name)
    return gateway_errors.look_up(source.removeprefix('context.'), call.known)


def answer(call, outcome: str, body: str, *, status: str = '') -> Answer:
    """What the caller gets, by the response whose pattern fits the outcome, a status or the text of an error; else by the response of
    this status, where one is given, or the one without a pattern.
    """
    responses = call.integration.integration_responses or {}
    every = list(responses.values())
    chosen = next(
        (
            each
            for each in every
            if each.selection_pattern and re.fullmatch(each.selection_pattern, outcome, re.DOTALL)
        ),
        None,
    )
    chosen = chosen or responses.get(status) or next((each for each in every if not each.selection_pattern), None)
    if not chosen:
        raise GatewayError('API_CONFIGURATION_ERROR', why=f'no integration response for {outcome}')
    given = Answer(int(chosen.status_code), [('Content-Type', 'application/json')])
    templates = chosen.response_templates or {}
    template = templates.get('application/json') or next(iter(templates.values()), None)
    mapped = mapping.Mapped(body, None, {})
    if template is not None:
        try:
            mapped = mapping.render(template, body=body, call=call)
        except GatewayError as error:
            raise GatewayError('API_CONFIGURATION_ERROR', why=f'response template: {error}') from error
    for name, value in (chosen.response_parameters or {}).items():
        given.set(name.removeprefix('method.response.header.'), gateway_errors.mapped(value, call.known))
    for name, value in mapped.headers.items():
        given.set(name, value)
    if mapped.status is not None:
        given.status = mapped.status
    given.body = mapped.text.encode()
    return given
