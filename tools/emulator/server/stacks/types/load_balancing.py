"""Load balancers, target groups, listeners and rules."""

from stacks.kinds import kind
from stacks.reading import whole
from stacks.schema import alike, plain


def _attributes(given) -> list[dict]:
    return [{'Key': one['Key'], 'Value': plain(one['Value'])} for one in given or []]


BALANCER = ('Scheme', 'Type', 'IpAddressType', 'SecurityGroups', 'Subnets', 'SubnetMappings')


def _balancer(at, props):
    given = at.shaped('elbv2', 'create_load_balancer', props.only(*BALANCER))
    made = at.call('elbv2', 'create_load_balancer', Name=props.get('Name') or _short(at), **given)['LoadBalancers'][0]
    arn = made['LoadBalancerArn']
    if props.get('LoadBalancerAttributes'):
        at.call(
            'elbv2',
            'modify_load_balancer_attributes',
            LoadBalancerArn=arn,
            Attributes=_attributes(props['LoadBalancerAttributes']),
        )
    return arn, {
        'LoadBalancerArn': arn,
        'DNSName': made['DNSName'],
        'CanonicalHostedZoneID': made['CanonicalHostedZoneId'],
        'LoadBalancerName': made['LoadBalancerName'],
        'LoadBalancerFullName': arn.split(':loadbalancer/')[1],
        'SecurityGroups': made.get('SecurityGroups', []),
    }


def _short(at) -> str:
    """Names here are at most 32 characters long."""
    return f"{at.stack[:6].strip('-')}-{at.logical_id[:6]}-{at.name(64)[-12:]}"


def _balancer_changed(at, arn, old, props):
    if not alike(old.get('LoadBalancerAttributes'), dict.get(props, 'LoadBalancerAttributes')):
        after = _attributes(props.get('LoadBalancerAttributes'))
        at.call('elbv2', 'modify_load_balancer_attributes', LoadBalancerArn=arn, Attributes=after)
    if 'SecurityGroups' in props and not alike(old.get('SecurityGroups'), dict.get(props, 'SecurityGroups')):
        at.call('elbv2', 'set_security_groups', LoadBalancerArn=arn, SecurityGroups=whole(props['SecurityGroups']))
    if 'Subnets' in props and not alike(old.get('Subnets'), dict.get(props, 'Subnets')):
        at.call('elbv2', 'set_subnets', LoadBalancerArn=arn, Subnets=whole(props['Subnets']))
    if 'IpAddressType' in props and not alike(old.get('IpAddressType'), props['IpAddressType']):
        at.call('elbv2', 'set_ip_address_type', LoadBalancerArn=arn, IpAddressType=props['IpAddressType'])


kind(
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'elbv2',
    create=_balancer,
    update=_balancer_changed,
    key='LoadBalancerArn',
    delete='delete_load_balancer',
    tagged='{id}',
    not_carried={
        'EnableCapacityReservationProvisionStabilize': 'moto has no capacity to wait for',
        'MinimumLoadBalancerCapacity': 'moto has no capacity units',
        'EnablePrefixForIpv6SourceNat': 'moto has no source NAT of load balancers',
        'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic': 'moto has no traffic',
        'Ipv4IpamPoolId': 'moto gives load balancers no addresses',
    },
)

GROUP = (
    'Protocol',
    'ProtocolVersion',
    'Port',
    'VpcId',
    'HealthCheckProtocol',
    'HealthCheckPort',
    'HealthCheckEnabled',
    'HealthCheckPath',
    'HealthCheckIntervalSeconds',
    'HealthCheckTimeoutSeconds',
    'HealthyThresholdCount',
    'UnhealthyThresholdCount',
    'Matcher',
    'TargetType',
    'IpAddressType',
)


def _group(at, props):
    given = at.shaped('elbv2', 'create_target_group', props.only(*GROUP))
    made = at.call('elbv2', 'create_target_group', Name=props.get('Name') or _short(at), **given)['TargetGroups'][0]
    arn = made['TargetGroupArn']
    _group_settings(at, arn, {}, props)
    return arn, {
        'TargetGroupArn': arn,
        'TargetGroupName': made['TargetGroupName'],
        'TargetGroupFullName': arn.split(':')[5],
        'LoadBalancerArns': [],
    }


def _group_settings(at, arn, old, props):
    if props.get('TargetGroupAttributes'):
        at.call(
            'elbv2',
            'modify_target_group_attributes',
            TargetGroupArn=arn,
            Attributes=_attributes(props['TargetGroupAttributes']),
        )
    before, after = whole(old.get('Targets') or []), whole(props.get('Targets') or [])
    gone, fresh = [t for t in before if t not in after], [t for t in after if t not in before]
    if gone:
        at.call('elbv2', 'deregister_targets', TargetGroupArn=arn, Targets=[_target(t) for t in gone])
    if fresh:
        at.call('elbv2', 'register_targets', TargetGroupArn=arn, Targets=[_target(t) for t in fresh])


def _target(given) -> dict:
    made = {key: given[key] for key in ('Id', 'AvailabilityZone') if key in given}
    return {**made, 'Port': int(given['Port'])} if 'Port' in given else made


def _group_changed(at, arn, old, props):
    given = at.shaped('elbv2', 'modify_target_group', props.only(*GROUP))
    at.call('elbv2', 'modify_target_group', **{**given, 'TargetGroupArn': arn})
    _group_settings(at, arn, old, props)


def _group_gone(at, arn, props):
    if props.get('Targets'):
        at.call('elbv2', 'deregister_targets', TargetGroupArn=arn, Targets=[_target(t) for t in props['Targets']])
    at.call('elbv2', 'delete_target_group', TargetGroupArn=arn)


kind(
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    'elbv2',
    create=_group,
    update=_group_changed,
    delete=_group_gone,
    tagged='{id}',
    not_carried={'TargetControlPort': 'moto has no target optimiser'},
)


def actions(at, operation: str, given) -> list[dict]:
    """Actions as the API wants them, in their order."""
    made = at.shaped('elbv2', operation, {'Actions': given, 'DefaultActions': given})
    return made.get('Actions') or made.get('DefaultActions') or []


def _listener(at, props):
    given = at.shaped('elbv2', 'create_listener', props.without('ListenerAttributes', 'Tags'))
    arn = at.call('elbv2', 'create_listener', **given)['Listeners'][0]['ListenerArn']
    _listener_attributes(at, arn, props)
    return arn, {'ListenerArn': arn}


def _listener_attributes(at, arn, props):
    if props.get('ListenerAttributes'):
        at.call(
            'elbv2', 'modify_listener_attributes', ListenerArn=arn, Attributes=_attributes(props['ListenerAttributes'])
        )


def _listener_changed(at, arn, _old, props):
    given = at.shaped('elbv2', 'modify_listener', props.without('ListenerAttributes', 'LoadBalancerArn', 'Tags'))
    at.call('elbv2', 'modify_listener', ListenerArn=arn, **given)
    _listener_attributes(at, arn, props)


kind(
    'AWS::ElasticLoadBalancingV2::Listener',
    'elbv2',
    create=_listener,
    update=_listener_changed,
    key='ListenerArn',
    delete='delete_listener',
    tagged='{id}',
)


def _certificates(at, props):
    at.call(
        'elbv2',
        'add_listener_certificates',
        ListenerArn=props['ListenerArn'],
        Certificates=whole(props['Certificates']),
    )
    return at.name()


def _certificates_gone(at, _id, props):
    at.call(
        'elbv2',
        'remove_listener_certificates',
        ListenerArn=props['ListenerArn'],
        Certificates=whole(props['Certificates']),
    )


kind(
    'AWS::ElasticLoadBalancingV2::ListenerCertificate',
    'elbv2',
    create=_certificates,
    update=lambda at, physical_id, old, new: (_certificates_gone(at, physical_id, old), _certificates(at, new), None)[
        2
    ],
    delete=_certificates_gone,
)


def _rule(at, props):
    given = {'Conditions': whole(props['Conditions']), 'Actions': actions(at, 'create_rule', props['Actions'])}
    made = at.call('elbv2', 'create_rule', ListenerArn=props['ListenerArn'], Priority=int(props['Priority']), **given)
    arn = made['Rules'][0]['RuleArn']
    return arn, {'RuleArn': arn, 'IsDefault': False}


def _rule_changed(at, arn, old, props):
    given = {'Conditions': whole(props['Conditions']), 'Actions': actions(at, 'modify_rule', props['Actions'])}
    at.call('elbv2', 'modify_rule', RuleArn=arn, **given)
    if not alike(old['Priority'], props['Priority']):
        at.call('elbv2', 'set_rule_priorities', RulePriorities=[{'RuleArn': arn, 'Priority': int(props['Priority'])}])


kind(
    'AWS::ElasticLoadBalancingV2::ListenerRule',
    'elbv2',
    create=_rule,
    update=_rule_changed,
    key='RuleArn',
    delete='delete_rule',
    not_carried={'Transforms': 'moto rewrites no requests'},
)
