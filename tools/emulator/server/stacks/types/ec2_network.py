"""VPCs and what lies in them: subnets, routes, gateways, network ACLs, endpoints, flow logs."""

from stacks.faults import ResourceFailed
from stacks.kinds import goes_with_its_owner, kind

TAGS = '{id}'


def _vpc(at, props):
    made = at.call(
        'ec2', 'create_vpc', **props.pick('CidrBlock', 'InstanceTenancy', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength')
    )['Vpc']
    _vpc_flags(at, made['VpcId'], None, props)
    return made['VpcId'], _vpc_attributes(at, made['VpcId'])


def _vpc_flags(at, vpc, _old, props):
    for flag in ('EnableDnsSupport', 'EnableDnsHostnames'):
        if flag in props:
            at.call('ec2', 'modify_vpc_attribute', VpcId=vpc, **{flag: {'Value': str(props[flag]).lower() == 'true'}})
    if 'InstanceTenancy' in props:
        props['InstanceTenancy']


def _vpc_attributes(at, vpc):
    found = at.call('ec2', 'describe_vpcs', VpcIds=[vpc])['Vpcs'][0]
    where = [{'Name': 'vpc-id', 'Values': [vpc]}]
    acls = at.call('ec2', 'describe_network_acls', Filters=[*where, {'Name': 'default', 'Values': ['true']}])[
        'NetworkAcls'
    ]
    groups = at.call('ec2', 'describe_security_groups', Filters=[*where, {'Name': 'group-name', 'Values': ['default']}])
    return {
        'VpcId': vpc,
        'CidrBlock': found['CidrBlock'],
        'CidrBlockAssociations': [a['AssociationId'] for a in found.get('CidrBlockAssociationSet', [])],
        'DefaultNetworkAcl': acls[0]['NetworkAclId'] if acls else None,
        'DefaultSecurityGroup': groups['SecurityGroups'][0]['GroupId'],
        'Ipv6CidrBlocks': [a['Ipv6CidrBlock'] for a in found.get('Ipv6CidrBlockAssociationSet', [])],
    }


kind(
    'AWS::EC2::VPC',
    'ec2',
    create=_vpc,
    update=_vpc_flags,
    key='VpcId',
    delete='delete_vpc',
    tagged=TAGS,
    # A block that is given to it later is a resource of its own.
    live={
        name: lambda at, vpc, name=name: _vpc_attributes(at, vpc)[name]
        for name in ('CidrBlockAssociations', 'Ipv6CidrBlocks')
    },
)


def _cidr_block(at, props):
    given = props.pick(
        'CidrBlock',
        'AmazonProvidedIpv6CidrBlock',
        'VpcId',
        'Ipv6CidrBlock',
        'Ipv6Pool',
        'Ipv6CidrBlockNetworkBorderGroup',
    )
    answer = at.put('ec2', 'associate_vpc_cidr_block', given)
    made = answer.get('Ipv6CidrBlockAssociation') or answer['CidrBlockAssociation']
    return made['AssociationId'], {'Id': made['AssociationId'], 'Ipv6CidrBlock': made.get('Ipv6CidrBlock')}


kind('AWS::EC2::VPCCidrBlock', 'ec2', create=_cidr_block, key='AssociationId', delete='disassociate_vpc_cidr_block')


def _subnet(at, props):
    given = props.pick(
        'VpcId', 'CidrBlock', 'AvailabilityZone', 'AvailabilityZoneId', 'Ipv6CidrBlock', 'Ipv6Native', 'OutpostArn'
    )
    made = at.put('ec2', 'create_subnet', given)['Subnet']
    _subnet_flags(at, made['SubnetId'], None, props)
    shown = at.call('ec2', 'describe_subnets', SubnetIds=[made['SubnetId']])['Subnets'][0]
    acl = at.call(
        'ec2', 'describe_network_acls', Filters=[{'Name': 'association.subnet-id', 'Values': [made['SubnetId']]}]
    )
    association = next(
        (a for n in acl['NetworkAcls'] for a in n['Associations'] if a['SubnetId'] == made['SubnetId']), {}
    )
    return made['SubnetId'], {
        'SubnetId': made['SubnetId'],
        'AvailabilityZone': shown['AvailabilityZone'],
        'AvailabilityZoneId': shown.get('AvailabilityZoneId'),
        'CidrBlock': shown.get('CidrBlock'),
        'VpcId': shown['VpcId'],
        'Ipv6CidrBlocks': [a['Ipv6CidrBlock'] for a in shown.get('Ipv6CidrBlockAssociationSet', [])],
        'NetworkAclAssociationId': association.get('NetworkAclAssociationId'),
    }


def _subnet_flags(at, subnet, _old, props):
    for flag in ('MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation', 'EnableDns64'):
        if flag in props:
            at.call(
                'ec2',
                'modify_subnet_attribute',
                SubnetId=subnet,
                **{flag: {'Value': str(props[flag]).lower() == 'true'}},
            )


kind(
    'AWS::EC2::Subnet', 'ec2', create=_subnet, update=_subnet_flags, key='SubnetId', delete='delete_subnet', tagged=TAGS
)
kind(
    'AWS::EC2::RouteTable',
    'ec2',
    create='create_route_table',
    id='RouteTable.RouteTableId',
    key='RouteTableId',
    delete='delete_route_table',
    attributes={'RouteTableId': 'id'},
    tagged=TAGS,
)

TARGETS = (
    'GatewayId',
    'NatGatewayId',
    'EgressOnlyInternetGatewayId',
    'InstanceId',
    'NetworkInterfaceId',
    'TransitGatewayId',
    'VpcPeeringConnectionId',
    'VpcEndpointId',
    'LocalGatewayId',
    'CarrierGatewayId',
    'CoreNetworkArn',
)


def _destination(props) -> dict:
    return props.pick('DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId')


def _route(at, props):
    destination = _destination(props)
    if len(destination) != 1:
        raise ResourceFailed(
            'A route needs exactly one of DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId'
        )
    at.call('ec2', 'create_route', RouteTableId=props['RouteTableId'], **destination, **props.pick(*TARGETS))
    shown = next(iter(destination.values()))
    return f"{props['RouteTableId']}|{shown}", {'CidrBlock': shown}


def _route_changed(at, _id, _old, props):
    at.call('ec2', 'replace_route', RouteTableId=props['RouteTableId'], **_destination(props), **props.pick(*TARGETS))


def _route_gone(at, _id, props):
    at.call('ec2', 'delete_route', RouteTableId=props['RouteTableId'], **_destination(props))


kind('AWS::EC2::Route', 'ec2', create=_route, update=_route_changed, delete=_route_gone)
kind(
    'AWS::EC2::SubnetRouteTableAssociation',
    'ec2',
    create='associate_route_table',
    id='AssociationId',
    key='AssociationId',
    delete='disassociate_route_table',
    attributes={'Id': 'id'},
)
kind(
    'AWS::EC2::GatewayRouteTableAssociation',
    'ec2',
    create='associate_route_table',
    id='AssociationId',
    key='AssociationId',
    delete='disassociate_route_table',
    attributes={'AssociationId': 'id'},
)
kind(
    'AWS::EC2::InternetGateway',
    'ec2',
    create='create_internet_gateway',
    id='InternetGateway.InternetGatewayId',
    key='InternetGatewayId',
    delete='delete_internet_gateway',
    attributes={'InternetGatewayId': 'id'},
    tagged=TAGS,
)
kind(
    'AWS::EC2::EgressOnlyInternetGateway',
    'ec2',
    create='create_egress_only_internet_gateway',
    id='EgressOnlyInternetGateway.EgressOnlyInternetGatewayId',
    key='EgressOnlyInternetGatewayId',
    delete='delete_egress_only_internet_gateway',
    attributes={'Id': 'id'},
    tagged=TAGS,
)


def _attach(at, props):
    if 'VpnGatewayId' in props:
        at.call('ec2', 'attach_vpn_gateway', VpcId=props['VpcId'], VpnGatewayId=props['VpnGatewayId'])
        return f"VGW|{props['VpcId']}", {'AttachmentType': 'VGW'}
    at.call('ec2', 'attach_internet_gateway', VpcId=props['VpcId'], InternetGatewayId=props['InternetGatewayId'])
    return f"IGW|{props['VpcId']}", {'AttachmentType': 'IGW'}


def _detach(at, _id, props):
    if 'VpnGatewayId' in props:
        at.call('ec2', 'detach_vpn_gateway', VpcId=props['VpcId'], VpnGatewayId=props['VpnGatewayId'])
    else:
        at.call('ec2', 'detach_internet_gateway', VpcId=props['VpcId'], InternetGatewayId=props['InternetGatewayId'])


kind('AWS::EC2::VPCGatewayAttachment', 'ec2', create=_attach, delete=_detach)
kind(
    'AWS::EC2::EIP',
    'ec2',
    create='allocate_address',
    id='PublicIp',
    attributes={'AllocationId': 'AllocationId', 'PublicIp': 'PublicIp'},
    delete=lambda at, _id, _props: at.call('ec2', 'release_address', AllocationId=at.attributes['AllocationId']),
    tagged='AllocationId',
)
kind(
    'AWS::EC2::EIPAssociation',
    'ec2',
    create='associate_address',
    id='AssociationId',
    key='AssociationId',
    delete='disassociate_address',
    attributes={'Id': 'id'},
)
kind(
    'AWS::EC2::NatGateway',
    'ec2',
    create='create_nat_gateway',
    id='NatGateway.NatGatewayId',
    key='NatGatewayId',
    delete='delete_nat_gateway',
    attributes={'NatGatewayId': 'id'},
    tagged=TAGS,
)
kind(
    'AWS::EC2::NetworkAcl',
    'ec2',
    create='create_network_acl',
    id='NetworkAcl.NetworkAclId',
    key='NetworkAclId',
    delete='delete_network_acl',
    attributes={'Id': 'id'},
    tagged=TAGS,
)


def _entry(props) -> dict:
    given = {
        'NetworkAclId': props['NetworkAclId'],
        'RuleNumber': int(props['RuleNumber']),
        'Protocol': str(props['Protocol']),
        'RuleAction': props['RuleAction'],
        'Egress': str(props.get('Egress', False)).lower() == 'true',
        **props.pick('CidrBlock', 'Ipv6CidrBlock'),
    }
    if 'PortRange' in props:
        given['PortRange'] = {end: int(port) for end, port in props['PortRange'].items()}
    if 'Icmp' in props:
        given['IcmpTypeCode'] = {name: int(value) for name, value in props['Icmp'].items()}
    return given


def _entry_made(at, props):
    at.call('ec2', 'create_network_acl_entry', **_entry(props))
    return at.name()


kind(
    'AWS::EC2::NetworkAclEntry',
    'ec2',
    create=_entry_made,
    update=lambda at, _id, _old, new: at.call('ec2', 'replace_network_acl_entry', **_entry(new)) and None,
    delete=lambda at, _id, props: at.call(
        'ec2',
        'delete_network_acl_entry',
        NetworkAclId=props['NetworkAclId'],
        RuleNumber=int(props['RuleNumber']),
        Egress=str(props.get('Egress', False)).lower() == 'true',
    ),
)


def _associated(at, subnet: str, acl: str) -> str:
    """Moves a subnet from the network ACL it has to another."""
    found = at.call('ec2', 'describe_network_acls', Filters=[{'Name': 'association.subnet-id', 'Values': [subnet]}])
    for one in found['NetworkAcls']:
        for association in one['Associations']:
            if association['SubnetId'] == subnet:
                old = association['NetworkAclAssociationId']
                return at.call('ec2', 'replace_network_acl_association', AssociationId=old, NetworkAclId=acl)[
                    'NewAssociationId'
                ]
    raise ResourceFailed(f'The subnet {subnet} has no network ACL')


def _acl_of_subnet(at, props):
    made = _associated(at, props['SubnetId'], props['NetworkAclId'])
    return made, {'AssociationId': made}


def _acl_of_subnet_gone(at, _id, props):
    subnets = at.call('ec2', 'describe_subnets', SubnetIds=[props['SubnetId']])['Subnets']
    where = [{'Name': 'vpc-id', 'Values': [subnets[0]['VpcId']]}, {'Name': 'default', 'Values': ['true']}]
    default = at.call('ec2', 'describe_network_acls', Filters=where)['NetworkAcls']
    _associated(at, props['SubnetId'], default[0]['NetworkAclId'])


kind('AWS::EC2::SubnetNetworkAclAssociation', 'ec2', create=_acl_of_subnet, delete=_acl_of_subnet_gone)


def _flow_log(props):
    return {**{key: value for key, value in props.items() if key != 'ResourceId'}, 'ResourceIds': [props['ResourceId']]}


kind(
    'AWS::EC2::FlowLog',
    'ec2',
    create='create_flow_logs',
    prepare=lambda _at, props: _flow_log(props),
    id='FlowLogIds[0]',
    key={'FlowLogIds': ['{id}']},
    delete='delete_flow_logs',
    attributes={'Id': 'id'},
    tagged=TAGS,
)


def _endpoint_changed(at, endpoint, old, new):
    given = {'VpcEndpointId': endpoint}
    for name, add, gone in (
        ('RouteTableIds', 'AddRouteTableIds', 'RemoveRouteTableIds'),
        ('SubnetIds', 'AddSubnetIds', 'RemoveSubnetIds'),
        ('SecurityGroupIds', 'AddSecurityGroupIds', 'RemoveSecurityGroupIds'),
    ):
        before, after = old.get(name) or [], new.get(name) or []
        given |= {add: [x for x in after if x not in before], gone: [x for x in before if x not in after]}
    given = {key: value for key, value in given.items() if value}
    at.call(
        'ec2',
        'modify_vpc_endpoint',
        **given,
        **at.shaped('ec2', 'modify_vpc_endpoint', new.only('PolicyDocument', 'PrivateDnsEnabled')),
    )


kind(
    'AWS::EC2::VPCEndpoint',
    'ec2',
    extra={'VpcEndpointType': lambda _at, props: props.get('VpcEndpointType') or 'Gateway'},
    create='create_vpc_endpoint',
    id='VpcEndpoint.VpcEndpointId',
    key={'VpcEndpointIds': ['{id}']},
    update=_endpoint_changed,
    delete='delete_vpc_endpoints',
    attributes={
        'Id': 'id',
        'DnsEntries': 'VpcEndpoint.DnsEntries[].join(`:`, [HostedZoneId || ``, DnsName])',
        'NetworkInterfaceIds': 'VpcEndpoint.NetworkInterfaceIds',
        'CreationTimestamp': 'VpcEndpoint.CreationTimestamp.to_string(@)',
    },
    tagged=TAGS,
)
kind(
    'AWS::EC2::DHCPOptions',
    'ec2',
    create='create_dhcp_options',
    prepare=lambda _at, props: {'DhcpConfigurations': _dhcp(props)},
    id='DhcpOptions.DhcpOptionsId',
    key='DhcpOptionsId',
    delete='delete_dhcp_options',
    attributes={'DhcpOptionsId': 'id'},
    tagged=TAGS,
)


def _dhcp(props):
    names = {
        'DomainName': 'domain-name',
        'DomainNameServers': 'domain-name-servers',
        'NtpServers': 'ntp-servers',
        'NetbiosNameServers': 'netbios-name-servers',
        'NetbiosNodeType': 'netbios-node-type',
    }
    return [
        {'Key': word, 'Values': [str(v) for v in (props[name] if isinstance(props[name], list) else [props[name]])]}
        for name, word in names.items()
        if name in props
    ]


def _dhcp_of_vpc(at, props):
    at.call('ec2', 'associate_dhcp_options', DhcpOptionsId=props['DhcpOptionsId'], VpcId=props['VpcId'])
    return f"{props['DhcpOptionsId']}|{props['VpcId']}"


def _dhcp_as_usual(at, physical_id, _props):
    """Back to the Region's own set, unless another one has taken the place meanwhile."""
    options, vpc = physical_id.split('|')
    shown = at.call('ec2', 'describe_vpcs', Filters=[{'Name': 'vpc-id', 'Values': [vpc]}])['Vpcs']
    if any(one['DhcpOptionsId'] == options for one in shown):
        at.call('ec2', 'associate_dhcp_options', DhcpOptionsId='default', VpcId=vpc)


kind(
    'AWS::EC2::VPCDHCPOptionsAssociation',
    'ec2',
    create=_dhcp_of_vpc,
    delete=_dhcp_as_usual,
)
