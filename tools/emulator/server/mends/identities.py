"""Pools of identities know people again, and the credentials they give are somebody's.

moto makes a new id for each call, whatever token comes with it, and gives everybody the same credentials, which nothing else
knows. Here a token is checked, the same person has the same id, and the credentials are those of a role, by which the doors to
the outside and the objects of buckets know who comes, and hold them to the role's policies.
"""

import json

from moto.cognitoidentity.responses import CognitoIdentityResponse

from runtime import people


def install():
    CognitoIdentityResponse.get_id = _get_id
    CognitoIdentityResponse.get_credentials_for_identity = _get_credentials


def _get_id(self) -> str:
    identity, _, _ = people.identify(self._get_param('IdentityPoolId'), self._get_param('Logins') or {})
    return json.dumps({'IdentityId': identity})


def _get_credentials(self) -> str:
    identity = self._get_param('IdentityId')
    role = people.credentials(identity, self._get_param('Logins') or {})
    return json.dumps(
        {
            'IdentityId': identity,
            'Credentials': {
                'AccessKeyId': role.access_key_id,
                'SecretKey': role.secret_access_key,
                'SessionToken': role.session_token,
                'Expiration': role.expiration.timestamp(),
            },
        }
    )
