"""Change sets: an update looked at before it is done."""

from __future__ import annotations

import uuid

from stacks.changes import listed, plan_of
from stacks.faults import Refused
from stacks.model import ChangeSet, Stack, Store, Wish
from stacks.parameters import described

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def get(store: Store, given: dict) -> tuple[Stack, ChangeSet]:
    """A change set by its id, or by the names of stack and change set."""
    name = given['ChangeSetName']
    stacks = [store.get(given['StackName'])] if given.get('StackName') else list(store.stacks.values())
    for stack in stacks:
        for found in stack.change_sets.values():
            if name in (found.id, found.name):
                return stack, found
    raise Refused(f'ChangeSet [{name}] does not exist', 'ChangeSetNotFound', 404)


def _shown(stack: Stack, found: ChangeSet) -> dict:
    shown = {
        'ChangeSetName': found.name,
        'ChangeSetId': found.id,
        'StackId': stack.id,
        'StackName': stack.name,
        'Description': found.description,
        'CreationTime': found.time,
        'ExecutionStatus': found.execution,
        'Status': found.status,
        'StatusReason': found.reason,
        'IncludeNestedStacks': found.nested,
    }
    return {key: value for key, value in shown.items() if value is not None}


def register(operation, wish_of, must_be_updatable, engine):
    """Adds the operations of change sets to the API."""

    @operation
    def create_change_set(store: Store, given: dict):
        name, kind = given['StackName'], given.get('ChangeSetType') or 'UPDATE'
        with store.lock:
            stack = store.find(name)
            if kind == 'IMPORT':
                raise Refused(
                    'The emulator cannot import resources into a stack: only CREATE and UPDATE change sets are known.'
                )
            if kind == 'CREATE':
                if stack is not None and stack.status != 'REVIEW_IN_PROGRESS':
                    raise Refused(
                        f'Stack [{name}] already exists and cannot be created again with the changeSet [{given["ChangeSetName"]}].',
                        'AlreadyExistsException',
                    )
                wish = wish_of(store, given)
                if stack is None:
                    stack = store.add(name, status='REVIEW_IN_PROGRESS')
                    stack.turn('REVIEW_IN_PROGRESS', 'User Initiated')
            else:
                if stack is None:
                    raise Refused(f'Stack [{name}] does not exist')
                must_be_updatable(stack)
                wish = wish_of(store, given, stack)
            if any(found.name == given['ChangeSetName'] for found in stack.change_sets.values()):
                raise Refused(
                    f"ChangeSet {given['ChangeSetName']} already exists for stack {name}", 'AlreadyExistsException'
                )
            change_set = _make(store, stack, given, kind, wish)
            stack.change_sets[change_set.id] = change_set
        return {'Id': change_set.id, 'StackId': stack.id}

    def _make(store: Store, stack: Stack, given: dict, kind: str, wish: Wish) -> ChangeSet:
        name = given['ChangeSetName']
        change_set = ChangeSet(
            id=f'arn:aws:cloudformation:{store.region}:{store.account}:changeSet/{name}/{uuid.uuid4()}',
            name=name,
            kind=kind,
            wish=wish,
            parameters=[],
            description=given.get('Description'),
            on_failure=given.get('OnStackFailure'),
            nested=bool(given.get('IncludeNestedStacks')),
        )
        try:
            plan, evaluation = plan_of(store, stack, wish)
        except Refused as error:
            change_set.status, change_set.reason, change_set.execution = 'FAILED', str(error), 'UNAVAILABLE'
            return change_set
        change_set.parameters = described(wish.template, evaluation.parameters.given, evaluation.parameters.resolved)
        change_set.changes = listed(plan, stack)
        if (
            kind == 'UPDATE'
            and plan.empty
            and wish.tags == stack.tags
            and stack.status not in ('CREATE_FAILED', 'UPDATE_FAILED')
        ):
            change_set.status, change_set.reason, change_set.execution = 'FAILED', NO_CHANGES, 'UNAVAILABLE'
        return change_set

    @operation
    def describe_change_set(store: Store, given: dict):
        stack, found = get(store, given)
        page, size = int(given.get('NextToken') or 0), 100
        shown = {
            **_shown(stack, found),
            'Parameters': found.parameters,
            'Changes': found.changes[page : page + size],
            'Capabilities': found.wish.capabilities,
            'Tags': [{'Key': key, 'Value': value} for key, value in found.wish.tags.items()],
            'NotificationARNs': found.wish.notifications,
        }
        if found.on_failure:
            shown['OnStackFailure'] = found.on_failure
        if page + size < len(found.changes):
            shown['NextToken'] = str(page + size)
        return shown

    @operation
    def list_change_sets(store: Store, given: dict):
        stack = store.get(given['StackName'])
        return {'Summaries': [_shown(stack, found) for found in stack.change_sets.values()]}

    @operation
    def delete_change_set(store: Store, given: dict):
        try:
            stack, found = get(store, given)
        except Refused as error:
            if error.code == 'ChangeSetNotFound':
                return  # CloudFormation does not mind either.
            raise
        if found.execution == 'EXECUTE_IN_PROGRESS':
            raise Refused(
                f'ChangeSet [{found.name}] cannot be deleted in its current status of {found.execution}',
                'InvalidChangeSetStatus',
            )
        del stack.change_sets[found.id]

    @operation
    def execute_change_set(store: Store, given: dict):
        with store.lock:
            stack, found = get(store, given)
            if found.execution != 'AVAILABLE':
                raise Refused(
                    f'ChangeSet [{found.id}] cannot be executed in its current execution status of [{found.execution}]',
                    'InvalidChangeSetStatus',
                )
            wish = found.wish
            wish.disable_rollback = bool(given.get('DisableRollback')) or found.on_failure == 'DO_NOTHING'
            wish.token = given.get('ClientRequestToken')
            wish.retain_except_on_create = bool(given.get('RetainExceptOnCreate'))
            if found.kind == 'CREATE':
                engine.begin_create(store, stack, wish)
            else:
                must_be_updatable(stack)
                engine.begin_update(store, stack, wish)
            found.execution = 'EXECUTE_COMPLETE'
            stack.change_set_id = found.id
            # CloudFormation forgets the change sets of a stack when one of them is executed.
            stack.change_sets = {found.id: found}

        def work():
            engine.carry_out(store, stack, wish, found.kind)
            if found.on_failure == 'DELETE' and stack.status == 'ROLLBACK_COMPLETE':
                stack.turn('DELETE_IN_PROGRESS')
                engine.carry_out_delete(store, stack)

        engine.start(work)

    del create_change_set, describe_change_set, list_change_sets, delete_change_set, execute_change_set
