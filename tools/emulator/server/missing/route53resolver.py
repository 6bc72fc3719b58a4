"""DNS Firewall, the logs of queries that are no longer kept, and tags."""

import uuid

from moto.ec2.models import ec2_backends
from moto.route53resolver.models import route53resolver_backends

from missing.registry import operation, refused, state
from missing.shelf import tags

SERVICE = 'route53resolver'
tags(SERVICE)


@operation(SERVICE, 'DeleteResolverQueryLogConfig')
def delete_log(call, given):
    backend = route53resolver_backends[call.account][call.region]
    config = given['ResolverQueryLogConfigId']
    if any(one.resolver_query_log_config_id == config for one in backend.resolver_query_log_config_associations.values()):
        raise refused('InvalidRequestException', f'{config} still logs the queries of a VPC; disassociate it first')
    backend.resolver_query_log_configs.pop(config, None)
    return {'ResolverQueryLogConfig': {'Id': config}}


@operation(SERVICE, 'DisassociateResolverQueryLogConfig')
def stop_log(call, given):
    backend = route53resolver_backends[call.account][call.region]
    for key, one in list(backend.resolver_query_log_config_associations.items()):
        if (one.resolver_query_log_config_id, one.resource_id) == (
            given['ResolverQueryLogConfigId'],
            given['ResourceId'],
        ):
            del backend.resolver_query_log_config_associations[key]
            backend.resolver_query_log_configs[one.resolver_query_log_config_id].association_count -= 1
            return {'ResolverQueryLogConfigAssociation': one.description()}
    raise refused('ResourceNotFoundException', f"{given['ResourceId']} is not logged there")


def _shelf(call, name: str) -> dict:
    return state(call, f'{SERVICE}/{name}')


def _found(call, name: str, key: str) -> dict:
    if key not in _shelf(call, name):
        raise refused('ResourceNotFoundException', f'{key} does not exist')
    return _shelf(call, name)[key]


def _new(call, name: str, prefix: str, path: str, given: dict) -> dict:
    key = f'{prefix}-{uuid.uuid4().hex[:17]}'
    made = {'Id': key, 'Arn': call.arn(SERVICE, f'{path}/{key}'), 'Name': given['Name'], 'Status': 'COMPLETE'}
    _shelf(call, name)[key] = made
    return made


# -- lists of domains -----------------------------------------------------------------------------------------------------


@operation(SERVICE, 'CreateFirewallDomainList')
def create_list(call, given):
    made = _new(call, 'lists', 'rslvr-fdl', 'firewall-domain-list', given)
    made['DomainCount'] = 0
    _shelf(call, 'domains')[made['Id']] = []
    return {'FirewallDomainList': made}


@operation(SERVICE, 'GetFirewallDomainList')
def get_list(call, given):
    return {'FirewallDomainList': _found(call, 'lists', given['FirewallDomainListId'])}


@operation(SERVICE, 'UpdateFirewallDomains')
def update_list(call, given):
    one = _found(call, 'lists', given['FirewallDomainListId'])
    domains = [name.rstrip('.') for name in given['Domains']]
    before = _shelf(call, 'domains')[one['Id']]
    kept = {
        'ADD': [*before, *(name for name in domains if name not in before)],
        'REMOVE': [name for name in before if name not in domains],
        'REPLACE': domains,
    }[given['Operation']]
    _shelf(call, 'domains')[one['Id']] = kept
    one['DomainCount'] = len(kept)
    return {'Id': one['Id'], 'Name': one['Name'], 'Status': 'COMPLETE'}


@operation(SERVICE, 'ListFirewallDomains')
def list_domains(call, given):
    _found(call, 'lists', given['FirewallDomainListId'])
    # AWS shows them with the dot at their end.
    return {'Domains': [f'{name}.' for name in _shelf(call, 'domains')[given['FirewallDomainListId']]]}


@operation(SERVICE, 'ListFirewallDomainLists')
def list_lists(call, _given):
    return {'FirewallDomainLists': [*_shelf(call, 'lists').values()]}


@operation(SERVICE, 'DeleteFirewallDomainList')
def delete_list(call, given):
    one = _found(call, 'lists', given['FirewallDomainListId'])
    if any(rule['FirewallDomainListId'] == one['Id'] for rules in _shelf(call, 'rules').values() for rule in rules):
        raise refused('ConflictException', f"{one['Id']} is used by a rule; delete the rule first")
    del _shelf(call, 'lists')[one['Id']], _shelf(call, 'domains')[one['Id']]
    return {'FirewallDomainList': one}


# -- groups of rules ------------------------------------------------------------------------------------------------------


@operation(SERVICE, 'CreateFirewallRuleGroup')
def create_group(call, given):
    made = _new(call, 'groups', 'rslvr-frg', 'firewall-rule-group', given)
    made['RuleCount'] = 0
    _shelf(call, 'rules')[made['Id']] = []
    return {'FirewallRuleGroup': made}


@operation(SERVICE, 'GetFirewallRuleGroup')
def get_group(call, given):
    return {'FirewallRuleGroup': _found(call, 'groups', given['FirewallRuleGroupId'])}


@operation(SERVICE, 'ListFirewallRuleGroups')
def list_groups(call, _given):
    return {'FirewallRuleGroups': [*_shelf(call, 'groups').values()]}


@operation(SERVICE, 'DeleteFirewallRuleGroup')
def delete_group(call, given):
    one = _found(call, 'groups', given['FirewallRuleGroupId'])
    if any(place['FirewallRuleGroupId'] == one['Id'] for place in _shelf(call, 'places').values()):
        raise refused('ConflictException', f"{one['Id']} stands on a VPC; disassociate it first")
    if _shelf(call, 'rules')[one['Id']]:
        raise refused('ConflictException', f"{one['Id']} has rules; delete them first")
    del _shelf(call, 'groups')[one['Id']], _shelf(call, 'rules')[one['Id']]
    return {'FirewallRuleGroup': one}


@operation(SERVICE, 'CreateFirewallRule')
def create_rule(call, given):
    group = _found(call, 'groups', given['FirewallRuleGroupId'])
    _found(call, 'lists', given['FirewallDomainListId'])
    rules = _shelf(call, 'rules')[group['Id']]
    if given['Action'] == 'BLOCK' and 'BlockResponse' not in given:
        raise refused('ValidationException', 'BlockResponse is required for rules that block')
    if any(rule['Priority'] == given['Priority'] for rule in rules):
        raise refused('ValidationException', f"{group['Id']} has a rule with priority {given['Priority']}")
    rule = {key: value for key, value in given.items() if key != 'CreatorRequestId'}
    rule.setdefault('FirewallDomainRedirectionAction', 'INSPECT_REDIRECTION_DOMAIN')
    rules.append(rule)
    group['RuleCount'] = len(rules)
    return {'FirewallRule': rule}


@operation(SERVICE, 'DeleteFirewallRule')
def delete_rule(call, given):
    group = _found(call, 'groups', given['FirewallRuleGroupId'])
    rules = _shelf(call, 'rules')[group['Id']]
    for rule in rules:
        if rule['FirewallDomainListId'] == given['FirewallDomainListId'] and rule.get('Qtype') == given.get('Qtype'):
            rules.remove(rule)
            group['RuleCount'] = len(rules)
            return {'FirewallRule': rule}
    raise refused('ResourceNotFoundException', f"{group['Id']} has no rule for {given['FirewallDomainListId']}")


@operation(SERVICE, 'ListFirewallRules')
def list_rules(call, given):
    _found(call, 'groups', given['FirewallRuleGroupId'])
    rules = _shelf(call, 'rules')[given['FirewallRuleGroupId']]
    return {'FirewallRules': sorted(rules, key=lambda rule: rule['Priority'])}


# -- what stands on a VPC -------------------------------------------------------------------------------------------------


def _vpc(call, vpc: str):
    if vpc not in ec2_backends[call.account][call.region].vpcs:
        raise refused('ResourceNotFoundException', f'{vpc} does not exist')


def _place_fault(call, vpc: str, priority: int, but: str = ''):
    if not 100 < priority < 9900:
        raise refused('ValidationException', f'Priority is {priority}; it is above 100 and below 9900')
    for place in _shelf(call, 'places').values():
        if place['Id'] != but and (place['VpcId'], place['Priority']) == (vpc, priority):
            raise refused('ConflictException', f'{vpc} has a rule group with priority {priority}')


@operation(SERVICE, 'AssociateFirewallRuleGroup')
def associate(call, given):
    _vpc(call, given['VpcId'])
    _found(call, 'groups', given['FirewallRuleGroupId'])
    _place_fault(call, given['VpcId'], given['Priority'])
    made = _new(call, 'places', 'rslvr-frgassoc', 'firewall-rule-group-association', given)
    made.update(
        FirewallRuleGroupId=given['FirewallRuleGroupId'],
        VpcId=given['VpcId'],
        Priority=given['Priority'],
        MutationProtection=given.get('MutationProtection', 'DISABLED'),
    )
    return {'FirewallRuleGroupAssociation': made}


@operation(SERVICE, 'UpdateFirewallRuleGroupAssociation')
def change_place(call, given):
    one = _found(call, 'places', given['FirewallRuleGroupAssociationId'])
    _place_fault(call, one['VpcId'], given.get('Priority', one['Priority']), one['Id'])
    one.update({key: given[key] for key in ('Priority', 'MutationProtection', 'Name') if key in given})
    return {'FirewallRuleGroupAssociation': one}


@operation(SERVICE, 'GetFirewallRuleGroupAssociation')
def get_place(call, given):
    return {'FirewallRuleGroupAssociation': _found(call, 'places', given['FirewallRuleGroupAssociationId'])}


@operation(SERVICE, 'ListFirewallRuleGroupAssociations')
def list_places(call, given):
    wanted = {key: given[key] for key in ('VpcId', 'FirewallRuleGroupId', 'Priority', 'Status') if key in given}
    places = [p for p in _shelf(call, 'places').values() if all(p[key] == value for key, value in wanted.items())]
    return {'FirewallRuleGroupAssociations': sorted(places, key=lambda place: place['Priority'])}


@operation(SERVICE, 'DisassociateFirewallRuleGroup')
def disassociate(call, given):
    one = _found(call, 'places', given['FirewallRuleGroupAssociationId'])
    if one['MutationProtection'] == 'ENABLED':
        raise refused('ConflictException', f"{one['Id']} is protected from mutation")
    del _shelf(call, 'places')[one['Id']]
    return {'FirewallRuleGroupAssociation': one}


def _config(call, vpc: str) -> dict:
    _vpc(call, vpc)
    usual = {'Id': f'rslvr-fc-{uuid.uuid4().hex[:16]}', 'ResourceId': vpc, 'FirewallFailOpen': 'DISABLED'}
    return _shelf(call, 'configs').setdefault(vpc, {**usual, 'OwnerId': call.account})


@operation(SERVICE, 'GetFirewallConfig')
def get_config(call, given):
    return {'FirewallConfig': _config(call, given['ResourceId'])}


@operation(SERVICE, 'UpdateFirewallConfig')
def update_config(call, given):
    one = _config(call, given['ResourceId'])
    one['FirewallFailOpen'] = given['FirewallFailOpen']
    return {'FirewallConfig': one}
