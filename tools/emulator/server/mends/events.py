"""Mends of moto's EventBridge: every target kind, disabled rules, policies, dead letters; moto answers 500 for most
targets.
"""

from moto.events.models import Rule
from moto.scheduler.models import EventBridgeSchedulerBackend

from runtime import event_bus, schedules


def install():
    original = Rule.send_to_targets

    def send_to_targets(self, original_event, transform_input=True):
        # The rule behind an archive is moto's own and knows where the archive is.
        if self.managed_by:
            return original(self, original_event, transform_input)
        return event_bus.send_to_targets(self, original_event, transform_input)

    Rule.send_to_targets = send_to_targets
    EventBridgeSchedulerBackend.update_schedule = _starts_anew(EventBridgeSchedulerBackend.update_schedule)
    schedules.start()


def _starts_anew(original):
    """An updated schedule counts from its update; what it had fired before does not matter."""

    def update_schedule(self, **settings):
        schedule = original(self, **settings)
        for mark in ('_since', '_seen'):
            schedule.__dict__.pop(mark, None)
        return schedule

    return update_schedule
