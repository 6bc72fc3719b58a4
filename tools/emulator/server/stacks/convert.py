"""From the properties of a template to the input of an API call, guided by the shape botocore has of that input.

The two mostly differ in the case of names (`Name`, `name`), in tags (a list here, a map there), in documents (an object
here, JSON text there) and in how CloudFront counts lists.
"""

import base64
import json

from stacks.reading import whole
from stacks.schema import plain


def converted(shape, value, rename: dict[str, str] | None = None):
    """The value as the shape wants it. What the shape has no place for stays unread in a `Reading`."""
    rename = rename or {}
    kind = shape.type_name
    if kind == 'structure':
        return _structure(shape, value, rename)
    if kind == 'list':
        if isinstance(value, dict) and shape.member.type_name == 'structure':
            return pairs(shape.member, value)
        items = value if isinstance(value, list) else [value]
        return [converted(shape.member, item, rename) for item in items if item is not None]
    if kind == 'map':
        if isinstance(value, list):
            return {(t.get('Key') or t.get('key')): whole(t.get('Value', t.get('value'))) for t in value}
        return {key: converted(shape.value, inner, rename) for key, inner in value.items()}
    return scalar(kind, value)


def _structure(shape, value, rename):
    members = shape.members
    if isinstance(value, list) and {'Quantity', 'Items'} <= set(members):
        return {'Quantity': len(value), 'Items': [converted(members['Items'].member, item, rename) for item in value]}
    if not isinstance(value, dict):
        return value
    folded = {name.lower(): name for name in members}
    made = {}
    for key in value:
        name = folded.get(rename.get(key, key).lower())
        if name is not None and value[key] is not None:
            made[name] = converted(members[name], _bytes(members[name], name, value[key]), rename)
    return made


# What WAF looks for is bytes, and in a template the text of them; elsewhere bytes are in Base64 there.
_TEXTS = ('SearchString',)


def _bytes(shape, name: str, value):
    return value.encode() if shape.type_name == 'blob' and name in _TEXTS and isinstance(value, str) else value


def pairs(shape, value: dict) -> list[dict]:
    """A map as a list of keys and values, however the shape writes the two words."""
    names = {name.lower(): name for name in shape.members}
    key, inner = names.get('key') or names.get('tagkey'), names.get('value') or names.get('tagvalue')
    return [{key: name, inner: plain(text)} for name, text in value.items()]


def scalar(kind: str, value):
    """One value as the kind of shape wants it; what cannot be read so is left for the service to refuse."""
    try:
        if kind in ('integer', 'long'):
            return int(float(value))
        if kind in ('float', 'double'):
            return float(value)
    except (TypeError, ValueError):
        return value
    if kind == 'boolean':
        return value if isinstance(value, bool) else str(value).lower() == 'true'
    if kind == 'string':
        return json.dumps(whole(value)) if isinstance(value, (dict, list)) else plain(value)
    if kind == 'blob':
        return value if isinstance(value, bytes) else base64.b64decode(value)
    return whole(value)
