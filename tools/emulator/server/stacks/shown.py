"""Stacks, resources and events as the API shows them."""

from stacks.model import Event, Made, Stack
from stacks.parameters import described


def described_stack(stack: Stack) -> dict:
    shown = {
        'StackId': stack.id,
        'StackName': stack.name,
        'ChangeSetId': stack.change_set_id,
        'Description': stack.template.get('Description'),
        'Parameters': described(stack.template, stack.given, stack.resolved),
        'CreationTime': stack.created,
        'DeletionTime': stack.deleted,
        'LastUpdatedTime': stack.updated,
        'StackStatus': stack.status,
        'StackStatusReason': stack.reason,
        'DisableRollback': stack.disable_rollback,
        'NotificationARNs': stack.notifications,
        'TimeoutInMinutes': stack.timeout,
        'Capabilities': stack.capabilities,
        'Outputs': stack.outputs,
        'RoleARN': stack.role,
        'Tags': [{'Key': key, 'Value': value} for key, value in stack.tags.items()],
        'EnableTerminationProtection': stack.termination_protection,
        'ParentId': stack.parent,
        'RootId': stack.root,
        'DriftInformation': {'StackDriftStatus': 'NOT_CHECKED'},
    }
    return {key: value for key, value in shown.items() if value is not None}


def summary(stack: Stack) -> dict:
    names = (
        'StackId',
        'StackName',
        'CreationTime',
        'LastUpdatedTime',
        'DeletionTime',
        'StackStatus',
        'StackStatusReason',
    )
    shown = described_stack(stack)
    found = {name: shown[name] for name in (*names, 'ParentId', 'RootId', 'DriftInformation') if name in shown}
    if 'Description' in shown:
        found['TemplateDescription'] = shown['Description']
    return found


def resource(stack: Stack, made: Made) -> dict:
    shown = {
        'StackName': stack.name,
        'StackId': stack.id,
        'LogicalResourceId': made.logical_id,
        'PhysicalResourceId': made.physical_id,
        'ResourceType': made.type,
        'Timestamp': made.time,
        'ResourceStatus': made.status,
        'ResourceStatusReason': made.reason,
        'DriftInformation': {'StackResourceDriftStatus': 'NOT_CHECKED'},
    }
    return {key: value for key, value in shown.items() if value is not None}


def event(e: Event) -> dict:
    shown = {
        'StackId': e.stack_id,
        'EventId': e.id,
        'StackName': e.stack_name,
        'LogicalResourceId': e.logical_id,
        'PhysicalResourceId': e.physical_id,
        'ResourceType': e.type,
        'Timestamp': e.time,
        'ResourceStatus': e.status,
        'ResourceStatusReason': e.reason,
        'ResourceProperties': e.properties,
        'ClientRequestToken': e.token,
    }
    return {key: value for key, value in shown.items() if value is not None}
