"""Dynamic references: `{{resolve:ssm:…}}`, `{{resolve:ssm-secure:…}}` and `{{resolve:secretsmanager:…}}`."""

import json
import re

from botocore.exceptions import ClientError

from stacks.clients import client, said
from stacks.faults import ResourceFailed

REFERENCE = re.compile(r'\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}')


def resolve(value, account: str, region: str):
    """A value with every dynamic reference in it looked up."""
    if isinstance(value, dict):
        return {key: resolve(inner, account, region) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(item, account, region) for item in value]
    if isinstance(value, str) and '{{resolve:' in value:
        return REFERENCE.sub(lambda match: _look_up(match.group(1), match.group(2), account, region), value)
    return value


def _look_up(service: str, rest: str, account: str, region: str) -> str:
    try:
        if service == 'secretsmanager':
            return _secret(rest, account, region)
        return client('ssm', account, region).get_parameter(Name=rest, WithDecryption=True)['Parameter']['Value']
    except ClientError as error:
        raise ResourceFailed(f'Could not resolve {{{{resolve:{service}:{rest}}}}}: {said(error)}') from error


def _secret(rest: str, account: str, region: str) -> str:
    # `name-or-arn : SecretString : json-key : version-stage : version-id`; an ARN brings seven parts of its own.
    parts = rest.split(':')
    length = 7 if rest.startswith('arn:') else 1
    secret, more = ':'.join(parts[:length]), parts[length:] + [''] * 4
    if more[0] not in ('', 'SecretString'):
        raise ResourceFailed(f'{{{{resolve:secretsmanager:{rest}}}}}: only SecretString can be resolved, not {more[0]}')
    version = {'VersionStage': more[2]} if more[2] else {'VersionId': more[3]} if more[3] else {}
    text = client('secretsmanager', account, region).get_secret_value(SecretId=secret, **version)['SecretString']
    if not more[1]:
        return text
    try:
        return str(json.loads(text)[more[1]])
    except (ValueError, KeyError) as error:
        raise ResourceFailed(f'Could not find a value associated with JSONKey {more[1]} in secret {secret}') from error
