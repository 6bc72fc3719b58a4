"""Mapping templates (VTL): rendered by the project's own evaluator, in a warm node process."""

import json
import os
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from runtime.functions import pool
from runtime.options import node_modules, work_directory
from runtime.process import RuntimeProcess

from .gateway_errors import GatewayError

_SOURCE = Path(__file__).resolve().parents[3] / 'mapping-template' / 'emulator.ts'
_SECONDS = 10.0


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
    with pool.process(('mapping', '', 'templates', 'LIVE'), 'one', _start) as process:
        failed = process.load() if process.fresh else None
        answer = failed or process.invoke(
            {'requestId': 'mapping', 'event': json.dumps(event), 'arn': 'mapping', 'deadline': 0, 'trace': ''}, _SECONDS
        )
    if answer.error is not None:
        raise GatewayError('API_CONFIGURATION_ERROR', why=answer.error.get('errorMessage', ''))
    return json.loads(answer.ok)


def _start() -> RuntimeProcess:
    environment = {
        'PATH': os.environ.get('PATH', ''),
        '_HANDLER': 'index.handler',
        'LAMBDA_TASK_ROOT': str(_bundle()),
        'AWS_LAMBDA_FUNCTION_NAME': 'mapping',
        'AWS_LAMBDA_FUNCTION_VERSION': 'LIVE',
    }
    return RuntimeProcess('nodejs', _bundle(), environment)


@lru_cache
def _bundle() -> Path:
    """The evaluator as one file of JavaScript."""
    folder = Path(work_directory()) / 'mapping'
    command = [
        str(node_modules() / '.bin' / 'esbuild'),
        str(_SOURCE),
        '--bundle',
        '--platform=node',
        f'--outfile={folder / "index.js"}',
        '--log-level=error',
    ]
    subprocess.run(command, check=True, env={**os.environ, 'NODE_PATH': str(node_modules())})
    return folder
