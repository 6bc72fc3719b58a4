"""Alarms: who is told of a change.

moto changes the state of an alarm and tells nobody. On AWS every change is an event on the default bus, and a notice to the topics
among the alarm's actions, so that whoever sets a state by hand sees what the alarm would set off. Actions of other kinds are not
taken here.
"""

import json

from moto.cloudwatch.models import CloudWatchBackend
from moto.sns.models import sns_backends

from runtime import event_bus, policies
from runtime.functions import complain

_ACTIONS = {'ALARM': 'alarm_actions', 'OK': 'ok_actions', 'INSUFFICIENT_DATA': 'insufficient_data_actions'}


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
        if alarm.actions_enabled:
            for action in getattr(alarm, _ACTIONS[state_value]) or []:
                if ':sns:' in action:
                    _notify(action, alarm, before, self.account_id, self.region_name)

    CloudWatchBackend.set_alarm_state = and_tell


def _notify(topic_arn: str, alarm, before: str | None, account: str, region: str):
    topic = sns_backends[account][topic_arn.split(':')[3]].topics.get(topic_arn)
    context = policies.service_context(alarm.alarm_arn, account)
    principal = {'Service': 'cloudwatch.amazonaws.com'}
    if not topic or not policies.allows(topic.policy, principal, 'sns:Publish', topic_arn, context):
        complain(f'the policy of {topic_arn} does not let the alarm {alarm.name} publish, or there is no such topic')
        return
    told = {
        'AlarmName': alarm.name,
        'AlarmDescription': alarm.description,
        'AWSAccountId': account,
        'NewStateValue': alarm.state_value,
        'NewStateReason': alarm.state_reason,
        'StateChangeTime': alarm.state_updated_timestamp.strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + '+0000',
        'Region': region,
        'AlarmArn': alarm.alarm_arn,
        'OldStateValue': before,
        'OKActions': alarm.ok_actions or [],
        'AlarmActions': alarm.alarm_actions or [],
        'InsufficientDataActions': alarm.insufficient_data_actions or [],
        'Trigger': {
            'MetricName': alarm.metric_name,
            'Namespace': alarm.namespace,
            'Statistic': alarm.statistic,
            'Period': alarm.period,
            'EvaluationPeriods': alarm.evaluation_periods,
            'ComparisonOperator': alarm.comparison_operator,
            'Threshold': alarm.threshold,
            'TreatMissingData': alarm.treat_missing_data,
        },
    }
    topic.publish(json.dumps(told), subject=f'{alarm.state_value}: "{alarm.name}" in {region}'[:100])
