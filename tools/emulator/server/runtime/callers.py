"""Which function a request comes from, by the session token that its process was given: whose role it acts under, and
through which endpoint of its network it reaches a service.
"""

import base64
import binascii
from collections.abc import Mapping

from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.ec2.models import ec2_backends

_PREFIX = 'function.'


def token_of(function: LambdaFunction) -> str:
    name = f'{function.account_id} {function.region} {function.function_name}'
    return _PREFIX + base64.urlsafe_b64encode(name.encode()).decode()


def function_of(headers: Mapping[str, str]) -> LambdaFunction | None:
    """The function whose process signed a request; None for anybody else, and for one that is gone."""
    token = headers.get('X-Amz-Security-Token', '')
    if not token.startswith(_PREFIX):
        return None
    try:
        account, region, name = base64.urlsafe_b64decode(token.removeprefix(_PREFIX)).decode().split(' ')
        return lambda_backends[account][region].get_function(name)
    except (binascii.Error, ValueError, LookupError):
        return None


def principals_of(function: LambdaFunction) -> tuple[str, ...]:
    """The session, the role, and the account, as policies name them."""
    role = function.role.rsplit('/', 1)[-1]
    account = function.account_id
    session = f'arn:aws:sts::{account}:assumed-role/{role}/{function.function_name}'
    return session, function.role, f'arn:aws:iam::{account}:root', account


def endpoint_of(function: LambdaFunction, service: str):
    """The gateway endpoint that the tables of a function's subnets lead to; None where it stands in no network."""
    subnets = (function.vpc_config or {}).get('SubnetIds') or []
    if not subnets:
        return None
    network = ec2_backends[function.account_id][function.region]
    tables = {
        table.id
        for table in network.describe_route_tables()
        if any(association.get('SubnetId') in subnets for association in table.associations)
    }
    for endpoint in network.describe_vpc_endpoints(vpc_end_point_ids=[]):
        if endpoint.service_name.endswith(f'.{service}') and tables & set(endpoint.route_table_ids or []):
            return endpoint
    return None
