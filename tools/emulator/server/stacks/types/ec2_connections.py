"""Transit gateways, VPNs, peerings, prefix lists and what else joins networks."""

from stacks.kinds import kind
from stacks.reading import whole
from stacks.schema import alike

TAGS = '{id}'


def _options(props, *names) -> dict:
    return props.only(*names)


HUB = (
    'AmazonSideAsn',
    'AutoAcceptSharedAttachments',
    'DefaultRouteTableAssociation',
    'DefaultRouteTablePropagation',
    'VpnEcmpSupport',
    'DnsSupport',
    'SecurityGroupReferencingSupport',
    'MulticastSupport',
    'TransitGatewayCidrBlocks',
)


def _hub(at, props):
    options = at.shaped('ec2', 'create_transit_gateway', {'Options': _options(props, *HUB)})
    made = at.call('ec2', 'create_transit_gateway', Description=props.get('Description') or '', **options)[
        'TransitGateway'
    ]
    return made['TransitGatewayId'], {
        'Id': made['TransitGatewayId'],
        'TransitGatewayArn': made['TransitGatewayArn'],
        'AssociationDefaultRouteTableId': (made.get('Options') or {}).get('AssociationDefaultRouteTableId'),
        'PropagationDefaultRouteTableId': (made.get('Options') or {}).get('PropagationDefaultRouteTableId'),
    }


def _hub_changed(at, hub, _old, props):
    options = at.shaped('ec2', 'modify_transit_gateway', {'Options': _options(props, *HUB)})
    at.call(
        'ec2', 'modify_transit_gateway', TransitGatewayId=hub, Description=props.get('Description') or '', **options
    )


kind(
    'AWS::EC2::TransitGateway',
    'ec2',
    create=_hub,
    update=_hub_changed,
    key='TransitGatewayId',
    delete='delete_transit_gateway',
    tagged=TAGS,
    not_carried={'EncryptionSupport': 'moto encrypts no traffic'},
)


def _attachment(at, props):
    given = {name: whole(props[name]) for name in ('TransitGatewayId', 'VpcId', 'SubnetIds')}
    # These two only speak of changes.
    props.pick('AddSubnetIds', 'RemoveSubnetIds')
    if 'Options' in props:
        given['Options'] = whole(props['Options'])
    made = at.call('ec2', 'create_transit_gateway_vpc_attachment', **given)['TransitGatewayVpcAttachment']
    return made['TransitGatewayAttachmentId'], {'Id': made['TransitGatewayAttachmentId']}


def _attachment_changed(at, attachment, old, props):
    before, after = old.get('SubnetIds') or [], props.get('SubnetIds') or []
    given = {
        'AddSubnetIds': [s for s in after if s not in before],
        'RemoveSubnetIds': [s for s in before if s not in after],
    }
    given = {key: value for key, value in given.items() if value} | props.pick('AddSubnetIds', 'RemoveSubnetIds')
    if 'Options' in props:
        given['Options'] = whole(props['Options'])
    at.call('ec2', 'modify_transit_gateway_vpc_attachment', TransitGatewayAttachmentId=attachment, **given)


for _type in ('AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment'):
    kind(
        _type,
        'ec2',
        create=_attachment,
        update=_attachment_changed,
        key='TransitGatewayAttachmentId',
        delete='delete_transit_gateway_vpc_attachment',
        tagged=TAGS,
    )
kind(
    'AWS::EC2::TransitGatewayRouteTable',
    'ec2',
    create='create_transit_gateway_route_table',
    id='TransitGatewayRouteTable.TransitGatewayRouteTableId',
    attributes={'TransitGatewayRouteTableId': 'id'},
    key='TransitGatewayRouteTableId',
    delete='delete_transit_gateway_route_table',
    tagged=TAGS,
)
_PAIR = {
    'TransitGatewayRouteTableId': '{TransitGatewayRouteTableId}',
    'TransitGatewayAttachmentId': '{TransitGatewayAttachmentId}',
}
kind(
    'AWS::EC2::TransitGatewayRouteTableAssociation',
    'ec2',
    create='associate_transit_gateway_route_table',
    id='{TransitGatewayRouteTableId}_{TransitGatewayAttachmentId}',
    key=_PAIR,
    delete='disassociate_transit_gateway_route_table',
)
kind(
    'AWS::EC2::TransitGatewayRouteTablePropagation',
    'ec2',
    create='enable_transit_gateway_route_table_propagation',
    id='{TransitGatewayRouteTableId}_{TransitGatewayAttachmentId}',
    key=_PAIR,
    delete='disable_transit_gateway_route_table_propagation',
)
kind(
    'AWS::EC2::TransitGatewayRoute',
    'ec2',
    create='create_transit_gateway_route',
    id='{TransitGatewayRouteTableId}_{DestinationCidrBlock}',
    key={
        'TransitGatewayRouteTableId': '{TransitGatewayRouteTableId}',
        'DestinationCidrBlock': '{DestinationCidrBlock}',
    },
    delete='delete_transit_gateway_route',
)


def _peering(at, props):
    given = {'VpcId': props['VpcId'], 'PeerVpcId': props['PeerVpcId'], **props.pick('PeerOwnerId', 'PeerRegion')}
    props.get('PeerRoleArn')
    made = at.call('ec2', 'create_vpc_peering_connection', **given)['VpcPeeringConnection']['VpcPeeringConnectionId']
    # CloudFormation accepts for the other side, with PeerRoleArn where that is another account.
    client = at.client('ec2', given.get('PeerRegion'))
    client.accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    return made, {'Id': made}


kind(
    'AWS::EC2::VPCPeeringConnection',
    'ec2',
    create=_peering,
    key='VpcPeeringConnectionId',
    delete='delete_vpc_peering_connection',
    tagged=TAGS,
    not_carried={'AssumeRoleRegion': 'moto accepts with no role'},
)
kind(
    'AWS::EC2::VPNGateway',
    'ec2',
    create='create_vpn_gateway',
    id='VpnGateway.VpnGatewayId',
    attributes={'VPNGatewayId': 'id'},
    key='VpnGatewayId',
    delete='delete_vpn_gateway',
    tagged=TAGS,
)
kind(
    'AWS::EC2::CustomerGateway',
    'ec2',
    create='create_customer_gateway',
    prepare=lambda _at, props: {
        **props.pick('BgpAsn', 'Type', 'CertificateArn', 'DeviceName', 'BgpAsnExtended', 'IpAddress')
    },
    id='CustomerGateway.CustomerGatewayId',
    attributes={'CustomerGatewayId': 'id'},
    key='CustomerGatewayId',
    delete='delete_customer_gateway',
    tagged=TAGS,
)


def _vpn(at, props):
    given = {
        'Type': props['Type'],
        'CustomerGatewayId': props['CustomerGatewayId'],
        **props.pick('VpnGatewayId', 'TransitGatewayId'),
    }
    options = _options(
        props,
        'StaticRoutesOnly',
        'EnableAcceleration',
        'LocalIpv4NetworkCidr',
        'RemoteIpv4NetworkCidr',
        'LocalIpv6NetworkCidr',
        'RemoteIpv6NetworkCidr',
        'OutsideIpAddressType',
        'TransportTransitGatewayAttachmentId',
        'TunnelInsideIpVersion',
    )
    if 'VpnTunnelOptionsSpecifications' in props:
        options['TunnelOptions'] = props['VpnTunnelOptionsSpecifications']
    shaped = at.shaped('ec2', 'create_vpn_connection', {'Options': options})
    made = at.call('ec2', 'create_vpn_connection', **given, **shaped)['VpnConnection']['VpnConnectionId']
    return made, {'VpnConnectionId': made}


kind('AWS::EC2::VPNConnection', 'ec2', create=_vpn, key='VpnConnectionId', delete='delete_vpn_connection', tagged=TAGS)
kind(
    'AWS::EC2::VPNConnectionRoute',
    'ec2',
    create='create_vpn_connection_route',
    id='{VpnConnectionId}|{DestinationCidrBlock}',
    key={'VpnConnectionId': '{VpnConnectionId}', 'DestinationCidrBlock': '{DestinationCidrBlock}'},
    delete='delete_vpn_connection_route',
)


def _propagation(at, props):
    for table in props['RouteTableIds']:
        at.call('ec2', 'enable_vgw_route_propagation', GatewayId=props['VpnGatewayId'], RouteTableId=table)
    return at.name()


def _propagation_gone(at, _id, props):
    for table in props['RouteTableIds']:
        at.call('ec2', 'disable_vgw_route_propagation', GatewayId=props['VpnGatewayId'], RouteTableId=table)


kind(
    'AWS::EC2::VPNGatewayRoutePropagation',
    'ec2',
    create=_propagation,
    update=lambda at, physical_id, old, new: (_propagation_gone(at, physical_id, old), _propagation(at, new), None)[2],
    delete=_propagation_gone,
)


def _list_changed(at, prefix_list, old, props):
    before = {e['Cidr']: whole(e) for e in old.get('Entries') or []}
    after = {e['Cidr']: whole(e) for e in props.get('Entries') or []}
    shown = at.call('ec2', 'describe_managed_prefix_lists', PrefixListIds=[prefix_list])['PrefixLists'][0]
    given = {
        'AddEntries': [e for c, e in after.items() if before.get(c) != e],
        'RemoveEntries': [{'Cidr': c} for c in before if c not in after],
    }
    given = {key: value for key, value in given.items() if value}
    if 'PrefixListName' in props and not alike(old.get('PrefixListName'), props['PrefixListName']):
        given['PrefixListName'] = props['PrefixListName']
    if 'MaxEntries' in props:
        given['MaxEntries'] = int(props['MaxEntries'])
    at.call('ec2', 'modify_managed_prefix_list', PrefixListId=prefix_list, CurrentVersion=shown['Version'], **given)


kind(
    'AWS::EC2::PrefixList',
    'ec2',
    create='create_managed_prefix_list',
    id='PrefixList.PrefixListId',
    attributes={
        'PrefixListId': 'id',
        'Arn': 'PrefixList.PrefixListArn',
        'OwnerId': 'PrefixList.OwnerId',
        'Version': 'PrefixList.Version',
    },
    update=_list_changed,
    key='PrefixListId',
    delete='delete_managed_prefix_list',
    tagged=TAGS,
)


def _ipv6(at, props):
    given = {'SubnetId': props['SubnetId'], **props.pick('Ipv6CidrBlock')}
    made = at.call('ec2', 'associate_subnet_cidr_block', **given)['Ipv6CidrBlockAssociation']
    return made['AssociationId'], {'Id': made['AssociationId']}


kind(
    'AWS::EC2::SubnetCidrBlock',
    'ec2',
    create=_ipv6,
    key='AssociationId',
    delete='disassociate_subnet_cidr_block',
    not_carried={'Ipv6IpamPoolId': 'moto has no IPAM', 'Ipv6NetmaskLength': 'moto has no IPAM'},
)
kind(
    'AWS::EC2::VPCEndpointService',
    'ec2',
    create='create_vpc_endpoint_service_configuration',
    id='ServiceConfiguration.ServiceId',
    attributes={'ServiceId': 'id'},
    key={'ServiceIds': ['{id}']},
    delete='delete_vpc_endpoint_service_configurations',
    not_carried={
        'ContributorInsightsEnabled': 'moto has no contributor insights',
        'PayerResponsibility': 'moto sends no bills',
    },
)


def _allowed(at, props):
    given = {'AddAllowedPrincipals': whole(props.get('AllowedPrincipals') or [])}
    at.call('ec2', 'modify_vpc_endpoint_service_permissions', ServiceId=props['ServiceId'], **given)
    return props['ServiceId']


def _allowed_gone(at, _id, props):
    given = {'RemoveAllowedPrincipals': whole(props.get('AllowedPrincipals') or [])}
    at.call('ec2', 'modify_vpc_endpoint_service_permissions', ServiceId=props['ServiceId'], **given)


kind(
    'AWS::EC2::VPCEndpointServicePermissions',
    'ec2',
    create=_allowed,
    update=lambda at, physical_id, old, new: (_allowed_gone(at, physical_id, old), _allowed(at, new), None)[2],
    delete=_allowed_gone,
)
kind(
    'AWS::EC2::VPCEndpointConnectionNotification',
    'ec2',
    create='create_vpc_endpoint_connection_notification',
    id='ConnectionNotification.ConnectionNotificationId',
    attributes={'VPCEndpointConnectionNotificationId': 'id'},
    update='modify_vpc_endpoint_connection_notification',
    key='ConnectionNotificationId',
    delete=lambda at, notification, _props: at.call(
        'ec2', 'delete_vpc_endpoint_connection_notifications', ConnectionNotificationIds=[notification]
    ),
)
