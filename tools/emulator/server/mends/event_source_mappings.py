"""Mends of moto's event source mappings: they are polled here, moto pushes; and what Lambda refuses at creation is
refused.
"""

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodbstreams import dynamodbstreams_backends
from moto.kinesis.models import kinesis_backends
from moto.sqs.models import sqs_backends

from runtime import functions, mappings


class NotFound(JsonRESTError):
    code = 404


class Conflict(JsonRESTError):
    code = 409


def install():
    LambdaBackend.create_event_source_mapping = create
    LambdaBackend.update_event_source_mapping = _update(LambdaBackend.update_event_source_mapping)
    LambdaBackend.list_event_source_mappings = listed


def create(self: LambdaBackend, spec: dict) -> EventSourceMapping:
    for name in ('EventSourceArn', 'FunctionName'):
        if not spec.get(name):
            raise InvalidParameterValueException(f'Missing {name}')
    target = functions.resolve(spec['FunctionName'], self.account_id, self.region_name)
    spec.update(RegionName=self.region_name, AccountId=self.account_id, FunctionArn=target.arn)
    _check_source(self, spec['EventSourceArn'], target.function)
    _check_batch(spec)
    for other in self._event_source_mappings.values():
        if (other.event_source_arn, other.function_arn) == (spec['EventSourceArn'], target.arn):
            raise Conflict(
                'ResourceConflictException',
                'An event source mapping with the same event source and function already exists. '
                f'Please update or delete the existing mapping with UUID {other.uuid}',
            )
    mapping = EventSourceMapping(spec)
    self._event_source_mappings[mapping.uuid] = mapping
    mappings.start(mapping)
    return mapping


def _check_source(backend: LambdaBackend, arn: str, function):
    _, _, service, region, account, resource = arn.split(':', 5)
    if service == 'sqs':
        queue = sqs_backends[account][region].queues.get(resource)
        if not queue:
            raise InvalidParameterValueException(
                f'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. '
                f'SQS Error Message: The specified queue does not exist: {arn}'
            )
        if queue.visibility_timeout < int(function.timeout):
            raise InvalidParameterValueException(
                f'Queue visibility timeout: {queue.visibility_timeout} seconds is less than Function timeout: {function.timeout} seconds'
            )
        return
    if service == 'dynamodb' and dynamodbstreams_backends[account][region].dynamodb is not None:
        tables = dynamodb_backends[account][region].tables.values()
        if any(
            table.latest_stream_label and arn.endswith(f'{table.name}/stream/{table.latest_stream_label}')
            for table in tables
        ):
            return
    if service == 'kinesis' and any(
        # A reader with throughput of its own stands below its stream.
        arn in (stream.arn, *(consumer.consumer_arn for consumer in stream.consumers))
        for stream in kinesis_backends[account][region].streams.values()
    ):
        return
    raise NotFound('ResourceNotFoundException', f'Event source {arn} does not exist.')


def _check_batch(spec: dict):
    service = spec['EventSourceArn'].split(':')[2]
    fifo = spec['EventSourceArn'].endswith('.fifo')
    if service == 'sqs' and int(spec.get('BatchSize') or 10) > 10:
        if fifo:
            raise InvalidParameterValueException('Batch size for FIFO queues must not be greater than 10.')
        if not spec.get('MaximumBatchingWindowInSeconds'):
            raise InvalidParameterValueException(
                'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10'
            )
    if fifo and spec.get('MaximumBatchingWindowInSeconds'):
        raise InvalidParameterValueException('Batching window is not supported for FIFO queues')
    if service != 'sqs' and not spec.get('StartingPosition'):
        raise InvalidParameterValueException(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."
        )


def _update(original):
    def update_event_source_mapping(self, uuid, spec):
        mapping = original(self, uuid, spec)
        if mapping and 'FunctionName' in spec:
            # moto drops the alias or version of the name.
            mapping.function_name = spec['FunctionName']
            mapping.function_arn = functions.resolve(spec['FunctionName'], self.account_id, self.region_name).arn
        return mapping

    return update_event_source_mapping


def listed(self: LambdaBackend, event_source_arn, function_name):
    """moto compares the text of the name; a name, an ARN and a qualified ARN are the same function."""
    found = list(self._event_source_mappings.values())
    if event_source_arn:
        found = [each for each in found if each.event_source_arn == event_source_arn]
    if function_name:
        wanted = functions.split_name(function_name)[1:]
        found = [each for each in found if functions.split_name(each.function_arn)[1:] == wanted]
    return found
