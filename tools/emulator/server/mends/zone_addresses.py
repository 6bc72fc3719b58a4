"""A Network Load Balancer has the Elastic IPs it was given, one in each zone, and tells them; moto forgets them.

Its name ends with the address of its first zone, as no resolver knows it here.
"""

from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

from missing.registry import refused
from transport import network_balancer


def install():
    create = ELBv2Backend.create_load_balancer

    def with_addresses(self, *args, subnet_mappings=None, **named):
        given = {one['SubnetId']: one['AllocationId'] for one in subnet_mappings or [] if 'AllocationId' in one}
        for allocation in given.values():
            if not _address(self, allocation):
                raise refused('AllocationIdNotFound', f"The allocation ID '{allocation}' does not exist")
        made = create(self, *args, subnet_mappings=subnet_mappings, **named)
        made.zone_addresses = {subnet: _address(self, allocation).public_ip for subnet, allocation in given.items()}
        made.zone_allocations = given
        if made.type == 'network' and made.subnets:
            address = network_balancer.address_in(made, made.subnets[0])
            first, _, rest = made.dns_name.partition('.')
            made.dns_name = f'{first}-{address.replace(".", "-")}.{rest}'
        return made

    ELBv2Backend.create_load_balancer = with_addresses
    zones = FakeLoadBalancer.availability_zones.fget

    def told(self):
        found = zones(self)
        for zone in found:
            allocation = self.__dict__.get('zone_allocations', {}).get(zone.subnet_id)
            if allocation:
                zone.load_balancer_addresses = [
                    {'IpAddress': self.zone_addresses[zone.subnet_id], 'AllocationId': allocation}
                ]
        return found

    FakeLoadBalancer.availability_zones = property(told)


def _address(backend, allocation: str):
    return next((one for one in backend.ec2_backend.addresses if one.allocation_id == allocation), None)
