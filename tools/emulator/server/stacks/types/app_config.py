"""Settings that change while code runs, and how changes of them spread."""

from missing import appconfig
from missing.registry import Call
from stacks.faults import ResourceFailed
from stacks.kinds import kind

kind(
    'AWS::AppConfig::Application',
    'appconfig',
    create='create_application',
    id='Id',
    attributes={'ApplicationId': 'id'},
    update='update_application',
    key='ApplicationId',
    delete='delete_application',
    tagged='arn:{partition}:appconfig:{region}:{account}:application/{id}',
)
kind(
    'AWS::AppConfig::Environment',
    'appconfig',
    create='create_environment',
    id='Id',
    attributes={'EnvironmentId': 'id'},
    update='update_environment',
    key={'ApplicationId': '{ApplicationId}', 'EnvironmentId': '{id}'},
    delete='delete_environment',
    not_carried={'Tags': 'environments have no tags here', 'DeletionProtectionCheck': 'nothing is protected here'},
)
kind(
    'AWS::AppConfig::ConfigurationProfile',
    'appconfig',
    create='create_configuration_profile',
    id='Id',
    attributes={'ConfigurationProfileId': 'id'},
    update='update_configuration_profile',
    key={'ApplicationId': '{ApplicationId}', 'ConfigurationProfileId': '{id}'},
    delete='delete_configuration_profile',
    tagged='arn:{partition}:appconfig:{region}:{account}:application/{ApplicationId}/configurationprofile/{id}',
    not_carried={'DeletionProtectionCheck': 'nothing is protected here', 'KmsKeyIdentifier': 'nothing is encrypted here'},
)


def _version(at, props):
    given = props.pick('ApplicationId', 'ConfigurationProfileId', 'ContentType', 'Description', 'VersionLabel')
    made = at.call('appconfig', 'create_hosted_configuration_version', Content=str(props['Content']).encode(), **given)
    return str(made['VersionNumber']), {'VersionNumber': str(made['VersionNumber'])}


def _version_gone(at, number, props):
    at.call(
        'appconfig',
        'delete_hosted_configuration_version',
        ApplicationId=props['ApplicationId'],
        ConfigurationProfileId=props['ConfigurationProfileId'],
        VersionNumber=int(number),
    )


kind(
    'AWS::AppConfig::HostedConfigurationVersion',
    'appconfig',
    create=_version,
    delete=_version_gone,
    not_carried={'LatestVersionNumber': 'moto does not compare it'},
)
kind(
    'AWS::AppConfig::DeploymentStrategy',
    'appconfig',
    create='create_deployment_strategy',
    id='Id',
    update='update_deployment_strategy',
    key='DeploymentStrategyId',
    delete='delete_deployment_strategy',
    not_carried={'Tags': 'strategies have no tags here'},
)


def _deployed(at, props):
    made = at.put('appconfig', 'start_deployment', props)
    appconfig.reach_all(Call(at.account, at.region), made)
    return str(made['DeploymentNumber']), {'DeploymentNumber': str(made['DeploymentNumber']), 'State': 'COMPLETE'}


def _deployment_gone(at, number, props):
    """What is on its way is stopped; what everybody has they keep."""
    place = {'ApplicationId': props['ApplicationId'], 'EnvironmentId': props['EnvironmentId']}
    try:
        at.call('appconfig', 'stop_deployment', DeploymentNumber=int(number), **place)
    except ResourceFailed as error:
        if 'not in progress' not in str(error):
            raise


kind(
    'AWS::AppConfig::Deployment',
    'appconfig',
    create=_deployed,
    delete=_deployment_gone,
    stand_in='a deployment by a stack reaches everybody at once, and no alarm is waited for',
    not_carried={'Tags': 'deployments have no tags here'},
)
