"""Image repositories and container services."""

import json

from stacks.kinds import Name, kind
from stacks.reading import whole


def _repository(at, props):
    name = props.get('RepositoryName') or at.name(256, lower=True)
    given = {'repositoryName': name}
    shaped = at.shaped(
        'ecr',
        'create_repository',
        props.only(
            'ImageTagMutability',
            'ImageScanningConfiguration',
            'EncryptionConfiguration',
            'ImageTagMutabilityExclusionFilters',
        ),
    )
    made = at.call('ecr', 'create_repository', **given, **shaped)['repository']
    _repository_policies(at, name, {}, props)
    props.get('EmptyOnDelete')
    return name, {'Arn': made['repositoryArn'], 'RepositoryUri': made['repositoryUri']}


def _repository_policies(at, name, old, props):
    if 'LifecyclePolicy' in props:
        at.call(
            'ecr',
            'put_lifecycle_policy',
            repositoryName=name,
            lifecyclePolicyText=props['LifecyclePolicy']['LifecyclePolicyText'],
        )
        props['LifecyclePolicy'].get('RegistryId')
    elif 'LifecyclePolicy' in old:
        at.call('ecr', 'delete_lifecycle_policy', repositoryName=name)
    if 'RepositoryPolicyText' in props:
        text = props['RepositoryPolicyText']
        at.call(
            'ecr',
            'set_repository_policy',
            repositoryName=name,
            policyText=text if isinstance(text, str) else json.dumps(whole(text)),
        )
    elif 'RepositoryPolicyText' in old:
        at.call('ecr', 'delete_repository_policy', repositoryName=name)


def _repository_changed(at, name, old, props):
    _repository_policies(at, name, old, props)
    if 'ImageTagMutability' in props:
        at.call('ecr', 'put_image_tag_mutability', repositoryName=name, imageTagMutability=props['ImageTagMutability'])
    if 'ImageScanningConfiguration' in props:
        given = at.shaped(
            'ecr',
            'put_image_scanning_configuration',
            {'ImageScanningConfiguration': props['ImageScanningConfiguration']},
        )
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


def _task_definition(at, props):
    given = at.shaped('ecs', 'register_task_definition', props.without('Family', 'Tags'))
    family = props.get('Family') or f'{at.stack}{at.logical_id}'.replace('-', '')[:255]
    made = at.call('ecs', 'register_task_definition', **{**given, 'family': family})['taskDefinition']
    return made['taskDefinitionArn'], {'TaskDefinitionArn': made['taskDefinitionArn']}


kind(
    'AWS::ECS::TaskDefinition',
    'ecs',
    create=_task_definition,
    key='taskDefinition',
    delete='deregister_task_definition',
    tagged='{id}',
)


def _cluster(at, props):
    name = props.get('ClusterName') or at.name(255)
    given = at.shaped('ecs', 'create_cluster', props.without('ClusterName', 'Tags'), {'ClusterSettings': 'settings'})
    made = at.call('ecs', 'create_cluster', **{**given, 'clusterName': name})['cluster']
    return name, {'Arn': made['clusterArn']}


def _cluster_changed(at, name, _old, props):
    rest = props.without('ClusterName', 'CapacityProviders', 'DefaultCapacityProviderStrategy', 'Tags')
    given = at.shaped('ecs', 'update_cluster', rest, {'ClusterSettings': 'settings'})
    at.call('ecs', 'update_cluster', **{**given, 'cluster': name})
    if 'CapacityProviders' in props:
        _providers(at, name, props)


def _providers(at, cluster, props):
    given = at.shaped(
        'ecs', 'put_cluster_capacity_providers', props.only('CapacityProviders', 'DefaultCapacityProviderStrategy')
    )
    given.setdefault('defaultCapacityProviderStrategy', [])
    given.setdefault('capacityProviders', [])
    at.call('ecs', 'put_cluster_capacity_providers', cluster=cluster, **given)


kind(
    'AWS::ECS::Cluster',
    'ecs',
    create=_cluster,
    update=_cluster_changed,
    key='cluster',
    delete='delete_cluster',
    tagged='Arn',
)


def _associations(at, props):
    _providers(at, props['Cluster'], props)
    return props['Cluster']


kind(
    'AWS::ECS::ClusterCapacityProviderAssociations',
    'ecs',
    create=_associations,
    update=lambda at, _id, _old, new: _associations(at, new) and None,
    delete=lambda at, _id, props: at.call(
        'ecs',
        'put_cluster_capacity_providers',
        cluster=props['Cluster'],
        capacityProviders=[],
        defaultCapacityProviderStrategy=[],
    ),
)
kind(
    'AWS::ECS::CapacityProvider',
    'ecs',
    create='create_capacity_provider',
    name=Name('Name', 255),
    id='{Name}',
    attributes={},
    key='capacityProvider',
    delete='delete_capacity_provider',
)

SERVICE_ONLY = {
    'Role': 'moto has no service-linked roles of load balancers',
    'ForceNewDeployment': 'moto has no tasks to start again',
}


def _service(at, props):
    name = props.get('ServiceName') or at.name(255)
    given = at.shaped('ecs', 'create_service', props.without('ServiceName', 'Tags', *SERVICE_ONLY))
    given.get('networkConfiguration', {}).get('awsvpcConfiguration', {}).setdefault('securityGroups', [])
    made = at.call(
        'ecs', 'create_service', **{**given, 'serviceName': name, 'desiredCount': given.get('desiredCount', 1)}
    )['service']
    return made['serviceArn'], {'Name': name, 'ServiceArn': made['serviceArn']}


def _service_changed(at, arn, _old, props):
    given = at.shaped('ecs', 'update_service', props.without('ServiceName', 'Tags', 'Cluster', *SERVICE_ONLY))
    cluster = {'cluster': props['Cluster']} if 'Cluster' in props else {}
    at.call('ecs', 'update_service', **{**given, **cluster, 'service': arn.split('/')[-1]})


def _service_gone(at, arn, props):
    cluster = {'cluster': props['Cluster']} if 'Cluster' in props else {}
    at.call('ecs', 'delete_service', service=arn.split('/')[-1], force=True, **cluster)


kind(
    'AWS::ECS::Service',
    'ecs',
    create=_service,
    update=_service_changed,
    delete=_service_gone,
    tagged='{id}',
    stand_in='no engine runs containers here: the service is kept, and none of its tasks runs',
    not_carried=SERVICE_ONLY,
)


def _all_tags(at, props) -> dict[str, str]:
    """Tags at the creation: moto tags nothing but clusters later."""
    own = whole(props.get('Tags') or {})
    return {**at.tags, **(own if isinstance(own, dict) else {tag['Key']: tag['Value'] for tag in own})}


def _eks_cluster(at, props):
    name = props.get('Name') or at.name(100)
    given = at.shaped('eks', 'create_cluster', props.without('Name', 'Tags'))
    made = at.call('eks', 'create_cluster', **{**given, 'name': name})['cluster']
    return name, {
        'Arn': made['arn'],
        'Endpoint': made.get('endpoint'),
        'CertificateAuthorityData': (made.get('certificateAuthority') or {}).get('data'),
        'OpenIdConnectIssuerUrl': ((made.get('identity') or {}).get('oidc') or {}).get('issuer'),
        'ClusterSecurityGroupId': (made.get('resourcesVpcConfig') or {}).get('clusterSecurityGroupId', 'sg-00000000'),
        'KubernetesNetworkConfig.ServiceIpv6Cidr': '',
        'EncryptionConfigKeyArn': '',
        'Id': made.get('id', name),
    }


kind(
    'AWS::EKS::Cluster',
    'eks',
    create=_eks_cluster,
    key='name',
    delete='delete_cluster',
    tagged='Arn',
    stand_in='no Kubernetes runs here: the cluster is kept, and its address answers nothing',
)
kind(
    'AWS::EKS::Nodegroup',
    'eks',
    create='create_nodegroup',
    name=Name('NodegroupName', 63),
    id='{ClusterName}/{NodegroupName}',
    attributes={
        'Arn': 'nodegroup.nodegroupArn',
        'NodegroupName': '{NodegroupName}',
        'ClusterName': '{ClusterName}',
        'Id': 'id',
    },
    update='update_nodegroup_config',
    key={'clusterName': '{ClusterName}', 'nodegroupName': '{id/1}'},
    delete='delete_nodegroup',
    extra={'tags': lambda at, props: _all_tags(at, props)},
    not_carried={'ForceUpdateEnabled': 'moto has no pods to move', 'Version': 'moto keeps the version of the cluster'},
)
kind(
    'AWS::EKS::FargateProfile',
    'eks',
    create='create_fargate_profile',
    name=Name('FargateProfileName', 100),
    id='{ClusterName}|{FargateProfileName}',
    attributes={'Arn': 'fargateProfile.fargateProfileArn'},
    key={'clusterName': '{ClusterName}', 'fargateProfileName': '{id.1}'},
    delete='delete_fargate_profile',
    extra={'tags': lambda at, props: _all_tags(at, props)},
)
