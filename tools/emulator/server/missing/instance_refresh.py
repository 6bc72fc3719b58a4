"""Refreshes of Auto Scaling groups: one instance after the other is replaced, the new one first, after its hook if there is one.

A new instance that is abandoned fails the refresh, where AWS would try again for a while. Health checks of balancers are not waited for,
and a warm-up lasts a second at most: long enough that a request that is repeated finds the refresh under way.
"""

import datetime
import threading
import time
import uuid

from moto.autoscaling.models import autoscaling_backends

from mends.autoscaling_hooks import leave
from missing.registry import Call, operation, refused, state
from runtime import event_bus
from runtime.functions import complain

UNDER_WAY = ('Pending', 'InProgress', 'Cancelling')


@operation('autoscaling', 'StartInstanceRefresh')
def start(call: Call, given: dict):
    name = given['AutoScalingGroupName']
    _group(call, name)
    refreshes = state(call, 'autoscaling/refreshes').setdefault(name, [])
    if any(one['Status'] in UNDER_WAY for one in refreshes):
        raise refused('InstanceRefreshInProgress', 'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.')
    refresh = {
        'InstanceRefreshId': str(uuid.uuid4()),
        'AutoScalingGroupName': name,
        'Status': 'Pending',
        'StartTime': datetime.datetime.now(datetime.timezone.utc),
        'PercentageComplete': 0,
        'Preferences': given.get('Preferences') or {},
    }
    refreshes.insert(0, refresh)
    threading.Thread(target=_refresh, args=(call, refresh), daemon=True).start()
    return {'InstanceRefreshId': refresh['InstanceRefreshId']}


@operation('autoscaling', 'DescribeInstanceRefreshes')
def describe(call: Call, given: dict):
    wanted = given.get('InstanceRefreshIds')
    refreshes = state(call, 'autoscaling/refreshes').get(given['AutoScalingGroupName'], [])
    return {'InstanceRefreshes': [one for one in refreshes if not wanted or one['InstanceRefreshId'] in wanted]}


@operation('autoscaling', 'CancelInstanceRefresh')
def cancel(call: Call, given: dict):
    for one in state(call, 'autoscaling/refreshes').get(given['AutoScalingGroupName'], []):
        if one['Status'] in UNDER_WAY:
            one['Status'] = 'Cancelling'
            return {'InstanceRefreshId': one['InstanceRefreshId']}
    raise refused('ActiveInstanceRefreshNotFound', 'No in progress or pending Instance Refresh found.')


def _group(call: Call, name: str):
    groups = autoscaling_backends[call.account][call.region].autoscaling_groups
    if name not in groups:
        raise refused('ValidationError', f'AutoScalingGroup name not found - AutoScalingGroup: {name} not found')
    return groups[name]


def _refresh(call: Call, refresh: dict):
    try:
        _replace_all(call, refresh)
    except Exception as error:
        refresh.update(Status='Failed', StatusReason=str(error))
        if not isinstance(error, _Abandoned):
            complain(f'Refresh of {refresh["AutoScalingGroupName"]}: {type(error).__name__}: {error}')
    refresh['EndTime'] = datetime.datetime.now(datetime.timezone.utc)
    ended = {'Successful': 'Succeeded'}.get(refresh['Status'], refresh['Status'])
    detail = {key: refresh[key] for key in ('AutoScalingGroupName', 'InstanceRefreshId')}
    group = autoscaling_backends[call.account][call.region].autoscaling_groups.get(refresh['AutoScalingGroupName'])
    kind = f'EC2 Auto Scaling Instance Refresh {ended}'
    event_bus.put(call.account, call.region, 'aws.autoscaling', kind, detail, [group.arn] if group else [])


class _Abandoned(Exception):
    """A new instance did not come into service."""


def _replace_all(call: Call, refresh: dict):
    backend = autoscaling_backends[call.account][call.region]
    group = _group(call, refresh['AutoScalingGroupName'])
    old = list(group.active_instances())
    if refresh['Status'] == 'Pending':
        refresh['Status'] = 'InProgress'
    for done, state_ in enumerate(old):
        if refresh['Status'] == 'Cancelling':
            refresh['Status'] = 'Cancelled'
            return
        before = list(group.instance_states)
        group.replace_autoscaling_group_instances(1, group.get_propagated_tags())
        [new] = [one for one in group.instance_states if one not in before]
        while new.lifecycle_state != 'InService':
            if new not in group.instance_states:
                raise _Abandoned(f'{new.instance.id} was abandoned at its hook')
            time.sleep(0.1)
        time.sleep(min(1, (refresh['Preferences'].get('InstanceWarmup') or 0)))
        if state_ in group.instance_states:
            leave(backend, group, state_)
        refresh['PercentageComplete'] = 100 * (done + 1) // len(old)
    refresh['Status'] = 'Successful'
