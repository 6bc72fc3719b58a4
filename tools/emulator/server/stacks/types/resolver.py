"""Resolver endpoints and rules, DNS Firewall, and the logs of queries."""

import uuid

from stacks.kinds import Name, kind
from stacks.reading import whole


def _with_ports(props):
    made = {name: value for name, value in props.items() if name != 'TargetIps'}
    if 'TargetIps' in props:
        made['TargetIps'] = [{'Port': 53, **whole(target)} for target in props['TargetIps']]
    return made


kind(
    'AWS::Route53Resolver::ResolverEndpoint',
    'route53resolver',
    create='create_resolver_endpoint',
    extra={'CreatorRequestId': lambda _at, _props: str(uuid.uuid4())},
    id='ResolverEndpoint.Id',
    attributes={
        'ResolverEndpointId': 'id',
        'Arn': 'ResolverEndpoint.Arn',
        'Direction': '{Direction}',
        'IpAddressCount': 'ResolverEndpoint.IpAddressCount',
        'HostVPCId': 'ResolverEndpoint.HostVPCId',
    },
    key='ResolverEndpointId',
    delete='delete_resolver_endpoint',
    tagged='Arn',
)
kind(
    'AWS::Route53Resolver::ResolverRule',
    'route53resolver',
    prepare=lambda _at, props: _with_ports(props),
    create='create_resolver_rule',
    extra={'CreatorRequestId': lambda _at, _props: str(uuid.uuid4())},
    id='ResolverRule.Id',
    attributes={'ResolverRuleId': 'id', 'Arn': 'ResolverRule.Arn', 'DomainName': '{DomainName}'},
    key='ResolverRuleId',
    delete='delete_resolver_rule',
    tagged='Arn',
)
kind(
    'AWS::Route53Resolver::ResolverRuleAssociation',
    'route53resolver',
    create='associate_resolver_rule',
    id='ResolverRuleAssociation.Id',
    attributes={'ResolverRuleAssociationId': 'id', 'ResolverRuleId': '{ResolverRuleId}', 'VPCId': '{VPCId}'},
    key={'ResolverRuleId': '{ResolverRuleId}', 'VPCId': '{VPCId}'},
    delete='disassociate_resolver_rule',
)
kind(
    'AWS::Route53Resolver::ResolverQueryLoggingConfig',
    'route53resolver',
    create='create_resolver_query_log_config',
    extra={'CreatorRequestId': lambda _at, _props: str(uuid.uuid4())},
    name=Name('Name', 64),
    id='ResolverQueryLogConfig.Id',
    attributes={'Id': 'id', 'Arn': 'ResolverQueryLogConfig.Arn'},
    key='ResolverQueryLogConfigId',
    delete='delete_resolver_query_log_config',
)
kind(
    'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
    'route53resolver',
    create='associate_resolver_query_log_config',
    id='ResolverQueryLogConfigAssociation.Id',
    attributes={'Id': 'id'},
    key={'ResolverQueryLogConfigId': '{ResolverQueryLogConfigId}', 'ResourceId': '{ResourceId}'},
    delete='disassociate_resolver_query_log_config',
    stand_in='nothing is resolved here, so that nobody asks for a name and nothing is logged',
)
FILTERS = 'nothing is resolved here, so that no query is filtered'


def _domains(at, physical_id, props):
    at.call(
        'route53resolver',
        'update_firewall_domains',
        FirewallDomainListId=physical_id,
        Operation='REPLACE',
        Domains=props.get('Domains') or [],
    )


kind(
    'AWS::Route53Resolver::FirewallDomainList',
    'route53resolver',
    create='create_firewall_domain_list',
    extra={'CreatorRequestId': lambda _at, _props: str(uuid.uuid4())},
    name=Name('Name', 64),
    id='FirewallDomainList.Id',
    attributes={'Id': 'id', 'Arn': 'FirewallDomainList.Arn'},
    key='FirewallDomainListId',
    after=_domains,
    update=lambda _at, _id, _old, _new: None,
    delete='delete_firewall_domain_list',
    tagged='Arn',
    not_carried={'DomainFileUrl': 'lists are not imported from buckets here'},
)


def _rules(at, physical_id, props):
    """All rules anew: a rule is named by its list and type, which a change may swap."""
    group = {'FirewallRuleGroupId': physical_id}
    for rule in at.call('route53resolver', 'list_firewall_rules', **group)['FirewallRules']:
        gone = {key: rule[key] for key in ('FirewallDomainListId', 'Qtype') if key in rule}
        at.call('route53resolver', 'delete_firewall_rule', **group, **gone)
    for rule in whole(props.get('FirewallRules') or []):
        given = at.shaped('route53resolver', 'create_firewall_rule', rule)
        named = {'Name': f"rule-{rule['Priority']}", 'CreatorRequestId': str(uuid.uuid4())}
        at.call('route53resolver', 'create_firewall_rule', **{**given, **group, **named})


def _group_gone(at, physical_id, _props):
    _rules(at, physical_id, {})
    at.call('route53resolver', 'delete_firewall_rule_group', FirewallRuleGroupId=physical_id)


kind(
    'AWS::Route53Resolver::FirewallRuleGroup',
    'route53resolver',
    create='create_firewall_rule_group',
    extra={'CreatorRequestId': lambda _at, _props: str(uuid.uuid4())},
    name=Name('Name', 64),
    id='FirewallRuleGroup.Id',
    attributes={'Id': 'id', 'Arn': 'FirewallRuleGroup.Arn'},
    key='FirewallRuleGroupId',
    after=_rules,
    update=lambda _at, _id, _old, _new: None,
    delete=_group_gone,
    tagged='Arn',
    stand_in=FILTERS,
)
kind(
    'AWS::Route53Resolver::FirewallRuleGroupAssociation',
    'route53resolver',
    create='associate_firewall_rule_group',
    extra={'CreatorRequestId': lambda _at, _props: str(uuid.uuid4())},
    name=Name('Name', 64),
    id='FirewallRuleGroupAssociation.Id',
    attributes={'Id': 'id', 'Arn': 'FirewallRuleGroupAssociation.Arn'},
    key='FirewallRuleGroupAssociationId',
    update='update_firewall_rule_group_association',
    delete='disassociate_firewall_rule_group',
    tagged='Arn',
    stand_in=FILTERS,
)


def _fail_open(at, props):
    at.call(
        'route53resolver',
        'update_firewall_config',
        ResourceId=props['ResourceId'],
        FirewallFailOpen=props['FirewallFailOpen'],
    )
    return props['ResourceId']


kind(
    'AWS::Route53Resolver::FirewallConfig',
    'route53resolver',
    create=_fail_open,
    update=lambda at, _id, _old, new: _fail_open(at, new) and None,
    delete=lambda at, _id, props: _fail_open(at, {**props, 'FirewallFailOpen': 'DISABLED'}) and None,
)
