"""Image repositories and container services."""

import json

from stacks.kinds import kind
from stacks.reading import whole


def _repository(at, props):
    name = props.get('RepositoryName') or at.name(256, lower=True)
    given = {'repositoryName': name}
    shaped = at.shaped('ecr', 'create_repository', {
        key: props[key] for key in ('ImageTagMutability', 'ImageScanningConfiguration', 'EncryptionConfiguration', 'ImageTagMutabilityExclusionFilters') if key in props
    })
    made = at.call('ecr', 'create_repository', **given, **shaped)['repository']
    _repository_policies(at, name, {}, props)
    props.get('EmptyOnDelete')
    return name, {'Arn': made['repositoryArn'], 'RepositoryUri': made['repositoryUri']}


def _repository_policies(at, name, old, props):
    if 'LifecyclePolicy' in props:
        at.call('ecr', 'put_lifecycle_policy', repositoryName=name, lifecyclePolicyText=props['LifecyclePolicy']['LifecyclePolicyText'])
        props['LifecyclePolicy'].get('RegistryId')
    elif 'LifecyclePolicy' in old:
        at.call('ecr', 'delete_lifecycle_policy', repositoryName=name)
    if 'RepositoryPolicyText' in props:
        text = props['RepositoryPolicyText']
        at.call('ecr', 'set_repository_policy', repositoryName=name, policyText=text if isinstance(text, str) else json.dumps(whole(text)))
    elif 'RepositoryPolicyText' in old:
        at.call('ecr', 'delete_repository_policy', repositoryName=name)


def _repository_changed(at, name, old, props):
    _repository_policies(at, name, old, props)
    if 'ImageTagMutability' in props:
        at.call('ecr', 'put_image_tag_mutability', repositoryName=name, imageTagMutability=props['ImageTagMutability'])
    if 'ImageScanningConfiguration' in props:
        given = at.shaped('ecr', 'put_image_scanning_configuration', {'ImageScanningConfiguration': props['ImageScanningConfiguration']})
        at.call('ecr', 'put_image_scanning_configuration', repositoryName=name, **given)
    props.get('EmptyOnDelete')


def _repository_gone(at, name, props):
    force = str(props.get('EmptyOnDelete', False)).lower() == 'true'
    at.call('ecr', 'delete_repository', repositoryName=name, force=force)


kind(
    'AWS::ECR::Repository',
    'ecr',
    create=_repository,
    update=_repository_changed,
    delete=_repository_gone,
    tagged='Arn',
)
