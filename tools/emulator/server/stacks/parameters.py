"""The parameters of a stack: given, kept from before, defaulted, looked up, and refused."""

import re
from dataclasses import dataclass

from botocore.exceptions import ClientError

from stacks.clients import client
from stacks.faults import Refused
from stacks.schema import plain

SSM = re.compile(r'^AWS::SSM::Parameter::(?:Value<(.+)>|Name)$')


@dataclass
class Parameters:
    """`given` is what the caller wrote (and what UsePreviousValue keeps); `values` is what Ref answers."""

    given: dict[str, str]
    values: dict[str, object]
    resolved: dict[str, str]


def parameters_of(template: dict, asked: list[dict], before: dict[str, str], account: str, region: str) -> Parameters:
    """What the parameters of a template are, from those of a request and of the stack as it was."""
    declared = template.get('Parameters') or {}
    unknown = [entry['ParameterKey'] for entry in asked if entry['ParameterKey'] not in declared]
    if unknown:
        raise Refused(f'Parameters: [{", ".join(unknown)}] do not exist in the template')
    entries = {entry['ParameterKey']: entry for entry in asked}
    given: dict[str, str] = {}
    missing: list[str] = []
    for name, rule in declared.items():
        entry = entries.get(name, {})
        if entry.get('UsePreviousValue') and name in before:
            given[name] = before[name]
        elif entry.get('ParameterValue') is not None:
            given[name] = entry['ParameterValue']
        elif 'Default' in rule:
            default = rule['Default']
            given[name] = ','.join(map(plain, default)) if isinstance(default, list) else plain(default)
        else:
            missing.append(name)
    if missing:
        raise Refused(f'Parameters: [{", ".join(missing)}] must have values')
    values: dict[str, object] = {}
    resolved: dict[str, str] = {}
    for name, rule in declared.items():
        text = given[name]
        kind = rule.get('Type', 'String')
        stored = SSM.match(kind)
        if stored and stored.group(1):
            text = resolved[name] = _stored(name, text, account, region)
            kind = stored.group(1)
        else:
            _check(name, text, rule, kind)
        is_list = kind == 'CommaDelimitedList' or kind.startswith('List<')
        values[name] = [item.strip() for item in text.split(',')] if is_list else text
    return Parameters(given, values, resolved)


def _stored(name: str, path: str, account: str, region: str) -> str:
    try:
        return client('ssm', account, region).get_parameter(Name=path, WithDecryption=True)['Parameter']['Value']
    except ClientError as error:
        raise Refused(
            f"Unable to fetch parameters [{path}] from parameter store for this account. (parameter {name}: {error.response['Error']['Code']})"
        ) from error


def _check(name: str, text: str, rule: dict, kind: str):
    why = rule.get('ConstraintDescription')

    def refuse(what: str):
        raise Refused(
            f'Parameter {name} failed to satisfy constraint: {why or what}' if why else f"Parameter '{name}' {what}"
        )

    allowed = rule.get('AllowedValues')
    items = text.split(',') if kind == 'CommaDelimitedList' else [text]
    if allowed and any(item.strip() not in map(plain, allowed) for item in items):
        refuse(f'must be one of AllowedValues; {text!r} is not one of {", ".join(map(plain, allowed))}')
    pattern = rule.get('AllowedPattern')
    if pattern and any(not re.fullmatch(pattern, item) for item in items):
        refuse(f'must match pattern {pattern}; {text!r} does not')
    if kind == 'Number':
        try:
            number = float(text)
        except ValueError:
            refuse(f'must be a number; {text!r} is not')
        if 'MinValue' in rule and number < float(rule['MinValue']):
            refuse(f'must be at least {rule["MinValue"]}; it is {text}')
        if 'MaxValue' in rule and number > float(rule['MaxValue']):
            refuse(f'must be at most {rule["MaxValue"]}; it is {text}')
    if 'MinLength' in rule and len(text) < int(rule['MinLength']):
        refuse(f'must contain at least {rule["MinLength"]} characters')
    if 'MaxLength' in rule and len(text) > int(rule['MaxLength']):
        refuse(f'must contain at most {rule["MaxLength"]} characters')


def described(template: dict, given: dict[str, str], resolved: dict[str, str]) -> list[dict]:
    """The parameters as DescribeStacks shows them: a NoEcho one is stars."""
    shown = []
    for name, rule in (template.get('Parameters') or {}).items():
        if name not in given:
            continue
        hidden = plain(rule.get('NoEcho', False)) == 'true'
        entry = {'ParameterKey': name, 'ParameterValue': '****' if hidden else given[name]}
        if name in resolved:
            entry['ResolvedValue'] = resolved[name]
        shown.append(entry)
    return shown
