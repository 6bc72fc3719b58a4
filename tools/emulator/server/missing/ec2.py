"""Static routes of VPNs, routes that a VPN gateway hands on, and endpoints by which operators get to hosts."""

import uuid

from moto.ec2.models import ec2_backends

from missing.registry import operation
from missing.shelf import shelf

shelf(
    'ec2',
    'instance connect endpoint',
    key='InstanceConnectEndpointId',
    id=lambda _call, _given: f'eice-{uuid.uuid4().hex[:17]}',
    record=lambda _call, _given, _id: {'State': 'create-complete'},
    create='CreateInstanceConnectEndpoint',
    delete='DeleteInstanceConnectEndpoint',
    list='DescribeInstanceConnectEndpoints',
)


@operation('ec2', 'CreateVpnConnectionRoute')
def create_route(call, given):
    connection = ec2_backends[call.account][call.region].describe_vpn_connections([given['VpnConnectionId']])[0]
    connection.static_routes = [*(connection.static_routes or []), given['DestinationCidrBlock']]


@operation('ec2', 'DeleteVpnConnectionRoute')
def delete_route(call, given):
    connection = ec2_backends[call.account][call.region].describe_vpn_connections([given['VpnConnectionId']])[0]
    connection.static_routes = [
        route for route in connection.static_routes or [] if route != given['DestinationCidrBlock']
    ]


@operation('ec2', 'EnableVgwRoutePropagation')
def enable(call, given):
    table = ec2_backends[call.account][call.region].get_route_table(given['RouteTableId'])
    table.propagating = {*getattr(table, 'propagating', ()), given['GatewayId']}


@operation('ec2', 'DisableVgwRoutePropagation')
def disable(call, given):
    table = ec2_backends[call.account][call.region].get_route_table(given['RouteTableId'])
    table.propagating = {*getattr(table, 'propagating', ())} - {given['GatewayId']}
