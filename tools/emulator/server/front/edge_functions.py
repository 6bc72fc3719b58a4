"""CloudFront Functions: their code runs in a warm node process, as that of Lambda functions does."""

import hashlib
import json
import os
from pathlib import Path

from runtime.functions import complain, pool
from runtime.options import work_directory
from runtime.process import RuntimeProcess

from .answers import Answer
from .incoming import Incoming

_SECONDS = 1.0
_RUNTIME = Path(__file__).parent.parent / 'runtime' / 'boot' / 'viewer-function.cjs'


class FunctionFailed(Exception):
    """CloudFront answers 503 where its function fails."""


def run(arn: str, code: str, event: dict, values: dict[str, str] | None) -> dict:
    """What a function answers to an event; `values` are those of its store."""
    digest = hashlib.sha256(code.encode()).hexdigest()
    with pool.process(('cloudfront', '', arn, 'LIVE'), digest, lambda: _start(code, digest)) as process:
        failed = process.load() if process.fresh else None
        answer = failed or process.invoke(
            {
                'requestId': event['context']['requestId'],
                'event': json.dumps({'event': event, 'values': values}),
                'arn': arn,
                'deadline': 0,
                'trace': '',
            },
            _SECONDS,
        )
    if answer.error is not None:
        complain(f'{arn}: {answer.error.get("errorType")}: {answer.error.get("errorMessage")}')
        raise FunctionFailed(answer.error.get('errorMessage', ''))
    return json.loads(answer.ok)


def _start(code: str, digest: str) -> RuntimeProcess:
    folder = Path(work_directory()) / 'edge' / digest[:24]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'index.js').write_text(
        f'const run = require({json.dumps(str(_RUNTIME))}).load({json.dumps(code)});\n'
        'exports.handler = ({ event, values }) => run(event, values ?? undefined);\n'
    )
    environment = {
        'PATH': os.environ.get('PATH', ''),
        '_HANDLER': 'index.handler',
        'LAMBDA_TASK_ROOT': str(folder),
        'AWS_LAMBDA_FUNCTION_NAME': 'edge',
        'AWS_LAMBDA_FUNCTION_VERSION': 'LIVE',
    }
    return RuntimeProcess('nodejs', folder, environment)


def event(distribution, kind: str, request_id: str, request: Incoming, uri: str, answer: Answer | None = None) -> dict:
    """The event of a function: the request, and at the way back the response."""
    made = {
        'version': '1.0',
        'context': {
            'distributionDomainName': distribution.domain_name,
            'distributionId': distribution.id,
            'eventType': kind,
            'requestId': request_id,
        },
        'viewer': {'ip': request.source_ip},
        'request': {
            'method': request.method,
            'uri': uri,
            'querystring': _valued(request.multi_query),
            'headers': _valued({name: values for name, values in _lower(request).items() if name != 'cookie'}),
            'cookies': {name: {'value': value} for name, value in _cookies(request)},
        },
    }
    if answer is not None:
        headers: dict[str, list[str]] = {}
        for name, value in answer.headers:
            headers.setdefault(name.lower(), []).append(value)
        made['response'] = {
            'statusCode': answer.status,
            'statusDescription': '',
            'headers': _valued(headers),
            'cookies': {},
        }
    return made


def _lower(request: Incoming) -> dict[str, list[str]]:
    folded: dict[str, list[str]] = {}
    for name, value in request.headers:
        folded.setdefault(name.lower(), []).append(value)
    return folded


def _cookies(request: Incoming):
    for part in (request.header('cookie') or '').split(';'):
        name, is_one, value = part.strip().partition('=')
        if is_one:
            yield name, value


def _valued(values: dict[str, list[str]]) -> dict:
    return {
        name: {'value': each[-1], **({'multiValue': [{'value': one} for one in each]} if len(each) > 1 else {})}
        for name, each in values.items()
    }


def answer_of(told: dict) -> Answer:
    """A response a function made."""
    body = told.get('body') or ''
    text = body.get('data', '') if isinstance(body, dict) else body
    headers = [
        (name, one['value'])
        for name, value in (told.get('headers') or {}).items()
        for one in value.get('multiValue') or [value]
    ]
    headers += [
        ('Set-Cookie', '; '.join([f'{name}={value["value"]}', *filter(None, [value.get('attributes')])]))
        for name, value in (told.get('cookies') or {}).items()
    ]
    return Answer(int(told['statusCode']), headers, text.encode())
