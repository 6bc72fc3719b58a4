"""AppConfig beyond moto's applications, profiles and versions: environments, strategies, and deployments that spread, are watched
by alarms, and are taken back; and what readers get of them.

Time is short here: of a minute of a strategy, `minute()` seconds. A share of the questions is answered with the new values while a
deployment spreads, where AWS gives them to a share of those who ask.
"""

import datetime
import itertools
import json
import time
import uuid
from dataclasses import dataclass, field

import jsonschema
from moto.appconfig.models import appconfig_backends
from moto.cloudwatch.models import cloudwatch_backends

from missing.registry import Call, operation, refused, state
from missing.shelf import shelf
from runtime.options import minute

GOING = ('DEPLOYING', 'BAKING')


def _id(_call, _given) -> str:
    return uuid.uuid4().hex[:7]


shelf(
    'appconfig',
    'environment',
    key=('ApplicationId', 'EnvironmentId'),
    id=_id,
    record=lambda call, given, made: {
        'Id': made,
        'State': 'READY_FOR_DEPLOYMENT',
        'Monitors': given.get('Monitors') or [],
    },
    create='CreateEnvironment',
    get='GetEnvironment',
    update='UpdateEnvironment',
    delete='DeleteEnvironment',
)
shelf(
    'appconfig',
    'deployment strategy',
    key='DeploymentStrategyId',
    id=_id,
    record=lambda call, given, made: {'Id': made},
    create='CreateDeploymentStrategy',
    get='GetDeploymentStrategy',
    update='UpdateDeploymentStrategy',
    delete='DeleteDeploymentStrategy',
    list='ListDeploymentStrategies',
)


@operation('appconfig', 'ListApplications')
def list_applications(call, given):
    return {'Items': [one.to_json() for one in _backend(call).applications.values()]}


@operation('appconfig', 'ListEnvironments')
def list_environments(call, given):
    return {'Items': [one for one in _environments(call) if one['ApplicationId'] == given['ApplicationId']]}


@dataclass
class Deployment:
    """One set of values on its way to whoever reads an environment."""

    number: int
    version: str
    strategy: dict
    monitors: list[dict]
    profile: object
    content: bytes
    content_type: str
    began: float = field(default_factory=time.monotonic)
    started: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.timezone.utc))
    ended: str | None = None
    at_once: bool = False

    def share(self) -> float:
        """The percentage of questions that are answered with these values."""
        if self.at_once or self.ended == 'COMPLETE':
            return 100.0
        if self.ended:
            return 0.0
        minutes, step = int(self.strategy['DeploymentDurationInMinutes']), float(self.strategy['GrowthFactor'])
        if minutes == 0:
            return 100.0
        steps = 1 + int((time.monotonic() - self.began) / minute() / (minutes * step / 100))
        return min(100.0, steps * step)

    def settle(self, account: str, region: str) -> str:
        """What has become of it by now."""
        if self.ended:
            return self.ended
        passed = (time.monotonic() - self.began) / minute()
        spread = int(self.strategy['DeploymentDurationInMinutes'])
        baked = spread + int(self.strategy.get('FinalBakeTimeInMinutes') or 0)
        if not self.at_once and any(_goes_off(one['AlarmArn'], account, region) for one in self.monitors):
            self.ended = 'ROLLED_BACK'
        elif self.at_once or passed >= baked:
            self.ended = 'COMPLETE'
        return self.ended or ('BAKING' if passed >= spread else 'DEPLOYING')


def _goes_off(arn: str, account: str, region: str) -> bool:
    alarm = cloudwatch_backends[account][region].alarms.get(arn.split(':alarm:')[-1])
    return bool(alarm) and alarm.state_value == 'ALARM'


@operation('appconfig', 'ValidateConfiguration')
def validate_configuration(call, given):
    _validated(call, given)


@operation('appconfig', 'StartDeployment')
def start_deployment(call, given):
    environment = _environment(call, given)
    strategy = state(call, 'appconfig/deployment strategy').get((given['DeploymentStrategyId'],))
    if not strategy:
        raise refused(
            'ResourceNotFoundException', f'deployment strategy {given["DeploymentStrategyId"]} does not exist'
        )
    profile, version = _validated(call, given)
    deployments = _deployments(call, given)
    if any(one.settle(call.account, call.region) in GOING for one in deployments):
        raise refused('ConflictException', 'A deployment to this environment is already in progress.')
    made = Deployment(
        number=len(deployments) + 1,
        version=str(version.version),
        strategy=strategy,
        monitors=environment['Monitors'],
        profile=profile,
        content=version.content if isinstance(version.content, bytes) else str(version.content).encode(),
        content_type=version.content_type,
    )
    deployments.append(made)
    return _shown(call, given, made)


@operation('appconfig', 'StopDeployment')
def stop_deployment(call, given):
    made = _deployment(call, given)
    if made.settle(call.account, call.region) not in GOING:
        raise refused('BadRequestException', 'The deployment is not in progress.')
    made.ended = 'ROLLED_BACK'
    return _shown(call, given, made)


@operation('appconfig', 'GetDeployment')
def get_deployment(call, given):
    return _shown(call, given, _deployment(call, given))


@operation('appconfig', 'ListDeployments')
def list_deployments(call, given):
    return {'Items': [_shown(call, given, one) for one in reversed(_deployments(call, given))]}


@operation('appconfigdata', 'StartConfigurationSession')
def start_configuration_session(call, given):
    token = uuid.uuid4().hex
    names = ('ApplicationIdentifier', 'EnvironmentIdentifier', 'ConfigurationProfileIdentifier')
    state(call, 'appconfig/sessions')[token] = tuple(given[name] for name in names)
    return {'InitialConfigurationToken': token}


@operation('appconfigdata', 'GetLatestConfiguration')
def get_latest_configuration(call, given):
    sessions = state(call, 'appconfig/sessions')
    place = sessions.pop(given['ConfigurationToken'], None)
    if not place:
        raise refused('BadRequestException', 'Request token is invalid: each is good once.')
    following = uuid.uuid4().hex
    sessions[following] = place
    found = answered(call, *place)
    if not found:
        raise refused('ResourceNotFoundException', f'nothing is deployed at {"/".join(place)}')
    return {
        'NextPollConfigurationToken': following,
        'NextPollIntervalInSeconds': 60,
        'ContentType': found[1],
        'Configuration': found[0],
    }


_questions = itertools.count()


def answered(call: Call, application: str, environment: str, profile: str) -> tuple[bytes, str] | None:
    """What somebody who asks now gets, as bytes and their type; the three are names or ids."""
    app = next((one for one in _backend(call).applications.values() if application in (one.id, one.name)), None)
    if not app:
        return None
    one = next(
        (each for each in _environments(call) if each['ApplicationId'] == app.id and environment in (each['Id'], each['Name'])),
        None,
    )
    if not one:
        return None
    place = {'ApplicationId': app.id, 'EnvironmentId': one['Id']}
    # Spread evenly over the hundred, so that a share of a few questions is about that share.
    luck = next(_questions) * 37 % 100
    for made in reversed(_deployments(call, place)):
        if profile not in (made.profile.id, made.profile.name):
            continue
        if made.settle(call.account, call.region) != 'ROLLED_BACK' and luck < made.share():
            return made.content, made.content_type
    return None


def reach_all(call: Call, given: dict) -> None:
    """Ends the waiting for a deployment: CloudFormation goes on when everybody has it, and nobody here waits for that."""
    _deployment(call, given).at_once = True


def _backend(call):
    return appconfig_backends[call.account][call.region]


def _environments(call) -> list[dict]:
    return list(state(call, 'appconfig/environment').values())


def _environment(call, given) -> dict:
    found = state(call, 'appconfig/environment').get((given['ApplicationId'], given['EnvironmentId']))
    if not found:
        raise refused('ResourceNotFoundException', f'environment {given["EnvironmentId"]} does not exist')
    return found


def _deployments(call, given) -> list[Deployment]:
    return state(call, 'appconfig/deployments').setdefault((given['ApplicationId'], given['EnvironmentId']), [])


def _deployment(call, given) -> Deployment:
    found = [one for one in _deployments(call, given) if one.number == int(given['DeploymentNumber'])]
    if not found:
        raise refused('ResourceNotFoundException', f'deployment {given["DeploymentNumber"]} does not exist')
    return found[0]


def _validated(call, given):
    """The profile and the version, if the profile's schemas take it."""
    profile = _backend(call).get_configuration_profile(given['ApplicationId'], given['ConfigurationProfileId'])
    version = profile.get_version(int(given['ConfigurationVersion']))
    for validator in profile.validators or []:
        if validator['Type'] != 'JSON_SCHEMA':
            raise refused('BadRequestException', 'Functions that validate do not run here; use a JSON schema.')
        try:
            jsonschema.Draft4Validator(json.loads(validator['Content'])).validate(json.loads(version.content))
        except (ValueError, jsonschema.ValidationError) as fault:
            said = fault.message if isinstance(fault, jsonschema.ValidationError) else str(fault)
            raise refused('BadRequestException', f'Error validating data against JSON schema: {said}') from fault
    return profile, version


def _shown(call, given, made: Deployment) -> dict:
    now = made.settle(call.account, call.region)
    return {
        'ApplicationId': given['ApplicationId'],
        'EnvironmentId': given['EnvironmentId'],
        'ConfigurationProfileId': made.profile.id,
        'ConfigurationName': made.profile.name,
        'ConfigurationVersion': made.version,
        'ConfigurationLocationUri': 'hosted',
        'DeploymentStrategyId': made.strategy['Id'],
        'DeploymentNumber': made.number,
        'DeploymentDurationInMinutes': int(made.strategy['DeploymentDurationInMinutes']),
        'GrowthType': made.strategy.get('GrowthType', 'LINEAR'),
        'GrowthFactor': float(made.strategy['GrowthFactor']),
        'FinalBakeTimeInMinutes': int(made.strategy.get('FinalBakeTimeInMinutes') or 0),
        'State': now,
        'PercentageComplete': made.share(),
        'StartedAt': made.started,
    }
