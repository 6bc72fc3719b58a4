"""Bucket policies are evaluated, conditions and all.

moto compares no condition of a bucket policy: a statement with one denies. A bucket that only wants TLS (`enforceSSL`) would
then refuse everybody, the deployment of assets first of all. It also asks for `s3:HeadObject`, an action that does not exist.

What a function in a network asks through a gateway endpoint is held against the endpoint's policy too, and what somebody asks with
credentials of a pool of identities against the policies of their role.
"""

import json

from flask import has_request_context, request
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.models import FakeBucket

from policy import ALLOWED, DENIED, Request, decide
from runtime import callers, people

# What moto calls an action after the HTTP method, and what AWS calls it.
ACTIONS = {'s3:HeadObject': 's3:GetObject', 's3:PostObject': 's3:PutObject', 's3:OptionsObject': 's3:GetObject'}


def install():
    FakeBucket.get_permission = _permission


def caller_of_request(action: str, resource: str) -> Request:
    """What whoever made the request at hand asks to do."""
    asked = Request(action, resource, *_caller())
    asked.context |= _context(asked)
    return asked


def _permission(self, action: str, resource: str):
    asked = caller_of_request(ACTIONS.get(action, action), resource)
    endpoint = _endpoint()
    if endpoint is not None:
        asked.context['aws:sourcevpce'] = endpoint.id
        if decide(json.loads(endpoint.policy_document), asked) != ALLOWED:
            return PermissionResult.DENIED
    person = _person()
    if person is not None and not people.may(person, asked):
        # moto answers a denial without a word.
        raise S3AccessDeniedError()
    if self.policy is None:
        return PermissionResult.NEUTRAL
    said = decide(json.loads(self.policy), asked)
    return {DENIED: PermissionResult.DENIED, ALLOWED: PermissionResult.PERMITTED}.get(said, PermissionResult.NEUTRAL)


def _endpoint():
    """The endpoint that a request comes through: that of the network in which the function stands that made it."""
    function = callers.function_of(request.headers) if has_request_context() else None
    return callers.endpoint_of(function, 's3') if function else None


def _person() -> people.Person | None:
    from stacks.api import scope_of

    scope = scope_of(request.environ) if has_request_context() else None
    return people.holder(scope[0]) if scope else None


def _caller() -> tuple[tuple[str, ...], str | None]:
    """Who asks: the root of an account, a role with its session, or nobody."""
    from stacks.api import account_of, scope_of

    if not has_request_context():
        return (), None
    function = callers.function_of(request.headers)
    if function:
        return callers.principals_of(function), None
    scope = scope_of(request.environ)
    if scope is None:
        return (), None
    account = account_of(scope[0])
    return (*_role(scope[0], account), f'arn:aws:iam::{account}:root', account), None


def _role(access_key: str, account: str) -> tuple[str, ...]:
    from moto.sts.models import sts_backends

    for backend in sts_backends.get(account, {}).values() if account in sts_backends else []:
        found = backend.get_assumed_role_from_access_key(access_key)
        if found is not None:
            return found.arn, found.role_arn
    return ()


def _context(asked: Request) -> dict:
    # A request over the loopback counts as one over TLS: nobody else can see it.
    context = {'aws:securetransport': 'true', 's3:tlsversion': '1.3', 'aws:sourceip': '127.0.0.1'}
    if asked.principals:
        context |= {'aws:principalarn': _arn_of(asked.principals), 'aws:principalaccount': asked.principals[-1]}
    if has_request_context():
        for header in ('x-amz-acl', 'x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'):
            if header in request.headers:
                context[f's3:{header}'] = request.headers[header]
        for name in ('prefix', 'delimiter', 'max-keys', 'versionid'):
            if name in request.args:
                context[f's3:{name}'] = request.args[name]
    return context


def _arn_of(principals: tuple[str, ...]) -> str:
    # The role, not its session, is what aws:PrincipalArn says.
    return principals[1] if len(principals) == 4 else principals[0]
