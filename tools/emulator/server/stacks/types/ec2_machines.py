"""Security groups, launch templates, machines."""

import base64

from botocore.exceptions import ClientError

from stacks.faults import ResourceFailed
from stacks.kinds import kind
from stacks.reading import whole

RANGES = {
    'CidrIp': ('IpRanges', 'CidrIp'),
    'CidrIpv6': ('Ipv6Ranges', 'CidrIpv6'),
    'SourcePrefixListId': ('PrefixListIds', 'PrefixListId'),
    'DestinationPrefixListId': ('PrefixListIds', 'PrefixListId'),
    'SourceSecurityGroupId': ('UserIdGroupPairs', 'GroupId'),
    'DestinationSecurityGroupId': ('UserIdGroupPairs', 'GroupId'),
    'SourceSecurityGroupName': ('UserIdGroupPairs', 'GroupName'),
}


def permission(rule) -> dict:
    """A rule of a template as the API's IpPermission."""
    made = {'IpProtocol': str(rule['IpProtocol'])}
    for port in ('FromPort', 'ToPort'):
        if port in rule:
            made[port] = int(rule[port])
    note = {'Description': str(rule['Description'])} if 'Description' in rule else {}
    for name, (group, member) in RANGES.items():
        if name in rule:
            entry = {member: rule[name], **note}
            if name.startswith('SourceSecurityGroup') and 'SourceSecurityGroupOwnerId' in rule:
                entry['UserId'] = str(rule['SourceSecurityGroupOwnerId'])
            made.setdefault(group, []).append(entry)
    return made


ALL_OUT = {'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}


def _group(at, props):
    given = {
        'GroupName': props.get('GroupName') or at.name(255),
        'Description': props['GroupDescription'],
        **props.pick('VpcId'),
    }
    made = at.call('ec2', 'create_security_group', **given)
    group = made['GroupId']
    rules = [permission(rule) for rule in props.get('SecurityGroupIngress') or []]
    if rules:
        at.call('ec2', 'authorize_security_group_ingress', GroupId=group, IpPermissions=rules)
    _egress(at, group, props)
    return group, {'GroupId': group, 'Id': group, 'VpcId': given.get('VpcId', '')}


def _egress(at, group, props):
    if 'SecurityGroupEgress' not in props:
        return
    # Rules of a template take the place of the one that lets everything out.
    at.call('ec2', 'revoke_security_group_egress', GroupId=group, IpPermissions=[ALL_OUT])
    rules = [permission(rule) for rule in props['SecurityGroupEgress']]
    if rules:
        at.call('ec2', 'authorize_security_group_egress', GroupId=group, IpPermissions=rules)


def _group_changed(at, group, old, new):
    for name, word in (('SecurityGroupIngress', 'ingress'), ('SecurityGroupEgress', 'egress')):
        before = [permission(rule) for rule in old.get(name) or []]
        after = [permission(rule) for rule in new.get(name) or []]
        if word == 'egress':
            before = before if name in old else [ALL_OUT]
            after = after if name in new else [ALL_OUT]
        gone, fresh = [r for r in before if r not in after], [r for r in after if r not in before]
        if gone:
            at.call('ec2', f'revoke_security_group_{word}', GroupId=group, IpPermissions=gone)
        if fresh:
            at.call('ec2', f'authorize_security_group_{word}', GroupId=group, IpPermissions=fresh)


kind(
    'AWS::EC2::SecurityGroup',
    'ec2',
    create=_group,
    update=_group_changed,
    key='GroupId',
    delete='delete_security_group',
    tagged='{id}',
)


def _rule(word: str):
    def create(at, props):
        given = {'GroupId': props['GroupId']} if 'GroupId' in props else {'GroupName': props['GroupName']}
        answer = at.call('ec2', f'authorize_security_group_{word}', IpPermissions=[permission(props)], **given)
        made = (answer.get('SecurityGroupRules') or [{}])[0].get('SecurityGroupRuleId') or at.name()
        return made, {'Id': made}

    def delete(at, _id, props):
        given = {'GroupId': props['GroupId']} if 'GroupId' in props else {'GroupName': props['GroupName']}
        at.call('ec2', f'revoke_security_group_{word}', IpPermissions=[permission(props)], **given)

    def update(at, physical_id, old, new):
        delete(at, physical_id, old)
        create(at, new)

    return {'create': create, 'update': update, 'delete': delete}


kind('AWS::EC2::SecurityGroupIngress', 'ec2', **_rule('ingress'))
kind('AWS::EC2::SecurityGroupEgress', 'ec2', **_rule('egress'))


def _launch_template(at, props):
    name = props.get('LaunchTemplateName') or at.name(128)
    data = at.shaped('ec2', 'create_launch_template', {'LaunchTemplateData': props['LaunchTemplateData']})
    given = {**data, 'LaunchTemplateName': name, **props.pick('VersionDescription')}
    if 'TagSpecifications' in props:
        given['TagSpecifications'] = whole(props['TagSpecifications'])
    made = at.call('ec2', 'create_launch_template', **given)['LaunchTemplate']
    return made['LaunchTemplateId'], _versions(made['LaunchTemplateId'], 1)


def _versions(template, latest):
    return {'LaunchTemplateId': template, 'LatestVersionNumber': str(latest), 'DefaultVersionNumber': '1'}


def _launch_template_changed(at, template, _old, props):
    data = at.shaped('ec2', 'create_launch_template_version', {'LaunchTemplateData': props['LaunchTemplateData']})
    answer = at.call(
        'ec2', 'create_launch_template_version', LaunchTemplateId=template, **data, **props.pick('VersionDescription')
    )
    return template, _versions(template, answer['LaunchTemplateVersion']['VersionNumber'])


kind(
    'AWS::EC2::LaunchTemplate',
    'ec2',
    create=_launch_template,
    update=_launch_template_changed,
    key='LaunchTemplateId',
    delete='delete_launch_template',
)


def _instance(at, props):
    wanted = props.without('Tags', 'AvailabilityZone', 'Tenancy', 'SsmAssociations', 'Volumes', 'Monitoring')
    # CloudFormation calls the groups of an interface by another name than EC2.
    given = at.shaped('ec2', 'run_instances', wanted, {'GroupSet': 'Groups'})
    if 'UserData' in given:
        # A template has it in Base64, and the client writes it so once more.
        given['UserData'] = base64.b64decode(given['UserData'])
    placement = {}
    if 'AvailabilityZone' in props:
        placement['AvailabilityZone'] = props['AvailabilityZone']
    if 'Tenancy' in props:
        placement['Tenancy'] = props['Tenancy']
    if placement:
        given['Placement'] = placement
    if isinstance(given.get('IamInstanceProfile'), str):
        given['IamInstanceProfile'] = {'Name': given['IamInstanceProfile']}
    if 'LaunchTemplate' in given and 'LaunchTemplateName' in given['LaunchTemplate']:
        given['LaunchTemplate'].pop('LaunchTemplateId', None)
    made = at.call('ec2', 'run_instances', MinCount=1, MaxCount=1, **given)['Instances'][0]
    for volume in props.get('Volumes') or []:
        at.call(
            'ec2', 'attach_volume', InstanceId=made['InstanceId'], VolumeId=volume['VolumeId'], Device=volume['Device']
        )
    if 'SourceDestCheck' in props:
        on = str(props['SourceDestCheck']).lower() == 'true'
        at.call('ec2', 'modify_instance_attribute', InstanceId=made['InstanceId'], SourceDestCheck={'Value': on})
    return made['InstanceId'], {
        'InstanceId': made['InstanceId'],
        'AvailabilityZone': made['Placement']['AvailabilityZone'],
        'PrivateIp': made.get('PrivateIpAddress', ''),
        'PublicIp': made.get('PublicIpAddress', ''),
        'PrivateDnsName': made.get('PrivateDnsName', ''),
        'PublicDnsName': made.get('PublicDnsName', ''),
        'VpcId': made.get('VpcId', ''),
    }


def _instance_changed(at, instance, old, props):
    for name, api in (
        ('InstanceType', 'InstanceType'),
        ('DisableApiTermination', 'DisableApiTermination'),
        ('SourceDestCheck', 'SourceDestCheck'),
    ):
        if name in props and old.get(name) != props[name]:
            value = props[name] if name == 'InstanceType' else str(props[name]).lower() == 'true'
            at.call('ec2', 'modify_instance_attribute', InstanceId=instance, **{api: {'Value': value}})
    if 'SecurityGroupIds' in props and old.get('SecurityGroupIds') != props['SecurityGroupIds']:
        at.call('ec2', 'modify_instance_attribute', InstanceId=instance, Groups=list(props['SecurityGroupIds']))


kind(
    'AWS::EC2::Instance',
    'ec2',
    create=_instance,
    update=_instance_changed,
    key={'InstanceIds': ['{id}']},
    delete='terminate_instances',
    tagged='{id}',
    not_carried={
        'PropagateTagsToVolumeOnCreation': 'moto tags the volume of a machine with nothing',
        'SsmAssociations': 'moto runs no documents on machines',
        'Monitoring': 'moto measures no machines',
        'Affinity': 'moto has no dedicated hosts',
        'HostId': 'moto has no dedicated hosts',
        'CpuOptions': 'moto has no processors',
    },
)
kind(
    'AWS::EC2::KeyPair',
    'ec2',
    create=lambda at, props: _key_pair(at, props),
    delete=lambda at, name, props: _no_key_pair(at, name, props),
)


def _key_pair(at, props):
    name = props['KeyName']
    if 'PublicKeyMaterial' in props:
        made = at.call(
            'ec2', 'import_key_pair', KeyName=name, PublicKeyMaterial=str(props['PublicKeyMaterial']).encode()
        )
        return name, {'KeyPairId': made['KeyPairId'], 'KeyFingerprint': made['KeyFingerprint']}
    made = at.call('ec2', 'create_key_pair', KeyName=name, **props.pick('KeyType', 'KeyFormat'))
    # CloudFormation puts the private half into a parameter of this name.
    at.call(
        'ssm', 'put_parameter', Name=f"/ec2/keypair/{made['KeyPairId']}", Type='SecureString', Value=made['KeyMaterial']
    )
    return name, {'KeyPairId': made['KeyPairId'], 'KeyFingerprint': made['KeyFingerprint']}


def _no_key_pair(at, name, props):
    """The parameter goes with the key pair; one whose public half was imported has none."""
    [pair] = at.call('ec2', 'describe_key_pairs', KeyNames=[name])['KeyPairs']
    at.call('ec2', 'delete_key_pair', KeyName=name)
    if 'PublicKeyMaterial' not in props:
        at.call('ssm', 'delete_parameter', Name=f"/ec2/keypair/{pair['KeyPairId']}")


kind(
    'AWS::EC2::Volume',
    'ec2',
    create='create_volume',
    id='VolumeId',
    attributes={'VolumeId': 'id'},
    update='modify_volume',
    key='VolumeId',
    delete='delete_volume',
    tagged='{id}',
    not_carried={'AutoEnableIO': 'moto has no disk that fails', 'VolumeInitializationRate': 'moto has no disk to fill'},
)
kind(
    'AWS::EC2::VolumeAttachment',
    'ec2',
    create='attach_volume',
    id='{VolumeId}|{InstanceId}',
    key={'VolumeId': '{VolumeId}', 'InstanceId': '{InstanceId}'},
    delete='detach_volume',
    not_carried={'EbsCardIndex': 'moto has no cards'},
)


def _interface(at, props):
    given = {'SubnetId': props['SubnetId'], **props.pick('Description', 'PrivateIpAddress', 'InterfaceType')}
    if 'GroupSet' in props:
        given['Groups'] = list(props['GroupSet'])
    made = at.call('ec2', 'create_network_interface', **given)['NetworkInterface']
    _interface_flags(at, made['NetworkInterfaceId'], None, props)
    return made['NetworkInterfaceId'], {
        'Id': made['NetworkInterfaceId'],
        'PrimaryPrivateIpAddress': made.get('PrivateIpAddress'),
        'VpcId': made.get('VpcId'),
    }


def _interface_flags(at, interface, _old, props):
    if 'SourceDestCheck' in props:
        on = str(props['SourceDestCheck']).lower() == 'true'
        at.call(
            'ec2', 'modify_network_interface_attribute', NetworkInterfaceId=interface, SourceDestCheck={'Value': on}
        )
    if _old is not None and 'GroupSet' in props:
        at.call(
            'ec2', 'modify_network_interface_attribute', NetworkInterfaceId=interface, Groups=list(props['GroupSet'])
        )


kind(
    'AWS::EC2::NetworkInterface',
    'ec2',
    create=_interface,
    update=_interface_flags,
    key='NetworkInterfaceId',
    delete='delete_network_interface',
    tagged='{id}',
)


def _attached(at, props):
    given = {name: props[name] for name in ('NetworkInterfaceId', 'InstanceId')}
    made = at.call('ec2', 'attach_network_interface', DeviceIndex=int(props['DeviceIndex']), **given)['AttachmentId']
    # An attachment made by itself stays when its instance goes, unless the template says otherwise, as it does by default.
    stays = str(props.get('DeleteOnTermination', True)).lower() == 'false'
    if not stays:
        raise ResourceFailed('DeleteOnTermination is not false, and moto keeps every interface that is attached')
    return made, {'AttachmentId': made}


def _detached(at, attachment, _props):
    try:
        at.call('ec2', 'detach_network_interface', AttachmentId=attachment, Force=True)
    except ClientError as error:
        # Somebody moved the interface meanwhile, which is what it is for.
        if error.response['Error']['Code'] != 'InvalidAttachmentID.NotFound':
            raise


kind('AWS::EC2::NetworkInterfaceAttachment', 'ec2', create=_attached, delete=_detached)
kind(
    'AWS::EC2::InstanceConnectEndpoint',
    'ec2',
    create='create_instance_connect_endpoint',
    id='InstanceConnectEndpoint.InstanceConnectEndpointId',
    key='InstanceConnectEndpointId',
    delete='delete_instance_connect_endpoint',
    stand_in='it is kept, and nobody gets a shell by it: no machine boots here',
)


def _placement_group(at, props):
    name = at.name(255)
    given = at.shaped('ec2', 'create_placement_group', props.only('Strategy', 'PartitionCount', 'SpreadLevel'))
    own = {tag['Key']: tag['Value'] for tag in props.get('Tags') or []}
    tags = [{'Key': key, 'Value': value} for key, value in {**at.tags, **own}.items()]
    if tags:
        given['TagSpecifications'] = [{'ResourceType': 'placement-group', 'Tags': tags}]
    made = at.call('ec2', 'create_placement_group', GroupName=name, **given)['PlacementGroup']
    return name, {'GroupName': name, 'GroupId': made['GroupId']}


kind(
    'AWS::EC2::PlacementGroup',
    'ec2',
    create=_placement_group,
    key='GroupName',
    delete='delete_placement_group',
)
kind(
    'AWS::EC2::CapacityReservation',
    'ec2',
    create='create_capacity_reservation',
    id='CapacityReservation.CapacityReservationId',
    attributes={'Id': 'id'},
    update='modify_capacity_reservation',
    key='CapacityReservationId',
    delete='cancel_capacity_reservation',
)
