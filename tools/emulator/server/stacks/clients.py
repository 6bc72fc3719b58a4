"""boto3 clients whose requests reach the emulator's own application in the same process.

The application is asked as any HTTP client would ask it, parts and mends included; only the socket is left out, which
halves the time of a call and hands on the exception where a service breaks instead of a page saying 500.
"""

import io
import os
import threading
from functools import lru_cache
from urllib.parse import unquote_to_bytes

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from stacks.faults import ResourceFailed

DEFAULT_ACCOUNT = '123456789012'
_lock = threading.RLock()
_application = None
_session = None


def use(application):
    """Names the WSGI application that answers, and forgets what was made for another."""
    global _application
    _application = application
    client.cache_clear()


class _Raw(io.BytesIO):
    def stream(self, *_args, **_more):
        yield self.read()


def _answer(request, **_more):
    """A botocore `before-send` handler: what it returns is taken for the response."""
    body = request.body
    builder = EnvironBuilder(
        method=request.method,
        base_url=request.url.split('?')[0],
        query_string=request.url.split('?', 1)[1] if '?' in request.url else None,
        headers={k: v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()},
        data=None if body is None or hasattr(body, 'read') else body,
        input_stream=body if hasattr(body, 'read') else None,
    )
    environ = builder.get_environ()
    path = '/' + request.url.split('://', 1)[1].partition('/')[2]
    environ.update(PATH_INFO=_unquoted(path.split('?')[0]), SCRIPT_NAME='', RAW_URI=path, REQUEST_URI=path)
    environ['REMOTE_ADDR'] = '127.0.0.1'
    environ['CONTENT_LENGTH'] = environ.get('CONTENT_LENGTH') or '0'
    try:
        chunks, status, headers = run_wsgi_app(_application, environ, buffered=True)
    except Exception as error:
        raise ServiceBroke(request, error) from error
    return AWSResponse(request.url, int(status.split()[0]), dict(headers.items()), _Raw(b''.join(chunks)))


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path).decode('latin-1')


class ServiceBroke(ResourceFailed):
    """A service of moto raised something that is not an answer."""

    def __init__(self, request, error: Exception):
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        where = f'{os.path.basename(os.path.dirname(frame.tb_frame.f_code.co_filename))}/' if frame else ''
        where += f'{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}' if frame else ''
        super().__init__(f'moto broke on {request.method} {request.url}: {type(error).__name__}: {error} ({where})')


@lru_cache(maxsize=None)
def client(service: str, account: str = DEFAULT_ACCOUNT, region: str = 'us-east-1'):
    """The one client of a service in an account and region."""
    global _session
    with _lock:
        if _session is None:
            _session = boto3.Session(aws_access_key_id='test', aws_secret_access_key='test', region_name='us-east-1')
        keys = {}
        if account != DEFAULT_ACCOUNT:
            # moto tells accounts apart by the access key, and hands out keys of another account only for a role in it.
            given = client('sts').assume_role(RoleArn=f'arn:aws:iam::{account}:role/emulator', RoleSessionName='stacks')
            keys = {
                'aws_access_key_id': given['Credentials']['AccessKeyId'],
                'aws_secret_access_key': given['Credentials']['SecretAccessKey'],
                'aws_session_token': given['Credentials']['SessionToken'],
            }
        made = _session.client(
            service,
            region_name=region,
            endpoint_url=os.environ.get('EMULATOR_ENDPOINT', 'http://127.0.0.1:5000'),
            config=Config(retries={'total_max_attempts': 1}, s3={'addressing_style': 'path'}),
            **keys,
        )
        made.meta.events.register('before-send.*.*', _answer)
        return made


def said(error: ClientError) -> str:
    """What a service answered, as CloudFormation words it in an event."""
    answer = error.response.get('Error', {})
    status = error.response.get('ResponseMetadata', {}).get('HTTPStatusCode')
    return f"{answer.get('Message') or error} (Service: {error.operation_name}, Status Code: {status}, Error Code: {answer.get('Code')})"
