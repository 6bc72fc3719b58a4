"""What of a function is kept ready beforehand. Nothing is here: a configuration is kept, and says at once that it is ready."""

import datetime
from urllib.parse import unquote

from missing.registry import Call, operation, refused, state

SHELF = 'lambda/provisioned concurrency'


def _named(given: dict) -> tuple[str, str]:
    # An ARN or a name, either of which tells the function.
    return unquote(given['FunctionName']).split(':')[-1], given['Qualifier']


@operation('lambda', 'PutProvisionedConcurrencyConfig')
def put(call: Call, given: dict) -> dict:
    if given['Qualifier'] == '$LATEST':
        raise refused(
            'InvalidParameterValueException', 'Provisioned Concurrency Configs cannot be applied to unpublished function versions.'
        )
    wanted = int(given['ProvisionedConcurrentExecutions'])
    now = datetime.datetime.now(datetime.timezone.utc)
    state(call, SHELF)[_named(given)] = {
        'RequestedProvisionedConcurrentExecutions': wanted,
        'AvailableProvisionedConcurrentExecutions': wanted,
        'AllocatedProvisionedConcurrentExecutions': wanted,
        'Status': 'READY',
        'LastModified': now.strftime('%Y-%m-%dT%H:%M:%S+0000'),
    }
    return state(call, SHELF)[_named(given)]


@operation('lambda', 'GetProvisionedConcurrencyConfig')
def get(call: Call, given: dict) -> dict:
    found = state(call, SHELF).get(_named(given))
    if not found:
        raise refused(
            'ProvisionedConcurrencyConfigNotFoundException', 'No Provisioned Concurrency Config found for this function'
        )
    return found


@operation('lambda', 'DeleteProvisionedConcurrencyConfig')
def delete(call: Call, given: dict):
    state(call, SHELF).pop(_named(given), None)
