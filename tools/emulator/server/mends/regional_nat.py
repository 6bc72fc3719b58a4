"""A NAT gateway of a whole VPC, which stands in no subnet (`AvailabilityMode` `regional`); moto knows only those of one zone."""

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.responses.nat_gateways import NatGateways
from moto.ec2.utils import add_tag_specification, random_nat_gateway_id

from missing.registry import refused


class RegionalNatGateway(NatGateway):
    """Its addresses AWS gives it where something stands that wants out; nothing here does."""

    availability_mode = 'regional'
    auto_provision_zones = 'enabled'
    auto_scaling_ips = 'enabled'
    subnet_id = None
    state = 'available'
    connectivity_type = 'public'

    def __init__(self, backend, vpc_id: str, tags: dict[str, str]):
        self.id = random_nat_gateway_id()
        self.vpc_id = vpc_id
        self.address_set = []
        self.ec2_backend = backend
        self._created_at = utcnow()
        self.add_tags(tags)


def install():
    zonal = NatGateways.create_nat_gateway

    def create_nat_gateway(self):
        if self._get_param('AvailabilityMode') != 'regional':
            return zonal(self)
        vpc = self._get_param('VpcId')
        if not vpc:
            raise refused('MissingParameter', 'The request must contain the parameter VpcId for a regional NAT gateway')
        if self._get_param('SubnetId'):
            raise refused('InvalidParameter', 'A regional NAT gateway stands in no subnet: SubnetId must not be given')
        self.ec2_backend.get_vpc(vpc)
        tags = add_tag_specification(self._get_param('TagSpecifications', []))
        made = RegionalNatGateway(self.ec2_backend, vpc, tags)
        self.ec2_backend.nat_gateways[made.id] = made
        return ActionResult({'NatGateway': made})

    NatGateways.create_nat_gateway = create_nat_gateway
