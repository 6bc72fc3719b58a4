"""Connections to endpoint services: who has asked, who is accepted or rejected, and who is told."""

import json
import uuid

from moto.ec2.models import ec2_backends
from moto.sns.models import sns_backends

from missing.registry import Call, operation, refused, state
from runtime import policies
from runtime.functions import complain

ASKED = 'pendingAcceptance'


def service_named(call: Call, name: str):
    """The endpoint service of this account under a name, if there is one."""
    return next((one for one in _backend(call).configurations.values() if one.service_name == name), None)


def told(call: Call, service, endpoint, event: str):
    """Publishes to every topic that wants to hear of this event, if its policy lets the service do so."""
    for notification in _notifications(call).values():
        if notification['ServiceId'] != service.id or event not in notification['ConnectionEvents']:
            continue
        arn = notification['ConnectionNotificationArn']
        text = json.dumps({'event': event, 'serviceId': service.id, 'vpcEndpointId': endpoint.id})
        try:
            _must_publish(call, service, arn)
            sns_backends[call.account][call.region].publish(message=text, arn=arn, subject='VPC endpoint connection')
        except Exception as error:
            complain(f'{service.id} -> {arn}: {type(error).__name__}: {error}')


def _must_publish(call: Call, service, arn: str):
    topic = sns_backends[call.account][call.region].topics.get(arn)
    where = policies.service_context(call.arn('ec2', f'vpc-endpoint-service/{service.id}'), call.account)
    if not topic or not policies.allows(topic.policy, {'Service': 'vpce.amazonaws.com'}, 'sns:Publish', arn, where):
        raise PermissionError(f'the policy of {arn} does not let {service.id} publish to it')


def _backend(call: Call):
    return ec2_backends[call.account][call.region]


def _notifications(call: Call) -> dict:
    return state(call, 'ec2/notifications')


def _service(call: Call, service_id: str):
    found = _backend(call).configurations.get(service_id)
    if not found:
        raise refused('InvalidVpcEndpointServiceId.NotFound', f'The VpcEndpointService Id {service_id} does not exist')
    return found


def _connections(call: Call, service) -> list:
    return [one for one in _backend(call).vpc_end_points.values() if one.service_name == service.service_name]


@operation('ec2', 'DescribeVpcEndpointConnections')
def describe(call, given):
    wanted = {one['Name']: one['Values'] for one in given.get('Filters') or []}
    shown = []
    for service in _backend(call).configurations.values():
        if service.id not in wanted.get('service-id', [service.id]):
            continue
        for endpoint in _connections(call, service):
            if endpoint.state == 'deleted' or endpoint.state not in wanted.get('vpc-endpoint-state', [endpoint.state]):
                continue
            shown.append(
                {
                    'ServiceId': service.id,
                    'VpcEndpointId': endpoint.id,
                    'VpcEndpointOwner': endpoint.owner_id,
                    'VpcEndpointState': endpoint.state,
                    'CreationTimestamp': endpoint.creation_timestamp,
                }
            )
    return {'VpcEndpointConnections': shown}


def _settled(call: Call, given: dict, before: tuple, after: str, event: str) -> dict:
    service, unsuccessful = _service(call, given['ServiceId']), []
    for endpoint_id in given['VpcEndpointIds']:
        endpoint = next((one for one in _connections(call, service) if one.id == endpoint_id), None)
        if endpoint is None or endpoint.state not in before:
            code = 'InvalidVpcEndpointId.NotFound' if endpoint is None else 'InvalidState'
            told_why = f'The endpoint {endpoint_id} is {endpoint.state if endpoint else "not there"}'
            unsuccessful.append({'ResourceId': endpoint_id, 'Error': {'Code': code, 'Message': told_why}})
            continue
        endpoint.state = after
        told(call, service, endpoint, event)
    return {'Unsuccessful': unsuccessful}


@operation('ec2', 'AcceptVpcEndpointConnections')
def accept(call, given):
    return _settled(call, given, (ASKED,), 'available', 'Accept')


@operation('ec2', 'RejectVpcEndpointConnections')
def reject(call, given):
    return _settled(call, given, (ASKED, 'available'), 'rejected', 'Reject')


@operation('ec2', 'CreateVpcEndpointConnectionNotification')
def notify(call, given):
    arn = given['ConnectionNotificationArn']
    if 'ServiceId' in given:
        _service(call, given['ServiceId'])
    made = {
        'ConnectionNotificationId': f'vpce-nfn-{uuid.uuid4().hex[:17]}',
        'ServiceId': given.get('ServiceId'),
        'VpcEndpointId': given.get('VpcEndpointId'),
        'ConnectionNotificationType': 'Topic',
        'ConnectionNotificationArn': arn,
        'ConnectionEvents': given['ConnectionEvents'],
        'ConnectionNotificationState': 'Enabled',
    }
    _notifications(call)[made['ConnectionNotificationId']] = made
    return {'ConnectionNotification': _known(made)}


@operation('ec2', 'DescribeVpcEndpointConnectionNotifications')
def notifications(call, given):
    wanted = given.get('ConnectionNotificationId')
    return {
        'ConnectionNotificationSet': [
            _known(one) for key, one in _notifications(call).items() if wanted in (None, key)
        ]
    }


@operation('ec2', 'ModifyVpcEndpointConnectionNotification')
def change(call, given):
    one = _notification(call, given['ConnectionNotificationId'])
    for name in ('ConnectionNotificationArn', 'ConnectionEvents'):
        if given.get(name):
            one[name] = given[name]
    return {'ReturnValue': True}


@operation('ec2', 'DeleteVpcEndpointConnectionNotifications')
def forget(call, given):
    for key in given['ConnectionNotificationIds']:
        _notification(call, key)
        del _notifications(call)[key]
    return {'Unsuccessful': []}


def _notification(call: Call, key: str) -> dict:
    if key not in _notifications(call):
        raise refused('InvalidConnectionNotification', f'The connection notification {key} does not exist')
    return _notifications(call)[key]


def _known(one: dict) -> dict:
    return {key: value for key, value in one.items() if value is not None}
