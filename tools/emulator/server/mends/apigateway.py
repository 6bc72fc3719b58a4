"""Mends of moto's API Gateway: a deployment is a snapshot, as on AWS, and what front doors need is kept."""

import json

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import Authorizer, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse

from front.rest_deployment import Deployed


def install():
    original_deployment = RestAPI.create_deployment
    original_authorizer = Authorizer.__init__
    original_operations = Stage.apply_operations
    original_json = Stage.to_json

    def create_deployment(self, name, description, stage_variables=None):
        deployment = original_deployment(self, name, description, stage_variables)
        deployment.snapshot = Deployed.of(self)
        return deployment

    def __init__(self, authorizer_id, name, authorizer_type, **settings):
        # moto misspells the name of this one setting between two of its own functions.
        settings.setdefault('identity_validation_expression', settings.get('identiy_validation_expression'))
        original_authorizer(self, authorizer_id, name, authorizer_type, **settings)

    def apply_operations(self, patch_operations):
        own = [operation for operation in patch_operations if _is_of_canary(operation)]
        for operation in own:
            _change_canary(self, operation)
        # moto ignores that a method's settings are taken away.
        for operation in patch_operations:
            if (
                operation['op'] == 'remove'
                and operation['path'].count('/') == 2
                and not operation['path'].startswith('/variables/')
            ):
                self.method_settings.pop(operation['path'].removeprefix('/'), None)
        return original_operations(self, [operation for operation in patch_operations if operation not in own])

    def to_json(self):
        canary = getattr(self, 'canary', None)
        return {**original_json(self), **({'canarySettings': canary} if canary else {})}

    _binary_types()
    RestAPI.create_deployment = create_deployment
    # It would register every method of every stage with a library that stands in for requests to the internet.
    RestAPI.update_integration_mocks = lambda self, stage_name: None
    Authorizer.__init__ = __init__
    Stage.apply_operations = apply_operations
    Stage.to_json = to_json


def _is_of_canary(operation: dict) -> bool:
    return any(str(operation.get(name, '')).startswith('/canarySettings') for name in ('path', 'from'))


def _change_canary(stage: Stage, operation: dict):
    """moto knows no canaries: their settings, and the copies by which one is promoted."""
    settings = getattr(stage, 'canary', None)
    kind, path = operation['op'], operation['path']
    if kind == 'copy':
        if not settings:
            raise BadRequestException('Invalid patch path: the stage has no canary')
        if operation['from'] == '/canarySettings/deploymentId':
            stage.deployment_id = settings['deploymentId']
        else:
            stage.variables = {**stage.variables, **(settings.get('stageVariableOverrides') or {})}
        return
    if kind == 'remove' and path == '/canarySettings':
        stage.canary = None
        return
    stage.canary = settings if settings is not None else {'deploymentId': stage.deployment_id, 'percentTraffic': 0.0}
    name, _, variable = path.removeprefix('/canarySettings/').partition('/')
    if variable:
        overrides = stage.canary.setdefault('stageVariableOverrides', {})
        overrides.pop(variable, None) if kind == 'remove' else overrides.update({variable: operation['value']})
        return
    value = operation['value']
    typed = {'percentTraffic': float, 'useStageCache': lambda given: str(given).lower() == 'true'}
    stage.canary[name] = typed.get(name, str)(value)


def _binary_types():
    """moto forgets the binary media types of a new API, and reads those of an update from the wrong place."""
    original_create = APIGatewayResponse.create_rest_api
    original_patch = RestAPI.apply_patch_operations

    def create_rest_api(self):
        answer = original_create(self)
        made = json.loads(answer[2])
        types = json.loads(self.body or '{}').get('binaryMediaTypes')
        if types and 'id' in made:
            self.backend.apis[made['id']].binaryMediaTypes = types
            return answer[0], answer[1], json.dumps({**made, 'binaryMediaTypes': types})
        return answer

    def apply_patch_operations(self, patch_operations):
        own = [operation for operation in patch_operations if operation['path'].startswith('/binaryMediaTypes')]
        for operation in own:
            name = operation['path'].removeprefix('/binaryMediaTypes').removeprefix('/').replace(
                '~1', '/'
            ) or operation.get('value')
            if operation['op'] == 'remove':
                self.binaryMediaTypes = [each for each in self.binaryMediaTypes if each != name]
            elif name not in self.binaryMediaTypes:
                self.binaryMediaTypes = [*self.binaryMediaTypes, name]
        original_patch(self, [operation for operation in patch_operations if operation not in own])
        for operation in patch_operations:
            if operation['path'] == '/disableExecuteApiEndpoint':
                # moto takes the text "false" for true.
                self.disableExecuteApiEndpoint = str(operation['value']).lower() == 'true'

    APIGatewayResponse.create_rest_api = create_rest_api
    RestAPI.apply_patch_operations = apply_patch_operations
