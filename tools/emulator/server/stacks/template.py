"""Templates: read from JSON or YAML, and refused with CloudFormation's own words where they are wrong."""

import json

import yaml

from stacks import serverless
from stacks.faults import Refused
from stacks.order import check_references

SECTIONS = {
    'AWSTemplateFormatVersion',
    'Description',
    'Metadata',
    'Parameters',
    'Mappings',
    'Conditions',
    'Rules',
    'Resources',
    'Outputs',
    'Hooks',
    'Transform',
}
RESOURCE_KEYS = {
    'Type',
    'Properties',
    'DependsOn',
    'Condition',
    'Metadata',
    'DeletionPolicy',
    'UpdateReplacePolicy',
    'UpdatePolicy',
    'CreationPolicy',
    'Description',
    'Version',
}


class _Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):
    """YAML with CloudFormation's short forms, in which a date stays the text it is (`Version: 2012-10-17`)."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != 'tag:yaml.org,2002:timestamp']
    for first, found in _Loader.yaml_implicit_resolvers.items()
}


def _short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix in ('Ref', 'Condition'):
        return {suffix: value}
    if suffix == 'GetAtt' and isinstance(value, str):
        value = value.split('.', 1)
    return {f'Fn::{suffix}': value}


_Loader.add_multi_constructor('!', _short_form)


def parse(text: str) -> dict:
    """The template as a dictionary, checked as far as CloudFormation checks it before it begins."""
    try:
        template = json.loads(text) if text.lstrip().startswith('{') else yaml.load(text, Loader=_Loader)
    except (ValueError, yaml.YAMLError) as error:
        kind = 'JSON' if text.lstrip().startswith('{') else 'YAML'
        raise Refused(f'Template format error: {kind} not well-formed. ({str(error).splitlines()[0]})') from error
    if not isinstance(template, dict):
        raise Refused('Template format error: unsupported structure.')
    if serverless.is_serverless(template.get('Transform')):
        template = serverless.written_out(template)
    _check(template)
    return template


def _check(template: dict):
    unknown = sorted(set(template) - SECTIONS)
    if unknown:
        raise Refused(f'Invalid template property or properties [{", ".join(unknown)}]')
    if template.get('Transform'):
        raise Refused(
            f'The emulator runs no macros but that of SAM: Transform {json.dumps(template["Transform"])} is not supported. '
            'Give it a template without one, as the CDK writes them.'
        )
    resources = template.get('Resources')
    if not isinstance(resources, dict) or not resources:
        raise Refused('Template format error: At least one Resources member must be defined.')
    for name, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get('Type'), str):
            raise Refused(
                f'Template format error: [/Resources/{name}] Every Resources object must contain a Type member.'
            )
        wrong = sorted(set(resource) - RESOURCE_KEYS)
        if wrong:
            raise Refused(f'Invalid template resource property \'{wrong[0]}\'')
    for name, output in (template.get('Outputs') or {}).items():
        if not isinstance(output, dict) or 'Value' not in output:
            raise Refused(f'Template format error: Output {name} is malformed. It must have a Value.')
    check_references(template)
