"""The answers API Gateway gives by itself: their status, their text, and the templates that change them."""

import json
import re

from .answers import Answer

# Kind -> (status, message, x-amzn-ErrorType).
KINDS: dict[str, tuple[int, str | None, str]] = {
    'ACCESS_DENIED': (403, 'User is not authorized to access this resource', 'AccessDeniedException'),
    'API_CONFIGURATION_ERROR': (500, 'Internal server error', 'InternalServerErrorException'),
    'AUTHORIZER_CONFIGURATION_ERROR': (500, None, 'AuthorizerConfigurationException'),
    'AUTHORIZER_FAILURE': (500, None, 'AuthorizerFailureException'),
    'BAD_REQUEST_BODY': (400, 'Invalid request body', 'BadRequestException'),
    'BAD_REQUEST_PARAMETERS': (400, 'Missing required request parameters', 'BadRequestException'),
    'DEFAULT_5XX': (502, 'Internal server error', 'InternalServerErrorException'),
    'INTEGRATION_FAILURE': (504, 'Network error communicating with endpoint', 'InternalServerErrorException'),
    'INTEGRATION_TIMEOUT': (504, 'Endpoint request timed out', 'InternalServerErrorException'),
    'INVALID_API_KEY': (403, 'Forbidden', 'ForbiddenException'),
    'INVALID_SIGNATURE': (403, 'The request signature we calculated does not match', 'InvalidSignatureException'),
    'MISSING_AUTHENTICATION_TOKEN': (403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'),
    'QUOTA_EXCEEDED': (429, 'Limit Exceeded', 'LimitExceededException'),
    'REQUEST_TOO_LARGE': (413, 'Request Too Long', 'RequestTooLargeException'),
    'THROTTLED': (429, 'Too Many Requests', 'TooManyRequestsException'),
    'UNAUTHORIZED': (401, 'Unauthorized', 'UnauthorizedException'),
    'UNSUPPORTED_MEDIA_TYPE': (415, 'Unsupported Media Type', 'BadRequestException'),
    'WAF_FILTERED': (403, 'Forbidden', 'ForbiddenException'),
}


class GatewayError(Exception):
    """Ends a request; `detail` takes the place of the kind's own message, `why` is for the log only."""

    def __init__(self, kind: str, detail: str | None = None, why: str = '', validation: str = ''):
        super().__init__(why or detail or kind)
        self.kind, self.detail, self.why, self.validation = kind, detail, why, validation


def answer(error: GatewayError, responses: dict, context: dict) -> Answer:
    """The answer to a failed request, by the API's own gateway responses where it has some."""
    status, message, error_type = KINDS[error.kind]
    message = error.detail or message
    custom = responses.get(error.kind) or responses.get(f'DEFAULT_{status // 100}XX')
    context = {
        **context,
        'error': {
            'message': message,
            'messageString': json.dumps(message),
            'responseType': error.kind,
            'validationErrorString': error.validation,
        },
    }
    template = (getattr(custom, 'response_templates', None) or {}).get(
        'application/json'
    ) or '{"message":$context.error.messageString}'
    given = Answer(int(custom.status_code) if custom and custom.status_code else status)
    given.body = fill(template, context).encode()
    given.set('Content-Type', 'application/json')
    given.set('x-amzn-ErrorType', error_type)
    for name, value in (getattr(custom, 'response_parameters', None) or {}).items():
        if name.startswith('gatewayresponse.header.'):
            given.set(name.removeprefix('gatewayresponse.header.'), mapped(value, context))
    return given


def mapped(value: str, context: dict) -> str:
    """A constant in single quotes, or something of the request."""
    if value.startswith("'") and value.endswith("'"):
        return value[1:-1]
    return look_up(value.removeprefix('context.'), context)


def look_up(path: str, context: dict) -> str:
    """A value of the context by its path; a hyphen where there is none, as in logs."""
    value = context
    for part in path.split('.'):
        value = value.get(part) if isinstance(value, dict) else None
    return '-' if value is None or isinstance(value, dict) else str(value)


def fill(template: str, context: dict) -> str:
    """Puts values in the place of $context.path names. Gateway responses know nothing else of the template language."""

    def value(found: re.Match) -> str:
        return look_up(found[1] or found[2], context)

    return re.sub(r'\$\{context\.([\w.]+)\}|\$context\.([\w.]*\w)', value, template)
