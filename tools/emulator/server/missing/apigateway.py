"""Tags of what an API Gateway has, which moto knows only where they come with the creation."""

from moto.apigateway.models import apigateway_backends

from missing.registry import operation, state


def _tags(call, arn: str) -> dict:
    """The tags behind an ARN: an API keeps its own, the rest is kept here."""
    parts = arn.split('::')[-1].strip('/').split('/')
    if len(parts) == 2 and parts[0] == 'restapis':
        api = apigateway_backends[call.account][call.region].get_rest_api(parts[1])
        if api.tags is None:
            api.tags = {}
        return api.tags
    return state(call, 'apigateway/tags').setdefault('/'.join(parts), {})


@operation('apigateway', 'TagResource')
def tag(call, given):
    _tags(call, given['resourceArn']).update(given['tags'])


@operation('apigateway', 'UntagResource')
def untag(call, given):
    tags = _tags(call, given['resourceArn'])
    for key in given['tagKeys']:
        tags.pop(key, None)


@operation('apigateway', 'GetTags')
def tags(call, given):
    return {'tags': _tags(call, given['resourceArn'])}
