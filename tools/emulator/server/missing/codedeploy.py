"""CodeDeploy in moto can only make things: here they can be changed and deleted."""

from moto.codedeploy.models import codedeploy_backends

from missing.registry import operation


def _backend(call):
    return codedeploy_backends[call.account][call.region]


@operation('codedeploy', 'DeleteApplication')
def delete_application(call, given):
    backend, name = _backend(call), given['applicationName']
    backend.applications.pop(name, None)
    backend.deployment_groups.pop(name, None)


@operation('codedeploy', 'DeleteDeploymentGroup')
def delete_deployment_group(call, given):
    _backend(call).deployment_groups.get(given['applicationName'], {}).pop(given['deploymentGroupName'], None)
    return {'hooksNotCleanedUp': []}


@operation('codedeploy', 'UpdateDeploymentGroup')
def update_deployment_group(call, given):
    backend = _backend(call)
    found = backend.get_deployment_group(given['applicationName'], given['currentDeploymentGroupName'])
    words = {
        'deploymentConfigName': 'deployment_config_name',
        'autoRollbackConfiguration': 'auto_rollback_configuration',
        'alarmConfiguration': 'alarm_configuration',
        'deploymentStyle': 'deployment_style',
        'serviceRoleArn': 'service_role_arn',
        'triggerConfigurations': 'trigger_configurations',
    }
    for name, attribute in words.items():
        if name in given:
            setattr(found, attribute, given[name])
    return {'hooksNotCleanedUp': []}
