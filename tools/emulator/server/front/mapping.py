"""Mapping templates (VTL): rendered by the project's own evaluator, in a warm node process."""

from dataclasses import dataclass

from runtime.own_program import OwnProgram

from .gateway_errors import GatewayError

_EVALUATOR = OwnProgram('mapping-template/emulator.ts')


@dataclass
class Mapped:
    """What became of a template: the text, and the status and headers it put in place of others."""

    text: str
    status: int | None
    headers: dict[str, str]


def render(template: str, *, body: str, call) -> Mapped:
    """A template over a body, with what is known of the call; raises GatewayError where it cannot be rendered."""
    event = call.event
    told = _ask(
        {
            'template': template,
            'input': {
                'body': body,
                'params': {
                    'path': event['pathParameters'] or {},
                    'querystring': event['queryStringParameters'] or {},
                    'header': event['headers'] or {},
                },
                'context': call.known,
                'stageVariables': event['stageVariables'] or {},
            },
        }
    )
    if 'noJson' in told:
        raise GatewayError('BAD_REQUEST_BODY', told['noJson'])
    if 'fault' in told:
        raise GatewayError('API_CONFIGURATION_ERROR', why=told['fault'])
    mapped = told['mapped']
    return Mapped(mapped['text'], mapped.get('status'), mapped['headers'])


def _ask(event: dict) -> dict:
    try:
        return _EVALUATOR.ask(event)
    except RuntimeError as error:
        raise GatewayError('API_CONFIGURATION_ERROR', why=str(error)) from error
