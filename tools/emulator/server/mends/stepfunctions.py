"""
Mends of moto's Step Functions: machines run, a second execution of one does not fail on copying locks, and what becomes of
executions is told on the default bus.
"""

import copy
import datetime
import functools
import re
import uuid

from moto import settings
from moto.core.config import default_user_config
from moto.core.utils import get_service_model
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.parser.utils import camel_to_snake_case
from moto.stepfunctions.responses import StepFunctionResponse

from runtime import event_bus


def install():
    # Off by default, and then an execution stays RUNNING for ever.
    default_user_config['stepfunctions']['execute_state_machine'] = True
    # Tasks call the other services here; "localhost" would make S3 ask for a host name of the bucket.
    settings.moto_server_host = lambda: 'http://127.0.0.1'
    # A machine that waits for another calls a host whose name begins with "sync-", which does not exist here.
    boto_client.Config = functools.partial(boto_client.Config, inject_host_prefix=False)
    StateTaskService._normalise_parameters = _as_boto_has_them
    StateTaskServiceAwsSdk._normalise_response = _as_steps_have_them
    json_path._is_singleton_array_access = _leads_to_one_place
    StepFunctionResponse.create_state_machine = _typed(StepFunctionResponse.create_state_machine)
    StateMachine.__deepcopy__ = _copied
    BaseExecutionWorkerCommunication.terminated = _told(BaseExecutionWorkerCommunication.terminated)
    StepFunctionsParserBackend.start_execution = _named(StepFunctionsParserBackend.start_execution)


def _leads_to_one_place(path):
    """moto makes a list of what lies within an element, such as `$.Volumes[0].State`; only `*`, `..`, slices and filters give lists."""
    return not re.search(r'\*|\?|\.\.|\[[^\]]*[:,][^\]]*\]', path)


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


def _operation(task, service, action):
    model = get_service_model(task._get_boto_service_name(service))
    wanted = task._get_boto_service_action(action)
    return next((model.operation_model(name) for name in model.operation_names if camel_to_snake_case(name) == wanted), None)


def _as_boto_has_them(self, parameters, boto_service_name=None, service_action_name=None):
    """Machines write every parameter with a capital letter, and JSON where a call takes text; moto hands that on as it is."""
    operation = _operation(self, boto_service_name, service_action_name)
    if operation and operation.input_shape:
        self._to_boto_request(parameters, operation.input_shape)


def _as_steps_have_them(self, response, boto_service_name=None, service_action_name=None):
    operation = _operation(self, boto_service_name, service_action_name)
    if operation and operation.output_shape:
        self._from_boto_response(response, operation.output_shape)
    _times_as_text(response)


def _times_as_text(value):
    """boto3 makes times of texts, which no state can hand on."""
    if not isinstance(value, (dict, list)):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, datetime.datetime):
            value[key] = inner.isoformat()
        else:
            _times_as_text(inner)


def _typed(original):
    """moto takes every machine for a standard one."""

    def create_state_machine(self):
        result = original(self)
        machine = next(each for each in self.stepfunction_backend.state_machines if each.name == self._get_param('name'))
        machine.type = machine.sm_type = self._get_param('type') or 'STANDARD'
        return result

    return create_state_machine


def _told(original):
    """Step Functions tells what becomes of standard executions; moto keeps it to itself."""

    def terminated(self):
        original(self)
        execution = self.execution
        if execution.sm_type != 'EXPRESS':
            _tell(execution)

    return terminated


def _tell(execution):
    shown = execution.to_describe_output()
    wanted = ('executionArn', 'stateMachineArn', 'name', 'status', 'input', 'inputDetails', 'output', 'outputDetails', 'error', 'cause')
    detail = {name: shown.get(name) for name in wanted}
    for name in ('startDate', 'stopDate'):
        detail[name] = int(shown[name].timestamp() * 1000)
    kind = 'Step Functions Execution Status Change'
    event_bus.put(execution.account_id, execution.region_name, 'aws.states', kind, detail, [execution.exec_arn])
