"""What the emulator tells of itself: which resources only stand in for real ones, and what there is now."""

from stacks import idle
from stacks.changes import is_custom
from stacks.kinds import KINDS
from stacks.model import Made, Stack, stores

SIGNAL = 'its signals are taken for received, whatever becomes of a boot'


def _living():
    for store in stores():
        for stack in store.living():
            yield store, stack


def report() -> list[dict]:
    """Every stand-in of every living stack, with its reason; every property that no service here keeps; and, as idle, what is
    kept and has no effect.
    """
    found = []
    for _store, stack in _living():
        for made in stack.made.values():
            about = {'stack': stack.name, 'logicalId': made.logical_id, 'type': made.type}
            found += [{**about, 'reason': reason, 'idle': False} for reason in _reasons(stack, made)]
            found += [{**about, 'reason': reason, 'idle': True} for reason in idle.reasons(made.type, made.properties)]
    return found


def _reasons(stack: Stack, made: Made) -> list[str]:
    kind = KINDS.get(made.type)
    reasons = []
    if kind and kind.stand_in:
        reasons.append(kind.stand_in)
    for path, why in (kind.not_carried if kind else {}).items():
        if idle.has(made.properties, path.split('.')):
            reasons.append(f'not carried: {made.type}.{path}, because {why}')
    policy = (stack.template['Resources'].get(made.logical_id) or {}).get('CreationPolicy') or {}
    if 'ResourceSignal' in policy:
        reasons.append(SIGNAL)
    return reasons


def inventory() -> list[dict]:
    """Every resource that stacks have made and that is there, of living and of deleted stacks (what they retained)."""
    found = []
    for store in stores():
        for stack in store.stacks.values():
            for made in [*stack.made.values(), *stack.leftovers, *stack.retained]:
                if made.physical_id and made.status != 'DELETE_COMPLETE':
                    found.append(
                        {
                            'stack': stack.name,
                            'stackId': stack.id,
                            'region': store.region,
                            'account': store.account,
                            'logicalId': made.logical_id,
                            'type': made.type,
                            'physicalId': made.physical_id,
                            'custom': is_custom(made.type),
                            'retained': made in stack.retained,
                        }
                    )
    return found
