"""Mends of moto's Step Functions: machines run, and a second execution of one does not fail on copying locks."""

import copy
import uuid

from moto import settings
from moto.core.config import default_user_config
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.models import StepFunctionsParserBackend


def install():
    # Off by default, and then an execution stays RUNNING for ever.
    default_user_config['stepfunctions']['execute_state_machine'] = True
    # Tasks call the other services here; "localhost" would make S3 ask for a host name of the bucket.
    settings.moto_server_host = lambda: 'http://127.0.0.1'
    StateMachine.__deepcopy__ = _copied
    StepFunctionsParserBackend.start_execution = _named(StepFunctionsParserBackend.start_execution)


def _named(original):
    """moto calls every execution without a name "None", and so refuses the second."""

    def start_execution(self, state_machine_arn, name=None, execution_input=None, trace_header=None):
        return original(self, state_machine_arn, name or str(uuid.uuid4()), execution_input, trace_header)

    return start_execution


def _copied(self, memo):
    """moto copies a machine with all its executions, whose locks cannot be copied."""
    shared = ('backend', 'executions', 'versions', 'aliases')
    twin = self.__class__.__new__(self.__class__)
    memo[id(self)] = twin
    for name, value in self.__dict__.items():
        twin.__dict__[name] = value if name in shared else copy.deepcopy(value, memo)
    return twin
