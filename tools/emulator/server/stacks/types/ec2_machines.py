"""Security groups, launch templates, machines."""

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
    given = {'GroupName': props.get('GroupName') or at.name(255), 'Description': props['GroupDescription'], **props.pick('VpcId')}
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
