"""Accelerators, their listeners, and a group of endpoints for each Region."""

from stacks.kinds import kind
from stacks.reading import whole


def _accelerator(at, props):
    given = at.shaped('globalaccelerator', 'create_accelerator', props.without('Tags'))
    made = at.call('globalaccelerator', 'create_accelerator', IdempotencyToken=at.name(64), **given)['Accelerator']
    of = {one['IpAddressFamily']: one['IpAddresses'] for one in made['IpSets']}
    arn = made['AcceleratorArn']
    return arn, {
        'AcceleratorArn': arn,
        'DnsName': made['DnsName'],
        'DualStackDnsName': made['DualStackDnsName'],
        'Ipv4Addresses': of['IPv4'],
        'Ipv6Addresses': of.get('IPv6', []),
    }


def _accelerator_gone(at, arn, _props):
    at.call('globalaccelerator', 'update_accelerator', AcceleratorArn=arn, Enabled=False)
    at.call('globalaccelerator', 'delete_accelerator', AcceleratorArn=arn)


kind(
    'AWS::GlobalAccelerator::Accelerator',
    'globalaccelerator',
    create=_accelerator,
    update='update_accelerator',
    key='AcceleratorArn',
    delete=_accelerator_gone,
    tagged='{id}',
    not_carried={'IpAddresses': 'there are no addresses of one\'s own here'},
)


def _listener(at, props):
    given = at.shaped('globalaccelerator', 'create_listener', props)
    made = at.call('globalaccelerator', 'create_listener', IdempotencyToken=at.name(64), **given)['Listener']
    return made['ListenerArn'], {'ListenerArn': made['ListenerArn']}


kind(
    'AWS::GlobalAccelerator::Listener',
    'globalaccelerator',
    create=_listener,
    update='update_listener',
    key='ListenerArn',
    delete='delete_listener',
)

_GROUP = (
    'TrafficDialPercentage',
    'HealthCheckPort',
    'HealthCheckProtocol',
    'HealthCheckPath',
    'HealthCheckIntervalSeconds',
    'ThresholdCount',
    'PortOverrides',
)


def _group_settings(at, operation: str, props) -> dict:
    given = at.shaped('globalaccelerator', operation, props.only(*_GROUP))
    return {
        **given,
        'EndpointConfigurations': [_endpoint(one) for one in whole(props.get('EndpointConfigurations') or [])],
    }


def _endpoint(given: dict) -> dict:
    made = {name: given[name] for name in ('EndpointId', 'AttachmentArn') if name in given}
    if 'Weight' in given:
        made['Weight'] = int(given['Weight'])
    if 'ClientIPPreservationEnabled' in given:
        made['ClientIPPreservationEnabled'] = str(given['ClientIPPreservationEnabled']).lower() == 'true'
    return made


def _group(at, props):
    made = at.call(
        'globalaccelerator',
        'create_endpoint_group',
        ListenerArn=props['ListenerArn'],
        EndpointGroupRegion=props['EndpointGroupRegion'],
        IdempotencyToken=at.name(64),
        **_group_settings(at, 'create_endpoint_group', props),
    )['EndpointGroup']
    return made['EndpointGroupArn'], {'EndpointGroupArn': made['EndpointGroupArn']}


def _group_changed(at, arn, _old, props):
    given = _group_settings(at, 'update_endpoint_group', props)
    at.call('globalaccelerator', 'update_endpoint_group', EndpointGroupArn=arn, **given)


kind(
    'AWS::GlobalAccelerator::EndpointGroup',
    'globalaccelerator',
    create=_group,
    update=_group_changed,
    key='EndpointGroupArn',
    delete='delete_endpoint_group',
)
