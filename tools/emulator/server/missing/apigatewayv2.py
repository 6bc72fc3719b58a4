"""HTTP APIs: deployments, stages that are changed, and documents that are brought as new APIs."""

import yaml
from moto.apigatewayv2.models import apigatewayv2_backends

from missing.registry import operation, refused
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


@operation('apigatewayv2', 'ImportApi')
def import_api(call, given):
    """moto brings a document to an API that is there; here one is made for it first."""
    try:
        name = yaml.safe_load(given['Body'])['info']['title']
    except (yaml.YAMLError, TypeError, KeyError) as error:
        raise refused('BadRequestException', f'Unable to parse API definition: {error}') from error
    backend = apigatewayv2_backends[call.account][call.region]
    unset = ('api_key_selection_expression', 'cors_configuration', 'description', 'disable_schema_validation')
    unset += ('disable_execute_api_endpoint', 'route_selection_expression', 'tags', 'version')
    api = backend.create_api(name=name, protocol_type='HTTP', **dict.fromkeys(unset))
    backend.reimport_api(api.api_id, given['Body'], given.get('FailOnWarnings', False))
    return {'ApiId': api.api_id, 'ApiEndpoint': api.api_endpoint, 'Name': api.name, 'ProtocolType': 'HTTP'}
