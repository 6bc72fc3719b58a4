"""Tags of pools of users, the look of their pages, and roles of pools of identities."""

from moto.cognitoidp.models import cognitoidp_backends

from missing.registry import operation, refused, state
from missing.shelf import shelf, tags

tags('cognito-idp')
shelf(
    'cognito-idp',
    'ManagedLoginBranding',
    key='ManagedLoginBrandingId',
    create='CreateManagedLoginBranding',
    get='DescribeManagedLoginBranding',
    update='UpdateManagedLoginBranding',
    delete='DeleteManagedLoginBranding',
)


@operation('cognito-idp', 'UpdateResourceServer')
def update_resource_server(call, given):
    pool = cognitoidp_backends[call.account][call.region].describe_user_pool(given['UserPoolId'])
    found = pool.resource_servers.get(given['Identifier'])
    if found is None:
        raise refused('ResourceNotFoundException', f"Resource server {given['Identifier']} does not exist.")
    found.name, found.scopes = given['Name'], given.get('Scopes', found.scopes)
    return {'ResourceServer': given}


@operation('cognito-identity', 'SetIdentityPoolRoles')
def set_roles(call, given):
    state(call, 'cognito/roles')[given['IdentityPoolId']] = given


@operation('cognito-identity', 'GetIdentityPoolRoles')
def get_roles(call, given):
    return state(call, 'cognito/roles').get(given['IdentityPoolId'], {'IdentityPoolId': given['IdentityPoolId']})


@operation('cognito-idp', 'DeleteResourceServer')
def delete_resource_server(call, given):
    pool = cognitoidp_backends[call.account][call.region].describe_user_pool(given['UserPoolId'])
    pool.resource_servers.pop(given['Identifier'], None)
