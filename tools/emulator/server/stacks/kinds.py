"""How a type of resource is made, changed and deleted: a `Kind`, in most cases one short row.

    kind('AWS::EC2::InternetGateway', 'ec2', create='create_internet_gateway', id='InternetGateway.InternetGatewayId',
         key='InternetGatewayId', delete='delete_internet_gateway', attributes={'InternetGatewayId': 'id'})

What a row names is a method of the service's boto3 client; its input is the properties (`convert.py`) and the key. Where a
row is not enough, a function stands in its place: `create(at, props) -> id | (id, attributes)`, `update(at, id, old, new)`,
`delete(at, id, props)`. Functions read what they use from `props`; a property nobody read is an error (`reading.py`).
"""

from __future__ import annotations

import random
import re
import string
from dataclasses import dataclass, field
from typing import Any, Callable

import jmespath
from botocore.exceptions import ClientError, ParamValidationError

from stacks.clients import client, said
from stacks.convert import converted
from stacks.faults import NotCarried, ResourceFailed, Untouched
from stacks.reading import Reading
from stacks.schema import alike, schema
from stacks.tagging import tag, untag

GONE = re.compile(
    r'NotFound|NoSuch|NonExistent|DoesNotExist|ResourceNotFoundException|NoEntity|NotExist|\.Malformed|Gone|UnknownResource',
    re.I,
)
KINDS: dict[str, Kind] = {}
SAME = 'the same call as create'
# What was to be deleted and was not there. CloudFormation forgives that; a row with a wrong key must not be forgiven by tests.
FORGIVEN: list[tuple[str, str]] = []


def goes_with_its_owner(_at, _id, _props):
    """A deletion that needs no call: the API has no such resource apart from its owner, which goes too."""


@dataclass
class At:
    """Where a resource is made, and how its code reaches services."""

    account: str
    region: str
    stack: str
    stack_id: str
    logical_id: str
    type: str
    tags: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    partition: str = 'aws'
    snapshot: bool = False

    def client(self, service: str, region: str | None = None):
        return client(service, self.account, region or self.region)

    def call(self, service: str, operation: str, /, **given):
        """One call; what the service refuses becomes the reason of the failure."""
        try:
            return getattr(self.client(service), operation)(**given)
        except ClientError as error:
            raise ResourceFailed(said(error)) from error
        except ParamValidationError as error:
            raise ResourceFailed(f'{operation} of {service}: {error}') from error

    def shaped(self, service: str, operation: str, props, rename=None) -> dict:
        """The input of an operation, from properties."""
        made = self.client(service)
        model = made.meta.service_model.operation_model(made.meta.method_to_api_mapping[operation])
        return converted(model.input_shape, props, rename) if model.input_shape else {}

    def put(self, service: str, operation: str, props, rename=None, /, **more):
        """Calls an operation with properties and more."""
        return self.call(service, operation, **{**self.shaped(service, operation, props, rename), **more})

    def arn(self, service: str, resource: str, region: str | None = None, account: str | None = None) -> str:
        region = self.region if region is None else region
        account = self.account if account is None else account
        return f'arn:{self.partition}:{service}:{region}:{account}:{resource}'

    def name(self, longest: int = 128, lower: bool = False, suffix: str = '') -> str:
        """A physical name as CloudFormation makes it: stack, logical id, and chance."""
        chance = ''.join(random.choices(string.ascii_uppercase + string.digits, k=12))
        room = longest - len(chance) - len(suffix) - 2
        stack = self.stack[: max(room - len(self.logical_id), room // 2)].rstrip('-')
        made = f'{stack}-{self.logical_id[: room - len(stack)]}-{chance}{suffix}'
        return made.lower() if lower else made


@dataclass
class Name:
    """A property that names the resource; where a template leaves it out, a name is made."""

    property: str
    longest: int = 128
    lower: bool = False
    parameter: str | None = None
    always: bool = True


@dataclass
class Kind:
    """One type of resource."""

    type: str
    service: str
    create: str | Callable = ''
    id: str = ''
    key: str | dict | None = None
    update: str | Callable | None = None
    delete: str | Callable | None = None
    read: str | None = None
    read_path: str = ''
    name: Name | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    # Attributes that other resources change after this one is there; asked anew by `live(at, id)` whenever a template wants one.
    live: dict[str, Callable[[At, str], Any]] = field(default_factory=dict)
    rename: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    prepare: Callable | None = None
    after: Callable | None = None
    tagged: str | Callable | None = None
    not_carried: dict[str, str] = field(default_factory=dict)
    stand_in: str | None = None
    delete_extra: dict[str, Any] = field(default_factory=dict)
    # Create-only by the schema, yet changed in place by the update here.
    updates_anyway: tuple[str, ...] = ()

    # -- what the engine calls ------------------------------------------------------------------------------------

    def make(self, at: At, given: dict) -> tuple[str, dict]:
        """Makes the resource: its physical id and what GetAtt answers."""
        props = Reading(self._untagged(given))
        if callable(self.create):
            made = self.create(at, props)
            physical_id, attributes = made if isinstance(made, tuple) else (made, {})
        else:
            physical_id, attributes = self._create_by_row(at, props)
        try:
            self._tag(at, physical_id, props, attributes, {}, self.tags_of(at, given))
            if self.after:
                self.after(at, physical_id, props)
            attributes = {**self._read(at, physical_id, props, attributes), **attributes}
            self.check(props)
        except ResourceFailed as error:
            error.physical_id = error.physical_id or physical_id
            raise
        return physical_id, attributes

    def change(self, at: At, physical_id: str, old: dict, new: dict, old_tags: dict) -> tuple[str, dict]:
        """Changes it in place; the caller has seen to it that no create-only property differs."""
        before, props = Reading(self._untagged(old)), Reading(self._untagged(new))
        changed = [key for key in {**before, **props} if not alike(before.get(key), _peek(props, key))]
        attributes = dict(at.attributes)
        declared = [key for key in changed if key in self.not_carried]
        if [key for key in changed if key not in declared]:
            if self.update is None:
                raise Untouched(
                    f'{self.type}: {", ".join(changed)} cannot be changed in place here: the row of the type in '
                    'tools/emulator/server/stacks/types has no update. Add one, or delete the resource and make it again.'
                )
            if callable(self.update):
                made = self.update(at, physical_id, before, props)
                if isinstance(made, tuple):
                    physical_id, more = made
                    attributes.update(more)
            else:
                operation = self.create if self.update == SAME else self.update
                if callable(operation):
                    made = operation(at, props)
                    attributes.update(made[1] if isinstance(made, tuple) else {})
                else:
                    self._update_by_row(at, physical_id, props, operation)
            if self.after:
                self.after(at, physical_id, props)
            unread = set(props.unread()) & set(changed) - set(self.not_carried)
            if unread:
                raise NotCarried(
                    f'{self.type}: a change of {", ".join(sorted(unread))} is not carried to any API: '
                    f'the update of its row in tools/emulator/server/stacks/types needs a place for it.'
                )
        self._tag(at, physical_id, props, attributes, old_tags, self.tags_of(at, new))
        attributes.update(self._read(at, physical_id, props, attributes))
        return physical_id, attributes

    def remove(self, at: At, physical_id: str, given: dict):
        """Deletes it; what is gone already is gone."""
        props = Reading(self._untagged(given))
        if self.delete is None:
            raise ResourceFailed(f'{self.type} has no delete in its row in tools/emulator/server/stacks/types')
        try:
            if callable(self.delete):
                self.delete(at, physical_id, props)
            else:
                self.call_with_key(at, self.delete, physical_id, props, **self.delete_extra)
        except ResourceFailed as error:
            if not _is_gone(error):
                raise
            FORGIVEN.append((self.type, physical_id))

    # -- rows -----------------------------------------------------------------------------------------------------

    def _create_by_row(self, at: At, props: Reading) -> tuple[str, dict]:
        named = {}
        if self.name and (self.name.property not in props) and self.name.always:
            named = {self.name.property: at.name(self.name.longest, self.name.lower)}
        whole_props = _with(props, named)
        prepared = self.prepare(at, whole_props) if self.prepare else whole_props
        given = at.shaped(self.service, self.create, prepared, self.rename)
        answer = at.call(self.service, self.create, **{**given, **self._filled(self.extra, at, '', whole_props)})
        _mark(props, whole_props)
        values = {**whole_props}
        physical_id = _fill(self.id, at, '', values) if '{' in self.id else jmespath.search(self.id, answer)
        if physical_id is None:
            raise ResourceFailed(f'{self.type}: {self.create} answered without {self.id}')
        attributes = {}
        for name, path in self.attributes.items():
            attributes[name] = self._attribute(at, path, str(physical_id), values, answer)
        return str(physical_id), {k: v for k, v in attributes.items() if v is not None}

    def _attribute(self, at: At, path: str, physical_id: str, values: dict, answer) -> Any:
        if path == 'id':
            return physical_id
        if '{' in path:
            return _fill(path, at, physical_id, values)
        return jmespath.search(path, answer)

    def _update_by_row(self, at: At, physical_id: str, props: Reading, operation: str):
        named = {}
        if self.name and self.name.property not in props:
            named = {self.name.property: physical_id}
        whole_props = _with(props, named)
        prepared = self.prepare(at, whole_props) if self.prepare else whole_props
        given = at.shaped(self.service, operation, prepared, self.rename)
        _mark(props, whole_props)
        key = self._key(at, physical_id, props) if self.key else {}
        extra = self._filled(self.extra, at, physical_id, whole_props) if operation == self.create else {}
        at.call(
            self.service, operation, **{**given, **extra, **key} if operation != self.create else {**given, **extra}
        )

    def call_with_key(self, at: At, operation: str, physical_id: str, props: dict, **more):
        return at.call(self.service, operation, **self._key(at, physical_id, props), **more)

    def _key(self, at: At, physical_id: str, props: dict) -> dict:
        key = {self.key: '{id}'} if isinstance(self.key, str) else self.key or {}
        return self._filled(key, at, physical_id, props)

    def _filled(self, given: dict, at: At, physical_id: str, props: dict) -> dict:
        found = {}
        for name, value in given.items():
            if callable(value):
                value = value(at, props)
            elif isinstance(value, str) and '{' in value:
                value = _fill(value, at, physical_id, props)
            elif isinstance(value, list) and value == ['{id}']:
                value = [physical_id]
            found[name] = value
        return found

    def _read(self, at: At, physical_id: str, props: Reading, known: dict) -> dict:
        found = {}
        if self.read:
            answer = self.call_with_key(at, self.read, physical_id, props)
            scope = jmespath.search(self.read_path, answer) if self.read_path else answer
            for name, path in self.attributes.items():
                value = self._attribute(at, path, physical_id, {**props}, scope)
                if value is not None:
                    found[name] = value
        return found

    # -- tags, and properties that go nowhere ---------------------------------------------------------------------

    def tag_property(self) -> str | None:
        found = schema(self.type)
        return found.tag_property if found else None

    def _untagged(self, given: dict) -> dict:
        name = self.tag_property()
        return {key: value for key, value in given.items() if key != name} if self.tagged else given

    def tags_of(self, at: At, given: dict) -> dict[str, str]:
        """The tags of the resource: the stack's, and its own over them."""
        if not self.tagged:
            return {}
        own = given.get(self.tag_property() or '') or []
        if isinstance(own, dict):
            return {**at.tags, **own}
        return {**at.tags, **{(t.get('Key') or t.get('TagKey')): t.get('Value', t.get('TagValue', '')) for t in own}}

    def _tag(self, at: At, physical_id: str, props: dict, attributes: dict, old: dict, new: dict):
        if not self.tagged or old == new:
            return
        gone = sorted(set(old) - set(new))
        fresh = {key: str(value) for key, value in new.items() if old.get(key) != value}
        if callable(self.tagged):
            self.tagged(at, physical_id, fresh, gone)
            return
        target = (
            attributes[self.tagged] if self.tagged in attributes else _fill(self.tagged, at, physical_id, {**props})
        )
        if fresh:
            tag(at, self.service, target, fresh, self.type)
        if gone:
            untag(at, self.service, target, gone, self.type)

    def check(self, props: Reading):
        """Fails for a property that no call carried and no reason excuses."""
        unread = [path for path in props.unread() if not self.excused(path)]
        known = schema(self.type)
        extra = [path for path in unread if known and path.split('.')[0] not in known.properties]
        if extra:
            raise ResourceFailed(
                f'Properties validation failed for resource of type {self.type} with message: #: extraneous key [{extra[0]}] is not permitted'
            )
        if unread:
            raise NotCarried(
                f'{self.type}: {", ".join(unread)} is not carried to any API: give it a place in the row of the type in '
                'tools/emulator/server/stacks/types, or a reason in its not_carried.'
            )

    def excused(self, path: str) -> bool:
        return any(path == name or path.startswith(f'{name}.') for name in self.not_carried)


def _peek(props: dict, key: str):
    return dict.get(props, key)


def _with(props: Reading, more: dict) -> Reading:
    """The same properties and more; reading of the nested ones is shared."""
    made = Reading({})
    for key in dict.keys(props):
        dict.__setitem__(made, key, dict.__getitem__(props, key))
    for key, value in more.items():
        dict.__setitem__(made, key, value)
    return made


def _mark(props: Reading, other: Reading):
    props._read |= other._read & set(props)


def _fill(text: str, at: At, physical_id: str, props: dict) -> str:
    """Puts the id, parts of it (`{id.0}` before the first bar), properties and places into a text."""

    def put(match):
        name = match.group(1)
        if name == 'id':
            return physical_id
        if name.startswith('id.'):
            return physical_id.split('|')[int(name[3:])]
        if name.startswith('id/'):
            return physical_id.split('/')[int(name[3:])]
        if name in ('account', 'region', 'partition', 'stack'):
            return getattr(at, name)
        if name in at.attributes:
            return str(at.attributes[name])
        value = props.get(name)
        if value is None:
            raise ResourceFailed(f'{at.type}: the row needs {name}, which the template does not give')
        return str(value)

    return re.sub(r'\{([\w.\-/]+)\}', put, text)


def _is_gone(error: ResourceFailed) -> bool:
    cause = error.__cause__
    if isinstance(cause, ClientError):
        code = str(cause.response.get('Error', {}).get('Code', ''))
        return bool(GONE.search(code)) or code in ('404',)
    return False


def kind(type_name: str, service: str, **more) -> Kind:
    """Adds a type to the table."""
    if type_name in KINDS:
        raise ValueError(f'{type_name} has two rows')
    KINDS[type_name] = Kind(type_name, service, **more)
    return KINDS[type_name]
