"""What a wish would change in a stack: the plan of an update, and the changes of a change set."""

from __future__ import annotations

from dataclasses import dataclass

from stacks import dynamic
from stacks.evaluation import Evaluation
from stacks.faults import Refused, ResourceFailed
from stacks.intrinsics import NO_VALUE, assert_rules, has_unknown
from stacks.kinds import KINDS
from stacks.model import Made, Stack, Wish
from stacks.order import in_order, needs
from stacks.schema import alike, schema

CUSTOM = 'AWS::CloudFormation::CustomResource'
NESTED = 'AWS::CloudFormation::Stack'


def is_custom(type_name: str) -> bool:
    return type_name.startswith('Custom::') or type_name == CUSTOM


@dataclass
class Wanted:
    """A resource of the wish with its values."""

    logical_id: str
    type: str
    properties: dict
    tags: dict
    needs: list[str]
    deletion_policy: str
    replace_policy: str
    metadata: dict | None

    def same_settings(self, made: Made) -> bool:
        return (self.deletion_policy, self.replace_policy, self.metadata) == (
            made.deletion_policy,
            made.replace_policy,
            made.metadata,
        )


def wanted_of(evaluation: Evaluation, stack: Stack, wish: Wish, name: str) -> Wanted:
    """One resource of a wish, evaluated now."""
    resource = wish.template['Resources'][name]
    properties = evaluation.value(resource.get('Properties') or {})
    if not isinstance(properties, dict) or properties is NO_VALUE:
        raise Refused(f'Template format error: Properties of resource {name} is not an object')
    properties = {key: value for key, value in properties.items() if value is not None}
    type_name = resource['Type']
    _check(name, type_name, properties)
    if not has_unknown(properties):
        properties = dynamic.resolve(properties, stack.account, stack.region)
    kind = KINDS.get(type_name)
    default = 'Snapshot' if type_name in ('AWS::RDS::DBCluster',) and 'DeletionPolicy' not in resource else 'Delete'
    if type_name == 'AWS::RDS::DBInstance' and 'DBClusterIdentifier' not in properties:
        default = 'Snapshot'
    return Wanted(
        name,
        type_name,
        properties,
        _tags(kind, type_name, wish, properties),
        sorted(needs(resource, wish.template['Resources'])),
        evaluation.value(resource.get('DeletionPolicy', default)),
        evaluation.value(resource.get('UpdateReplacePolicy', default)),
        evaluation.value(resource['Metadata']) if 'Metadata' in resource else None,
    )


def _tags(kind, type_name: str, wish: Wish, properties: dict) -> dict:
    """What a change of makes a resource change: the tags of the stack, and its own."""
    if type_name == NESTED:
        return wish.tags
    return {**wish.tags, 'own': properties.get(kind.tag_property() or '')} if kind and kind.tagged else {}


def _check(name: str, type_name: str, properties: dict):
    """What the registry's schema refuses before anything is made."""
    if is_custom(type_name):
        if 'ServiceToken' not in properties:
            raise ResourceFailed('Missing required ServiceToken property')
        return
    known = schema(type_name)
    if type_name not in KINDS and type_name != NESTED:
        if known is None and not type_name.startswith('AWS::CDK::'):
            raise Refused(f'Template format error: Unrecognized resource types: [{type_name}]')
        raise ResourceFailed(
            f'The emulator does not make {type_name}: add a row for it in tools/emulator/server/stacks/types (see the README there).'
        )
    if known is None:
        return
    missing = sorted(key for key in known.required if key not in properties)
    if missing:
        raise ResourceFailed(
            f'Properties validation failed for resource {name} with message: #: required key [{missing[0]}] not found'
        )


@dataclass
class Step:
    """What is to be done with one resource: Add, Modify, Replace, Keep or Settings (only policies or metadata)."""

    action: str
    wanted: Wanted
    paths: list[str]
    unsure: bool = False


def step_of(wanted: Wanted, made: Made | None) -> Step:
    """Compares a resource as wished with the one there is."""
    if made is None:
        return Step('Add', wanted, [])
    if made.type != wanted.type:
        return Step('Replace', wanted, ['Type'])
    keys = sorted(set(made.properties) | set(wanted.properties))
    changed = [key for key in keys if not alike(made.properties.get(key), wanted.properties.get(key))]
    if not changed and made.tags == wanted.tags:
        return Step('Keep' if wanted.same_settings(made) else 'Settings', wanted, [])
    unsure = has_unknown(wanted.properties)
    if is_custom(wanted.type):
        replaced = 'ServiceToken' in changed and not unsure
        return Step('Replace' if replaced else 'Modify', wanted, changed, unsure)
    known = schema(wanted.type)
    create_only = known.replaces(made.properties, wanted.properties) if known else []
    kind = KINDS.get(wanted.type)
    create_only = [path for path in create_only if not (kind and path in kind.updates_anyway)]
    if create_only:
        return Step('Replace', wanted, create_only, unsure)
    return Step('Modify', wanted, changed or ['Tags'], unsure)


@dataclass
class Plan:
    steps: list[Step]
    removed: list[Made]
    outputs_changed: bool

    @property
    def empty(self) -> bool:
        return not self.removed and not self.outputs_changed and all(step.action == 'Keep' for step in self.steps)


def plan_of(store, stack: Stack, wish: Wish) -> tuple[Plan, Evaluation]:
    """What an update would do, as far as it can be told before it is done."""
    evaluation = Evaluation(store, stack, wish, stack.made, ahead=True)
    assert_rules(wish.template, evaluation.intrinsics)
    resources = wish.template['Resources']
    names = [name for name in in_order(resources) if evaluation.wanted(name, resources[name])]
    steps = []
    for name in names:
        try:
            wanted = wanted_of(evaluation, stack, wish, name)
        except ResourceFailed:
            # What fails for this resource is for its event to say, not for the plan.
            wanted = Wanted(name, resources[name]['Type'], {}, {}, [], 'Delete', 'Delete', None)
        step = step_of(wanted, stack.made.get(name))
        if step.action in ('Add', 'Replace'):
            evaluation.changing.add(name)
        steps.append(step)
    removed = [made for name, made in stack.made.items() if name not in names]
    same = alike(stack.template.get('Outputs') or {}, wish.template.get('Outputs') or {})
    if same:
        # The text is the same; a value may differ because of a parameter.
        then = {o['OutputKey']: o['OutputValue'] for o in stack.outputs}
        now = _outputs_ahead(evaluation, wish)
        same = all(has_unknown(now[key]) or alike(then.get(key), now[key]) for key in now) and set(now) == set(then)
    return Plan(steps, removed, not same), evaluation


def _outputs_ahead(evaluation: Evaluation, wish: Wish) -> dict:
    found = {}
    for key, output in (wish.template.get('Outputs') or {}).items():
        if output.get('Condition') and not evaluation.condition(output['Condition']):
            continue
        found[key] = evaluation.value(output['Value'])
    return found


def listed(plan: Plan, stack: Stack) -> list[dict]:
    """The plan as DescribeChangeSet shows it."""
    changes = []
    for step in plan.steps:
        if step.action == 'Keep':
            continue
        made = stack.made.get(step.wanted.logical_id)
        change = {
            'Action': 'Add' if step.action == 'Add' else 'Modify',
            'LogicalResourceId': step.wanted.logical_id,
            'ResourceType': step.wanted.type,
        }
        if made is not None:
            replaces = step.action == 'Replace'
            change['PhysicalResourceId'] = made.physical_id
            change['Replacement'] = ('Conditional' if step.unsure else 'True') if replaces else 'False'
            change['Scope'] = (
                ['Metadata'] if step.action == 'Settings' else ['Tags'] if step.paths == ['Tags'] else ['Properties']
            )
            change['Details'] = [_detail(path, replaces, step) for path in step.paths]
        changes.append({'Type': 'Resource', 'ResourceChange': change})
    for made in stack.made.values():
        if made in plan.removed:
            change = {
                'Action': 'Remove',
                'LogicalResourceId': made.logical_id,
                'PhysicalResourceId': made.physical_id,
                'ResourceType': made.type,
                'Scope': [],
                'Details': [],
            }
            if made.deletion_policy in ('Retain', 'RetainExceptOnCreate'):
                change['PolicyAction'] = 'Retain'
            changes.append({'Type': 'Resource', 'ResourceChange': change})
    return changes


def _detail(path: str, replaces: bool, step: Step) -> dict:
    known = schema(step.wanted.type)
    always = replaces and (known is None or path in known.create_only)
    return {
        'Target': {
            'Attribute': 'Tags' if path == 'Tags' else 'Properties',
            'Name': path.split('.')[0],
            'RequiresRecreation': ('Conditionally' if step.unsure else 'Always') if always else 'Never',
        },
        'Evaluation': 'Dynamic' if step.unsure else 'Static',
        'ChangeSource': 'ResourceReference' if step.unsure else 'DirectModification',
    }
