"""Mends of moto's CloudWatch Logs: filter patterns on JSON, which it takes for words, and in subscriptions, where it
has none; lines of several streams come in the order of time, as they do on AWS whatever `interleaved` says; and buses may
deliver logs, of which moto has not heard.
"""

from moto.logs.models import DeliverySource, LogGroup, LogsBackend, LogStream
from moto.logs.utils import EventMessageFilter

from runtime import log_patterns
from runtime.functions import complain


def install():
    EventMessageFilter.__init__ = lambda self, pattern: setattr(self, 'pattern', pattern)
    EventMessageFilter.matches = lambda self, message: log_patterns.fits(self.pattern, message)
    LogStream._send_log_events = _filtered(LogStream._send_log_events)
    LogGroup.filter_log_events = _in_order(LogGroup.filter_log_events)
    LogsBackend.put_delivery_source = _of_buses_too(LogsBackend.put_delivery_source)


def _of_buses_too(original):
    def put_delivery_source(self, name, resource_arn, log_type, tags):
        if resource_arn.split(':')[2] != 'events':
            return original(self, name, resource_arn, log_type, tags)
        source = DeliverySource(self.account_id, self.region_name, name, resource_arn, log_type, tags)
        self.delivery_sources[name] = source
        return source

    return put_delivery_source


def _in_order(original):
    def filter_log_events(self, *given):
        *before, _interleaved = given
        return original(self, *before, True)

    return filter_log_events


def _filtered(original):
    def _send_log_events(self, service, destination_arn, filter_name, log_events):
        subscription = self.log_group.subscription_filters.get(filter_name)
        pattern = subscription.filter_pattern if subscription else ''
        wanted = [event for event in log_events if log_patterns.fits(pattern, event['message'])]
        if not wanted:
            return
        try:
            original(self, service, destination_arn, filter_name, wanted)
        except Exception as error:
            # The writer of a line never hears of a subscriber that is gone.
            complain(f'subscription {filter_name} -> {destination_arn}: {type(error).__name__}: {error}')

    return _send_log_events
