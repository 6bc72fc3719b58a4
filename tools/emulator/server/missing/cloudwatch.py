"""Alarms made of alarms, which moto can show but not make."""

from moto.cloudwatch.models import Alarm, cloudwatch_backends

from missing.registry import operation


@operation('cloudwatch', 'PutCompositeAlarm')
def put_composite_alarm(call, given):
    backend = cloudwatch_backends[call.account][call.region]
    empty = dict.fromkeys(
        (
            'namespace',
            'metric_name',
            'metric_data_queries',
            'comparison_operator',
            'evaluation_periods',
            'datapoints_to_alarm',
            'period',
            'threshold',
            'statistic',
            'extended_statistic',
            'unit',
            'treat_missing_data',
            'evaluate_low_sample_count_percentile',
            'threshold_metric_id',
        )
    )
    alarm = Alarm(
        region_name=call.region,
        account_id=call.account,
        name=given['AlarmName'],
        description=given.get('AlarmDescription', ''),
        dimensions=[],
        alarm_actions=given.get('AlarmActions', []),
        ok_actions=given.get('OKActions'),
        insufficient_data_actions=given.get('InsufficientDataActions'),
        actions_enabled=given.get('ActionsEnabled', True),
        rule=given['AlarmRule'],
        **empty,
    )
    backend.alarms[given['AlarmName']] = alarm
    if given.get('Tags'):
        backend.tagger.tag_resource(alarm.alarm_arn, given['Tags'])
