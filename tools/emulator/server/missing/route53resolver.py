"""Logs of queries that are no longer kept."""

from moto.route53resolver.models import route53resolver_backends

from missing.registry import operation


@operation('route53resolver', 'DeleteResolverQueryLogConfig')
def delete(call, given):
    route53resolver_backends[call.account][call.region].resolver_query_log_configs.pop(
        given['ResolverQueryLogConfigId'], None
    )
    return {'ResolverQueryLogConfig': {'Id': given['ResolverQueryLogConfigId']}}
