"""Which resource needs which, and the order that follows."""

import re

from stacks.faults import Refused

VARIABLE = re.compile(r'\$\{([^!{}][^{}]*)\}')


def references(value, attributes: list | None = None) -> set[str]:
    """The names a value refers to by Ref, Fn::GetAtt or Fn::Sub; with `attributes`, GetAtt pairs are put there too."""
    found: set[str] = set()
    if isinstance(value, list):
        for item in value:
            found |= references(item, attributes)
    elif isinstance(value, dict):
        if len(value) == 1:
            ((key, inner),) = value.items()
            if key == 'Ref' and isinstance(inner, str):
                return {inner}
            if key == 'Fn::GetAtt':
                pair = inner.split('.', 1) if isinstance(inner, str) else inner
                if attributes is not None and isinstance(pair[0], str) and isinstance(pair[1], str):
                    attributes.append((pair[0], pair[1]))
                return {pair[0]} | references(pair[1:], attributes)
            if key == 'Fn::Sub':
                text, own = (inner, {}) if isinstance(inner, str) else (inner[0], inner[1])
                for name in VARIABLE.findall(text):
                    if name not in own:
                        found.add(name.split('.')[0].strip())
                return found | references(own, attributes)
        for item in value.values():
            found |= references(item, attributes)
    return found


def depends_on(resource: dict) -> list[str]:
    given = resource.get('DependsOn') or []
    return [given] if isinstance(given, str) else list(given)


def needs(resource: dict, names) -> set[str]:
    """The resources among `names` that a resource needs before it can be made."""
    return (references(resource.get('Properties')) | set(depends_on(resource))) & set(names)


def in_order(resources: dict[str, dict]) -> list[str]:
    """The names of the resources, each after all it needs; otherwise as the template lists them."""
    names = list(resources)
    wanted = {name: needs(resources[name], resources) for name in names}
    ordered: list[str] = []
    done: set[str] = set()
    open_: list[str] = []

    def visit(name: str):
        if name in done:
            return
        if name in open_:
            circle = open_[open_.index(name) :]
            raise Refused(f'Circular dependency between resources: [{", ".join(sorted(circle))}]')
        open_.append(name)
        for other in sorted(wanted[name], key=names.index):
            visit(other)
        open_.pop()
        done.add(name)
        ordered.append(name)

    for name in names:
        visit(name)
    return ordered


def check_references(template: dict):
    """Refuses a template that refers to what is not in it, or in a circle."""
    resources, parameters = template['Resources'], template.get('Parameters') or {}
    known = set(resources) | set(parameters)
    for name, resource in resources.items():
        missing = [other for other in depends_on(resource) if other not in resources]
        missing += [n for n in references(resource.get('Properties')) if n not in known and not n.startswith('AWS::')]
        if missing:
            raise Refused(
                'Template format error: Unresolved resource dependencies '
                f'[{", ".join(sorted(set(missing)))}] in the Resources block of the template'
            )
        condition = resource.get('Condition')
        if condition and condition not in (template.get('Conditions') or {}):
            raise Refused(f'Template format error: Unresolved condition {condition} of resource {name}')
    missing = [n for n in references(template.get('Outputs') or {}) if n not in known and not n.startswith('AWS::')]
    if missing:
        raise Refused(
            'Template format error: Unresolved resource dependencies '
            f'[{", ".join(sorted(set(missing)))}] in the Outputs block of the template'
        )
    in_order(resources)
