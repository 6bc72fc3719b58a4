"""Placement groups and held capacity; what instances make of them is in `mends/placement.py`."""

import datetime
import uuid

from moto.ec2.models import ec2_backends

from missing.registry import operation, refused, state

GROUPS = 'ec2/placement groups'
RESERVATIONS = 'ec2/capacity reservations'


def instances_of(account: str, region: str) -> list:
    """Those that take room: running and not."""
    gone = ('terminated', 'shutting-down', 'stopped')
    return [one for one in ec2_backends[account][region].all_instances() if one.state not in gone]


def group_named(call, name: str) -> dict:
    try:
        return state(call, GROUPS)[name]
    except KeyError:
        raise refused('InvalidPlacementGroup.Unknown', f"The Placement Group '{name}' is unknown.") from None


def reservation_of(call, reservation: str) -> dict:
    try:
        return state(call, RESERVATIONS)[reservation]
    except KeyError:
        message = f"The capacity reservation '{reservation}' does not exist"
        raise refused('InvalidCapacityReservationId.NotFound', message) from None


def available(call, reservation: dict) -> int:
    """How many more instances find room in it."""
    taken = [
        one
        for one in instances_of(call.account, call.region)
        if getattr(one, 'capacity_reservation_id', None) == reservation['CapacityReservationId']
    ]
    return reservation['TotalInstanceCount'] - len(taken)


@operation('ec2', 'CreatePlacementGroup')
def create_group(call, given):
    name, strategy = given.get('GroupName') or f'placement-{uuid.uuid4().hex[:8]}', given.get('Strategy', 'cluster')
    if name in state(call, GROUPS):
        raise refused('InvalidPlacementGroup.Duplicate', f"The Placement Group '{name}' already exists.")
    partitions = given.get('PartitionCount')
    if partitions is not None and not (strategy == 'partition' and 1 <= partitions <= 7):
        raise refused('InvalidParameterValue', f'Value ({partitions}) for parameter PartitionCount is invalid.')
    group = {
        'GroupName': name,
        'GroupId': f'pg-{uuid.uuid4().hex[:17]}',
        'GroupArn': call.arn('ec2', f'placement-group/{name}'),
        'State': 'available',
        'Strategy': strategy,
        **({'PartitionCount': partitions or 7} if strategy == 'partition' else {}),
        **({'SpreadLevel': given.get('SpreadLevel', 'rack')} if strategy == 'spread' else {}),
        'Tags': _tags(given),
    }
    state(call, GROUPS)[name] = group
    return {'PlacementGroup': group}


@operation('ec2', 'DescribePlacementGroups')
def describe_groups(call, given):
    names = given.get('GroupNames')
    return {'PlacementGroups': [group_named(call, name) for name in names or state(call, GROUPS)]}


@operation('ec2', 'DeletePlacementGroup')
def delete_group(call, given):
    name = given['GroupName']
    group_named(call, name)
    if any(one.placement.group_name == name for one in instances_of(call.account, call.region)):
        raise refused('InvalidPlacementGroup.InUse', f"The Placement Group '{name}' is in use and may not be deleted.")
    del state(call, GROUPS)[name]


@operation('ec2', 'CreateCapacityReservation')
def hold(call, given):
    reservation = f'cr-{uuid.uuid4().hex[:17]}'
    end_type, end = given.get('EndDateType', 'unlimited'), given.get('EndDate')
    if (end_type == 'limited') != (end is not None):
        raise refused('InvalidParameterCombination', 'EndDate is for EndDateType limited, which needs it.')
    state(call, RESERVATIONS)[reservation] = {
        'CapacityReservationId': reservation,
        'CapacityReservationArn': call.arn('ec2', f'capacity-reservation/{reservation}'),
        'OwnerId': call.account,
        'InstanceType': given['InstanceType'],
        'InstancePlatform': given['InstancePlatform'],
        'AvailabilityZone': given['AvailabilityZone'],
        'Tenancy': given.get('Tenancy', 'default'),
        'TotalInstanceCount': given['InstanceCount'],
        'State': 'active',
        'StartDate': datetime.datetime.now(datetime.timezone.utc),
        'CreateDate': datetime.datetime.now(datetime.timezone.utc),
        'EndDateType': end_type,
        **({'EndDate': end} if end is not None else {}),
        'InstanceMatchCriteria': given.get('InstanceMatchCriteria', 'open'),
        **({'PlacementGroupArn': given['PlacementGroupArn']} if 'PlacementGroupArn' in given else {}),
        'Tags': _tags(given),
    }
    return {'CapacityReservation': _shown(call, state(call, RESERVATIONS)[reservation])}


@operation('ec2', 'DescribeCapacityReservations')
def describe_held(call, given):
    wanted = given.get('CapacityReservationIds') or list(state(call, RESERVATIONS))
    return {'CapacityReservations': [_shown(call, reservation_of(call, one)) for one in wanted]}


@operation('ec2', 'ModifyCapacityReservation')
def change(call, given):
    reservation = reservation_of(call, given['CapacityReservationId'])
    if 'InstanceCount' in given:
        reservation['TotalInstanceCount'] = given['InstanceCount']
    reservation.update({name: given[name] for name in ('EndDate', 'EndDateType') if name in given})
    if reservation['EndDateType'] == 'unlimited':
        reservation.pop('EndDate', None)
    return {'Return': True}


@operation('ec2', 'CancelCapacityReservation')
def release(call, given):
    reservation_of(call, given['CapacityReservationId'])['State'] = 'cancelled'
    return {'Return': True}


def _shown(call, reservation: dict) -> dict:
    active = reservation['State'] == 'active'
    return {**reservation, 'AvailableInstanceCount': available(call, reservation) if active else 0}


def _tags(given: dict) -> list[dict]:
    return [tag for one in given.get('TagSpecifications') or [] for tag in one.get('Tags') or []]
