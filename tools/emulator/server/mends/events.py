"""Mends of moto's EventBridge: every target kind, disabled rules, policies, dead letters; moto answers 500 for most
targets.
"""

from moto.core.utils import unix_time
from moto.events.models import Replay, ReplayState, Rule, events_backends
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
    Replay.replay_events = _replay_events
    EventBridgeSchedulerBackend.update_schedule = _starts_anew(EventBridgeSchedulerBackend.update_schedule)
    schedules.start()


def _replay_events(self, archive):
    """Only what happened within the interval, and only to the rules asked for; moto replays everything to every rule."""
    bus = events_backends[self.account_id][self.region].describe_event_bus(self.destination['Arn'].split('/')[-1])
    wanted = self.destination.get('FilterArns') or [rule.arn for rule in bus.rules.values()]
    for event in list(archive.events):
        if float(self.event_start_time) <= float(event['time']) < float(self.event_end_time):
            for rule in [one for one in bus.rules.values() if one.arn in wanted and not one.managed_by]:
                rule.send_to_targets({**event, 'replay-name': self.name}, transform_input=False)
    self.state = ReplayState.COMPLETED
    self.end_time = unix_time()


def _starts_anew(original):
    """An updated schedule counts from its update; what it had fired before does not matter."""

    def update_schedule(self, **settings):
        schedule = original(self, **settings)
        for mark in ('_since', '_seen'):
            schedule.__dict__.pop(mark, None)
        return schedule

    return update_schedule
