"""Function URLs: a function answers by itself, without a gateway."""

import json

from moto.awslambda.models import FunctionUrlConfig, LambdaFunction, lambda_backends
from moto.core import DEFAULT_ACCOUNT_ID

from runtime import functions, policies
from runtime.functions import complain

from . import payload_two, signatures
from .answers import Answer, Malformed, json_answer
from .incoming import Incoming

_SECONDS = 900


def answer(label: str, request: Incoming, distribution: str = '') -> Answer:
    """What the function answers; `distribution` is the ARN of the one that signs in the sender's place."""
    found = _find(label)
    if not found:
        return json_answer(404, {'Message': None})
    function, config = found
    qualifier = getattr(config, 'qualifier', None)
    name = function.function_name + (f':{qualifier}' if qualifier else '')
    if not (_admits(function, config, distribution) if distribution else _may(function, config, request)):
        return json_answer(403, {'Message': 'Forbidden'}, x_amzn_ErrorType='AccessDeniedException')
    event = payload_two.event(request, request.raw_path, '$default', '$default', 'anonymous', label)
    try:
        outcome = functions.invoke(name, json.dumps(event), account=function.account_id, region=function.region)
        if outcome.failed:
            raise Malformed(outcome.payload)
        given = payload_two.answer(outcome.payload)
    except functions.Throttled:
        return json_answer(429, {'Reason': 'ReservedFunctionConcurrentInvocationLimitExceeded'})
    except Malformed as error:
        complain(f'function URL of {name}: {error}')
        return json_answer(502, {'Message': 'Internal Server Error'})
    given.set('x-amzn-RequestId', outcome.request_id)
    return given


def _find(label: str) -> tuple[LambdaFunction, FunctionUrlConfig] | None:
    for backend in list(lambda_backends[DEFAULT_ACCOUNT_ID].values()):
        for group in list(backend._lambdas._functions.values()):
            for config in url_configs(group['latest']):
                if config.url.split('//')[1].startswith(label + '.'):
                    return group['latest'], config
    return None


def url_configs(function: LambdaFunction) -> list[FunctionUrlConfig]:
    """Of the function itself and of its aliases."""
    own = [function.url_config] if function and function.url_config else []
    return own + list(getattr(function, 'alias_urls', {}).values())


def _admits(function: LambdaFunction, config: FunctionUrlConfig, distribution: str) -> bool:
    """Whether the function's policy lets CloudFront ask for a distribution; since 2025 that takes two permissions."""
    policy = {'Statement': function.policy.statements}
    qualifier = getattr(config, 'qualifier', None)
    arn = function.function_arn + (f':{qualifier}' if qualifier else '')
    context = policies.service_context(distribution, function.account_id)
    return all(
        policies.allows(policy, {'Service': 'cloudfront.amazonaws.com'}, action, arn, context)
        for action in ('lambda:InvokeFunctionUrl', 'lambda:InvokeFunction')
    )


def _may(function: LambdaFunction, config: FunctionUrlConfig, request: Incoming) -> bool:
    """Without sign-in the policy must let everybody. With it the signature must be right; what its key may is not looked at."""
    if config.config.get('AuthType') == 'AWS_IAM':
        return signatures.fault(signatures.of_incoming(request), 'lambda') is None
    policy = {'Statement': function.policy.statements}
    qualifier = getattr(config, 'qualifier', None)
    arn = function.function_arn + (f':{qualifier}' if qualifier else '')
    return policies.allows(
        policy, {'AWS': '*'}, 'lambda:InvokeFunctionUrl', arn, {'lambda:functionurlauthtype': 'NONE'}
    )
