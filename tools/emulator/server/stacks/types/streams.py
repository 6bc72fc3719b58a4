"""Kinesis streams and their readers."""

from stacks.kinds import kind
from stacks.reading import whole

STREAM_ONLY = ('RetentionPeriodHours', 'StreamEncryption', 'DesiredShardLevelMetrics')


def _stream(at, props):
    name = props.get('Name') or at.name(128)
    given = at.shaped('kinesis', 'create_stream', props.without('Name', 'Tags', *STREAM_ONLY, 'StreamModeDetails'))
    if 'StreamModeDetails' in props:
        given['StreamModeDetails'] = whole(props['StreamModeDetails'])
    elif 'ShardCount' not in given:
        given['ShardCount'] = 1
    at.call('kinesis', 'create_stream', StreamName=name, **given)
    arn = at.call('kinesis', 'describe_stream_summary', StreamName=name)['StreamDescriptionSummary']['StreamARN']
    _stream_settings(at, name, {}, props)
    return name, {'Arn': arn}


def _stream_settings(at, name, old, props):
    hours, before = int(props.get('RetentionPeriodHours') or 24), int(old.get('RetentionPeriodHours') or 24)
    if hours != before:
        word = 'increase' if hours > before else 'decrease'
        at.call('kinesis', f'{word}_stream_retention_period', StreamName=name, RetentionPeriodHours=hours)
    if 'StreamEncryption' in props and whole(old.get('StreamEncryption')) != whole(props['StreamEncryption']):
        at.call('kinesis', 'start_stream_encryption', StreamName=name, **whole(props['StreamEncryption']))
    elif 'StreamEncryption' in old and 'StreamEncryption' not in props:
        at.call('kinesis', 'stop_stream_encryption', StreamName=name, **whole(old['StreamEncryption']))
    if 'DesiredShardLevelMetrics' in props:
        at.call(
            'kinesis',
            'enable_enhanced_monitoring',
            StreamName=name,
            ShardLevelMetrics=list(props['DesiredShardLevelMetrics']),
        )


def _mode(props) -> str:
    return whole(props.get('StreamModeDetails') or {}).get('StreamMode', 'PROVISIONED')


def _stream_changed(at, name, old, props):
    before, after = _mode(old), _mode(props)
    if after != before:
        # First of all: of a stream that takes whatever comes nobody counts the shards.
        mode = {'StreamMode': after}
        at.call('kinesis', 'update_stream_mode', StreamARN=at.attributes['Arn'], StreamModeDetails=mode)
    if 'ShardCount' in props and props['ShardCount'] != old.get('ShardCount'):
        at.call(
            'kinesis',
            'update_shard_count',
            StreamName=name,
            TargetShardCount=int(props['ShardCount']),
            ScalingType='UNIFORM_SCALING',
        )
    _stream_settings(at, name, old, props)


kind(
    'AWS::Kinesis::Stream',
    'kinesis',
    create=_stream,
    update=_stream_changed,
    key='StreamName',
    delete='delete_stream',
    delete_extra={'EnforceConsumerDeletion': True},
    tagged='{id}',
    not_carried={'MaxRecordSizeInKiB': 'moto keeps the usual size', 'WarmThroughputMiBps': 'moto has no throughput'},
)
kind(
    'AWS::Kinesis::StreamConsumer',
    'kinesis',
    create='register_stream_consumer',
    id='Consumer.ConsumerARN',
    attributes={
        'ConsumerARN': 'id',
        'ConsumerName': '{ConsumerName}',
        'ConsumerStatus': 'Consumer.ConsumerStatus',
        'StreamARN': '{StreamARN}',
    },
    key='ConsumerARN',
    delete='deregister_stream_consumer',
)
