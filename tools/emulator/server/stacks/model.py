"""What the engine remembers: stacks, what they made, what happened, and change sets."""

from __future__ import annotations

import datetime
import threading
import uuid
from dataclasses import dataclass, field

from runtime import event_bus
from stacks.faults import Refused

SETTLED = ('COMPLETE', 'FAILED')


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


@dataclass(eq=False)
class Made:
    """A resource that exists, as it was last made or changed with success."""

    logical_id: str
    type: str
    physical_id: str
    properties: dict
    attributes: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    deletion_policy: str = 'Delete'
    replace_policy: str = 'Delete'
    metadata: dict | None = None
    status: str = 'CREATE_COMPLETE'
    reason: str | None = None
    time: datetime.datetime = field(default_factory=now)
    fresh: bool = True


@dataclass
class Event:
    stack_id: str
    stack_name: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    token: str | None
    time: datetime.datetime
    properties: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Wish:
    """What a stack is to become: all that a create, an update or a change set asks for."""

    text: str
    template: dict
    asked: list[dict] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    role: str | None = None
    notifications: list[str] = field(default_factory=list)
    disable_rollback: bool = False
    timeout: int | None = None
    token: str | None = None
    retain_except_on_create: bool = False


@dataclass
class ChangeSet:
    id: str
    name: str
    kind: str
    wish: Wish
    parameters: list[dict]
    description: str | None = None
    changes: list[dict] = field(default_factory=list)
    status: str = 'CREATE_COMPLETE'
    reason: str | None = None
    execution: str = 'AVAILABLE'
    on_failure: str | None = None
    nested: bool = False
    time: datetime.datetime = field(default_factory=now)


@dataclass
class Stack:
    id: str
    name: str
    account: str
    region: str
    text: str = ''
    template: dict = field(default_factory=lambda: {'Resources': {}})
    given: dict[str, str] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    role: str | None = None
    notifications: list[str] = field(default_factory=list)
    disable_rollback: bool = False
    timeout: int | None = None
    termination_protection: bool = False
    retain_except_on_create: bool = False
    status: str = 'CREATE_IN_PROGRESS'
    reason: str | None = None
    made: dict[str, Made] = field(default_factory=dict)
    leftovers: list[Made] = field(default_factory=list)
    retained: list[Made] = field(default_factory=list)
    outputs: list[dict] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    change_set_id: str | None = None
    token: str | None = None
    parent: str | None = None
    root: str | None = None
    created: datetime.datetime = field(default_factory=now)
    updated: datetime.datetime | None = None
    deleted: datetime.datetime | None = None
    undo: list = field(default_factory=list)
    before: dict | None = None
    cancelled: bool = False

    @property
    def gone(self) -> bool:
        return self.status == 'DELETE_COMPLETE'

    @property
    def busy(self) -> bool:
        return not self.status.endswith(SETTLED) and self.status != 'REVIEW_IN_PROGRESS'

    def exports(self) -> dict[str, str]:
        return {o['ExportName']: o['OutputValue'] for o in self.outputs if o.get('ExportName')}

    def happened(self, logical_id, physical_id, type_name, status, reason=None, properties=None):
        """Adds an event."""
        # Two events of the same moment would have no order for a client that sorts them.
        time = now()
        if self.events and time <= self.events[-1].time:
            time = self.events[-1].time + datetime.timedelta(microseconds=1000)
        self.events.append(
            Event(
                self.id,
                self.name,
                logical_id,
                physical_id or '',
                type_name,
                status,
                reason,
                self.token,
                time,
                properties,
            )
        )

    def turn(self, status: str, reason: str | None = None):
        """Changes the status of the stack, with its event."""
        self.happened(self.name, self.id, 'AWS::CloudFormation::Stack', status, reason)
        self.status, self.reason = status, reason
        told = {'status': status, 'status-reason': reason or ''}
        detail = {'stack-id': self.id, 'status-details': told, 'client-request-token': ''}
        event_bus.put(
            self.account, self.region, 'aws.cloudformation', 'CloudFormation Stack Status Change', detail, [self.id]
        )


class Store:
    """All stacks of an account and region. Deleted ones can still be asked for by their id."""

    def __init__(self, account: str, region: str):
        self.account = account
        self.region = region
        self.stacks: dict[str, Stack] = {}
        self.lock = threading.RLock()

    def find(self, name_or_id: str, deleted: bool = True) -> Stack | None:
        """A stack by its id, or the living one of a name."""
        if name_or_id in self.stacks:
            return self.stacks[name_or_id]
        return next((s for s in self.stacks.values() if s.name == name_or_id and not s.gone), None)

    def get(self, name_or_id: str) -> Stack:
        found = self.find(name_or_id)
        if found is None:
            raise Refused(f'Stack with id {name_or_id} does not exist')
        return found

    def living(self) -> list[Stack]:
        return [stack for stack in self.stacks.values() if not stack.gone]

    def exports(self) -> dict[str, tuple[Stack, str]]:
        return {name: (stack, value) for stack in self.living() for name, value in stack.exports().items()}

    def importers(self, export: str) -> list[Stack]:
        return [stack for stack in self.living() if export in stack.imports]

    def add(self, name: str, **more) -> Stack:
        stack_id = f'arn:aws:cloudformation:{self.region}:{self.account}:stack/{name}/{uuid.uuid4()}'
        self.stacks[stack_id] = Stack(stack_id, name, self.account, self.region, **more)
        return self.stacks[stack_id]


_stores: dict[tuple[str, str], Store] = {}
_stores_lock = threading.Lock()


def store_of(account: str, region: str) -> Store:
    with _stores_lock:
        return _stores.setdefault((account, region), Store(account, region))


def stores() -> list[Store]:
    return list(_stores.values())


def forget():
    """Everything is gone: what `POST /moto-api/reset` means for stacks."""
    _stores.clear()
