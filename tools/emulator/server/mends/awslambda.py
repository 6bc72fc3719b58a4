"""Mends of moto's Lambda: properties it forgets, versions it counts wrongly, and its way of calling functions."""

import base64
import gzip
import json
from urllib.parse import parse_qs, unquote

from moto.awslambda.exceptions import GenericResourcNotFound, UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig, FunctionUrlConfig, LambdaBackend, LambdaFunction, LambdaStorage
from moto.awslambda.responses import LambdaResponse

from runtime import asynchronous, function_log, functions, provided_layers

# moto keeps these neither at creation nor at an update, so that a stack's dead-letter queue or log group would have
# no effect.
_KEPT = {
    'LoggingConfig': 'logging_config',
    'DeadLetterConfig': 'dead_letter_config',
    'TracingConfig': 'tracing_config',
    'KMSKeyArn': 'kms_key_arn',
    'FileSystemConfigs': 'file_system_configs',
    'RuntimeManagementConfig': 'runtime_management_config',
}


def install():
    _end_urls()
    _keep_properties()
    _count_versions()
    _keep_invoke_configurations()
    LambdaBackend.invoke = _invoke_by_backend
    _end_processes()
    _urls_of_aliases()
    LambdaBackend.add_permission = _add_permission(LambdaBackend.add_permission)
    LambdaBackend.send_log_event = _send_log_event
    LambdaBackend.layers_versions_by_arn = _or_provided(LambdaBackend.layers_versions_by_arn)


def _or_provided(original):
    """Layers that AWS provides lie in accounts of its own, which moto does not know."""

    def layers_versions_by_arn(self, layer_version_arn):
        return original(self, layer_version_arn) or provided_layers.of(layer_version_arn)

    return layers_versions_by_arn


def _end_urls():
    """The address of a function ends with a slash; moto leaves it out, and whoever appends a path gets another host."""
    original = FunctionUrlConfig.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.url += '/'

    FunctionUrlConfig.__init__ = init


def _keep_properties():
    original_init = LambdaFunction.__init__
    original_update = LambdaFunction.update_configuration
    original_configuration = LambdaFunction.get_configuration

    def __init__(self, account_id, spec, region, version=1):
        original_init(self, account_id, spec, region, version)
        for name, attribute in _KEPT.items():
            if name in spec or not hasattr(self, attribute):
                setattr(self, attribute, spec.get(name))
        self.invoke_configurations = {}
        self.alias_urls = {}

    def update_configuration(self, config_updates):
        for name, attribute in _KEPT.items():
            if name in config_updates:
                setattr(self, attribute, config_updates[name])
        if 'EphemeralStorage' in config_updates:
            self.ephemeral_storage = config_updates['EphemeralStorage']['Size']
        if _clears_environment(config_updates):
            config_updates = {**config_updates, 'Environment': {'Variables': {}}}
        result = original_update(self, config_updates)
        return {**result, **_kept_of(self)}

    def get_configuration(self, on_create=False):
        return {**original_configuration(self, on_create), **_kept_of(self)}

    LambdaFunction.__init__ = __init__
    LambdaFunction.update_configuration = update_configuration
    LambdaFunction.get_configuration = get_configuration


def _clears_environment(updates: dict) -> bool:
    """An Environment without Variables is moto's KeyError and Lambda's empty environment."""
    return 'Environment' in updates and 'Variables' not in (updates['Environment'] or {})


def _kept_of(function) -> dict:
    settings = function_log.configuration(function)
    kept = {name: getattr(function, attribute, None) for name, attribute in _KEPT.items()}
    return {**{name: value for name, value in kept.items() if value}, 'LoggingConfig': settings}


def _count_versions():
    """moto numbers a version by how many there are; after a deletion two would share a number."""
    original = LambdaStorage.publish_version

    def publish_version(self, name_or_arn, description=''):
        latest = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
        group = self._functions[latest.function_name]
        before = len(group['versions'])
        published = original(self, name_or_arn, description)
        if len(group['versions']) > before:
            published.set_version(group.get('last', 0) + 1)
            self._arns.update({each.function_arn: each for each in group['versions']})
            group['last'] = published.version
        latest.code_or_config_updated = False
        return published

    LambdaStorage.publish_version = publish_version


def _keep_invoke_configurations():
    """moto appends each configuration and always answers the first, whatever the qualifier: an update had no effect."""

    def put(self, function_name, config):
        function, qualifier = _split(self, function_name, config)
        EventInvokeConfig(function.function_arn, function.last_modified, config)
        function.invoke_configurations[qualifier] = config
        return _shown(function, qualifier)

    def update(self, function_name, config):
        function, qualifier = _split(self, function_name, config)
        EventInvokeConfig(function.function_arn, function.last_modified, config)
        function.invoke_configurations.setdefault(qualifier, {}).update(config)
        return _shown(function, qualifier)

    def get(self, function_name, qualifier=None):
        function, qualifier = _split(self, function_name, {}, qualifier)
        return _shown(function, qualifier)

    def delete(self, function_name, qualifier=None):
        function, qualifier = _split(self, function_name, {}, qualifier)
        _shown(function, qualifier)
        del function.invoke_configurations[qualifier]

    def every(self, function_name):
        function, _ = _split(self, function_name, {})
        return {'FunctionEventInvokeConfigs': [_shown(function, each) for each in function.invoke_configurations]}

    LambdaBackend.put_function_event_invoke_config = put
    LambdaBackend.update_function_event_invoke_config = update
    LambdaBackend.get_function_event_invoke_config = get
    LambdaBackend.delete_function_event_invoke_config = delete
    LambdaBackend.list_function_event_invoke_configs = every

    for name in ('put', 'update', 'get', 'delete'):
        _with_qualifier(f'{name}_function_event_invoke_config')


def _with_qualifier(action: str):
    """moto's responses drop the qualifier of the query string; it is put where the backend's splitting finds it."""
    original = getattr(LambdaResponse, action)

    def respond(self):
        qualifier = self.querystring.get('Qualifier', [None])[0]
        if qualifier:
            head, name, tail = self.path.rsplit('/', 2)
            self.path = f'{head}/{functions.split_name(name)[1]}:{qualifier}/{tail}'
        return original(self)

    setattr(LambdaResponse, action, respond)


def _split(backend, name: str, _config, qualifier=None):
    _, plain, found = functions.split_name(name, qualifier)
    return backend.get_function(plain), found or '$LATEST'


def _shown(function, qualifier: str) -> dict:
    arn = f'{function.function_arn}:{qualifier}'
    if qualifier not in function.invoke_configurations:
        raise UnknownEventConfig(arn)
    config = function.invoke_configurations[qualifier]
    return {'FunctionArn': arn, 'LastModified': 0, 'DestinationConfig': {'OnSuccess': {}, 'OnFailure': {}}, **config}


def _urls_of_aliases():
    """moto knows one address of a function, whatever the qualifier; on AWS each alias has its own."""

    def respond(name, status, act):
        original = getattr(LambdaResponse, name)

        def answer(self):
            qualifier = parse_qs(self.parsed_url.query).get('Qualifier', [None])[0]
            _, plain, qualifier = functions.split_name(unquote(self.path.split('/')[-2]), qualifier)
            if not qualifier or qualifier == '$LATEST':
                return original(self)
            self.backend.get_alias(qualifier, plain)
            urls = self.backend.get_function(plain).alias_urls
            if name != 'create_function_url_config' and qualifier not in urls:
                raise GenericResourcNotFound()
            config = act(self, urls, qualifier, self.backend.get_function(plain, qualifier), plain)
            shown = (
                {**config.to_dict(), 'FunctionArn': f'{self.backend.get_function(plain).function_arn}:{qualifier}'}
                if config
                else {}
            )
            return status, {'status': status}, json.dumps(shown)

        setattr(LambdaResponse, name, answer)

    def create(response, urls, qualifier, function, _plain):
        urls[qualifier] = FunctionUrlConfig(function=function, config=response.json_body)
        urls[qualifier].qualifier = qualifier
        return urls[qualifier]

    def update(response, urls, qualifier, _function, _plain):
        urls[qualifier].update(response.json_body)
        return urls[qualifier]

    respond('create_function_url_config', 201, create)
    respond('update_function_url_config', 200, update)
    respond('get_function_url_config', 200, lambda _response, urls, qualifier, *_: urls[qualifier])
    respond('delete_function_url_config', 204, lambda _response, urls, qualifier, *_: urls.pop(qualifier) and None)


def _end_processes():
    """A deleted function's processes would stay until the server ends."""
    original = LambdaStorage.del_function

    def del_function(self, name_or_arn, qualifier=None):
        original(self, name_or_arn, qualifier)
        _, name, _ = functions.split_name(name_or_arn)
        functions.pool.forget(lambda key: key[2] != name or key[:2] != (self.account_id, self.region_name))

    LambdaStorage.del_function = del_function


def _add_permission(original):
    """moto takes the alias of an ARN for no qualifier, and so would grant the function itself."""

    def add_permission(self, function_name, qualifier, raw):
        _, name, qualifier = functions.split_name(function_name, qualifier)
        return original(self, name, qualifier, raw)

    return add_permission


def _send_log_event(self, function_arn, filter_name, log_group_name, log_stream_name, log_events):
    """moto would wait for the function while it writes the log."""
    data = {
        'messageType': 'DATA_MESSAGE',
        'owner': self.account_id,
        'logGroup': log_group_name,
        'logStream': log_stream_name,
        'subscriptionFilters': [filter_name],
        'logEvents': log_events,
    }
    packed = base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()
    event = json.dumps({'awslogs': {'data': packed}})
    asynchronous.submit(function_arn, event, account=self.account_id, region=self.region_name)


def _invoke_by_backend(self, function_name, qualifier, body, headers, response_headers):
    """The way moto's other services call functions."""
    kind = (headers or {}).get('X-Amz-Invocation-Type', 'RequestResponse')
    if kind == 'Event':
        asynchronous.submit(function_name, body, account=self.account_id, region=self.region_name, qualifier=qualifier)
        return ''
    outcome = functions.invoke(
        function_name, body, account=self.account_id, region=self.region_name, qualifier=qualifier
    )
    if outcome.failed:
        response_headers['x-amz-function-error'] = 'Unhandled'
    return outcome.payload
