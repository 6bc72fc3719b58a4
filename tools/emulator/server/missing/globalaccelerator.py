"""Global Accelerator: accelerators, their listeners, and a group of endpoints for each Region. Traffic passes through them (`transport`)."""

import datetime
import uuid

from missing.registry import Call, operation, refused, state
from missing.shelf import tags
from transport import accelerator, addresses

tags('globalaccelerator')

_GROUP_DEFAULTS = {
    'TrafficDialPercentage': 100.0,
    'HealthCheckPort': -1,
    'HealthCheckProtocol': 'TCP',
    'HealthCheckPath': '/',
    'HealthCheckIntervalSeconds': 30,
    'ThresholdCount': 3,
    'EndpointConfigurations': [],
    'PortOverrides': [],
}


def _things(call: Call, word: str) -> dict[str, dict]:
    """The service is one for the world, whatever Region a client names."""
    return state(Call(call.account, accelerator.HOME), f'globalaccelerator/{word}')


def _found(call: Call, word: str, arn: str) -> dict:
    things = _things(call, word)
    if arn not in things:
        raise refused(f'{word}NotFoundException', f'{word} {arn} does not exist')
    return things[arn]


def _below(call: Call, word: str, arn: str) -> list[dict]:
    return [one for name, one in _things(call, word).items() if name.startswith(f'{arn}/')]


def _changed(one: dict, given: dict, names: tuple[str, ...]):
    one.update({name: given[name] for name in names if name in given})


@operation('globalaccelerator', 'CreateAccelerator')
def create_accelerator(call, given):
    arn = f'arn:aws:globalaccelerator::{call.account}:accelerator/{uuid.uuid4()}'
    label = f'a{uuid.uuid4().hex[:16]}'
    now = datetime.datetime.now(datetime.timezone.utc)
    one = {
        'AcceleratorArn': arn,
        'Name': given['Name'],
        'IpAddressType': given.get('IpAddressType', 'IPV4'),
        'Enabled': given.get('Enabled', True),
        'Status': 'DEPLOYED',
        'DnsName': f'{label}.awsglobalaccelerator.com',
        'DualStackDnsName': f'{label}.dualstack.awsglobalaccelerator.com',
        'IpSets': [{'IpAddressFamily': 'IPv4', 'IpFamily': 'IPv4', 'IpAddresses': [addresses.new(), addresses.new()]}],
        'CreatedTime': now,
        'LastModifiedTime': now,
    }
    if one['IpAddressType'] == 'DUAL_STACK':
        # They are told, and nothing listens there: the one IPv6 address of this machine is taken by others.
        several = [f'2600:9000:a{n}00:{uuid.uuid4().hex[:4]}::1' for n in (0, 1)]
        one['IpSets'].append({'IpAddressFamily': 'IPv6', 'IpFamily': 'IPv6', 'IpAddresses': several})
    _things(call, 'Accelerator')[arn] = one
    state(call, 'globalaccelerator/tags')[arn] = {each['Key']: each['Value'] for each in given.get('Tags', [])}
    return {'Accelerator': one}


@operation('globalaccelerator', 'DescribeAccelerator')
def describe_accelerator(call, given):
    return {'Accelerator': _found(call, 'Accelerator', given['AcceleratorArn'])}


@operation('globalaccelerator', 'ListAccelerators')
def list_accelerators(call, _given):
    return {'Accelerators': [*_things(call, 'Accelerator').values()]}


@operation('globalaccelerator', 'UpdateAccelerator')
def update_accelerator(call, given):
    one = _found(call, 'Accelerator', given['AcceleratorArn'])
    _changed(one, given, ('Name', 'IpAddressType', 'Enabled'))
    return {'Accelerator': one}


@operation('globalaccelerator', 'DeleteAccelerator')
def delete_accelerator(call, given):
    arn = given['AcceleratorArn']
    one = _found(call, 'Accelerator', arn)
    if one['Enabled']:
        raise refused('AcceleratorNotDisabledException', f'{arn} is enabled; disable it first')
    if _below(call, 'Listener', arn):
        raise refused('AssociatedListenerFoundException', f'{arn} has listeners')
    del _things(call, 'Accelerator')[arn]


@operation('globalaccelerator', 'CreateListener')
def create_listener(call, given):
    above = given['AcceleratorArn']
    _found(call, 'Accelerator', above)
    one = {
        'ListenerArn': f'{above}/listener/{uuid.uuid4().hex[:8]}',
        'PortRanges': given['PortRanges'],
        'Protocol': given['Protocol'],
        'ClientAffinity': given.get('ClientAffinity', 'NONE'),
    }
    _things(call, 'Listener')[one['ListenerArn']] = one
    return {'Listener': one}


@operation('globalaccelerator', 'DescribeListener')
def describe_listener(call, given):
    return {'Listener': _found(call, 'Listener', given['ListenerArn'])}


@operation('globalaccelerator', 'ListListeners')
def list_listeners(call, given):
    return {'Listeners': _below(call, 'Listener', given['AcceleratorArn'])}


@operation('globalaccelerator', 'UpdateListener')
def update_listener(call, given):
    one = _found(call, 'Listener', given['ListenerArn'])
    _changed(one, given, ('PortRanges', 'Protocol', 'ClientAffinity'))
    return {'Listener': one}


@operation('globalaccelerator', 'DeleteListener')
def delete_listener(call, given):
    arn = given['ListenerArn']
    _found(call, 'Listener', arn)
    if _below(call, 'EndpointGroup', arn):
        raise refused('AssociatedEndpointGroupFoundException', f'{arn} has endpoint groups')
    del _things(call, 'Listener')[arn]


@operation('globalaccelerator', 'CreateEndpointGroup')
def create_endpoint_group(call, given):
    above, region = given['ListenerArn'], given['EndpointGroupRegion']
    _found(call, 'Listener', above)
    if any(one['EndpointGroupRegion'] == region for one in _below(call, 'EndpointGroup', above)):
        raise refused('EndpointGroupAlreadyExistsException', f'{above} has a group for {region} already')
    arn = f'{above}/endpoint-group/{uuid.uuid4().hex[:12]}'
    one = {**_GROUP_DEFAULTS, 'EndpointGroupArn': arn, 'EndpointGroupRegion': region}
    _changed(one, given, tuple(_GROUP_DEFAULTS))
    _things(call, 'EndpointGroup')[arn] = one
    return {'EndpointGroup': _shown(one)}


@operation('globalaccelerator', 'DescribeEndpointGroup')
def describe_endpoint_group(call, given):
    return {'EndpointGroup': _shown(_found(call, 'EndpointGroup', given['EndpointGroupArn']))}


@operation('globalaccelerator', 'ListEndpointGroups')
def list_endpoint_groups(call, given):
    return {'EndpointGroups': [_shown(one) for one in _below(call, 'EndpointGroup', given['ListenerArn'])]}


@operation('globalaccelerator', 'UpdateEndpointGroup')
def update_endpoint_group(call, given):
    one = _found(call, 'EndpointGroup', given['EndpointGroupArn'])
    _changed(one, given, tuple(_GROUP_DEFAULTS))
    return {'EndpointGroup': _shown(one)}


@operation('globalaccelerator', 'DeleteEndpointGroup')
def delete_endpoint_group(call, given):
    arn = given['EndpointGroupArn']
    _found(call, 'EndpointGroup', arn)
    del _things(call, 'EndpointGroup')[arn]


def _shown(one: dict) -> dict:
    """With the health of each endpoint, which is asked for when somebody asks for it."""
    described = []
    for endpoint in one['EndpointConfigurations']:
        well, why = accelerator.health(one, endpoint)
        told = {name: endpoint[name] for name in ('EndpointId', 'ClientIPPreservationEnabled') if name in endpoint}
        state_of = {'HealthState': 'HEALTHY' if well else 'UNHEALTHY', **({'HealthReason': why} if why else {})}
        described.append({**told, 'Weight': endpoint.get('Weight', accelerator.USUAL_WEIGHT), **state_of})
    return {**{name: one[name] for name in one if name != 'EndpointConfigurations'}, 'EndpointDescriptions': described}
