"""Things of a service that are only put somewhere: created, shown, changed, listed and deleted."""

from __future__ import annotations

import datetime
import random
import string
import uuid
from typing import Callable

from moto.core.utils import get_service_model

from missing.registry import Call, operation, refused, state


def identifier(length: int = 13) -> str:
    return ''.join(random.choices(string.ascii_uppercase + string.digits, k=length))


def filled(shape, record: dict, depth: int = 0):
    """An answer of the given shape with all that a record knows; structures inside are filled from the same record."""
    made = {}
    for name, member in shape.members.items():
        if name in record:
            made[name] = record[name]
        elif member.type_name == 'structure' and depth < 2:
            inner = filled(member, record, depth + 1)
            if inner:
                made[name] = inner
    return made


def shelf(
    service: str,
    thing: str,
    *,
    key: str | tuple[str, ...],
    id: Callable[[Call, dict], str] | None = None,
    record: Callable[[Call, dict, str], dict] | None = None,
    create: str | None = None,
    get: str | None = None,
    more: tuple[str, ...] = (),
    update: str | None = None,
    delete: str | None = None,
    list: str | None = None,
    missing: str = 'ResourceNotFoundException',
    exists: str | None = None,
    listed: str | None = None,
):
    """Answers the operations of one kind of thing.

    `key` is the member that names one, or the members that do so together; where CloudFront or the like gives the name, `id` makes
    it, and it is the last of them. `more` are other ways to show a thing.
    """
    keys = (key,) if isinstance(key, str) else key
    last = keys[-1]
    model = get_service_model(service)
    shelf_name = f'{service}/{thing}'

    def shape(name: str):
        return model.operation_model(name).output_shape

    def found(call: Call, given: dict) -> dict:
        things = state(call, shelf_name)
        if named(given) not in things:
            raise refused(missing, f'{thing} {given.get(last)} does not exist')
        return things[named(given)]

    def named(given: dict) -> tuple:
        return tuple(given.get(name) for name in keys)

    def answered(name: str, one: dict) -> dict:
        output = shape(name)
        return filled(output, one) if output else {}

    def stamped(call: Call, given: dict, physical_id: str, before: dict | None = None) -> dict:
        now = datetime.datetime.now(datetime.timezone.utc)
        flat = {**(before or {}), **given, last: physical_id, 'ETag': f'E{identifier(12)}', 'LastModifiedTime': now}
        flat.setdefault('CreatedTime', now)
        return {**flat, **(record(call, flat, physical_id) if record else {})}

    def on_create(call: Call, given: dict) -> dict:
        physical_id = id(call, given) if id else given.get(last) or str(uuid.uuid4())
        things, name = state(call, shelf_name), named({**given, last: physical_id})
        if exists and name in things:
            raise refused(exists, f'{thing} {physical_id} already exists')
        things[name] = stamped(call, given, physical_id)
        return answered(create, things[name])

    def on_update(call: Call, given: dict) -> dict:
        one = found(call, given)
        things = state(call, shelf_name)
        things[named(given)] = stamped(call, given, given[last], one)
        return answered(update, things[named(given)])

    def on_delete(call: Call, given: dict) -> dict:
        one = found(call, given)
        del state(call, shelf_name)[named(given)]
        return answered(delete, one)

    def on_list(call: Call, _given: dict) -> dict:
        things = [*state(call, shelf_name).values()]
        output = shape(list)
        for name, member in output.members.items():
            if member.type_name == 'list':
                return {name: [_one(member.member, one) for one in things]}
            if member.type_name == 'structure' and 'Items' in member.members:
                items = [_one(member.members['Items'].member, one) for one in things]
                return {name: {'Quantity': len(items), 'MaxItems': 100, 'Items': items}}
        return {}

    def _one(member, one: dict):
        return filled(member, one) if member.type_name == 'structure' else one[listed or last]

    if create:
        operation(service, create)(on_create)
    for name in (get, *more):
        if name:
            operation(service, name)(lambda call, given, name=name: answered(name, found(call, given)))
    if update:
        operation(service, update)(on_update)
    if delete:
        operation(service, delete)(on_delete)
    if list:
        operation(service, list)(on_list)


def tags(service: str):
    """Answers the tagging of a service that knows an ARN as `ResourceArn`, with tags as a map or a list."""

    def kept(call: Call, given: dict) -> dict:
        return state(call, f'{service}/tags').setdefault(given['ResourceArn'], {})

    @operation(service, 'TagResource')
    def tag(call, given):
        new = given['Tags']
        kept(call, given).update(new if isinstance(new, dict) else {one['Key']: one['Value'] for one in new})

    @operation(service, 'UntagResource')
    def untag(call, given):
        for key in given['TagKeys']:
            kept(call, given).pop(key, None)

    @operation(service, 'ListTagsForResource')
    def listed(call, given):
        found = kept(call, given)
        member = get_service_model(service).operation_model('ListTagsForResource').output_shape.members['Tags']
        return {
            'Tags': found
            if member.type_name == 'map'
            else [{'Key': key, 'Value': value} for key, value in found.items()]
        }

    del tag, untag, listed
