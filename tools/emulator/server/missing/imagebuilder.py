"""Image Builder: components, recipes, where images are made and where they go, and pipelines that make them.

No component is run: an image is a number with the recipe's tags, available after a moment. It goes where its distribution says, its id into
the parameters, and what becomes of it is told on the default bus.
"""

import datetime
import threading
from urllib.parse import unquote

import yaml
from moto.ec2.models import ec2_backends
from moto.ssm.models import ssm_backends

from missing.registry import Call, operation, refused, state
from missing.shelf import shelf
from runtime import event_bus
from runtime.functions import complain

_MOMENT = 0.5


@operation('imagebuilder', 'TagResource')
def tag(call: Call, given: dict):
    state(call, 'imagebuilder/tags').setdefault(unquote(given['resourceArn']), {}).update(given['tags'])


@operation('imagebuilder', 'UntagResource')
def untag(call: Call, given: dict):
    for key in given['tagKeys']:
        state(call, 'imagebuilder/tags').get(unquote(given['resourceArn']), {}).pop(key, None)


@operation('imagebuilder', 'ListTagsForResource')
def list_tags(call: Call, given: dict):
    return {'tags': state(call, 'imagebuilder/tags').get(unquote(given['resourceArn']), {})}


def _things(what: str, create: str, key: str, *, versioned: bool = False, check=None, update: str | None = None):
    resource = what.replace(' ', '-')

    def arn(call: Call, given: dict) -> str:
        if check:
            check(call, given)
        version = f'/{given["semanticVersion"]}' if versioned else ''
        build = '/1' if what == 'component' else ''
        return call.arn('imagebuilder', f'{resource}/{given["name"].lower()}{version}{build}')

    shelf(
        'imagebuilder',
        what,
        key=key,
        id=arn,
        record=lambda _call, given, made: {'arn': made, 'version': given.get('semanticVersion')},
        create=create,
        get=create.replace('Create', 'Get'),
        update=update,
        delete=create.replace('Create', 'Delete'),
        list=create.replace('Create', 'List') + 's',
        missing='ResourceNotFoundException',
        exists='ResourceAlreadyExistsException',
    )


def _document(_call: Call, given: dict):
    try:
        document = yaml.safe_load(given['data'])
        phases = {phase['name'] for phase in document['phases']}
    except Exception as error:
        raise refused('InvalidParameterValueException', f'The component document is invalid: {error}') from error
    if document.get('schemaVersion') != 1.0 or not phases <= {'build', 'validate', 'test'}:
        raise refused('InvalidParameterValueException', 'The component document is invalid: its schemaVersion is 1.0, its phases are build, validate and test')


def _known_components(call: Call, given: dict):
    for component in given['components']:
        arn = component['componentArn']
        if ':aws:component/' not in arn and (arn,) not in state(call, 'imagebuilder/component'):
            raise refused('InvalidParameterValueException', f'The component {arn} does not exist')


_things('component', 'CreateComponent', 'componentBuildVersionArn', versioned=True, check=_document)
_things('image recipe', 'CreateImageRecipe', 'imageRecipeArn', versioned=True, check=_known_components)
_things(
    'infrastructure configuration',
    'CreateInfrastructureConfiguration',
    'infrastructureConfigurationArn',
    update='UpdateInfrastructureConfiguration',
)
_things(
    'distribution configuration',
    'CreateDistributionConfiguration',
    'distributionConfigurationArn',
    update='UpdateDistributionConfiguration',
)
_things('image pipeline', 'CreateImagePipeline', 'imagePipelineArn', update='UpdateImagePipeline')


@operation('imagebuilder', 'StartImagePipelineExecution')
def start(call: Call, given: dict):
    pipeline = _found(call, 'image pipeline', given['imagePipelineArn'])
    return _begin(call, pipeline, given['imagePipelineArn'])


@operation('imagebuilder', 'CreateImage')
def create(call: Call, given: dict):
    return _begin(call, given)


@operation('imagebuilder', 'GetImage')
def get(call: Call, given: dict):
    return {'image': _image(call, given['imageBuildVersionArn'])}


@operation('imagebuilder', 'DeleteImage')
def delete(call: Call, given: dict):
    _image(call, given['imageBuildVersionArn'])
    del state(call, 'imagebuilder/images')[given['imageBuildVersionArn']]
    return {'imageBuildVersionArn': given['imageBuildVersionArn']}


@operation('imagebuilder', 'ListImagePipelineImages')
def of_pipeline(call: Call, given: dict):
    images = state(call, 'imagebuilder/images').values()
    return {'imageSummaryList': [one for one in images if one['sourcePipelineArn'] == given['imagePipelineArn']]}


def _found(call: Call, what: str, arn: str) -> dict:
    things = state(call, f'imagebuilder/{what}')
    if (arn,) not in things:
        raise refused('ResourceNotFoundException', f'The resource with the ARN {arn} does not exist')
    return things[(arn,)]


def _image(call: Call, arn: str) -> dict:
    images = state(call, 'imagebuilder/images')
    if arn not in images:
        raise refused('ResourceNotFoundException', f'The resource with the ARN {arn} does not exist')
    return images[arn]


def _begin(call: Call, how: dict, pipeline: str | None = None) -> dict:
    recipe = _found(call, 'image recipe', how['imageRecipeArn'])
    _found(call, 'infrastructure configuration', how['infrastructureConfigurationArn'])
    distribution = _found(call, 'distribution configuration', how['distributionConfigurationArn'])
    images = state(call, 'imagebuilder/images')
    version = how['imageRecipeArn'].split(':image-recipe/')[1]
    arn = call.arn('imagebuilder', f'image/{version}/')
    builds = state(call, 'imagebuilder/builds')
    builds[arn] = builds.get(arn, 0) + 1
    arn = f'{arn}{builds[arn]}'
    images[arn] = {
        'arn': arn,
        'type': 'AMI',
        'name': recipe['name'],
        'version': f'{recipe["semanticVersion"]}/{arn.rsplit("/", 1)[1]}',
        'platform': 'Linux',
        'state': {'status': 'BUILDING'},
        'sourcePipelineArn': pipeline,
        'dateCreated': datetime.datetime.now(datetime.timezone.utc).isoformat(),
        'outputResources': {'amis': []},
    }
    threading.Timer(_MOMENT, _finish, (call, images[arn], recipe, distribution)).start()
    return {'imageBuildVersionArn': arn}


def _finish(call: Call, image: dict, recipe: dict, distribution: dict):
    before = image['state']['status']
    try:
        amis = [_distribute(call, image, recipe, place) for place in distribution['distributions']]
        image.update(state={'status': 'AVAILABLE'}, outputResources={'amis': amis})
    except Exception as error:
        complain(f'Image Builder {image["arn"]}: {type(error).__name__}: {error}')
        image['state'] = {'status': 'FAILED', 'reason': str(error)}
    detail = {'previous-state': {'status': before}, 'state': image['state']}
    event_bus.put(
        call.account,
        call.region,
        'aws.imagebuilder',
        'EC2 Image Builder Image State Change',
        detail,
        [image['arn']],
    )


def _distribute(call: Call, image: dict, recipe: dict, place: dict) -> dict:
    region = place['region']
    given = place.get('amiDistributionConfiguration') or {}
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H-%M-%S.%fZ')
    name = (given.get('name') or f'{recipe["name"]} {{{{ imagebuilder:buildDate }}}}').replace(
        '{{ imagebuilder:buildDate }}', now
    )
    ami = ec2_backends[call.account][region].register_image(name, given.get('description'))
    ami.architecture = 'arm64' if 'arm64' in recipe['parentImage'] else 'x86_64'
    ami.root_device_name, ami.root_device_type = '/dev/xvda', 'ebs'
    marks = {'CreatedBy': 'EC2 Image Builder', 'Ec2ImageBuilderArn': image['arn']}
    ami.add_tags({**marks, **(given.get('amiTags') or {})})
    ami.ebs_snapshot.add_tags(marks)
    for parameter in place.get('ssmParameterConfigurations') or []:
        ssm_backends[call.account][region].put_parameter(
            parameter['parameterName'], '', ami.id, 'String', None, None, True, [], parameter.get('dataType', 'text'), None, None
        )
    return {'region': region, 'image': ami.id, 'name': name, 'accountId': call.account}
