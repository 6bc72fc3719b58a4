"""The operations of CloudFormation's API: what each asks for, refuses and answers."""

from __future__ import annotations

import json
from typing import Callable

from stacks import change_sets
from stacks.changes import plan_of
from stacks.engine import Engine
from stacks.faults import Refused
from stacks.kinds import KINDS
from stacks.makers import template_at
from stacks.model import Stack, Store, Wish, now, store_of
from stacks.schema import plain
from stacks.shown import described_stack, event, resource, summary
from stacks.template import parse

OPERATIONS: dict[str, Callable[[str, str, dict], dict | None]] = {}
ENGINE = Engine()
UPDATABLE = (
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
    'CREATE_FAILED',
    'UPDATE_FAILED',
)


def operation(function):
    """An operation of the API, under its own name: `create_stack` answers CreateStack."""
    name = ''.join(word.capitalize() for word in function.__name__.split('_'))
    OPERATIONS[name] = lambda account, region, given: function(store_of(account, region), given)
    return function


def text_of(store: Store, given: dict, stack: Stack | None = None) -> str:
    """The template of a request: inline, by URL, or the one there is."""
    if given.get('TemplateBody'):
        if len(given['TemplateBody'].encode()) > 51200:
            raise Refused(
                f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length "
                f"less than or equal to 51200; it has {len(given['TemplateBody'].encode())}. Give larger ones by TemplateURL."
            )
        return given['TemplateBody']
    if given.get('TemplateURL'):
        return template_at(given['TemplateURL'], store.account, store.region)
    if given.get('UsePreviousTemplate') and stack is not None:
        return stack.text
    raise Refused('Either Template URL or Template Body must be specified.')


def wish_of(store: Store, given: dict, stack: Stack | None = None) -> Wish:
    """What a request asks a stack to become."""
    text = text_of(store, given, stack)
    template = parse(text)
    _check_capabilities(template, given.get('Capabilities') or [])
    tags = {tag['Key']: tag['Value'] for tag in given['Tags']} if given.get('Tags') is not None else None
    if tags is None:
        tags = stack.tags if stack is not None else {}
    return Wish(
        text=text,
        template=template,
        asked=given.get('Parameters') or [],
        tags=tags,
        capabilities=given.get('Capabilities') or [],
        role=given.get('RoleARN') or (stack.role if stack else None),
        notifications=given.get('NotificationARNs') or [],
        disable_rollback=bool(given.get('DisableRollback')) or given.get('OnFailure') == 'DO_NOTHING',
        timeout=given.get('TimeoutInMinutes'),
        token=given.get('ClientRequestToken'),
        retain_except_on_create=bool(given.get('RetainExceptOnCreate')),
    )


IAM = (
    'AWS::IAM::Role',
    'AWS::IAM::Policy',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::User',
    'AWS::IAM::Group',
    'AWS::IAM::AccessKey',
)
IAM += ('AWS::IAM::InstanceProfile', 'AWS::IAM::UserToGroupAddition')


def _check_capabilities(template: dict, capabilities: list[str]):
    missing = _needed_capability(template)
    if missing and 'CAPABILITY_NAMED_IAM' not in capabilities:
        if missing == 'CAPABILITY_IAM' and 'CAPABILITY_IAM' in capabilities:
            return
        raise Refused(f'Requires capabilities : [{missing}]', 'InsufficientCapabilitiesException')


def _needed_capability(template: dict) -> str | None:
    found = None
    for resource_ in template['Resources'].values():
        if resource_['Type'] in IAM:
            found = found or 'CAPABILITY_IAM'
            properties = resource_.get('Properties') or {}
            if any(
                name in properties
                for name in ('RoleName', 'UserName', 'GroupName', 'ManagedPolicyName', 'InstanceProfileName')
            ):
                found = 'CAPABILITY_NAMED_IAM'
    return found


# -- stacks -----------------------------------------------------------------------------------------------------------


@operation
def create_stack(store: Store, given: dict):
    name = given['StackName']
    with store.lock:
        if store.find(name):
            raise Refused(f'Stack [{name}] already exists', 'AlreadyExistsException')
        wish = wish_of(store, given)
        stack = store.add(name, termination_protection=bool(given.get('EnableTerminationProtection')))
        try:
            ENGINE.begin_create(store, stack, wish)
        except Exception:
            del store.stacks[stack.id]
            raise
    on_failure = given.get('OnFailure')

    def work():
        ENGINE.carry_out(store, stack, wish, 'CREATE')
        if stack.status == 'ROLLBACK_COMPLETE' and on_failure == 'DELETE':
            stack.turn('DELETE_IN_PROGRESS')
            ENGINE.carry_out_delete(store, stack)

    ENGINE.start(work)
    return {'StackId': stack.id}


@operation
def update_stack(store: Store, given: dict):
    with store.lock:
        stack = store.get(given['StackName'])
        must_be_updatable(stack)
        wish = wish_of(store, given, stack)
        plan, _ = plan_of(store, stack, wish)
        if plan.empty and wish.tags == stack.tags and stack.status not in ('CREATE_FAILED', 'UPDATE_FAILED'):
            raise Refused('No updates are to be performed.')
        ENGINE.begin_update(store, stack, wish)
    ENGINE.start(ENGINE.carry_out, store, stack, wish, 'UPDATE')
    return {'StackId': stack.id}


def must_be_updatable(stack: Stack):
    if stack.status not in UPDATABLE:
        raise Refused(f'Stack:{stack.id} is in {stack.status} state and can not be updated.')


@operation
def delete_stack(store: Store, given: dict):
    with store.lock:
        stack = store.find(given['StackName'])
        if stack is None or stack.gone:
            return
        if stack.termination_protection:
            raise Refused(f'Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled')
        if stack.busy and stack.status != 'DELETE_IN_PROGRESS':
            stack.cancelled = True
            raise Refused(
                f'Stack:{stack.id} is in {stack.status} state and can not be deleted now; what it is doing is being stopped.'
            )
        if stack.status == 'DELETE_IN_PROGRESS':
            return
        stack.token = given.get('ClientRequestToken')
        if stack.status == 'REVIEW_IN_PROGRESS':
            stack.deleted = now()
            stack.turn('DELETE_COMPLETE')
            return
        if not ENGINE.begin_delete(store, stack):
            return
    force = given.get('DeletionMode') == 'FORCE_DELETE_STACK'
    ENGINE.start(ENGINE.carry_out_delete, store, stack, given.get('RetainResources') or [], force)


@operation
def describe_stacks(store: Store, given: dict):
    if given.get('StackName'):
        return {'Stacks': [described_stack(store.get(given['StackName']))]}
    return {'Stacks': [described_stack(stack) for stack in _newest_first(store.living())]}


def _newest_first(stacks: list[Stack]) -> list[Stack]:
    return sorted(stacks, key=lambda stack: stack.created, reverse=True)


@operation
def list_stacks(store: Store, given: dict):
    wanted = given.get('StackStatusFilter') or []
    stacks = [stack for stack in store.stacks.values() if not wanted or stack.status in wanted]
    return {'StackSummaries': [summary(stack) for stack in _newest_first(stacks)]}


@operation
def describe_stack_events(store: Store, given: dict):
    stack = store.get(given['StackName'])
    page, size = int(given.get('NextToken') or 0), 100
    events = stack.events[::-1]
    answer = {'StackEvents': [event(e) for e in events[page : page + size]]}
    if page + size < len(events):
        answer['NextToken'] = str(page + size)
    return answer


@operation
def describe_events(store: Store, given: dict):
    stack = store.get(given.get('StackName') or given.get('ChangeSetName') or '')
    events = []
    for e in stack.events[::-1]:
        events.append(
            {
                'EventId': e.id,
                'StackId': e.stack_id,
                'OperationId': e.token or e.stack_id,
                'OperationType': 'CREATE_STACK' if stack.updated is None else 'UPDATE_STACK',
                'EventType': 'STACK_EVENT',
                'LogicalResourceId': e.logical_id,
                'PhysicalResourceId': e.physical_id,
                'ResourceType': e.type,
                'Timestamp': e.time,
                'ResourceStatus': e.status,
                'ResourceStatusReason': e.reason,
            }
        )
    if (given.get('Filters') or {}).get('FailedEvents'):
        events = [e for e in events if e['ResourceStatus'].endswith('FAILED')]
    return {'OperationEvents': events}


@operation
def describe_stack_resources(store: Store, given: dict):
    if not given.get('StackName'):
        wanted = given['PhysicalResourceId']
        for stack in store.living():
            if any(made.physical_id == wanted for made in stack.made.values()):
                return {'StackResources': [resource(stack, made) for made in stack.made.values()]}
        raise Refused(f'Stack for {wanted} does not exist')
    stack = store.get(given['StackName'])
    wanted = given.get('LogicalResourceId')
    return {'StackResources': [resource(stack, m) for m in stack.made.values() if wanted in (None, m.logical_id)]}


@operation
def describe_stack_resource(store: Store, given: dict):
    stack = store.get(given['StackName'])
    made = stack.made.get(given['LogicalResourceId'])
    if made is None:
        raise Refused(f"Resource {given['LogicalResourceId']} does not exist for stack {stack.name}")
    shown = resource(stack, made)
    shown.update(LastUpdatedTimestamp=made.time, Metadata=json.dumps(made.metadata or {}))
    return {'StackResourceDetail': shown}


@operation
def list_stack_resources(store: Store, given: dict):
    stack = store.get(given['StackName'])
    page, size = int(given.get('NextToken') or 0), 100
    everything = list(stack.made.values())
    shown = [{**resource(stack, made), 'LastUpdatedTimestamp': made.time} for made in everything[page : page + size]]
    answer = {'StackResourceSummaries': shown}
    if page + size < len(everything):
        answer['NextToken'] = str(page + size)
    return answer


@operation
def get_template(store: Store, given: dict):
    if given.get('ChangeSetName'):
        found = change_sets.get(store, given)[1]
        return {'TemplateBody': found.wish.text, 'StagesAvailable': ['Original', 'Processed']}
    stack = store.get(given['StackName'])
    return {'TemplateBody': stack.text, 'StagesAvailable': ['Original', 'Processed']}


@operation
def get_template_summary(store: Store, given: dict):
    stack = store.get(given['StackName']) if given.get('StackName') else None
    template = stack.template if stack else parse(text_of(store, given))
    needed = _needed_capability(template)
    return {
        'Parameters': _declarations(template),
        'Description': template.get('Description'),
        'Capabilities': [needed] if needed else [],
        'ResourceTypes': sorted({r['Type'] for r in template['Resources'].values()}),
        'Version': template.get('AWSTemplateFormatVersion'),
        'Metadata': json.dumps(template['Metadata']) if template.get('Metadata') else None,
        'ResourceIdentifierSummaries': [],
    }


def _declarations(template: dict) -> list[dict]:
    found = []
    for name, rule in (template.get('Parameters') or {}).items():
        entry = {
            'ParameterKey': name,
            'ParameterType': rule.get('Type', 'String'),
            'NoEcho': plain(rule.get('NoEcho', False)) == 'true',
        }
        if 'Default' in rule:
            entry['DefaultValue'] = plain(rule['Default'])
        if 'Description' in rule:
            entry['Description'] = rule['Description']
        if 'AllowedValues' in rule:
            entry['ParameterConstraints'] = {'AllowedValues': [plain(v) for v in rule['AllowedValues']]}
        found.append(entry)
    return found


@operation
def validate_template(store: Store, given: dict):
    template = parse(text_of(store, given))
    needed = _needed_capability(template)
    return {
        'Parameters': [
            {
                'ParameterKey': entry['ParameterKey'],
                'DefaultValue': entry.get('DefaultValue'),
                'NoEcho': entry['NoEcho'],
                'Description': entry.get('Description'),
            }
            for entry in _declarations(template)
        ],
        'Description': template.get('Description'),
        'Capabilities': [needed] if needed else [],
    }


@operation
def update_termination_protection(store: Store, given: dict):
    stack = store.get(given['StackName'])
    if stack.parent:
        raise Refused(
            f'TerminationProtection cannot be changed on the nested stack {stack.name}; change it on its root'
        )
    stack.termination_protection = plain(given['EnableTerminationProtection']) == 'true'
    return {'StackId': stack.id}


@operation
def cancel_update_stack(store: Store, given: dict):
    stack = store.get(given['StackName'])
    if stack.status != 'UPDATE_IN_PROGRESS':
        raise Refused(f'CancelUpdateStack cannot be called from current stack status ({stack.status})')
    stack.cancelled = True


@operation
def continue_update_rollback(store: Store, given: dict):
    stack = store.get(given['StackName'])
    if stack.status != 'UPDATE_ROLLBACK_FAILED':
        raise Refused(f'Stack:{stack.id} is in {stack.status} state and can not continue update rollback.')
    stack.turn('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated')
    ENGINE.start(ENGINE.roll_back_update, store, stack, given.get('ResourcesToSkip') or [])


@operation
def rollback_stack(store: Store, given: dict):
    stack = store.get(given['StackName'])
    if stack.status not in ('CREATE_FAILED', 'UPDATE_FAILED', 'ROLLBACK_FAILED'):
        raise Refused(f'Stack:{stack.id} is in {stack.status} state and can not be rolled back.')
    stack.token = given.get('ClientRequestToken')
    if stack.status == 'UPDATE_FAILED':
        stack.turn('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated')
        ENGINE.start(ENGINE.roll_back_update, store, stack)
    else:
        stack.turn('ROLLBACK_IN_PROGRESS', 'User Initiated')
        ENGINE.start(ENGINE.roll_back_create, store, stack)
    return {'StackId': stack.id}


@operation
def signal_resource(store: Store, given: dict):
    stack = store.get(given['StackName'])
    if given['LogicalResourceId'] not in stack.template['Resources']:
        raise Refused(f"Resource {given['LogicalResourceId']} does not exist for stack {stack.name}")
    # Nothing waits for signals (see the report), so there is nobody to tell.


@operation
def list_exports(store: Store, _given: dict):
    return {
        'Exports': [
            {'ExportingStackId': stack.id, 'Name': name, 'Value': value}
            for name, (stack, value) in sorted(store.exports().items())
        ]
    }


@operation
def list_imports(store: Store, given: dict):
    name = given['ExportName']
    users = store.importers(name)
    if name not in store.exports():
        raise Refused(f'Export {name} does not exist.')
    if not users:
        raise Refused(f"Export '{name}' is not imported by any stack.")
    return {'Imports': sorted(stack.name for stack in users)}


@operation
def set_stack_policy(store: Store, given: dict):
    raise Refused('The emulator knows no stack policies: leave SetStackPolicy out, or try it on AWS.', 'InvalidAction')


@operation
def get_stack_policy(store: Store, given: dict):
    store.get(given['StackName'])
    return {}


@operation
def describe_account_limits(store: Store, given: dict):
    return {'AccountLimits': [{'Name': 'StackLimit', 'Value': 2000}, {'Name': 'StackOutputsLimit', 'Value': 200}]}


@operation
def describe_type(store: Store, given: dict):
    name = given.get('TypeName') or ''
    if name not in KINDS:
        raise Refused(f'The type {name!r} cannot be found.', 'TypeNotFoundException', 404)
    return {'TypeName': name, 'Type': 'RESOURCE', 'Visibility': 'PUBLIC'}


change_sets.register(operation, wish_of, must_be_updatable, ENGINE)
