"""Nested stacks: a stack that is a resource of another."""

from stacks.faults import Refused, ResourceFailed
from stacks.kinds import At
from stacks.makers import template_at
from stacks.model import Made, Stack, Wish, store_of
from stacks.schema import plain
from stacks.template import parse


class Nested:
    """Makes, changes and deletes the stacks inside stacks, by the engine they run in."""

    def __init__(self, engine):
        self.engine = engine

    def create(self, parent: Stack, wanted) -> tuple[str, dict]:
        store = store_of(parent.account, parent.region)
        wish = self._wish(parent, wanted)
        name = At(parent.account, parent.region, parent.name, parent.id, wanted.logical_id, wanted.type).name(128)
        child = store.add(name, parent=parent.id, root=parent.root or parent.id)
        self.engine.begin_create(store, child, wish)
        self.engine.carry_out(store, child, wish, 'CREATE')
        if child.status != 'CREATE_COMPLETE':
            raise ResourceFailed(f'Embedded stack {child.id} was not successfully created: {child.reason}', child.id)
        return child.id, self._outputs(child)

    def update(self, parent: Stack, made: Made, wanted) -> tuple[str, dict]:
        store = store_of(parent.account, parent.region)
        child = store.get(made.physical_id)
        wish = self._wish(parent, wanted)
        self.engine.begin_update(store, child, wish)
        self.engine.carry_out(store, child, wish, 'UPDATE')
        if child.status != 'UPDATE_COMPLETE':
            raise ResourceFailed(f'Embedded stack {child.id} was not successfully updated: {child.reason}', child.id)
        return child.id, self._outputs(child)

    def delete(self, parent: Stack, made: Made):
        store = store_of(parent.account, parent.region)
        child = store.find(made.physical_id)
        if child is None or child.gone:
            return
        self.engine.begin_delete(store, child)
        self.engine.carry_out_delete(store, child)
        if not child.gone:
            raise ResourceFailed(f'Embedded stack {child.id} was not successfully deleted: {child.reason}')

    def _wish(self, parent: Stack, wanted) -> Wish:
        given = wanted.properties
        if 'TemplateURL' not in given:
            raise Refused('AWS::CloudFormation::Stack needs a TemplateURL')
        text = template_at(given['TemplateURL'], parent.account, parent.region)
        parameters = []
        for key, value in (given.get('Parameters') or {}).items():
            text_value = ','.join(map(plain, value)) if isinstance(value, list) else plain(value)
            parameters.append({'ParameterKey': key, 'ParameterValue': text_value})
        own = {t['Key']: plain(t['Value']) for t in given.get('Tags') or []}
        return Wish(
            text=text,
            template=parse(text),
            asked=parameters,
            tags={**parent.tags, **own},
            capabilities=parent.capabilities,
            role=parent.role,
            notifications=given.get('NotificationARNs') or [],
            disable_rollback=parent.disable_rollback,
        )

    @staticmethod
    def _outputs(child: Stack) -> dict:
        return {f"Outputs.{o['OutputKey']}": o['OutputValue'] for o in child.outputs}
