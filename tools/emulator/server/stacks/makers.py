"""Who makes a resource: the row of its type, a custom resource's handler, or the engine itself for a nested stack."""

import uuid
from urllib.parse import unquote, urlparse

from stacks.changes import NESTED, is_custom
from stacks.clients import client
from stacks.faults import Refused, ResourceFailed
from stacks.kinds import KINDS, At
from stacks.model import Made, Stack
from stacks.schema import plain


def place(stack: Stack, logical_id: str, type_name: str, made: Made | None = None, tags: dict | None = None) -> At:
    """Where a resource of a stack stands."""
    at = At(
        stack.account, stack.region, stack.name, stack.id, logical_id, type_name, stack.tags if tags is None else tags
    )
    if made is not None:
        at.attributes = dict(made.attributes)
    return at


def make(engine, stack: Stack, wanted) -> tuple[str, dict]:
    """Makes a resource: physical id and attributes."""
    if is_custom(wanted.type):
        return _handler('Create', stack, wanted.logical_id, wanted.type, wanted.properties)
    if wanted.type == NESTED:
        return engine.nested.create(stack, wanted)
    return KINDS[wanted.type].make(place(stack, wanted.logical_id, wanted.type), wanted.properties)


def change(engine, stack: Stack, made: Made, wanted) -> tuple[str, dict]:
    """Changes a resource in place."""
    if is_custom(wanted.type):
        return _handler(
            'Update', stack, wanted.logical_id, wanted.type, wanted.properties, made.physical_id, made.properties
        )
    if wanted.type == NESTED:
        return engine.nested.update(stack, made, wanted)
    kind = KINDS[wanted.type]
    at = place(stack, wanted.logical_id, wanted.type, made)
    stack_tags = {key: value for key, value in made.tags.items() if key != 'own'}
    old_at = place(stack, wanted.logical_id, wanted.type, made, stack_tags)
    return kind.change(at, made.physical_id, made.properties, wanted.properties, kind.tags_of(old_at, made.properties))


def remove(engine, stack: Stack, made: Made):
    """Deletes a resource."""
    if is_custom(made.type):
        _handler('Delete', stack, made.logical_id, made.type, made.properties, made.physical_id)
    elif made.type == NESTED:
        engine.nested.delete(stack, made)
    elif made.type in KINDS:
        at = place(stack, made.logical_id, made.type, made)
        at.snapshot = made.deletion_policy == 'Snapshot'
        KINDS[made.type].remove(at, made.physical_id, made.properties)


def texts(value):
    """What a handler sees: CloudFormation hands it every scalar as text."""
    if isinstance(value, dict):
        return {key: texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [texts(item) for item in value]
    return plain(value)


def _handler(kind, stack, logical_id, type_name, properties, physical_id=None, old=None) -> tuple[str, dict]:
    from runtime.custom_resources import CustomResourceFailed, run

    token = properties['ServiceToken']
    try:
        answer_id, data = run(
            kind,
            type_name,
            logical_id,
            token,
            texts(properties),
            stack.id,
            physical_id,
            texts(old) if old is not None else None,
            stack.region,
        )
    except CustomResourceFailed as error:
        raise ResourceFailed(
            f'Received response status [FAILED] from custom resource. Message returned: {error} (RequestId: {uuid.uuid4()})'
        ) from error
    return answer_id, data or {}


def template_at(url: str, account: str, region: str) -> str:
    """The text of a template in the emulator's S3, by any of the ways a URL names an object."""
    parsed = urlparse(url)
    host, path = parsed.hostname or '', unquote(parsed.path.lstrip('/'))
    labels = host.split('.')
    if '.s3.' in f'.{host}.' and not host.startswith('s3.') and not host.startswith('s3-'):
        bucket, key = host[: host.index('.s3')], path
    elif len(labels) > 1 and labels[-1] == 'localhost':
        bucket, key = labels[0], path
    else:
        bucket, _, key = path.partition('/')
    try:
        body = client('s3', account, region).get_object(Bucket=bucket, Key=key)['Body']
    except Exception as error:
        raise Refused(
            f'S3 error: {error}: the template was looked for in bucket {bucket!r} at {key!r} ({url})'
        ) from error
    return body.read().decode()
