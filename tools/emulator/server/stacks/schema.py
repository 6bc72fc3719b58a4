"""What CloudFormation's registry says of a type: its properties, which replace, which only it can tell.

The schemas come with cfn-lint, which moto's server extra brings. They are read from its data folder one by one when they
are asked for; importing cfn-lint itself would take longer than the emulator takes to start.
"""

import ast
import importlib.util
import json
import os
from functools import lru_cache

_data = os.path.join(os.path.dirname(importlib.util.find_spec('cfnlint').origin), 'data', 'schemas')


@lru_cache(maxsize=None)
def _types() -> dict[str, str]:
    with open(os.path.join(_data, 'providers', 'us_east_1.py'), encoding='utf8') as file:
        for node in ast.parse(file.read()).body:
            if isinstance(node, ast.AnnAssign) and node.target.id == 'types':
                return ast.literal_eval(node.value)
    raise RuntimeError("cfn-lint's provider schemas are not where they were: pin cfn-lint as requirements.txt says")


class Schema:
    """The schema of one type. Paths are written with dots: `Code.S3Key`."""

    def __init__(self, type_name: str, text: dict):
        self.type_name = type_name
        self.properties: dict = text.get('properties', {})
        self.required: list[str] = text.get('required', [])
        self.create_only = _paths(
            text.get('createOnlyProperties', []) + text.get('conditionalCreateOnlyProperties', [])
        )
        self.read_only = _paths(text.get('readOnlyProperties', []))
        tagging = text.get('tagging', {})
        self.tag_property = (_paths([tagging['tagProperty']]) or [None])[0] if 'tagProperty' in tagging else None
        if not self.tag_property and 'Tags' in self.properties:
            self.tag_property = 'Tags'

    def settable(self, name: str) -> bool:
        return name in self.properties and name not in self.read_only

    def has_attribute(self, name: str) -> bool:
        return name in self.read_only or name.split('.')[0] in self.properties

    def replaces(self, old: dict, new: dict) -> list[str]:
        """The create-only paths whose value differs."""
        return [path for path in self.create_only if not alike(_at(old, path), _at(new, path))]


def _paths(pointers: list[str]) -> list[str]:
    return [pointer.removeprefix('/properties/').replace('/', '.') for pointer in pointers]


def _at(value, path: str):
    for name in path.split('.'):
        if isinstance(value, list):
            value = [item.get(name) if isinstance(item, dict) else None for item in value]
        elif name == '*':
            continue
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def alike(one, other) -> bool:
    """Whether two values mean the same to CloudFormation, which takes '5' for 5 and 'true' for true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, (dict, list)) or isinstance(other, (dict, list)):
        return False
    if one is None or other is None:
        return one is other
    return plain(one) == plain(other)


def plain(value) -> str:
    """A scalar as CloudFormation writes it."""
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@lru_cache(maxsize=None)
def schema(type_name: str) -> Schema | None:
    """The schema of a type; None where the registry has no such type."""
    name = _types().get(type_name)
    if name is None:
        return None
    with open(os.path.join(_data, 'resources', f'{name}.json'), encoding='utf8') as file:
        return Schema(type_name, json.load(file))
