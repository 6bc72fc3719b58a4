"""How each service tags what it has: three words a service."""

from stacks.convert import converted

# service: (call, the parameter that names the resource, the parameter with the tags), the same to take tags away
TAGGING: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    'acm': (
        ('add_tags_to_certificate', 'CertificateArn', 'Tags'),
        ('remove_tags_from_certificate', 'CertificateArn', 'Tags'),
    ),
    'apigateway': (('tag_resource', 'resourceArn', 'tags'), ('untag_resource', 'resourceArn', 'tagKeys')),
    'apigatewayv2': (('tag_resource', 'ResourceArn', 'Tags'), ('untag_resource', 'ResourceArn', 'TagKeys')),
    'cloudfront': (('tag_resource', 'Resource', 'Tags'), ('untag_resource', 'Resource', 'TagKeys')),
    'ec2': (('create_tags', 'Resources', 'Tags'), ('delete_tags', 'Resources', 'Tags')),
    'efs': (('tag_resource', 'ResourceId', 'Tags'), ('untag_resource', 'ResourceId', 'TagKeys')),
    'fsx': (('tag_resource', 'ResourceARN', 'Tags'), ('untag_resource', 'ResourceARN', 'TagKeys')),
    'elbv2': (('add_tags', 'ResourceArns', 'Tags'), ('remove_tags', 'ResourceArns', 'TagKeys')),
    'rds': (('add_tags_to_resource', 'ResourceName', 'Tags'), ('remove_tags_from_resource', 'ResourceName', 'TagKeys')),
    'elasticache': (
        ('add_tags_to_resource', 'ResourceName', 'Tags'),
        ('remove_tags_from_resource', 'ResourceName', 'TagKeys'),
    ),
    'redshift': (('create_tags', 'ResourceName', 'Tags'), ('delete_tags', 'ResourceName', 'TagKeys')),
    'kms': (('tag_resource', 'KeyId', 'Tags'), ('untag_resource', 'KeyId', 'TagKeys')),
    'lambda': (('tag_resource', 'Resource', 'Tags'), ('untag_resource', 'Resource', 'TagKeys')),
    'secretsmanager': (('tag_resource', 'SecretId', 'Tags'), ('untag_resource', 'SecretId', 'TagKeys')),
    'sqs': (('tag_queue', 'QueueUrl', 'Tags'), ('untag_queue', 'QueueUrl', 'TagKeys')),
    'firehose': (
        ('tag_delivery_stream', 'DeliveryStreamName', 'Tags'),
        ('untag_delivery_stream', 'DeliveryStreamName', 'TagKeys'),
    ),
    'kinesis': (('add_tags_to_stream', 'StreamName', 'Tags'), ('remove_tags_from_stream', 'StreamName', 'TagKeys')),
    'cloudtrail': (('add_tags', 'ResourceId', 'TagsList'), ('remove_tags', 'ResourceId', 'TagsList')),
    'logs': (('tag_resource', 'resourceArn', 'tags'), ('untag_resource', 'resourceArn', 'tagKeys')),
    'stepfunctions': (('tag_resource', 'resourceArn', 'tags'), ('untag_resource', 'resourceArn', 'tagKeys')),
    'wafv2': (('tag_resource', 'ResourceARN', 'Tags'), ('untag_resource', 'ResourceARN', 'TagKeys')),
    'events': (('tag_resource', 'ResourceARN', 'Tags'), ('untag_resource', 'ResourceARN', 'TagKeys')),
    'cloudwatch': (('tag_resource', 'ResourceARN', 'Tags'), ('untag_resource', 'ResourceARN', 'TagKeys')),
    'glue': (('tag_resource', 'ResourceArn', 'TagsToAdd'), ('untag_resource', 'ResourceArn', 'TagsToRemove')),
    'athena': (('tag_resource', 'ResourceARN', 'Tags'), ('untag_resource', 'ResourceARN', 'TagKeys')),
    'organizations': (('tag_resource', 'ResourceId', 'Tags'), ('untag_resource', 'ResourceId', 'TagKeys')),
    'codedeploy': (('tag_resource', 'ResourceArn', 'Tags'), ('untag_resource', 'ResourceArn', 'TagKeys')),
    'mediaconvert': (('tag_resource', 'Arn', 'Tags'), ('untag_resource', 'Arn', 'TagKeys')),
    'imagebuilder': (('tag_resource', 'resourceArn', 'tags'), ('untag_resource', 'resourceArn', 'tagKeys')),
    'backup': (('tag_resource', 'ResourceArn', 'Tags'), ('untag_resource', 'ResourceArn', 'TagKeyList')),
}
# Tagged by a call of their own, each kind of thing of the service.
BY_TYPE: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    'AWS::IAM::Role': (('tag_role', 'RoleName', 'Tags'), ('untag_role', 'RoleName', 'TagKeys')),
    'AWS::IAM::User': (('tag_user', 'UserName', 'Tags'), ('untag_user', 'UserName', 'TagKeys')),
    'AWS::IAM::ManagedPolicy': (('tag_policy', 'PolicyArn', 'Tags'), ('untag_policy', 'PolicyArn', 'TagKeys')),
    'AWS::IAM::InstanceProfile': (
        ('tag_instance_profile', 'InstanceProfileName', 'Tags'),
        ('untag_instance_profile', 'InstanceProfileName', 'TagKeys'),
    ),
    'AWS::IAM::OIDCProvider': (
        ('tag_open_id_connect_provider', 'OpenIDConnectProviderArn', 'Tags'),
        ('untag_open_id_connect_provider', 'OpenIDConnectProviderArn', 'TagKeys'),
    ),
}
DEFAULT = (('tag_resource', 'ResourceArn', 'Tags'), ('untag_resource', 'ResourceArn', 'TagKeys'))


def _call(at, service: str, way: tuple[str, str, str], target: str, value):
    operation, named, carried = way
    made = at.client(service)
    shape = made.meta.service_model.operation_model(made.meta.method_to_api_mapping[operation]).input_shape
    # Some services write the same member in lower case: the shape knows.
    folded = {name.lower(): name for name in shape.members}
    named, carried = folded[named.lower()], folded[carried.lower()]
    target_value = [target] if shape.members[named].type_name == 'list' else target
    at.call(service, operation, **{named: target_value, carried: converted(shape.members[carried], value)})


def _way(service: str, type_name: str):
    return BY_TYPE.get(type_name) or TAGGING.get(service) or DEFAULT


def tag(at, service: str, target: str, tags: dict[str, str], type_name: str = ''):
    """Puts tags on a resource."""
    _call(at, service, _way(service, type_name)[0], target, tags)


def untag(at, service: str, target: str, keys: list[str], type_name: str = ''):
    """Takes tags off a resource."""
    way = _way(service, type_name)[1]
    value = (
        {key: '' for key in keys}
        if way[2] in ('Tags', 'TagsList') and service in ('ec2', 'acm', 'cloudtrail')
        else keys
    )
    if service in ('cloudfront',):
        value = {'Items': keys}
    _call(at, service, way, target, value)
