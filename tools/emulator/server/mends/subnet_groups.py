"""A group of subnets of a database is still there when it was changed. moto takes it out of its list to change it, and leaves it out."""

from moto.rds.models import RDSBackend


def install():
    original = RDSBackend.modify_db_subnet_group

    def modify_db_subnet_group(self, subnet_name, *args, **more):
        group = original(self, subnet_name, *args, **more)
        self.subnet_groups[subnet_name] = group
        return group

    RDSBackend.modify_db_subnet_group = modify_db_subnet_group
