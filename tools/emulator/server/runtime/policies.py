"""Resource policies of queues, topics, functions and buckets: may this service, on behalf of that resource, do this?

Only what a delivery needs is decided here: a service principal (or the public) asks, and the resource's own policy
answers. What roles may do is proven from the templates, not here.
"""

import json

from policy import ALLOWED, DENIED, Request, decide


def allows(
    policy: str | dict | None, principal: dict[str, str], action: str, resource: str, context: dict[str, str]
) -> bool:
    """Whether a policy allows it: some statement allows and none denies. No policy allows nothing."""
    return _said(policy, principal, action, resource, context) == ALLOWED


def denies(
    policy: str | dict | None, principal: dict[str, str], action: str, resource: str, context: dict[str, str]
) -> bool:
    """Whether a statement denies it outright."""
    return _said(policy, principal, action, resource, context) == DENIED


def _said(
    policy: str | dict | None, principal: dict[str, str], action: str, resource: str, context: dict[str, str]
) -> str:
    document = json.loads(policy) if isinstance(policy, str) else policy or {}
    names = tuple(value for kind, value in principal.items() if kind != 'Service')
    return decide(document, Request(action, resource, names, principal.get('Service'), dict(context)))


def service_context(source_arn: str, account: str, **more: str) -> dict[str, str]:
    """What a service tells about the resource it acts for."""
    return {
        'aws:sourcearn': source_arn,
        'aws:sourceaccount': account,
        'aws:securetransport': 'true',
        's3:tlsversion': '1.3',
        'aws:principalisawsservice': 'true',
        'aws:viaawsservice': 'false',
        **more,
    }
