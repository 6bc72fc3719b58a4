"""A gateway endpoint that is put into more route tables, or taken out of some, has its routes there.

moto makes them only with the endpoint; it then looks for those of tables that came later, does not find them, and the endpoint can never
be deleted.
"""

from moto.ec2.models import EC2Backend


def install():
    original = EC2Backend.modify_vpc_endpoint

    def modify_vpc_endpoint(self, vpc_id, *args, **more):
        endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        before = list(endpoint.route_table_ids or [])
        original(self, vpc_id, *args, **more)
        prefixes, after = endpoint.destination_prefix_list_id, list(endpoint.route_table_ids or [])
        if not prefixes:
            return
        for table in after:
            if table not in before:
                self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefixes)
        for table in before:
            if table not in after:
                self.delete_route(table, prefixes)

    EC2Backend.modify_vpc_endpoint = modify_vpc_endpoint
