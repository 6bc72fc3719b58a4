"""What goes with a network, a NAT gateway and an instance goes.

moto keeps the default network ACL of a VPC that was deleted, the network interface of a NAT gateway and the first one of an instance,
and what else was attached to an instance stays attached to nothing:
whoever looks what a stack left behind finds things that AWS deletes by itself. A set of DHCP options it deletes with the VPC, though
the set is nobody's part, and knows the last one only of the VPCs that use it.
"""

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models.dhcp_options import DHCPOptionsSetBackend
from moto.ec2.models.instances import Instance
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.vpcs import VPCBackend


def install():
    delete_vpc = VPCBackend.delete_vpc
    delete_options = DHCPOptionsSetBackend.delete_dhcp_options_set
    delete_nat_gateway = NatGatewayBackend.delete_nat_gateway
    terminate = Instance.terminate

    def without_its_lists(self, vpc_id):
        if vpc_id in self.vpcs:
            self.vpcs[vpc_id].dhcp_options = None
        vpc = delete_vpc(self, vpc_id)
        for acl_id in [acl.id for acl in self.network_acls.values() if acl.vpc_id == vpc_id]:
            del self.network_acls[acl_id]
        return vpc

    def unless_used(self, options_id):
        if any(vpc.dhcp_options and vpc.dhcp_options.id == options_id for vpc in self.vpcs.values()):
            raise DependencyViolationError(f"The dhcpOptions '{options_id}' has dependencies and cannot be deleted.")
        if options_id in self.dhcp_options_sets:
            self.dhcp_options_sets[options_id].vpc = None
        delete_options(self, options_id)

    def without_its_interface(self, nat_gateway_id):
        gateway = delete_nat_gateway(self, nat_gateway_id)
        interface = getattr(gateway, '_eni', None)  # one of a whole VPC has none
        if interface:
            self.enis.pop(interface.id, None)
        return gateway

    def without_its_first_interface(self):
        state = terminate(self)
        for interface in [*self.nics.values()]:
            if interface.device_index == 0:
                self.ec2_backend.enis.pop(interface.id, None)
            else:
                self.detach_eni(interface)
        return state

    VPCBackend.delete_vpc = without_its_lists
    DHCPOptionsSetBackend.delete_dhcp_options_set = unless_used
    NatGatewayBackend.delete_nat_gateway = without_its_interface
    Instance.terminate = without_its_first_interface
