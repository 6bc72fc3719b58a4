"""Elastic IPs and public addresses of instances are addresses of this machine, so that what listens at one can be reached; moto makes up ones of
the world. They are not given out twice, as the same one of the world might be."""

from moto.ec2.models import elastic_ip_addresses, elastic_network_interfaces

from transport import addresses


def install():
    elastic_ip_addresses.random_ip = addresses.new
    elastic_network_interfaces.random_public_ip = addresses.new
