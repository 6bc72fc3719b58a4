"""Cognito: pools of users and of identities."""

from stacks.kinds import Name, kind
from stacks.reading import whole

POOL_ONLY = {
    'EnabledMfas': 'it is carried by the setting of MFA, which only takes it with its configuration',
    'WebAuthnRelyingPartyID': 'moto has no passkeys',
    'WebAuthnUserVerification': 'moto has no passkeys',
    'WebAuthnFactorConfiguration': 'moto has no passkeys',
    'EmailAuthenticationMessage': 'moto sends no mail',
    'EmailAuthenticationSubject': 'moto sends no mail',
    'UserPoolTier': 'moto has one tier of pools',
}
RENAMED = {'UserPoolName': 'PoolName'}


def _pool(at, props):
    given = at.shaped('cognito-idp', 'create_user_pool', props.without('UserPoolTags', *POOL_ONLY), RENAMED)
    given.setdefault('PoolName', at.name(128))
    made = at.call('cognito-idp', 'create_user_pool', **given)['UserPool']
    _mfa(at, made['Id'], props)
    provider = f"cognito-idp.{at.region}.amazonaws.com/{made['Id']}"
    return made['Id'], {
        'Arn': made['Arn'],
        'UserPoolId': made['Id'],
        'ProviderName': provider,
        'ProviderURL': f'https://{provider}',
    }


def _mfa(at, pool, props):
    mode = props.get('MfaConfiguration')
    kinds = whole(props.get('EnabledMfas') or [])
    if mode and mode != 'OFF' and 'SOFTWARE_TOKEN_MFA' in kinds:
        at.call(
            'cognito-idp',
            'set_user_pool_mfa_config',
            UserPoolId=pool,
            MfaConfiguration=mode,
            SoftwareTokenMfaConfiguration={'Enabled': True},
        )


def _pool_changed(at, pool, _old, props):
    given = at.shaped(
        'cognito-idp', 'update_user_pool', props.without('UserPoolTags', 'UserPoolName', 'Schema', *POOL_ONLY), RENAMED
    )
    at.call('cognito-idp', 'update_user_pool', UserPoolId=pool, **given)
    _mfa(at, pool, props)


kind(
    'AWS::Cognito::UserPool',
    'cognito-idp',
    create=_pool,
    update=_pool_changed,
    key='UserPoolId',
    delete='delete_user_pool',
    tagged='Arn',
    not_carried=POOL_ONLY,
)


def _client(at, props):
    given = at.shaped('cognito-idp', 'create_user_pool_client', props)
    given.setdefault('ClientName', at.name(128))
    made = at.call('cognito-idp', 'create_user_pool_client', **given)['UserPoolClient']
    return made['ClientId'], {
        'ClientId': made['ClientId'],
        'Name': made['ClientName'],
        'ClientSecret': made.get('ClientSecret'),
    }


kind(
    'AWS::Cognito::UserPoolClient',
    'cognito-idp',
    create=_client,
    update='update_user_pool_client',
    key={'UserPoolId': '{UserPoolId}', 'ClientId': '{id}'},
    delete='delete_user_pool_client',
)


def _domain(at, props):
    given = at.shaped('cognito-idp', 'create_user_pool_domain', props)
    answer = at.call('cognito-idp', 'create_user_pool_domain', **given)
    return props['Domain'], {'CloudFrontDistribution': answer.get('CloudFrontDomain') or '', 'Id': props['Domain']}


kind(
    'AWS::Cognito::UserPoolDomain',
    'cognito-idp',
    create=_domain,
    update='update_user_pool_domain',
    key={'UserPoolId': '{UserPoolId}', 'Domain': '{id}'},
    delete='delete_user_pool_domain',
)
kind(
    'AWS::Cognito::ManagedLoginBranding',
    'cognito-idp',
    create='create_managed_login_branding',
    id='ManagedLoginBranding.ManagedLoginBrandingId',
    update='update_managed_login_branding',
    key={'UserPoolId': '{UserPoolId}', 'ManagedLoginBrandingId': '{id}'},
    delete='delete_managed_login_branding',
    attributes={'ManagedLoginBrandingId': 'id'},
    not_carried={'ReturnMergedResources': 'it only says how much a description shows'},
)
kind(
    'AWS::Cognito::UserPoolGroup',
    'cognito-idp',
    create='create_group',
    name=Name('GroupName', 128),
    id='{GroupName}',
    update='update_group',
    key={'UserPoolId': '{UserPoolId}', 'GroupName': '{id}'},
    delete='delete_group',
)
kind(
    'AWS::Cognito::UserPoolResourceServer',
    'cognito-idp',
    create='create_resource_server',
    id='{Identifier}',
    update='update_resource_server',
    key={'UserPoolId': '{UserPoolId}', 'Identifier': '{Identifier}'},
    delete='delete_resource_server',
)
kind(
    'AWS::Cognito::UserPoolIdentityProvider',
    'cognito-idp',
    create='create_identity_provider',
    id='{ProviderName}',
    update='update_identity_provider',
    key={'UserPoolId': '{UserPoolId}', 'ProviderName': '{ProviderName}'},
    delete='delete_identity_provider',
)


def _user(at, props):
    name = props.get('Username') or at.name(64)
    given = at.shaped('cognito-idp', 'admin_create_user', props.without('Username'))
    at.call('cognito-idp', 'admin_create_user', **given, Username=name)
    return name


kind(
    'AWS::Cognito::UserPoolUser',
    'cognito-idp',
    create=_user,
    key={'UserPoolId': '{UserPoolId}', 'Username': '{id}'},
    delete='admin_delete_user',
)


def _member(at, props):
    at.put('cognito-idp', 'admin_add_user_to_group', props)
    return at.name()


kind(
    'AWS::Cognito::UserPoolUserToGroupAttachment',
    'cognito-idp',
    create=_member,
    key={'UserPoolId': '{UserPoolId}', 'Username': '{Username}', 'GroupName': '{GroupName}'},
    delete='admin_remove_user_from_group',
)

IDENTITIES_ONLY = {
    'CognitoEvents': 'moto calls no functions for identities',
    'CognitoStreams': 'moto streams no identities',
    'PushSync': 'moto pushes nothing',
}


def _identities(at, props):
    given = at.shaped('cognito-identity', 'create_identity_pool', props.without('IdentityPoolTags', *IDENTITIES_ONLY))
    given.setdefault('IdentityPoolName', at.name(128))
    made = at.call('cognito-identity', 'create_identity_pool', **given)
    return made['IdentityPoolId'], {'Name': made['IdentityPoolName'], 'Id': made['IdentityPoolId']}


def _identities_changed(at, pool, _old, props):
    given = at.shaped('cognito-identity', 'update_identity_pool', props.without('IdentityPoolTags', *IDENTITIES_ONLY))
    shown = at.call('cognito-identity', 'describe_identity_pool', IdentityPoolId=pool)
    given.setdefault('IdentityPoolName', shown['IdentityPoolName'])
    at.call('cognito-identity', 'update_identity_pool', IdentityPoolId=pool, **given)


kind(
    'AWS::Cognito::IdentityPool',
    'cognito-identity',
    create=_identities,
    update=_identities_changed,
    key='IdentityPoolId',
    delete='delete_identity_pool',
    not_carried={**IDENTITIES_ONLY, 'IdentityPoolTags': 'moto tags no pools of identities'},
)


def _roles(at, props):
    given = {'IdentityPoolId': props['IdentityPoolId'], 'Roles': whole(props.get('Roles') or {})}
    if 'RoleMappings' in props:
        given['RoleMappings'] = {m.pop('IdentityProvider', key): m for key, m in whole(props['RoleMappings']).items()}
    at.call('cognito-identity', 'set_identity_pool_roles', **given)
    return at.name(), {'Id': props['IdentityPoolId']}


kind(
    'AWS::Cognito::IdentityPoolRoleAttachment',
    'cognito-identity',
    create=_roles,
    update=lambda at, _id, _old, new: _roles(at, new) and None,
    delete=lambda at, _id, props: at.call(
        'cognito-identity', 'set_identity_pool_roles', IdentityPoolId=props['IdentityPoolId'], Roles={}
    ),
)
