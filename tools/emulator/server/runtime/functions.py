"""Invokes functions: finds the version, gives it a warm process, enforces its limits, writes its log."""

import json
import os
import random
import re
import secrets
import sys
import threading
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, lambda_backends

from . import callers, code, function_log, policies, provided_layers
from .options import endpoint, port
from .pool import Pool
from .process import Answer, RuntimeProcess

SYNCHRONOUS_BYTES = 6_291_456
RESPONSE_BYTES = 6_291_556
ASYNCHRONOUS_BYTES = 1_048_576

pool = Pool()
_running: dict[str, int] = defaultdict(int)
_running_lock = threading.Lock()


class Throttled(Exception):
    """The function's reserved concurrency is used up."""


@dataclass
class Outcome:
    """What the caller of a function gets."""

    payload: str
    failed: bool
    version: str
    request_id: str
    log: str
    error: dict | None = None


@dataclass(frozen=True)
class Target:
    """A function as it was called: the version that answers, and the ARN the caller used."""

    function: LambdaFunction
    arn: str

    @property
    def name(self) -> str:
        return self.function.function_name


def split_name(name: str, qualifier: str | None = None) -> tuple[str | None, str, str | None]:
    """(region, plain name, qualifier) of a name, a partial ARN or an ARN."""
    arn = re.fullmatch(r'(?:arn:[^:]+:lambda:([^:]+):)?(?:\d{12}:)?(?:function:)?([^:]+)(?::([^:]+))?', name)
    if not arn:
        return None, name, qualifier
    return arn[1], arn[2], arn[3] or qualifier


def resolve(name: str, account: str, region: str, qualifier: str | None = None) -> Target:
    """The version behind a name and qualifier; an alias with two versions chooses one by its weights.

    Raises moto's UnknownFunctionException, which is Lambda's 404.
    """
    own_region, plain, qualifier = split_name(name, qualifier)
    region = own_region or region
    backend = lambda_backends[account][region]
    function = backend.get_function(plain, qualifier)
    arn = f'arn:aws:lambda:{region}:{account}:function:{plain}' + (f':{qualifier}' if qualifier else '')
    alias = backend._lambdas._get_function_aliases(plain).get(qualifier) if qualifier else None
    weights = ((alias and alias.routing_config) or {}).get('AdditionalVersionWeights') or {}
    dice = random.random()
    for version, weight in weights.items():
        dice -= weight
        if dice < 0:
            return Target(backend.get_function(plain, version), arn)
    return Target(function, arn)


def invoke(
    name: str,
    payload: str,
    *,
    account: str,
    region: str,
    qualifier: str | None = None,
    request_id: str | None = None,
    client_context: dict | None = None,
) -> Outcome:
    """Runs a function and waits for it, as the invocation type RequestResponse does. Raises Throttled."""
    target = resolve(name, account, region, qualifier)
    with _one_of_reserved(target):
        return _run(target, payload, request_id or str(uuid.uuid4()), client_context)


def permits(name: str, service: str, source_arn: str, account: str, region: str) -> bool:
    """Whether the function's own policy lets a service invoke it for a resource."""
    try:
        target = resolve(name, account, region)
    except UnknownFunctionException:
        return False
    context = policies.service_context(source_arn, account)
    policy = {'Statement': target.function.policy.statements}
    return policies.allows(policy, {'Service': service}, 'lambda:InvokeFunction', target.arn, context)


class _one_of_reserved:
    """Counts concurrent invocations of a function against its reserved concurrency."""

    def __init__(self, target: Target):
        self._key = target.function.function_arn.split(':function:')[0] + ':' + target.name
        latest = lambda_backends[target.function.account_id][target.function.region]._lambdas._functions[target.name][
            'latest'
        ]
        self._limit = (latest or target.function).reserved_concurrency

    def __enter__(self):
        with _running_lock:
            if self._limit is not None and _running[self._key] >= int(self._limit):
                raise Throttled()
            _running[self._key] += 1

    def __exit__(self, *_):
        with _running_lock:
            _running[self._key] -= 1


def _run(target: Target, payload: str, request_id: str, client_context: dict | None) -> Outcome:
    function = target.function
    version = str(function.version)
    if function.package_type != 'Zip':
        return _unable(
            target, request_id, 'container images do not run here: there is no container engine; use a zip package'
        )
    if not re.match('nodejs|python', function.run_time or ''):
        return _unable(target, request_id, f'the runtime {function.run_time} does not run here: use nodejs or python')
    key = (function.account_id, function.region, target.name, version)
    with pool.process(key, fingerprint(function), lambda: _start(function)) as process:
        began, loading, answer = time.monotonic(), None, None
        if process.fresh:
            answer = process.load()
            loading = time.monotonic() - began
        if answer is None:
            began = time.monotonic()
            answer = process.invoke(_request(target, payload, request_id, client_context), float(function.timeout))
        seconds = float(function.timeout) if answer.timed_out else time.monotonic() - began
        answer.error = _with_id(answer.error, request_id)
        log = function_log.write(function, process.stream, request_id, answer, seconds, loading)
    result = _limited(answer)
    if result.error is not None:
        return Outcome(json.dumps(result.error), True, version, request_id, log, result.error)
    return Outcome(result.ok, False, version, request_id, log)


def _unable(target: Target, request_id: str, why: str) -> Outcome:
    error = {'errorType': 'Emulator.NotSupported', 'errorMessage': f'{target.name}: {why}'}
    return Outcome(json.dumps(error), True, str(target.function.version), request_id, '', error)


def _with_id(error: dict | None, request_id: str) -> dict | None:
    """A process that could not load did not know yet for whom."""
    if error and str(error.get('errorMessage', '')).startswith('RequestId:  '):
        return {**error, 'errorMessage': error['errorMessage'].replace('RequestId: ', f'RequestId: {request_id}', 1)}
    return error


def _limited(answer: Answer) -> Answer:
    if answer.ok is None or len(answer.ok.encode()) <= RESPONSE_BYTES:
        return answer
    return Answer(
        error={
            'errorType': 'Function.ResponseSizeTooLarge',
            'errorMessage': f'Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES} bytes).',
        }
    )


def _request(target: Target, payload: str, request_id: str, client_context: dict | None) -> dict:
    root = f'1-{int(time.time()):08x}-{secrets.token_hex(12)}'
    return {
        'requestId': request_id,
        'event': payload or '{}',
        'arn': target.arn,
        'deadline': int(time.time() * 1000 + float(target.function.timeout) * 1000),
        'clientContext': client_context,
        'trace': f'Root={root};Parent={secrets.token_hex(8)};Sampled=0',
    }


def fingerprint(function: LambdaFunction):
    """Everything a running process was started with; another fingerprint means another process."""
    return (
        function.code_sha_256,
        function.handler,
        function.run_time,
        str(function.timeout),
        str(function.memory_size),
        function.role,
        tuple(layer['Arn'] for layer in function.layers),
        json.dumps(getattr(function, 'file_system_configs', None)),
        tuple(sorted((function.environment_vars or {}).items())),
        json.dumps(function_log.configuration(function), sort_keys=True),
    )


def _start(function: LambdaFunction) -> RuntimeProcess:
    backend = lambda_backends[function.account_id][function.region]
    layers = [backend.layers_versions_by_arn(layer['Arn']) for layer in function.layers]
    opt = code.layers_folder([layer.code_bytes for layer in layers if layer and layer.code_bytes])
    modules = code.provided_modules()
    places = {**({'/opt': opt} if opt else {}), **_mounts(function)}
    task = code.code_folder(function.code_bytes, places)
    return RuntimeProcess(function.run_time, task, _environment(function, task, opt, modules, places))


def _mounts(function: LambdaFunction):
    return {
        one['LocalMountPath']: code.mounted_folder(one['Arn'])
        for one in getattr(function, 'file_system_configs', None) or []
    }


def _environment(function: LambdaFunction, task, opt, modules, places) -> dict[str, str]:
    # Endpoints of AWS that a function was told of do not lead here.
    own = {
        name: code.placed(str(value), places)
        for name, value in (function.environment_vars or {}).items()
        if not name.startswith('AWS_ENDPOINT_URL_')
    }
    log = function_log.configuration(function)
    node = [f'{opt}/nodejs/node_modules'] if opt else []
    python = [str(task), *([f'{opt}/python'] if opt else [])]
    path = [f'{opt}/bin'] if opt else []
    return {
        'PATH': ':'.join([*path, os.environ.get('PATH', '/usr/local/bin:/usr/bin:/bin')]),
        'HOME': os.environ.get('HOME', '/tmp'),
        'LANG': 'en_US.UTF-8',
        'TZ': ':UTC',
        'NODE_NO_WARNINGS': '1',
        'NODE_PATH': ':'.join([*node, str(modules)]),
        'PYTHONPATH': ':'.join(python),
        'AWS_EC2_METADATA_DISABLED': 'true',
        'AWS_XRAY_CONTEXT_MISSING': 'LOG_ERROR',
        'AWS_XRAY_DAEMON_ADDRESS': '127.0.0.1:2000',
        **own,
        **_extensions(function),
        'AWS_ENDPOINT_URL': endpoint(),
        'AWS_ACCESS_KEY_ID': 'test',
        'AWS_SECRET_ACCESS_KEY': 'test',
        'AWS_SESSION_TOKEN': callers.token_of(function),
        'AWS_REGION': function.region,
        'AWS_DEFAULT_REGION': function.region,
        'AWS_EXECUTION_ENV': f'AWS_Lambda_{function.run_time}',
        'AWS_LAMBDA_FUNCTION_NAME': function.function_name,
        'AWS_LAMBDA_FUNCTION_VERSION': str(function.version),
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE': str(function.memory_size),
        'AWS_LAMBDA_INITIALIZATION_TYPE': 'on-demand',
        'AWS_LAMBDA_LOG_GROUP_NAME': log['LogGroup'],
        'AWS_LAMBDA_LOG_FORMAT': 'JSON' if log['LogFormat'] == 'JSON' else 'Text',
        **({'AWS_LAMBDA_LOG_LEVEL': log['ApplicationLogLevel']} if log.get('ApplicationLogLevel') else {}),
        'LAMBDA_TASK_ROOT': str(task),
        'LAMBDA_RUNTIME_DIR': '/var/runtime',
        '_HANDLER': function.handler,
    }


def _extensions(function: LambdaFunction) -> dict[str, str]:
    """Where the extensions of a function are asked, which have ports of its own machine on AWS."""
    has = any(provided_layers.is_flags_extension(layer['Arn']) for layer in function.layers)
    return {'AWS_APPCONFIG_EXTENSION_HTTP_PORT': str(port())} if has else {}


def complain(what: str):
    """For what goes wrong where nobody waits for an answer: on the server's standard error, for whoever looks."""
    print(f'emulator: {what}', file=sys.stderr, flush=True)
