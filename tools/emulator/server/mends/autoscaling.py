"""An Auto Scaling group spreads its instances over its subnets.

moto launches all of them in the first subnet and writes a random zone on each, so that a fleet that is to outlive the loss of a zone
would stand in one. Where no room is left for another instance the group stays smaller than was asked, and whoever asked is not told,
as on AWS; Auto Scaling tries again later, which nobody does here.
"""

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.core.exceptions import ServiceException

NO_ROOM = ('InsufficientInstanceCapacity', 'ReservationCapacityExceeded')


def install():
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def spread(self, count_needed, propagated_tags):
        subnet_ids, zones = self.vpc_zone_identifier, self.availability_zones
        if not subnet_ids:
            return launch(self, count_needed, propagated_tags)
        try:
            for _ in range(count_needed):
                subnet = self.autoscaling_backend.ec2_backend.get_subnet(_emptiest(self, subnet_ids.split(',')))
                self.vpc_zone_identifier, self.availability_zones = subnet.id, [subnet.availability_zone]
                launch(self, 1, propagated_tags)
        except ServiceException as error:
            if error.code not in NO_ROOM:
                raise
        finally:
            self.vpc_zone_identifier, self.availability_zones = subnet_ids, zones

    FakeAutoScalingGroup.replace_autoscaling_group_instances = spread


def _emptiest(group, subnet_ids: list[str]) -> str:
    """The first of the subnets in which the fewest instances of the group run."""
    there = [state.instance.subnet_id for state in group.active_instances()]
    return min(subnet_ids, key=there.count)
