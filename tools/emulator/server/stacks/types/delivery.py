"""Firehose streams and CodeDeploy."""

from stacks.convert import converted
from stacks.kinds import Name, kind
from stacks.reading import whole

DESTINATIONS = {
    'S3DestinationConfiguration': 'S3DestinationUpdate',
    'ExtendedS3DestinationConfiguration': 'ExtendedS3DestinationUpdate',
    'HttpEndpointDestinationConfiguration': 'HttpEndpointDestinationUpdate',
    'RedshiftDestinationConfiguration': 'RedshiftDestinationUpdate',
    'ElasticsearchDestinationConfiguration': 'ElasticsearchDestinationUpdate',
    'SplunkDestinationConfiguration': 'SplunkDestinationUpdate',
}


def _stream_changed(at, name, _old, props):
    shown = at.call('firehose', 'describe_delivery_stream', DeliveryStreamName=name)['DeliveryStreamDescription']
    shape = at.client('firehose').meta.service_model.operation_model('UpdateDestination').input_shape
    for word, update in DESTINATIONS.items():
        if word in props:
            at.call(
                'firehose',
                'update_destination',
                DeliveryStreamName=name,
                CurrentDeliveryStreamVersionId=shown['VersionId'],
                DestinationId=shown['Destinations'][0]['DestinationId'],
                **{update: converted(shape.members[update], props[word])},
            )
    wish = 'DeliveryStreamEncryptionConfigurationInput'
    if wish in props:
        at.call('firehose', 'start_delivery_stream_encryption', DeliveryStreamName=name, **{wish: whole(props[wish])})


kind(
    'AWS::KinesisFirehose::DeliveryStream',
    'firehose',
    create='create_delivery_stream',
    name=Name('DeliveryStreamName', 64),
    id='{DeliveryStreamName}',
    update=_stream_changed,
    key='DeliveryStreamName',
    delete='delete_delivery_stream',
    attributes={'Arn': 'DeliveryStreamARN'},
    tagged='{id}',
)
kind(
    'AWS::CodeDeploy::Application',
    'codedeploy',
    create='create_application',
    name=Name('ApplicationName', 100),
    id='{ApplicationName}',
    key='applicationName',
    delete='delete_application',
    tagged=lambda at, name, fresh, gone: _tag(at, f'application:{name}', fresh, gone),
)


def _tag(at, what, fresh, gone):
    arn = at.arn('codedeploy', what)
    if fresh:
        at.call('codedeploy', 'tag_resource', ResourceArn=arn, Tags=[{'Key': k, 'Value': v} for k, v in fresh.items()])
    if gone:
        at.call('codedeploy', 'untag_resource', ResourceArn=arn, TagKeys=gone)


def _group_changed(at, name, _old, props):
    given = at.shaped('codedeploy', 'update_deployment_group', props.without('DeploymentGroupName', 'Tags'))
    at.call('codedeploy', 'update_deployment_group', currentDeploymentGroupName=name, **given)


kind(
    'AWS::CodeDeploy::DeploymentGroup',
    'codedeploy',
    create='create_deployment_group',
    name=Name('DeploymentGroupName', 100),
    id='{DeploymentGroupName}',
    update=_group_changed,
    key={'applicationName': '{ApplicationName}', 'deploymentGroupName': '{id}'},
    delete='delete_deployment_group',
)
