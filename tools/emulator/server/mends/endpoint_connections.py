"""An endpoint for a service that wants to accept it waits, and the service tells of it; moto has it available at once."""

from moto.ec2.models import EC2Backend

from missing import endpoint_connections
from missing.registry import Call


def install():
    create, delete = EC2Backend.create_vpc_endpoint, EC2Backend.delete_vpc_endpoints

    def create_vpc_endpoint(self, *args, **more):
        endpoint = create(self, *args, **more)
        call = Call(self.account_id, self.region_name)
        service = endpoint_connections.service_named(call, endpoint.service_name)
        if service and service.acceptance_required:
            endpoint.state = endpoint_connections.ASKED
        if service:
            endpoint_connections.told(call, service, endpoint, 'Connect')
        return endpoint

    def delete_vpc_endpoints(self, vpce_ids=None):
        gone = [self.vpc_end_points[one] for one in vpce_ids or [] if one in self.vpc_end_points]
        delete(self, vpce_ids)
        call = Call(self.account_id, self.region_name)
        for endpoint in gone:
            service = endpoint_connections.service_named(call, endpoint.service_name)
            if service:
                endpoint_connections.told(call, service, endpoint, 'Delete')

    EC2Backend.create_vpc_endpoint = create_vpc_endpoint
    EC2Backend.delete_vpc_endpoints = delete_vpc_endpoints
