"""Alarms: what is told of a change.

moto changes the state of an alarm and tells nobody. On AWS every change is an event on the default bus, so that whoever sets a
state by hand sees what the alarm would set off. The alarm's own actions, notices to topics, are not taken here.
"""

from moto.cloudwatch.models import CloudWatchBackend

from runtime import event_bus


def install():
    set_alarm_state = CloudWatchBackend.set_alarm_state

    def and_tell(self, alarm_name, reason, reason_data, state_value):
        before = self.alarms[alarm_name].state_value if alarm_name in self.alarms else None
        set_alarm_state(self, alarm_name, reason, reason_data, state_value)
        if state_value == before:
            return
        alarm = self.alarms[alarm_name]
        event_bus.put(
            self.account_id,
            self.region_name,
            'aws.cloudwatch',
            'CloudWatch Alarm State Change',
            {
                'alarmName': alarm_name,
                'state': {'value': state_value, 'reason': reason},
                'previousState': {'value': before},
            },
            [alarm.alarm_arn],
        )

    CloudWatchBackend.set_alarm_state = and_tell
