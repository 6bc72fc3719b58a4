"""WAF and Network Firewall."""

from stacks.kinds import Name, kind
from stacks.reading import whole

DELETABLE = ('Name', 'Id', 'Scope')


def _patterns(props):
    """Expressions are texts in a template, and objects in the API."""
    if 'RegularExpressionList' in props and 'VisibilityConfig' not in props:
        texts = [{'RegexString': text} for text in props['RegularExpressionList']]
        return {
            **{name: value for name, value in props.items() if name != 'RegularExpressionList'},
            'RegularExpressionList': texts,
        }
    return props


def _waf(word: str, summary: str = 'Summary', listed: str = ''):
    """Things of WAF: named by name, id and scope, changed and deleted with a lock token."""

    def create(at, props):
        name = props.get('Name') or at.name(128)
        given = at.shaped('wafv2', f'create_{word}', _patterns(props.without('Name', 'Tags')))
        made = at.call('wafv2', f'create_{word}', **{**given, 'Name': name})[summary]
        return f"{name}|{made['Id']}|{props['Scope']}", {
            'Arn': made['ARN'],
            'Id': made['Id'],
            'LabelNamespace': f'awswaf:{at.account}:{word}:{name}:',
        }

    def key(physical_id):
        return dict(zip(DELETABLE, physical_id.split('|')))

    def token(at, physical_id):
        return at.call('wafv2', f'get_{word}', **key(physical_id))['LockToken']

    def update(at, physical_id, _old, props):
        given = at.shaped('wafv2', f'update_{word}', _patterns(props.without('Name', 'Scope', 'Tags')))
        at.call('wafv2', f'update_{word}', **{**given, **key(physical_id), 'LockToken': token(at, physical_id)})

    def delete(at, physical_id, _props):
        at.call('wafv2', f'delete_{word}', **key(physical_id), LockToken=token(at, physical_id))

    return {'create': create, 'update': update, 'delete': delete, 'tagged': 'Arn'}


kind('AWS::WAFv2::WebACL', 'wafv2', **_waf('web_acl'))
kind('AWS::WAFv2::IPSet', 'wafv2', **_waf('ip_set'))
kind('AWS::WAFv2::RegexPatternSet', 'wafv2', **_waf('regex_pattern_set'))
kind('AWS::WAFv2::RuleGroup', 'wafv2', **_waf('rule_group'))


def _guard(at, props):
    at.call('wafv2', 'associate_web_acl', WebACLArn=props['WebACLArn'], ResourceArn=props['ResourceArn'])
    return f"{props['WebACLArn']}|{props['ResourceArn']}"


kind(
    'AWS::WAFv2::WebACLAssociation',
    'wafv2',
    create=_guard,
    key={'ResourceArn': '{ResourceArn}'},
    delete='disassociate_web_acl',
)


def _logging(at, props):
    at.call('wafv2', 'put_logging_configuration', LoggingConfiguration=whole(props))
    return props['ResourceArn']


kind(
    'AWS::WAFv2::LoggingConfiguration',
    'wafv2',
    create=_logging,
    update=lambda at, _id, _old, new: _logging(at, new) and None,
    key='ResourceArn',
    delete='delete_logging_configuration',
)
for _type, _word, _rename in (
    ('FirewallPolicy', 'firewall_policy', {}),
    ('RuleGroup', 'rule_group', {}),
):
    kind(
        f'AWS::NetworkFirewall::{_type}',
        'network-firewall',
        create=f'create_{_word}',
        id=f'{_type}Response.{_type}Arn',
        attributes={f'{_type}Arn': 'id', f'{_type}Id': f'{_type}Response.{_type}Id'},
        key=f'{_type}Arn',
        delete=f'delete_{_word}',
        tagged='{id}',
    )
kind(
    'AWS::NetworkFirewall::Firewall',
    'network-firewall',
    create='create_firewall',
    name=Name('FirewallName', 128),
    id='Firewall.FirewallArn',
    attributes={
        'FirewallArn': 'id',
        'FirewallId': 'Firewall.FirewallId',
        'EndpointIds': 'Firewall.SubnetMappings[].join(`:`, [`zone`, SubnetId])',
    },
    key='FirewallArn',
    delete='delete_firewall',
    tagged='{id}',
    stand_in='nothing inspects traffic here; the endpoints of the firewall are names only',
)
