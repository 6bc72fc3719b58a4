"""What goes with a network, a NAT gateway and an instance goes.

moto keeps the default network ACL of a VPC that was deleted, the network interface of a NAT gateway and the first one of an instance:
whoever looks what a stack left behind finds things that AWS deletes by itself.
"""

from moto.ec2.models.instances import Instance
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.vpcs import VPCBackend


def install():
    delete_vpc = VPCBackend.delete_vpc
    delete_nat_gateway = NatGatewayBackend.delete_nat_gateway
    terminate = Instance.terminate

    def without_its_lists(self, vpc_id):
        vpc = delete_vpc(self, vpc_id)
        for acl_id in [acl.id for acl in self.network_acls.values() if acl.vpc_id == vpc_id]:
            del self.network_acls[acl_id]
        return vpc

    def without_its_interface(self, nat_gateway_id):
        gateway = delete_nat_gateway(self, nat_gateway_id)
        self.enis.pop(gateway._eni.id, None)
        return gateway

    def without_its_first_interface(self):
        state = terminate(self)
        for interface in self.nics.values():
            if interface.device_index == 0:
                self.ec2_backend.enis.pop(interface.id, None)
        return state

    VPCBackend.delete_vpc = without_its_lists
    NatGatewayBackend.delete_nat_gateway = without_its_interface
    Instance.terminate = without_its_first_interface
