"""People whom a pool of identities knows: by which token, under which id, and what their credentials may do."""

import json
import threading
import uuid
from dataclasses import dataclass

from moto.cognitoidentity.models import CognitoIdentityPool, cognitoidentity_backends
from moto.cognitoidp.models import cognitoidp_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from policy import ALLOWED, DENIED, Request, decide

_SERVICE = 'cognito-identity.amazonaws.com'
_USER_POOL = 'cognito-idp.'


@dataclass(frozen=True)
class Person:
    """Who holds credentials that a pool of identities gave."""

    identity: str
    pool: str
    role_arn: str
    provider: str

    @property
    def context(self) -> dict:
        """What policies can ask about them."""
        return {
            f'{_SERVICE}:sub': self.identity,
            f'{_SERVICE}:aud': self.pool,
            f'{_SERVICE}:amr': ['authenticated', self.provider],
        }


_lock = threading.Lock()
_ids: dict[tuple[str, str, str], str] = {}
_of_key: dict[str, Person] = {}


def holder(access_key: str | None) -> Person | None:
    """Whose credentials these are, if a pool of identities gave them."""
    return _of_key.get(access_key or '')


def may(person: Person, asked: Request) -> bool:
    """Whether the policies of the role let a person do this."""
    iam = iam_backends[person.role_arn.split(':')[4]]['aws']
    role = next((each for each in iam.roles.values() if each.arn == person.role_arn), None)
    if role is None:
        return False
    inline = [text if isinstance(text, dict) else json.loads(text) for text in role.policies.values()]
    attached = [json.loads(policy.document) for policy in role.managed_policies.values()]
    request = Request(asked.action, asked.resource, context={**asked.context, **person.context})
    said = [decide(document, request) for document in inline + attached]
    return DENIED not in said and ALLOWED in said


def identify(pool_id: str, logins: dict[str, str]) -> tuple[str, str, dict]:
    """The id of whoever holds a token, always the same one; with what the token says, and who it is from."""
    pool = pool_of(pool_id)
    if not logins:
        raise _refused('Unauthenticated access is not supported for this identity pool.')
    provider, token = next(iter(logins.items()))
    claims = _claims(pool, provider, token)
    with _lock:
        identity = _ids.setdefault((pool_id, provider, claims['sub']), f'{pool_id.split(":")[0]}:{uuid.uuid4()}')
    return identity, provider, claims


def pool_of(pool_id: str) -> CognitoIdentityPool:
    backend = cognitoidentity_backends[DEFAULT_ACCOUNT_ID][str(pool_id).split(':')[0]]
    if pool_id not in backend.identity_pools:
        raise JsonRESTError('ResourceNotFoundException', f"IdentityPool '{pool_id}' not found.")
    return backend.identity_pools[pool_id]


def credentials(identity: str, logins: dict[str, str]):
    """Credentials for a person, of the role that the pool has for them."""
    pool_id = next((pool for (pool, _, _), each in list(_ids.items()) if each == identity), None)
    if pool_id is None:
        raise JsonRESTError('ResourceNotFoundException', f"Identity '{identity}' not found.")
    known, provider, claims = identify(pool_id, logins)
    if known != identity:
        raise _refused('Logins don\'t match. Please include at least one valid login for this identity or identity pool.')
    role_arn = _role(pool_id, provider, claims)
    role = sts_backends[DEFAULT_ACCOUNT_ID]['aws'].assume_role(
        region_name=pool_id.split(':')[0],
        role_session_name='CognitoIdentityCredentials',
        role_arn=role_arn,
        policy=None,
        duration=3600,
        external_id=None,
    )
    _of_key[role.access_key_id] = Person(identity, pool_id, role_arn, provider)
    return role


def _claims(pool: CognitoIdentityPool, provider: str, token: str) -> dict:
    """What a token says that the pool trusts and that is good; only pools of users can be asked for their keys here."""
    from front.authorizers import pool_claims

    trusted = [each for each in pool.cognito_identity_providers or [] if each.get('ProviderName') == provider]
    if not trusted:
        if provider in (pool.supported_login_providers or {}):
            raise _refused(f'the emulator cannot check tokens of {provider}; sign in with the pool of users')
        raise _refused(f'Token is not from a supported provider of this identity pool.')
    region, user_pool = provider.removeprefix(_USER_POOL).split('.', 1)[0], provider.rsplit('/', 1)[-1]
    found = cognitoidp_backends[DEFAULT_ACCOUNT_ID][region].user_pools.get(user_pool)
    claims = pool_claims(token, found.arn) if found else None
    if claims is None or claims.get('token_use') != 'id':
        raise _refused('Invalid login token. Not a valid OpenId Connect identity token.')
    if claims.get('aud') not in [each.get('ClientId') for each in trusted]:
        raise _refused('Invalid login token. Incorrect token audience.')
    return claims


def _role(pool_id: str, provider: str, claims: dict) -> str:
    from missing.registry import Call, state

    region = pool_id.split(':')[0]
    given = state(Call(DEFAULT_ACCOUNT_ID, region), 'cognito/roles').get(pool_id, {})
    mapping = (given.get('RoleMappings') or {}).get(f'{provider}:{claims["aud"]}')
    if mapping and mapping['Type'] == 'Token':
        role = _of_groups(region, provider, claims)
        if role:
            return role
        if mapping.get('AmbiguousRoleResolution') == 'Deny':
            raise _refused('No role of the groups of this token can be chosen, and the pool denies access then.')
    role = (given.get('Roles') or {}).get('authenticated')
    if not role:
        raise JsonRESTError(
            'InvalidIdentityPoolConfigurationException',
            'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
        )
    return role


def _of_groups(region: str, provider: str, claims: dict) -> str | None:
    """The role of the first of somebody's groups, as a token names it; none where two come first."""
    pool = cognitoidp_backends[DEFAULT_ACCOUNT_ID][region].user_pools[provider.rsplit('/', 1)[-1]]
    groups = [pool.groups[name] for name in claims.get('cognito:groups') or [] if name in pool.groups]
    with_role = sorted((int(group.precedence), group.role_arn) for group in groups if group.role_arn and group.precedence is not None)
    if not with_role:
        return None
    first = {role for precedence, role in with_role if precedence == with_role[0][0]}
    return first.pop() if len(first) == 1 else None


def _refused(why: str) -> JsonRESTError:
    return JsonRESTError('NotAuthorizedException', why)
