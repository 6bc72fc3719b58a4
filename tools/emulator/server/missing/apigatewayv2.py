"""HTTP APIs: deployments, and stages that are changed."""

from moto.apigatewayv2.models import apigatewayv2_backends

from missing.registry import operation
from missing.shelf import shelf

shelf(
    'apigatewayv2',
    'deployment',
    key=('ApiId', 'DeploymentId'),
    record=lambda _call, given, _id: {'DeploymentStatus': 'DEPLOYED', 'CreatedDate': given['CreatedTime']},
    create='CreateDeployment',
    get='GetDeployment',
    delete='DeleteDeployment',
    list='GetDeployments',
    missing='NotFoundException',
)
WORDS = {
    'AccessLogSettings': 'access_log_settings',
    'AutoDeploy': 'auto_deploy',
    'ClientCertificateId': 'client_certificate_id',
    'DefaultRouteSettings': 'default_route_settings',
    'Description': 'description',
    'RouteSettings': 'route_settings',
    'StageVariables': 'stage_variables',
}


def _lower(value):
    """The names inside, as the API writes them."""
    if isinstance(value, dict):
        return {f'{name[0].lower()}{name[1:]}': _lower(inner) for name, inner in value.items()}
    return value


@operation('apigatewayv2', 'UpdateStage')
def update_stage(call, given):
    stage = apigatewayv2_backends[call.account][call.region].get_stage(given['ApiId'], given['StageName'])
    for name, attribute in WORDS.items():
        if name in given:
            setattr(stage, attribute, given[name] if name == 'StageVariables' else _lower(given[name]))
    return {'StageName': stage.name, 'Description': stage.description}
