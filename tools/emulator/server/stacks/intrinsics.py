"""The functions of templates: Ref, Fn::Sub, Fn::If and the others, evaluated for one stack."""

import base64
import ipaddress
import json
from typing import Callable

from stacks.faults import Refused
from stacks.order import VARIABLE
from stacks.schema import plain


class _NoValue:
    """What `AWS::NoValue` stands for: the property, or the entry of a list, is left out."""

    def __repr__(self):
        return 'AWS::NoValue'


NO_VALUE = _NoValue()


class Unknown:
    """A value that only a resource which is still to be made can tell; it differs from everything, itself included."""

    def __init__(self, what: str):
        self.what = what

    def __eq__(self, _other):
        return False

    __hash__ = object.__hash__

    def __str__(self):
        return '{{changeSet:KNOWN_AFTER_APPLY}}'


def has_unknown(value) -> bool:
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return isinstance(value, Unknown)


class Intrinsics:
    """Evaluates the values of one template.

    `reference` answers a Ref of a resource, `attribute` a GetAtt, `imported` an ImportValue, `output` a GetStackOutput; all may
    answer Unknown.
    """

    def __init__(
        self,
        template: dict,
        parameters: dict,
        pseudo: dict[str, object],
        reference: Callable[[str], object],
        attribute: Callable[[str, str], object],
        imported: Callable[[str], object],
        output: Callable[[str, str, str], object],
    ):
        self.template = template
        self.parameters = parameters
        self.pseudo = pseudo
        self.reference = reference
        self.attribute = attribute
        self.imported = imported
        self.output = output
        self._conditions: dict[str, bool] = {}

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self._conditions:
            conditions = self.template.get('Conditions') or {}
            if name not in conditions:
                raise Refused(
                    f'Template format error: Unresolved dependencies [{name}]. Cannot reference conditions in the Conditions block of the template'
                )
            self._conditions[name] = self._truth(self.value(conditions[name]))
        return self._conditions[name]

    def value(self, given):
        """A value with every function in it evaluated."""
        if isinstance(given, list):
            found = (self.value(item) for item in given)
            return [item for item in found if item is not NO_VALUE]
        if not isinstance(given, dict):
            return given
        if len(given) == 1:
            ((key, inner),) = given.items()
            if key == 'Ref':
                return self._ref(inner)
            if key == 'Condition' and isinstance(inner, str):
                return self.condition(inner)
            if key.startswith('Fn::'):
                function = _FUNCTIONS.get(key)
                if function is None:
                    raise Refused(f'Template error: the emulator does not know the function {key}')
                return function(self, inner)
        resolved = {key: self.value(inner) for key, inner in given.items()}
        return {key: inner for key, inner in resolved.items() if inner is not NO_VALUE}

    def _ref(self, name: str):
        if name == 'AWS::NoValue':
            return NO_VALUE
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        if name in self.template['Resources']:
            return self.reference(name)
        raise Refused(f'Template error: Unresolved resource dependencies [{name}] in the template')

    def _get_att(self, inner):
        name, attribute = inner.split('.', 1) if isinstance(inner, str) else (inner[0], self.value(inner[1]))
        return self.attribute(name, attribute)

    def _sub(self, inner):
        text, own = (inner, {}) if isinstance(inner, str) else (inner[0], self.value(inner[1]))
        unknown: list[Unknown] = []

        def put(match):
            name = match.group(1).strip()
            if name in own:
                found = own[name]
            elif '.' in name and not name.startswith('AWS::'):
                found = self._get_att(name)
            else:
                found = self._ref(name)
            if isinstance(found, Unknown):
                unknown.append(found)
            if isinstance(found, (dict, list)):
                raise Refused(f'Template error: Fn::Sub of {text!r}: {name} is not a text')
            return plain(found)

        result = VARIABLE.sub(put, text)
        return unknown[0] if unknown else result.replace('${!', '${')

    def _join(self, inner):
        separator, parts = inner[0], self.value(inner[1])
        if isinstance(parts, Unknown):
            return parts
        if not isinstance(parts, list):
            raise Refused(f'Template error: every Fn::Join object requires a list; found {parts!r}')
        return self._joined(parts, lambda known: separator.join(map(plain, known)))

    @staticmethod
    def _joined(parts: list, make):
        return next((part for part in parts if isinstance(part, Unknown)), None) or make(parts)

    def _select(self, inner):
        index, choices = int(self.value(inner[0])), self.value(inner[1])
        if isinstance(choices, Unknown):
            return choices
        if isinstance(choices, str):
            choices = choices.split(',')
        if not 0 <= index < len(choices):
            raise Refused(f'Template error: Fn::Select cannot select nonexistent value at index {index}')
        return choices[index]

    def _split(self, inner):
        separator, text = inner[0], self.value(inner[1])
        return text if isinstance(text, Unknown) else plain(text).split(separator)

    def _if(self, inner):
        return self.value(inner[1] if self.condition(inner[0]) else inner[2])

    def _find_in_map(self, inner):
        name, first, second = (self.value(item) for item in inner[:3])
        found = (self.template.get('Mappings') or {}).get(name, {}).get(plain(first), {})
        if plain(second) in found:
            return self.value(found[plain(second)])
        if len(inner) > 3 and 'DefaultValue' in inner[3]:
            return self.value(inner[3]['DefaultValue'])
        raise Refused(f'Template error: Unable to get mapping for {name}::{first}::{second}')

    def _import(self, inner):
        name = self.value(inner)
        return name if isinstance(name, Unknown) else self.imported(plain(name))

    def _stack_output(self, inner):
        if 'RoleArn' in inner:
            raise Refused('Template error: Fn::GetStackOutput: the emulator reads outputs of its own account only')
        region = inner.get('Region', self.pseudo['AWS::Region'])
        parts = [self.value(each) for each in (inner['StackName'], inner['OutputName'], region)]
        return self._joined(parts, lambda known: self.output(*map(plain, known)))

    def _cidr(self, inner):
        block, count, bits = (list(inner) + [None])[:3] if isinstance(inner, list) else (None, None, None)
        block = self.value(block)
        if isinstance(block, Unknown):
            return block
        count, bits = int(self.value(count)), int(self.value(bits) or 8)
        network = ipaddress.ip_network(block)
        prefix = network.max_prefixlen - bits
        if prefix < network.prefixlen or 2 ** (prefix - network.prefixlen) < count:
            raise Refused(f'Template error: Fn::Cidr: {block} does not hold {count} blocks with {bits} bits each')
        blocks = network.subnets(new_prefix=prefix)
        return [str(next(blocks)) for _ in range(count)]

    def _zones(self, inner):
        region = self.value(inner) or self.pseudo['AWS::Region']
        return [f'{region}{letter}' for letter in 'abc']

    def _base64(self, inner):
        text = self.value(inner)
        return text if isinstance(text, Unknown) else base64.b64encode(plain(text).encode()).decode()

    def _json(self, inner):
        value = self.value(inner)
        return Unknown('Fn::ToJsonString') if has_unknown(value) else json.dumps(value, separators=(',', ':'))

    def _length(self, inner):
        value = self.value(inner)
        return value if isinstance(value, Unknown) else len(value)

    def _equals(self, inner):
        one, other = self.value(inner[0]), self.value(inner[1])
        if isinstance(one, (dict, list)) or isinstance(other, (dict, list)):
            return one == other
        return plain(one) == plain(other)

    def _and(self, inner):
        return all(self._truth(self.value(item)) for item in inner)

    def _or(self, inner):
        return any(self._truth(self.value(item)) for item in inner)

    def _not(self, inner):
        return not self._truth(self.value(inner[0]))

    def _contains(self, inner):
        return plain(self.value(inner[1])) in map(plain, self.value(inner[0]))

    def _each_member_in(self, inner):
        allowed = set(map(plain, self.value(inner[1])))
        return all(plain(item) in allowed for item in self.value(inner[0]))

    def _transform(self, inner):
        raise Refused(f'The emulator runs no macros: Fn::Transform {json.dumps(inner)} is not supported.')

    @staticmethod
    def _truth(value) -> bool:
        return value if isinstance(value, bool) else str(value).lower() == 'true'


_FUNCTIONS = {
    'Fn::GetAtt': Intrinsics._get_att,
    'Fn::Sub': Intrinsics._sub,
    'Fn::Join': Intrinsics._join,
    'Fn::Select': Intrinsics._select,
    'Fn::Split': Intrinsics._split,
    'Fn::If': Intrinsics._if,
    'Fn::FindInMap': Intrinsics._find_in_map,
    'Fn::GetStackOutput': Intrinsics._stack_output,
    'Fn::ImportValue': Intrinsics._import,
    'Fn::Cidr': Intrinsics._cidr,
    'Fn::GetAZs': Intrinsics._zones,
    'Fn::Base64': Intrinsics._base64,
    'Fn::ToJsonString': Intrinsics._json,
    'Fn::Length': Intrinsics._length,
    'Fn::Equals': Intrinsics._equals,
    'Fn::And': Intrinsics._and,
    'Fn::Or': Intrinsics._or,
    'Fn::Not': Intrinsics._not,
    'Fn::Contains': Intrinsics._contains,
    'Fn::EachMemberIn': Intrinsics._each_member_in,
    'Fn::Transform': Intrinsics._transform,
}


def assert_rules(template: dict, intrinsics: Intrinsics):
    """Evaluates the Rules section; the first assertion that fails is refused with its description."""
    for name, rule in (template.get('Rules') or {}).items():
        if 'RuleCondition' in rule and not intrinsics._truth(intrinsics.value(rule['RuleCondition'])):
            continue
        for assertion in rule.get('Assertions', []):
            if not intrinsics._truth(intrinsics.value(assertion['Assert'])):
                why = assertion.get('AssertDescription', json.dumps(assertion['Assert']))
                raise Refused(f'Template error: Rule {name} failed: {why}')
