"""CloudFormation's API over HTTP: the Query protocol in, XML out, by the model that botocore has of the service."""

from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

import sys
import traceback
import uuid

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import DefaultAttributePicker, SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict

from stacks.clients import DEFAULT_ACCOUNT
from stacks.faults import Refused
from stacks.operations import OPERATIONS

NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/'


def scope_of(environ: dict) -> tuple[str, str, str] | None:
    """Access key, region and service of a signed request; None where it is not signed."""
    text = environ.get('HTTP_AUTHORIZATION', '')
    if 'Credential=' in text:
        credential = text.split('Credential=', 1)[1].split(',', 1)[0]
    else:
        query = dict(parse_qsl(environ.get('QUERY_STRING', '')))
        credential = unquote(query.get('X-Amz-Credential', ''))
    parts = credential.strip().split('/')
    if len(parts) == 4:
        # Signature Version 4A holds for every Region, and names none.
        return parts[0], 'us-east-1', parts[2]
    return (parts[0], parts[2], parts[3]) if len(parts) >= 5 else None


def account_of(access_key: str) -> str:
    """The account of an access key: moto hands out keys of other accounts by AssumeRole."""
    if len(access_key) < 16:
        return DEFAULT_ACCOUNT
    from moto.iam.models import get_account_id_from

    return get_account_id_from(access_key)


def part(environ, start_response):
    """Answers what is asked of CloudFormation, and nothing else."""
    scope = scope_of(environ)
    if scope is None or scope[2] != 'cloudformation':
        return None
    length = int(environ.get('CONTENT_LENGTH') or 0)
    body = environ['wsgi.input'].read(length).decode() if length else environ.get('QUERY_STRING', '')
    values = MultiDict(parse_qsl(body, keep_blank_values=True))
    status, text = answer(values, account_of(scope[0]), scope[1], str(environ.get('HTTP_HOST', '')))
    data = text.encode()
    start_response(
        f'{status} {"OK" if status < 300 else "Error"}',
        [('content-type', 'text/xml'), ('content-length', str(len(data)))],
    )
    return [data]


def answer(values: MultiDict, account: str, region: str, host: str = '') -> tuple[int, str]:
    """Status and body for one request."""
    name = values.get('Action', '')
    operation = OPERATIONS.get(name)
    if operation is None:
        return _error(Refused(f'The emulator does not know the CloudFormation action {name!r}', 'InvalidAction'))
    model = get_service_model('cloudformation').operation_model(name)
    try:
        parser = PROTOCOL_PARSERS['query'](model)
        given = parser.parse(
            {'method': 'POST', 'values': values, 'headers': {}, 'body': b'', 'url_path': '/', 'url_params': {}}
        )
        result = operation(account, region, given or {})
    except Refused as error:
        return _error(error)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return _error(Refused(f'{name}: the emulator broke: {type(error).__name__}: {error}', 'InternalFailure', 500))
    serializer = get_serializer_class('cloudformation', 'query')(
        operation_model=model, context=SerializationContext(str(uuid.uuid4())), value_picker=DefaultAttributePicker()
    )
    return 200, serializer.serialize(result or {})['body']


def _error(error: Refused) -> tuple[int, str]:
    kind = 'Sender' if error.status < 500 else 'Receiver'
    return error.status, (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>{kind}</Type><Code>{error.code}</Code>'
        f'<Message>{escape(str(error))}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>'
    )
