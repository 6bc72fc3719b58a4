"""Network Firewall: its policies, its groups of rules, and the deletion of firewalls."""

import uuid

from moto.networkfirewall.models import networkfirewall_backends

from missing.registry import operation, refused, state
from missing.shelf import tags

tags('network-firewall')


def _things(word: str, path: str):
    """Both are found by name or by ARN."""

    def record(call, name: str) -> dict:
        arn = call.arn('network-firewall', f'{path}/{name}')
        return {f'{word}Name': name, f'{word}Arn': arn, f'{word}Id': str(uuid.uuid4()), f'{word}Status': 'ACTIVE'}

    def shelf(call) -> dict:
        return state(call, f'network-firewall/{word}')

    def found(call, given) -> dict:
        for one in shelf(call).values():
            if (
                given.get(f'{word}Arn') == one['response'][f'{word}Arn']
                or given.get(f'{word}Name') == one['response'][f'{word}Name']
            ):
                return one
        raise refused(
            'ResourceNotFoundException', f"{word} {given.get(f'{word}Arn') or given.get(f'{word}Name')} does not exist"
        )

    def shown(one: dict) -> dict:
        return {'UpdateToken': one['token'], f'{word}Response': one['response'], word: one['body']}

    @operation('network-firewall', f'Create{word}')
    def create(call, given):
        one = {'response': record(call, given[f'{word}Name']), 'body': given.get(word), 'token': str(uuid.uuid4())}
        for name in ('Type', 'Capacity', 'Description'):
            if name in given:
                one['response'][name] = given[name]
        shelf(call)[one['response'][f'{word}Arn']] = one
        return shown(one)

    @operation('network-firewall', f'Describe{word}')
    def describe(call, given):
        return shown(found(call, given))

    @operation('network-firewall', f'Update{word}')
    def update(call, given):
        one = found(call, given)
        one['body'], one['token'] = given.get(word, one['body']), str(uuid.uuid4())
        return shown(one)

    @operation('network-firewall', f'Delete{word}')
    def delete(call, given):
        one = found(call, given)
        del shelf(call)[one['response'][f'{word}Arn']]
        return {f'{word}Response': one['response']}

    del create, describe, update, delete


_things('FirewallPolicy', 'firewall-policy')
_things('RuleGroup', 'stateful-rulegroup')


@operation('network-firewall', 'DeleteFirewall')
def delete_firewall(call, given):
    firewalls = networkfirewall_backends[call.account][call.region].firewalls
    for arn, firewall in list(firewalls.items()):
        if arn == given.get('FirewallArn') or firewall.firewall_name == given.get('FirewallName'):
            del firewalls[arn]
            return {'Firewall': {'FirewallName': firewall.firewall_name, 'FirewallArn': arn}}
    raise refused(
        'ResourceNotFoundException', f"{given.get('FirewallArn') or given.get('FirewallName')} does not exist"
    )
