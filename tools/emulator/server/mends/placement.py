"""Instances stand where their launch template says: in a placement group, a partition of it, in held capacity.

moto puts all that into the template and has no instance know of it. Here a spread group has seven racks in each zone and a targeted
reservation as much room as it holds, so that one more does not start.
"""

from moto.ec2.models.instances import InstanceBackend

from mends.launch_templates import of_its_version
from missing.placement import available, group_named, instances_of, reservation_of
from missing.registry import Call, refused

MOST_IN_ZONE = 7
FULL = 'InsufficientInstanceCapacity'


def install():
    run = InstanceBackend.run_instances

    def placed(self, image_id, count, user_data, security_group_names, **kwargs):
        kwargs = of_its_version(kwargs)
        template = kwargs.get('launch_template')
        data = self._get_template_from_args(template).data if template else {}
        placement = data.get('Placement') or {}
        target = ((data.get('CapacityReservationSpecification') or {}).get('CapacityReservationTarget') or {}).get(
            'CapacityReservationId'
        )
        call = Call(self.account_id, self.region_name)
        group = group_named(call, placement['GroupName']) if 'GroupName' in placement else None
        held = reservation_of(call, target) if target else None
        zone = _zone(self, kwargs)
        if group and group['Strategy'] == 'spread' and len(_members(call, group, zone)) + count > MOST_IN_ZONE:
            raise refused(FULL, f'The spread group {group["GroupName"]} has {MOST_IN_ZONE} racks in {zone}.')
        if held:
            by_template = kwargs.get('is_instance_type_default') and 'InstanceType' in data
            _find_room(call, held, count, data['InstanceType'] if by_template else kwargs['instance_type'], zone)
        made = run(self, image_id, count, user_data, security_group_names, **kwargs)
        for instance in made.instances:
            if group:
                number = placement.get('PartitionNumber') or _emptiest(call, group, instance)
                instance.placement.group_name = group['GroupName']
                if number:
                    instance.placement.partition_number = int(number)
            instance.placement.tenancy = placement.get('Tenancy') or instance.placement.tenancy
            if held:
                instance.capacity_reservation_id = target
        return made

    InstanceBackend.run_instances = placed


def _zone(backend, kwargs: dict) -> str | None:
    subnet = kwargs.get('subnet_id') or next(
        (one['SubnetId'] for one in kwargs.get('nics') or [] if 'SubnetId' in one), None
    )
    return backend.get_subnet(subnet).availability_zone if subnet else kwargs.get('placement')


def _members(call: Call, group: dict, zone: str | None) -> list:
    return [
        one
        for one in instances_of(call.account, call.region)
        if one.placement.group_name == group['GroupName'] and one.placement.zone == zone
    ]


def _emptiest(call: Call, group: dict, instance) -> int | None:
    """AWS fills partitions evenly; in which order it does not say."""
    if group['Strategy'] != 'partition':
        return None
    there = [one.placement.partition_number for one in _members(call, group, instance.placement.zone)]
    return min(range(1, group['PartitionCount'] + 1), key=there.count)


def _find_room(call: Call, held: dict, count: int, type_: str, zone: str | None):
    own, wanted = (held['InstanceType'], held['AvailabilityZone']), (type_, zone)
    if own != wanted or held['State'] != 'active' or available(call, held) < count:
        raise refused('ReservationCapacityExceeded', f'{held["CapacityReservationId"]} has no room for {type_} in {zone}.')
