"""Data Lifecycle Manager, whose policies are kept and take no snapshots, and the recycle bin of snapshots."""

import datetime
import uuid

from moto.ec2.models import ec2_backends

from missing.registry import Call, operation, refused, state
from missing.shelf import shelf

shelf(
    'dlm',
    'lifecycle policy',
    key='PolicyId',
    id=lambda _call, _given: f'policy-{uuid.uuid4().hex[:17]}',
    record=lambda call, given, name: {
        # An answer holds the policy as a whole, with its members by the names they were given.
        'Policy': {
            **{key: given[key] for key in ('Description', 'ExecutionRoleArn', 'PolicyDetails', 'Tags') if key in given},
            'PolicyId': name,
            'PolicyArn': call.arn('dlm', f'policy/{name}'),
            'State': given.get('State', 'ENABLED'),
        }
    },
    create='CreateLifecyclePolicy',
    get='GetLifecyclePolicy',
    update='UpdateLifecyclePolicy',
    delete='DeleteLifecyclePolicy',
    list='GetLifecyclePolicies',
)
shelf(
    'rbin',
    'rule',
    key='Identifier',
    id=lambda _call, _given: uuid.uuid4().hex[:11],
    record=lambda call, _given, name: {'RuleArn': call.arn('rbin', f'rule/{name}'), 'Status': 'available'},
    create='CreateRule',
    get='GetRule',
    update='UpdateRule',
    delete='DeleteRule',
    list='ListRules',
)


def kept_for(call: Call, snapshot) -> datetime.timedelta | None:
    """For how long a rule keeps a snapshot that is deleted, the longest of those that hold for it."""
    tags = {tag['key']: tag['value'] for tag in snapshot.get_tags()}
    times = []
    for rule in state(call, 'rbin/rule').values():
        named = rule.get('ResourceTags') or []
        holds = not named or any(tags.get(one['ResourceTagKey']) == one.get('ResourceTagValue') for one in named)
        if rule['ResourceType'] == 'EBS_SNAPSHOT' and holds:
            times.append(datetime.timedelta(days=rule['RetentionPeriod']['RetentionPeriodValue']))
    return max(times, default=None)


def bin_of(call: Call) -> dict:
    """Snapshots that were deleted, each with when it came and when it goes."""
    things, now = state(call, 'ec2/snapshots in the bin'), datetime.datetime.now(datetime.timezone.utc)
    for name in [name for name, (_snapshot, _came, goes) in things.items() if goes < now]:
        del things[name]
    return things


@operation('ec2', 'ListSnapshotsInRecycleBin')
def listed(call, given):
    wanted = given.get('SnapshotIds')
    return {
        'Snapshots': [
            {
                'SnapshotId': name,
                'RecycleBinEnterTime': came,
                'RecycleBinExitTime': goes,
                'Description': snapshot.description,
                'VolumeId': snapshot.volume_id,
            }
            for name, (snapshot, came, goes) in bin_of(call).items()
            if not wanted or name in wanted
        ]
    }


@operation('ec2', 'RestoreSnapshotFromRecycleBin')
def restored(call, given):
    name, things = given['SnapshotId'], bin_of(call)
    if name not in things:
        raise refused('InvalidSnapshot.NotFound', f"The snapshot '{name}' does not exist in the recycle bin.")
    snapshot = things.pop(name)[0]
    ec2_backends[call.account][call.region].snapshots[name] = snapshot
    return {
        'SnapshotId': name,
        'VolumeId': snapshot.volume_id,
        'VolumeSize': snapshot.volume_size,
        'State': 'completed',
        'Encrypted': snapshot.encrypted,
        'StartTime': snapshot.start_time,
    }
