"""The values of one stack: its parameters, its pseudo parameters, and what its resources answer."""

from stacks.faults import Refused, ResourceFailed
from stacks.intrinsics import Intrinsics, Unknown
from stacks.kinds import KINDS, At
from stacks.model import Made, Stack, Store, Wish, store_of
from stacks.parameters import Parameters, parameters_of
from stacks.schema import schema

SUFFIX = {'cn': 'amazonaws.com.cn'}


class Evaluation:
    """Evaluates a wish against what a stack has made so far.

    With `ahead`, resources that are still to be made, or to be replaced (`changing`), answer Unknown instead of failing.
    """

    def __init__(self, store: Store, stack: Stack, wish: Wish, made: dict[str, Made], ahead: bool = False):
        self.store = store
        self.stack = stack
        self.made = made
        self.ahead = ahead
        self.changing: set[str] = set()
        self.imports: set[str] = set()
        self.parameters: Parameters = parameters_of(wish.template, wish.asked, stack.given, stack.account, stack.region)
        self.intrinsics = Intrinsics(
            wish.template,
            self.parameters.values,
            {
                'AWS::AccountId': stack.account,
                'AWS::Region': stack.region,
                'AWS::Partition': 'aws-cn' if stack.region.startswith('cn-') else 'aws',
                'AWS::StackName': stack.name,
                'AWS::StackId': stack.id,
                'AWS::URLSuffix': SUFFIX.get(stack.region.split('-')[0], 'amazonaws.com'),
                'AWS::NotificationARNs': list(wish.notifications),
            },
            self._reference,
            self._attribute,
            self._imported,
            self._output,
        )
        self.value = self.intrinsics.value
        self.condition = self.intrinsics.condition

    def wanted(self, name: str, resource: dict) -> bool:
        return self.condition(resource['Condition']) if resource.get('Condition') else True

    def _there(self, name: str) -> Made | None:
        made = self.made.get(name)
        return None if name in self.changing else made

    def _reference(self, name: str):
        made = self._there(name)
        if made is not None:
            return made.physical_id
        return self._missing(name, f'Ref of {name}')

    def _attribute(self, name: str, attribute: str):
        made = self._there(name)
        if made is None:
            return self._missing(name, f'Fn::GetAtt of {name}.{attribute}')
        live = KINDS[made.type].live if made.type in KINDS else {}
        if attribute in live:
            stack = self.stack
            at = At(stack.account, stack.region, stack.name, stack.id, name, made.type)
            # What is not there yet may be there when it is asked for: another resource of the same update gives it.
            return live[attribute](at, made.physical_id) or (Unknown(f'{name}.{attribute}') if self.ahead else [])
        return attribute_of(made, attribute)

    def _missing(self, name: str, what: str):
        if self.ahead:
            return Unknown(what)
        raise Refused(
            f'Template format error: Unresolved resource dependencies [{name}]: {what} needs a resource that is not there'
        )

    def _imported(self, name: str):
        exports = self.store.exports()
        if name not in exports:
            raise Refused(f'No export named {name} found.')
        self.imports.add(name)
        return exports[name][1]


    def _output(self, name: str, output: str, region: str):
        """What another stack put out, in whatever region; unlike an export it may change and go without asking."""
        stack = store_of(self.store.account, region).find(name, deleted=False)
        found = [each['OutputValue'] for each in stack.outputs if each['OutputKey'] == output] if stack else []
        if not found:
            raise Refused(f'Template error: there is no output {output} of a stack {name} in {region}')
        return found[0]


def attribute_of(made: Made, attribute: str):
    """What GetAtt of a resource answers."""
    if attribute in made.attributes:
        return made.attributes[attribute]
    if made.type.startswith('Custom::') or made.type == 'AWS::CloudFormation::CustomResource':
        # A handler answers objects; the template asks for their leaves with dots, as CloudFormation flattens them.
        value = made.attributes
        for part in attribute.split('.'):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            raise ResourceFailed(
                f'CustomResource attribute error: Vendor response doesn\'t contain {attribute} attribute in object {made.physical_id}'
            )
        return value
    if made.type == 'AWS::CloudFormation::Stack':
        raise ResourceFailed(f'Template error: the nested stack {made.logical_id} has no output for {attribute}')
    if attribute in made.properties:
        return made.properties[attribute]
    known = schema(made.type)
    if known is not None and not known.has_attribute(attribute):
        raise Refused(f'Requested attribute {attribute} does not exist in schema for {made.type}')
    raise ResourceFailed(
        f'{made.type}: the emulator gives no attribute {attribute}: add it to the row of the type in tools/emulator/server/stacks/types'
    )
