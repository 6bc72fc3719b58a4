"""Makes stacks what they are wished to be, one resource after the other, and takes everything back where that fails."""

from __future__ import annotations

import copy
import os
import json
import sys
import threading
import traceback

from stacks.changes import Step, Wanted, step_of, wanted_of
from stacks.clients import ServiceBroke
from stacks.evaluation import Evaluation
from stacks.faults import Refused, ResourceFailed, Untouched
from stacks.intrinsics import assert_rules
from stacks.kinds import KINDS
from stacks.makers import change, make, remove
from stacks.model import Made, Stack, Store, Wish, now
from stacks.nested import Nested
from stacks.order import in_order
from stacks.schema import plain

KEPT = ('Retain', 'RetainExceptOnCreate')


class Stopped(Exception):
    """The work on a stack ends here; the text says which resources failed."""


class Engine:
    """Runs the work on stacks, each in a thread of its own."""

    def __init__(self):
        self.nested = Nested(self)
        # A request waits this long for the work it began, so that a client that polls every five seconds finds it done.
        self.patience = float(os.environ.get('EMULATOR_PATIENCE', '20'))

    # -- beginnings, which fail before anything is done ------------------------------------------------------------

    def begin_create(self, store: Store, stack: Stack, wish: Wish):
        self._settle_imports(Evaluation(store, stack, wish, {}, ahead=True), wish)
        stack.token = wish.token
        stack.turn('CREATE_IN_PROGRESS', 'User Initiated')
        self._adopt(store, stack, wish)

    def begin_update(self, store: Store, stack: Stack, wish: Wish):
        evaluation = Evaluation(store, stack, wish, stack.made, ahead=True)
        self._settle_imports(evaluation, wish)
        stack.token = wish.token
        # After a failure that was left standing, a rollback leads back to before that failure.
        if stack.status not in ('UPDATE_FAILED', 'CREATE_FAILED') or stack.before is None:
            stack.undo = []
            stack.before = self._settings(stack)
        stack.updated = now()
        stack.turn('UPDATE_IN_PROGRESS', 'User Initiated')
        self._adopt(store, stack, wish)

    def begin_delete(self, store: Store, stack: Stack):
        used = [(name, store.importers(name)) for name in stack.exports()]
        used = [(name, [other for other in others if other is not stack]) for name, others in used]
        stack.turn('DELETE_IN_PROGRESS', 'User Initiated')
        for name, others in used:
            if others:
                names = ', '.join(sorted(other.name for other in others))
                stack.turn('DELETE_FAILED', f'Export {name} cannot be deleted as it is in use by {names}')
                return False
        return True

    @staticmethod
    def _settle_imports(evaluation: Evaluation, wish: Wish):
        assert_rules(wish.template, evaluation.intrinsics)

    def start(self, work, *args):
        """Does the work in a thread, and waits a while for its end."""
        thread = threading.Thread(target=self._guarded, args=(work, *args), daemon=True)
        thread.start()
        thread.join(self.patience)

    @staticmethod
    def _guarded(work, *args):
        try:
            work(*args)
        except Exception:
            traceback.print_exc(file=sys.stderr)

    # -- create and update -----------------------------------------------------------------------------------------

    def carry_out(self, store: Store, stack: Stack, wish: Wish, verb: str):
        """Makes the stack what is wished. `verb` is CREATE or UPDATE."""
        try:
            self._work(store, stack, wish, verb)
        except Stopped as stop:
            self._failed(store, stack, verb, str(stop))
            return
        except (Refused, ResourceFailed) as error:
            self._failed(store, stack, verb, str(error))
            return
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            self._failed(store, stack, verb, f'The emulator broke: {type(error).__name__}: {error}')
            return
        stack.before, stack.undo = None, []
        if verb == 'CREATE':
            stack.turn('CREATE_COMPLETE')
            return
        stack.turn('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')
        self._clean_up(store, stack)
        stack.turn('UPDATE_COMPLETE')

    def _work(self, store: Store, stack: Stack, wish: Wish, verb: str):
        evaluation = Evaluation(store, stack, wish, stack.made)
        assert_rules(wish.template, evaluation.intrinsics)
        stack.given = evaluation.parameters.given
        stack.resolved = evaluation.parameters.resolved
        resources = wish.template['Resources']
        names = [name for name in in_order(resources) if evaluation.wanted(name, resources[name])]
        for name in names:
            if stack.cancelled:
                raise Stopped('User requested cancellation')
            self._settle(stack, wish, evaluation, name)
        removed = [name for name in stack.made if name not in names]
        self._outputs(store, stack, wish, evaluation)
        for name in removed:
            stack.leftovers.append(stack.made.pop(name))

    def _settle(self, stack: Stack, wish: Wish, evaluation: Evaluation, name: str):
        made = stack.made.get(name)
        type_name = wish.template['Resources'][name]['Type']
        if made is not None and made.status == 'CREATE_FAILED':
            # Left standing by a deploy without rollback: what there is of it goes, and it is made again.
            if made.physical_id:
                self._try(stack, 'DELETE', name, made.type, made.physical_id, lambda: remove(self, stack, made))
            stack.made.pop(name, None)
            made = None
        try:
            wanted = wanted_of(evaluation, stack, wish, name)
            step = step_of(wanted, made)
        except (ResourceFailed, Refused) as error:
            verb = 'CREATE' if made is None else 'UPDATE'
            stack.happened(name, made.physical_id if made else '', type_name, f'{verb}_FAILED', str(error))
            if made is None:
                stack.made[name] = Made(name, type_name, '', {}, status='CREATE_FAILED', reason=str(error))
                stack.undo.append(('created', stack.made[name], None))
            raise Stopped(f'The following resource(s) failed to {verb.lower()}: [{name}]. ') from error
        if step.action == 'Add':
            self._add(stack, wanted)
        elif step.action == 'Replace':
            self._replace(stack, made, wanted, step)
        elif step.action == 'Modify':
            self._modify(stack, made, wanted)
        elif step.action == 'Settings':
            stack.undo.append(('settings', made, copy.copy(made)))
            made.deletion_policy, made.replace_policy = wanted.deletion_policy, wanted.replace_policy
            made.metadata, made.needs = wanted.metadata, wanted.needs
        else:
            made.needs = wanted.needs

    def _add(self, stack: Stack, wanted: Wanted):
        properties = json.dumps(wanted.properties, default=str)
        stack.happened(wanted.logical_id, '', wanted.type, 'CREATE_IN_PROGRESS', None, properties)
        made = self._made(stack, wanted)
        stack.made[wanted.logical_id] = made
        stack.undo.append(('created', made, None))
        self._finish_making(stack, made, wanted, 'create')

    def _replace(self, stack: Stack, old: Made, wanted: Wanted, step: Step):
        why = 'Requested update requires the creation of a new physical resource; hence creating one.'
        stack.happened(wanted.logical_id, old.physical_id, wanted.type, 'UPDATE_IN_PROGRESS', why)
        self._check_name(stack, old, wanted)
        made = self._made(stack, wanted)
        stack.made[wanted.logical_id] = made
        stack.undo.append(('replaced', made, old))
        self._finish_making(stack, made, wanted, 'update')
        if old.physical_id != made.physical_id or old.type != made.type:
            stack.leftovers.append(old)

    def _check_name(self, stack: Stack, old: Made, wanted: Wanted):
        kind = KINDS.get(wanted.type)
        name = kind.name.property if kind and kind.name else None
        if not name or name not in wanted.properties or old.type != wanted.type:
            return
        if plain(wanted.properties[name]) == plain(old.properties.get(name, '')):
            reason = (
                'CloudFormation cannot update a stack when a custom-named resource requires replacing. '
                f'Rename {wanted.properties[name]} and update the stack again.'
            )
            self._resource_failed(stack, wanted.logical_id, wanted.type, old.physical_id, 'UPDATE', reason)

    def _made(self, stack: Stack, wanted: Wanted) -> Made:
        return Made(
            wanted.logical_id,
            wanted.type,
            '',
            wanted.properties,
            tags=wanted.tags,
            needs=wanted.needs,
            deletion_policy=wanted.deletion_policy,
            replace_policy=wanted.replace_policy,
            metadata=wanted.metadata,
            status='CREATE_IN_PROGRESS',
        )

    def _finish_making(self, stack: Stack, made: Made, wanted: Wanted, word: str):
        verb = word.upper()
        try:
            made.physical_id, made.attributes = self._call(make, self, stack, wanted)
        except ResourceFailed as error:
            made.physical_id = error.physical_id or ''
            made.status, made.reason = 'CREATE_FAILED', str(error)
            self._resource_failed(stack, made.logical_id, made.type, made.physical_id, verb, str(error))
        if verb == 'CREATE':
            properties = json.dumps(wanted.properties, default=str)
            stack.happened(
                made.logical_id,
                made.physical_id,
                made.type,
                'CREATE_IN_PROGRESS',
                'Resource creation Initiated',
                properties,
            )
        made.status, made.time = f'{verb}_COMPLETE', now()
        stack.happened(made.logical_id, made.physical_id, made.type, made.status)

    def _modify(self, stack: Stack, made: Made, wanted: Wanted):
        before = copy.copy(made)
        stack.undo.append(('changed', made, before))
        stack.happened(made.logical_id, made.physical_id, made.type, 'UPDATE_IN_PROGRESS')
        try:
            physical_id, attributes = self._call(change, self, stack, made, wanted)
        except ResourceFailed as error:
            made.status, made.reason = 'UPDATE_FAILED', str(error)
            if isinstance(error, Untouched):
                stack.undo[-1] = ('untouched', made, before)
            else:
                self._take(made, wanted, made.physical_id, made.attributes)
            self._resource_failed(stack, made.logical_id, made.type, made.physical_id, 'UPDATE', str(error))
        if physical_id != made.physical_id:
            # A handler that answers another id has made a new thing; the old one is deleted in the clean-up.
            stack.undo[-1] = ('replaced', made, before)
            stack.leftovers.append(before)
        self._take(made, wanted, physical_id, attributes)
        made.status, made.reason, made.time = 'UPDATE_COMPLETE', None, now()
        stack.happened(made.logical_id, made.physical_id, made.type, 'UPDATE_COMPLETE')

    @staticmethod
    def _take(made: Made, wanted: Wanted, physical_id: str, attributes: dict):
        made.physical_id, made.attributes, made.properties = physical_id, attributes, wanted.properties
        made.tags, made.needs, made.metadata = wanted.tags, wanted.needs, wanted.metadata
        made.deletion_policy, made.replace_policy = wanted.deletion_policy, wanted.replace_policy

    @staticmethod
    def _call(function, *args):
        """Runs the code of a type; whatever it raises is a failure of that resource."""
        try:
            return function(*args)
        except ServiceBroke as error:
            traceback.print_exc(file=sys.stderr)
            raise error
        except ResourceFailed:
            raise
        except Refused as error:
            raise ResourceFailed(str(error)) from error
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            raise ResourceFailed(f'The emulator broke: {type(error).__name__}: {error}') from error

    def _resource_failed(self, stack: Stack, name: str, type_name: str, physical_id: str, verb: str, reason: str):
        stack.happened(name, physical_id, type_name, f'{verb}_FAILED', reason)
        raise Stopped(f'The following resource(s) failed to {verb.lower()}: [{name}]. ')

    def _outputs(self, store: Store, stack: Stack, wish: Wish, evaluation: Evaluation):
        outputs = []
        for key, output in (wish.template.get('Outputs') or {}).items():
            if output.get('Condition') and not evaluation.condition(output['Condition']):
                continue
            value = evaluation.value(output['Value'])
            if isinstance(value, (dict, list)):
                raise Refused(
                    f'Template format error: The Value field of every Outputs member must evaluate to a String: {key}'
                )
            entry = {'OutputKey': key, 'OutputValue': plain(value)}
            if 'Description' in output:
                entry['Description'] = output['Description']
            if 'Export' in output:
                entry['ExportName'] = plain(evaluation.value(output['Export']['Name']))
            outputs.append(entry)
        self._check_exports(store, stack, outputs)
        stack.outputs = outputs
        stack.imports = evaluation.imports

    @staticmethod
    def _check_exports(store: Store, stack: Stack, outputs: list[dict]):
        new = {o['ExportName']: o['OutputValue'] for o in outputs if 'ExportName' in o}
        for name in new:
            owner = store.exports().get(name)
            if owner and owner[0] is not stack:
                raise Refused(f'Export with name {name} is already exported by stack {owner[0].name}')
        for name, value in stack.exports().items():
            users = [other.name for other in store.importers(name) if other is not stack]
            if users and name not in new:
                raise Refused(f'Export {name} cannot be deleted as it is in use by {", ".join(sorted(users))}')
            if users and new[name] != value:
                raise Refused(f'Export {name} cannot be updated as it is in use by {", ".join(sorted(users))}')

    # -- settings of the stack -------------------------------------------------------------------------------------

    SETTINGS = (
        'text',
        'template',
        'given',
        'resolved',
        'tags',
        'capabilities',
        'role',
        'notifications',
        'outputs',
        'imports',
    )

    def _settings(self, stack: Stack) -> dict:
        return {name: copy.copy(getattr(stack, name)) for name in self.SETTINGS}

    @staticmethod
    def _adopt(store: Store, stack: Stack, wish: Wish):
        stack.text, stack.template = wish.text, wish.template
        stack.tags, stack.capabilities = wish.tags, wish.capabilities
        stack.role = wish.role or stack.role
        stack.notifications = wish.notifications
        stack.disable_rollback = wish.disable_rollback
        stack.timeout = wish.timeout
        stack.retain_except_on_create = wish.retain_except_on_create
        stack.cancelled = False

    # -- failure and the way back ----------------------------------------------------------------------------------

    def _failed(self, store: Store, stack: Stack, verb: str, reason: str):
        if stack.disable_rollback and not stack.cancelled:
            stack.turn(f'{verb}_FAILED', reason)
            return
        if verb == 'CREATE':
            stack.turn('ROLLBACK_IN_PROGRESS', f'{reason}Rollback requested by user.')
            self.roll_back_create(store, stack)
        else:
            stack.turn('UPDATE_ROLLBACK_IN_PROGRESS', reason)
            self.roll_back_update(store, stack)

    def roll_back_create(self, store: Store, stack: Stack):
        """Takes back a create: all that was made goes, but for what its policy keeps."""
        failed = self._delete_all(stack, list(stack.made.values()), creating=True)
        if failed:
            stack.turn('ROLLBACK_FAILED', f'The following resource(s) failed to delete: [{", ".join(failed)}]. ')
            return
        stack.outputs, stack.imports = [], set()
        stack.undo, stack.before = [], None
        stack.turn('ROLLBACK_COMPLETE')

    def roll_back_update(self, store: Store, stack: Stack, skip: list[str] = ()):
        """Takes back an update, the last thing first."""
        while stack.undo:
            what, made, before = stack.undo[-1]
            try:
                if made.logical_id not in skip:
                    self._undo(stack, what, made, before)
            except ResourceFailed as error:
                stack.happened(made.logical_id, made.physical_id, made.type, 'UPDATE_FAILED', str(error))
                stack.turn(
                    'UPDATE_ROLLBACK_FAILED', f'The following resource(s) failed to update: [{made.logical_id}]. '
                )
                return
            stack.undo.pop()
        for name, value in (stack.before or {}).items():
            setattr(stack, name, value)
        stack.before = None
        stack.turn('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS')
        self._clean_up(store, stack)
        stack.turn('UPDATE_ROLLBACK_COMPLETE')

    def _undo(self, stack: Stack, what: str, made: Made, before: Made | None):
        if what == 'settings':
            for name in ('deletion_policy', 'replace_policy', 'metadata', 'needs'):
                setattr(made, name, getattr(before, name))
            return
        if what == 'untouched':
            made.status, made.reason = before.status, before.reason
            return
        if what == 'created':
            if stack.made.get(made.logical_id) is made:
                stack.made.pop(made.logical_id)
            self._delete_one(stack, made, creating=True)
            return
        if what == 'replaced':
            stack.leftovers = [old for old in stack.leftovers if old.physical_id != before.physical_id]
            new = copy.copy(made)
            stack.made[before.logical_id] = before
            if new.physical_id and new.physical_id != before.physical_id:
                stack.leftovers.append(new)
            return
        tags = stack.tags
        stack.happened(made.logical_id, made.physical_id, made.type, 'UPDATE_IN_PROGRESS')
        wanted = Wanted(
            made.logical_id,
            made.type,
            before.properties,
            before.tags,
            before.needs,
            before.deletion_policy,
            before.replace_policy,
            before.metadata,
        )
        stack.tags = (stack.before or {}).get('tags', tags)
        try:
            physical_id, attributes = self._call(change, self, stack, made, wanted)
        finally:
            stack.tags = tags
        self._take(made, wanted, physical_id, attributes)
        made.status, made.reason, made.time = 'UPDATE_COMPLETE', None, now()
        stack.happened(made.logical_id, made.physical_id, made.type, 'UPDATE_COMPLETE')

    # -- deletion --------------------------------------------------------------------------------------------------

    def carry_out_delete(self, store: Store, stack: Stack, retain: list[str] = (), force: bool = False):
        """Deletes all that a stack made, and the stack."""
        kept = [made for made in stack.made.values() if made.logical_id in retain]
        for made in kept:
            stack.happened(made.logical_id, made.physical_id, made.type, 'DELETE_SKIPPED')
            stack.retained.append(stack.made.pop(made.logical_id))
        failed = self._delete_all(stack, [*stack.made.values(), *stack.leftovers], creating=False)
        if failed and not force:
            stack.turn('DELETE_FAILED', f'The following resource(s) failed to delete: [{", ".join(failed)}]. ')
            return
        stack.made, stack.leftovers, stack.outputs, stack.imports = {}, [], [], set()
        stack.deleted = now()
        stack.turn('DELETE_COMPLETE')

    def _clean_up(self, store: Store, stack: Stack):
        """Deletes what an update left behind. What cannot be deleted stays, with its event."""
        left, stack.leftovers = stack.leftovers, []
        for made in self._last_first(left):
            try:
                self._delete_one(stack, made, creating=False, replaced=made.logical_id in stack.made)
            except ResourceFailed:
                continue

    def _delete_all(self, stack: Stack, all_made: list[Made], creating: bool) -> list[str]:
        failed: list[str] = []
        needed: set[str] = set()
        for made in self._last_first(all_made):
            if made.logical_id in needed:
                # What still stands needs it.
                needed |= set(made.needs)
                continue
            try:
                self._delete_one(stack, made, creating)
            except ResourceFailed:
                failed.append(made.logical_id)
                needed |= set(made.needs)
                continue
            if stack.made.get(made.logical_id) is made:
                stack.made.pop(made.logical_id)
            else:
                stack.leftovers = [other for other in stack.leftovers if other is not made]
        return failed

    def _delete_one(self, stack: Stack, made: Made, creating: bool, replaced: bool = False):
        policy = made.replace_policy if replaced else made.deletion_policy
        keeps = policy in KEPT and not (
            creating and (policy == 'RetainExceptOnCreate' or stack.retain_except_on_create)
        )
        if keeps and made.physical_id and made.status != 'CREATE_FAILED':
            made.status = 'DELETE_SKIPPED'
            stack.retained.append(made)
            stack.happened(made.logical_id, made.physical_id, made.type, 'DELETE_SKIPPED')
            return
        if not made.physical_id:
            return
        self._try(
            stack, 'DELETE', made.logical_id, made.type, made.physical_id, lambda: remove(self, stack, made), made
        )

    def _try(
        self, stack: Stack, verb: str, name: str, type_name: str, physical_id: str, work, made: Made | None = None
    ):
        stack.happened(name, physical_id, type_name, f'{verb}_IN_PROGRESS')
        try:
            self._call(work)
        except ResourceFailed as error:
            if made is not None:
                made.status, made.reason, made.time = f'{verb}_FAILED', str(error), now()
            stack.happened(name, physical_id, type_name, f'{verb}_FAILED', str(error))
            raise
        stack.happened(name, physical_id, type_name, f'{verb}_COMPLETE')

    @staticmethod
    def _last_first(all_made: list[Made]) -> list[Made]:
        """Each before what it needs."""
        by_name: dict[str, list[Made]] = {}
        for made in all_made:
            by_name.setdefault(made.logical_id, []).append(made)
        ordered: list[Made] = []
        seen: set[str] = set()

        def visit(name: str):
            if name in seen:
                return
            seen.add(name)
            for made in by_name[name]:
                for other in made.needs:
                    if other in by_name:
                        visit(other)
            ordered.extend(by_name[name])

        for name in by_name:
            visit(name)
        return ordered[::-1]
