"""Resource policies of queues, topics and buckets: may this service, on behalf of that resource, do this?

Only what a delivery needs is decided here: a service principal (or the public) asks, and the resource's own policy answers. What roles
may do is proven from the templates, not here.
"""

import ipaddress
import json
from typing import Any

from .patterns import glob


def allows(policy: str | dict | None, principal: dict[str, str], action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether a policy allows it: some statement allows and none denies. No policy allows nothing."""
    document = json.loads(policy) if isinstance(policy, str) else policy or {}
    effects = {s['Effect'] for s in _listed(document.get('Statement')) if _applies(s, principal, action, resource, context)}
    return 'Allow' in effects and 'Deny' not in effects


def denies(policy: str | dict | None, principal: dict[str, str], action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether a statement denies it outright."""
    document = json.loads(policy) if isinstance(policy, str) else policy or {}
    return any(
        s['Effect'] == 'Deny' and _applies(s, principal, action, resource, context) for s in _listed(document.get('Statement'))
    )


def service_context(source_arn: str, account: str, **more: str) -> dict[str, str]:
    """What a service tells about the resource it acts for."""
    return {
        'aws:sourcearn': source_arn,
        'aws:sourceaccount': account,
        'aws:securetransport': 'true',
        's3:tlsversion': '1.3',
        'aws:principalisawsservice': 'true',
        'aws:viaawsservice': 'false',
        **more,
    }


def _listed(value: Any) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


def _applies(statement: dict, principal: dict[str, str], action: str, resource: str, context: dict[str, str]) -> bool:
    return (
        _names_principal(statement, principal)
        and _names(statement, 'Action', action, fold=True)
        and _names(statement, 'Resource', resource)
        and _conditions_hold(statement.get('Condition') or {}, context)
    )


def _names(statement: dict, what: str, value: str, fold: bool = False) -> bool:
    prepare = str.lower if fold else str
    if f'Not{what}' in statement:
        return not any(glob(prepare(each), prepare(value)) for each in _listed(statement[f'Not{what}']))
    return any(glob(prepare(each), prepare(value)) for each in _listed(statement.get(what, '*')))


def _names_principal(statement: dict, principal: dict[str, str]) -> bool:
    if 'NotPrincipal' in statement:
        return not _is_among(statement['NotPrincipal'], principal)
    return _is_among(statement.get('Principal'), principal)


def _is_among(named: Any, principal: dict[str, str]) -> bool:
    if named == '*':
        return True
    if not isinstance(named, dict):
        return False
    if '*' in _listed(named.get('AWS')):
        return True
    return any(value in _listed(named.get(kind)) for kind, value in principal.items())


def _conditions_hold(conditions: dict, context: dict[str, str]) -> bool:
    return all(
        _holds(operator, context.get(key.lower()), _listed(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _holds(operator: str, value: str | None, wanted: list) -> bool:
    operator = operator.split(':')[-1]
    optional = operator.endswith('IfExists')
    operator = operator.removesuffix('IfExists')
    wanted = [str(each).lower() if isinstance(each, bool) else str(each) for each in wanted]
    if operator == 'Null':
        return (value is None) == (wanted == ['true'])
    if value is None:
        # A negated condition holds for a key that is not there.
        return optional or 'Not' in operator
    if operator not in _OPERATORS:
        raise ValueError(f'the condition operator {operator} is not known here')
    return _OPERATORS[operator](value, wanted)


def _number(test):
    return lambda value, wanted: any(test(float(value), float(each)) for each in wanted)


def _in_network(value: str, wanted: list[str]) -> bool:
    return any(ipaddress.ip_address(value) in ipaddress.ip_network(each, strict=False) for each in wanted)


_OPERATORS = {
    'StringEquals': lambda value, wanted: value in wanted,
    'StringNotEquals': lambda value, wanted: value not in wanted,
    'StringEqualsIgnoreCase': lambda value, wanted: value.lower() in [each.lower() for each in wanted],
    'StringNotEqualsIgnoreCase': lambda value, wanted: value.lower() not in [each.lower() for each in wanted],
    'StringLike': lambda value, wanted: any(glob(each, value) for each in wanted),
    'StringNotLike': lambda value, wanted: not any(glob(each, value) for each in wanted),
    'ArnEquals': lambda value, wanted: any(glob(each, value) for each in wanted),
    'ArnLike': lambda value, wanted: any(glob(each, value) for each in wanted),
    'ArnNotEquals': lambda value, wanted: not any(glob(each, value) for each in wanted),
    'ArnNotLike': lambda value, wanted: not any(glob(each, value) for each in wanted),
    'Bool': lambda value, wanted: value.lower() in [each.lower() for each in wanted],
    'NumericLessThan': _number(lambda value, limit: value < limit),
    'NumericLessThanEquals': _number(lambda value, limit: value <= limit),
    'NumericGreaterThan': _number(lambda value, limit: value > limit),
    'NumericGreaterThanEquals': _number(lambda value, limit: value >= limit),
    'NumericEquals': _number(lambda value, limit: value == limit),
    'IpAddress': _in_network,
    'NotIpAddress': lambda value, wanted: not _in_network(value, wanted),
}
