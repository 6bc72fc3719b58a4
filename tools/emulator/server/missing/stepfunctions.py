"""Step Functions in moto starts executions and lets nobody wait for them: here an express one is waited for."""

import time

from moto.stepfunctions.responses import get_backend

from missing.registry import operation, refused

_LONGEST = 300


@operation('stepfunctions', 'StartSyncExecution')
def start_sync_execution(call, given):
    arn = given['stateMachineArn']
    backend = get_backend(call.account, call.region)
    machine = backend.describe_state_machine(arn)
    if machine.sm_type != 'EXPRESS':
        raise refused('StateMachineTypeNotSupported', f'State Machine {arn} is not of type EXPRESS')
    execution = backend.start_execution(arn, given.get('name'), given.get('input'), given.get('traceHeader'))
    end = time.monotonic() + _LONGEST
    while execution.stop_date is None and time.monotonic() < end:
        time.sleep(0.01)
    shown = execution.to_describe_output()
    wanted = ('name', 'startDate', 'stopDate', 'error', 'cause', 'input', 'inputDetails', 'output', 'outputDetails')
    return {
        'executionArn': shown['executionArn'].replace(':execution:', ':express:'),
        'stateMachineArn': arn,
        'status': 'TIMED_OUT' if execution.stop_date is None else shown['status'],
        **{name: shown[name] for name in wanted if shown.get(name) is not None},
    }
