"""CloudFront's ways into a VPC. Requests go straight to the load balancer here; what is real is the security group that
CloudFront makes for its interfaces with the first origin in a VPC, which templates refer to, and takes away with the last."""

from missing.registry import operation, refused, state
from missing.shelf import identifier, shelf
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

_GROUP = 'CloudFront-VPCOrigins-Service-SG'


def _record(call, flat: dict, origin: str) -> dict:
    vpc = _vpc_of(call, flat)
    if vpc and not _groups(call, *vpc):
        region, vpc_id = vpc
        ec2_backends[call.account][region].create_security_group(_GROUP, 'Interfaces of CloudFront', vpc_id)
    return {
        'Arn': f'arn:aws:cloudfront::{call.account}:vpcorigin/{origin}',
        'AccountId': call.account,
        'Status': 'Deployed',
    }


shelf(
    'cloudfront',
    'VpcOrigin',
    key='Id',
    id=lambda _call, _given: f'vo_{identifier(22)}',
    record=_record,
    create='CreateVpcOrigin',
    get='GetVpcOrigin',
    update='UpdateVpcOrigin',
    list='ListVpcOrigins',
    missing='EntityNotFound',
)


@operation('cloudfront', 'DeleteVpcOrigin')
def delete_vpc_origin(call, given):
    things = state(call, 'cloudfront/VpcOrigin')
    gone = things.pop((given['Id'],), None)
    if gone is None:
        raise refused('EntityNotFound', f"VpcOrigin {given['Id']} does not exist")
    vpc = _vpc_of(call, gone)
    if vpc and not any(_vpc_of(call, one) == vpc for one in things.values()):
        for group in _groups(call, *vpc):
            ec2_backends[call.account][vpc[0]].delete_security_group(group_id=group.id)
    return {'VpcOrigin': gone, 'ETag': gone['ETag']}


def _vpc_of(call, origin: dict) -> tuple[str, str] | None:
    """The region and VPC of the load balancer that an origin leads to."""
    arn = origin['VpcOriginEndpointConfig']['Arn']
    for region, backend in elbv2_backends[call.account].items():
        if arn in backend.load_balancers:
            return region, backend.load_balancers[arn].vpc_id
    return None


def _groups(call, region: str, vpc_id: str) -> list:
    groups = ec2_backends[call.account][region].groups[vpc_id].values()
    return [group for group in groups if group.name == _GROUP]
