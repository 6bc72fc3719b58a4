"""Images that Image Builder makes, and of what."""

import time

from stacks.faults import ResourceFailed
from stacks.kinds import kind

# Longer than any image takes here.
_PATIENCE = 60
NOT_BUILT = 'no instance builds here'


def _row(name: str, create: str, key: str, *, update: str | None = None, **more):
    kind(
        f'AWS::ImageBuilder::{name}',
        'imagebuilder',
        create=create,
        id=key,
        key=key,
        update=update,
        delete=create.replace('create', 'delete'),
        rename={'Version': 'semanticVersion'},
        tagged='{id}',
        attributes={'Arn': 'id'},
        **more,
    )


_row('Component', 'create_component', 'componentBuildVersionArn', stand_in='it is not run')
_row('ImageRecipe', 'create_image_recipe', 'imageRecipeArn')
_row(
    'InfrastructureConfiguration',
    'create_infrastructure_configuration',
    'infrastructureConfigurationArn',
    update='update_infrastructure_configuration',
    stand_in=NOT_BUILT,
)
_row(
    'DistributionConfiguration',
    'create_distribution_configuration',
    'distributionConfigurationArn',
    update='update_distribution_configuration',
)
_row(
    'ImagePipeline',
    'create_image_pipeline',
    'imagePipelineArn',
    update='update_image_pipeline',
    stand_in='its schedule starts nothing, and what it makes is built of nothing',
)


def _image(at, props):
    given = at.shaped('imagebuilder', 'create_image', props.without('Tags'))
    arn = at.call('imagebuilder', 'create_image', **given)['imageBuildVersionArn']
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        image = at.call('imagebuilder', 'get_image', imageBuildVersionArn=arn)['image']
        if image['state']['status'] == 'AVAILABLE':
            here = next(ami['image'] for ami in image['outputResources']['amis'] if ami['region'] == at.region)
            return arn, {'Arn': arn, 'Name': image['name'], 'ImageId': here}
        if image['state']['status'] == 'FAILED':
            break
        time.sleep(0.2)
    raise ResourceFailed(f'Image {arn} did not become available')


kind(
    'AWS::ImageBuilder::Image',
    'imagebuilder',
    create=_image,
    key='imageBuildVersionArn',
    delete='delete_image',
    tagged='{id}',
    stand_in='no component is run',
)
