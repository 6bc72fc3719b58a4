"""Tables, of one region and of several."""

from stacks.faults import ResourceFailed
from stacks.kinds import kind
from stacks.reading import Reading, whole
from stacks.schema import alike
from stacks.types.iam import text

BASE = (
    'AttributeDefinitions',
    'KeySchema',
    'BillingMode',
    'ProvisionedThroughput',
    'OnDemandThroughput',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'TableClass',
    'WarmThroughput',
)


def _stream(given) -> dict:
    made = {'StreamEnabled': True, 'StreamViewType': given['StreamViewType']}
    return made


def _table(at, props):
    name = props.get('TableName') or at.name(255)
    given = at.shaped('dynamodb', 'create_table', props.only(*BASE))
    given.setdefault('BillingMode', 'PROVISIONED')
    if 'StreamSpecification' in props:
        given['StreamSpecification'] = _stream(props['StreamSpecification'])
    if 'SSESpecification' in props:
        given['SSESpecification'] = _encryption(props['SSESpecification'])
    made = at.call('dynamodb', 'create_table', TableName=name, **given)['TableDescription']
    _settings(at, name, {}, props)
    return name, {'Arn': made['TableArn'], 'StreamArn': made.get('LatestStreamArn')}


def _encryption(given) -> dict:
    made = {'Enabled': str(given['SSEEnabled']).lower() == 'true'}
    if 'SSEType' in given:
        made['SSEType'] = given['SSEType']
    if 'KMSMasterKeyId' in given:
        made['KMSMasterKeyId'] = given['KMSMasterKeyId']
    return made


def _settings(at, name, old, props):
    """What the API puts on a table that stands."""
    lives = 'TimeToLiveSpecification'
    if lives in props and not alike(old.get(lives), dict.get(props, lives)):
        before = old.get(lives)
        if before and before.get('AttributeName') != props[lives].get('AttributeName'):
            off = {'Enabled': False, 'AttributeName': before['AttributeName']}
            at.call('dynamodb', 'update_time_to_live', TableName=name, TimeToLiveSpecification=off)
        given = {
            'Enabled': str(props[lives]['Enabled']).lower() == 'true',
            'AttributeName': props[lives]['AttributeName'],
        }
        at.call('dynamodb', 'update_time_to_live', TableName=name, TimeToLiveSpecification=given)
    backups(at, name, old, props)
    if 'DeletionProtectionEnabled' in props or 'DeletionProtectionEnabled' in old:
        on = str(props.get('DeletionProtectionEnabled', False)).lower() == 'true'
        at.call('dynamodb', 'update_table', TableName=name, DeletionProtectionEnabled=on)
    if 'ResourcePolicy' in props:
        document = text(props['ResourcePolicy']['PolicyDocument'])
        at.call('dynamodb', 'put_resource_policy', ResourceArn=at.arn('dynamodb', f'table/{name}'), Policy=document)
    stream = props.get('KinesisStreamSpecification')
    if stream and not old.get('KinesisStreamSpecification'):
        at.call('dynamodb', 'enable_kinesis_streaming_destination', TableName=name, StreamArn=stream['StreamArn'])


def backups(at, name, old, props):
    wished = props.get('PointInTimeRecoverySpecification')
    before = old.get('PointInTimeRecoverySpecification')
    if wished is not None or before is not None:
        given = {
            'PointInTimeRecoveryEnabled': str((wished or {}).get('PointInTimeRecoveryEnabled', False)).lower() == 'true'
        }
        if wished and 'RecoveryPeriodInDays' in wished:
            given['RecoveryPeriodInDays'] = int(wished['RecoveryPeriodInDays'])
        at.call('dynamodb', 'update_continuous_backups', TableName=name, PointInTimeRecoverySpecification=given)


def _table_changed(at, name, old, props):
    given = {}
    for key in ('BillingMode', 'ProvisionedThroughput', 'TableClass', 'OnDemandThroughput', 'WarmThroughput'):
        if key in props and not alike(old.get(key), dict.get(props, key)):
            given |= at.shaped('dynamodb', 'update_table', {key: props[key]})
    if 'StreamSpecification' in props and not alike(
        old.get('StreamSpecification'), dict.get(props, 'StreamSpecification')
    ):
        given['StreamSpecification'] = _stream(props['StreamSpecification'])
    elif 'StreamSpecification' in old and 'StreamSpecification' not in props:
        given['StreamSpecification'] = {'StreamEnabled': False}
    if 'SSESpecification' in props and not alike(old.get('SSESpecification'), dict.get(props, 'SSESpecification')):
        given['SSESpecification'] = _encryption(props['SSESpecification'])
    if given:
        at.call('dynamodb', 'update_table', TableName=name, **given)
    indexes(at, name, old, props)
    _settings(at, name, old, props)
    made = at.call('dynamodb', 'describe_table', TableName=name)['Table']
    return name, {'StreamArn': made.get('LatestStreamArn')}


def indexes(at, name, old, props):
    """Index by index, as the API allows only one change of them at a time."""
    word = 'GlobalSecondaryIndexes'
    before = {index['IndexName']: index for index in old.get(word) or []}
    after = {index['IndexName']: index for index in props.get(word) or []}
    attributes = whole(props['AttributeDefinitions'])
    for gone in before.keys() - after.keys():
        at.call(
            'dynamodb', 'update_table', TableName=name, GlobalSecondaryIndexUpdates=[{'Delete': {'IndexName': gone}}]
        )
    for index, wished in after.items():
        given = at.shaped('dynamodb', 'create_table', {word: [wished]})[word][0]
        if index not in before:
            change = {'Create': given}
        elif alike(whole(before[index]), whole(wished)):
            continue
        else:
            if not alike(whole(before[index]['KeySchema']), whole(wished['KeySchema'])):
                raise ResourceFailed(
                    f'Cannot update GSI\'s properties other than throughput of {index}. You can create a new GSI with a different name.'
                )
            change = {
                'Update': {
                    'IndexName': index,
                    'ProvisionedThroughput': given.get(
                        'ProvisionedThroughput', {'ReadCapacityUnits': 1, 'WriteCapacityUnits': 1}
                    ),
                }
            }
        at.call(
            'dynamodb',
            'update_table',
            TableName=name,
            AttributeDefinitions=attributes,
            GlobalSecondaryIndexUpdates=[change],
        )


kind(
    'AWS::DynamoDB::Table',
    'dynamodb',
    create=_table,
    update=_table_changed,
    key='TableName',
    delete='delete_table',
    tagged='Arn',
    not_carried={
        'ContributorInsightsSpecification': 'moto has no contributor insights',
        'GlobalSecondaryIndexes.ContributorInsightsSpecification': 'moto has no contributor insights',
        'ImportSourceSpecification': 'moto imports tables only by an API of its own',
    },
    updates_anyway=(),
)

GLOBAL = ('AttributeDefinitions', 'KeySchema', 'BillingMode', 'LocalSecondaryIndexes', 'WarmThroughput')


def _own_replica(at, props):
    return next((r for r in props['Replicas'] if r['Region'] == at.region), Reading({}))


def _as_table(at, props):
    """The properties of a global table as those of the table in this region."""
    own = _own_replica(at, props)
    made = {
        key: whole(props[key]) for key in (*GLOBAL, 'TimeToLiveSpecification', 'StreamSpecification') if key in props
    }
    for key in (
        'PointInTimeRecoverySpecification',
        'DeletionProtectionEnabled',
        'TableClass',
        'ResourcePolicy',
        'KinesisStreamSpecification',
    ):
        if key in own:
            made[key] = whole(own[key])
    if 'SSESpecification' in props:
        made['SSESpecification'] = whole(props['SSESpecification'])
        if 'SSESpecification' in own:
            made['SSESpecification'] |= whole(own['SSESpecification'])
    if 'GlobalSecondaryIndexes' in props:
        made['GlobalSecondaryIndexes'] = [_index(index, own) for index in props['GlobalSecondaryIndexes']]
    writes = props.get('WriteProvisionedThroughputSettings')
    if writes is not None:
        reads = own.get('ReadProvisionedThroughputSettings') or {}
        made['ProvisionedThroughput'] = {
            'ReadCapacityUnits': _units(reads, 'Read'),
            'WriteCapacityUnits': _units(writes, 'Write'),
        }
    limits = {}
    if 'WriteOnDemandThroughputSettings' in props:
        limits['MaxWriteRequestUnits'] = int(props['WriteOnDemandThroughputSettings']['MaxWriteRequestUnits'])
    if 'ReadOnDemandThroughputSettings' in own:
        limits['MaxReadRequestUnits'] = int(own['ReadOnDemandThroughputSettings']['MaxReadRequestUnits'])
    if limits:
        made['OnDemandThroughput'] = limits
    return Reading(made)


def _units(settings, word: str) -> int:
    scaling = settings.get(f'{word}CapacityAutoScalingSettings')
    if scaling is not None:
        return int(whole(scaling).get('SeedCapacity') or scaling['MinCapacity'])
    return int(settings.get(f'{word}CapacityUnits') or 5)


def _index(index, own) -> dict:
    made = {
        key: whole(index[key]) for key in ('IndexName', 'KeySchema', 'Projection', 'WarmThroughput') if key in index
    }
    here = next((r for r in own.get('GlobalSecondaryIndexes') or [] if r['IndexName'] == index['IndexName']), None)
    if 'WriteProvisionedThroughputSettings' in index:
        reads = (here or {}).get('ReadProvisionedThroughputSettings') or {}
        made['ProvisionedThroughput'] = {
            'ReadCapacityUnits': _units(reads, 'Read'),
            'WriteCapacityUnits': _units(index['WriteProvisionedThroughputSettings'], 'Write'),
        }
    return made


def _global(at, props):
    table = _as_table(at, props)
    others = [whole(r)['Region'] for r in props['Replicas'] if r['Region'] != at.region]
    if 'TableName' in props:
        table = Reading({**whole(table), 'TableName': props['TableName']})
    name, attributes = _table(at, table)
    _tag_own(at, name, Reading({'Replicas': []}), props)
    attributes['TableId'] = at.call('dynamodb', 'describe_table', TableName=name)['Table'].get('TableId')
    for region in others:
        at.call('dynamodb', 'update_table', TableName=name, ReplicaUpdates=[{'Create': {'RegionName': region}}])
    return name, attributes


def _global_changed(at, name, old, props):
    before, after = ({whole(r)['Region'] for r in given['Replicas']} - {at.region} for given in (old, props))
    made = _table_changed(at, name, _as_table(at, old), _as_table(at, props))
    _tag_own(at, name, old, props)
    for region in after - before:
        at.call('dynamodb', 'update_table', TableName=name, ReplicaUpdates=[{'Create': {'RegionName': region}}])
    for region in before - after:
        at.call('dynamodb', 'update_table', TableName=name, ReplicaUpdates=[{'Delete': {'RegionName': region}}])
    return made


def _tag_own(at, name, old, props):
    """The tags of the table in this region: the stack's, and those of its replica."""
    before, after = (
        {tag['Key']: tag['Value'] for tag in _own_replica(at, given).get('Tags') or []} for given in (old, props)
    )
    arn, wanted = at.arn('dynamodb', f'table/{name}'), {**at.tags, **after}
    gone = sorted(before.keys() - wanted.keys())
    if wanted:
        at.call('dynamodb', 'tag_resource', ResourceArn=arn, Tags=[{'Key': k, 'Value': v} for k, v in wanted.items()])
    if gone:
        at.call('dynamodb', 'untag_resource', ResourceArn=arn, TagKeys=gone)


kind(
    'AWS::DynamoDB::GlobalTable',
    'dynamodb',
    create=_global,
    update=_global_changed,
    key='TableName',
    delete='delete_table',
    not_carried={
        'Replicas.ContributorInsightsSpecification': 'moto has no contributor insights',
        'Replicas.GlobalSecondaryIndexes': 'an index has no settings of its own in a region of moto',
        'MultiRegionConsistency': 'the replicas of a table are one table here, so that all read what was written last',
        'GlobalTableWitnesses': 'the replicas of a table are one table here, and need no witness',
    },
)
