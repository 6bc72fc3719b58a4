"""Roles, policies, users, groups and providers."""

import json

from stacks.faults import ResourceFailed
from stacks.kinds import kind
from stacks.reading import whole


def text(document) -> str:
    """A policy document as the API wants it. moto wants a version; AWS takes one without, as SAM writes some."""
    return document if isinstance(document, str) else json.dumps({'Version': '2012-10-17', **whole(document)})


class Owner:
    """A role, user or group: all three hold policies in the same way."""

    def __init__(self, word: str):
        self.word = word
        self.key = f'{word.capitalize()}Name'

    def call(self, at, operation: str, name: str, **more):
        return at.call('iam', operation.format(self.word), **{self.key: name}, **more)

    def policies(self, at, name: str, old, new):
        """Brings inline and managed policies to what is wished."""
        before = {p['PolicyName']: text(p['PolicyDocument']) for p in old.get('Policies') or []}
        after = {p['PolicyName']: text(p['PolicyDocument']) for p in new.get('Policies') or []}
        for policy in before.keys() - after.keys():
            self.call(at, 'delete_{}_policy', name, PolicyName=policy)
        for policy, document in after.items():
            if before.get(policy) != document:
                self.call(at, 'put_{}_policy', name, PolicyName=policy, PolicyDocument=document)
        had, wanted = list(old.get('ManagedPolicyArns') or []), list(new.get('ManagedPolicyArns') or [])
        for arn in had:
            if arn not in wanted:
                self.call(at, 'detach_{}_policy', name, PolicyArn=arn)
        for arn in wanted:
            if arn not in had:
                self.call(at, 'attach_{}_policy', name, PolicyArn=arn)

    def bare(self, at, name: str):
        """Takes away everything that stands in the way of a deletion."""
        for policy in self.call(at, 'list_{}_policies', name)['PolicyNames']:
            self.call(at, 'delete_{}_policy', name, PolicyName=policy)
        for policy in self.call(at, 'list_attached_{}_policies', name)['AttachedPolicies']:
            self.call(at, 'detach_{}_policy', name, PolicyArn=policy['PolicyArn'])

    def boundary(self, at, name: str, old, new):
        if old.get('PermissionsBoundary') == new.get('PermissionsBoundary'):
            return
        if 'PermissionsBoundary' in new:
            self.call(at, 'put_{}_permissions_boundary', name, PermissionsBoundary=new['PermissionsBoundary'])
        else:
            self.call(at, 'delete_{}_permissions_boundary', name)


ROLE, USER, GROUP = Owner('role'), Owner('user'), Owner('group')


def _role(at, props):
    name = props.get('RoleName') or at.name(64)
    given = {
        'AssumeRolePolicyDocument': text(props['AssumeRolePolicyDocument']),
        **props.pick('Path', 'Description', 'PermissionsBoundary'),
    }
    if 'MaxSessionDuration' in props:
        given['MaxSessionDuration'] = int(props['MaxSessionDuration'])
    made = ROLE.call(at, 'create_{}', name, **given)['Role']
    ROLE.policies(at, name, {}, props)
    return name, {'Arn': made['Arn'], 'RoleId': made['RoleId']}


def _role_changed(at, name, old, props):
    document = text(props['AssumeRolePolicyDocument'])
    at.call('iam', 'update_assume_role_policy', RoleName=name, PolicyDocument=document)
    given = {'Description': props.get('Description') or ''}
    if 'MaxSessionDuration' in props:
        given['MaxSessionDuration'] = int(props['MaxSessionDuration'])
    at.call('iam', 'update_role', RoleName=name, **given)
    ROLE.boundary(at, name, old, props)
    ROLE.policies(at, name, old, props)


def _role_gone(at, name, props):
    # Policies of the template go with the role; those that others attached keep it, as on AWS.
    for policy in props.get('Policies') or []:
        at.call('iam', 'delete_role_policy', RoleName=name, PolicyName=policy['PolicyName'])
    for arn in props.get('ManagedPolicyArns') or []:
        at.call('iam', 'detach_role_policy', RoleName=name, PolicyArn=arn)
    at.call('iam', 'delete_role', RoleName=name)


kind('AWS::IAM::Role', 'iam', create=_role, update=_role_changed, delete=_role_gone, tagged='{id}')

HOLDERS = (('Roles', ROLE), ('Users', USER), ('Groups', GROUP))


def _policy(at, props):
    name, document = props['PolicyName'], text(props['PolicyDocument'])
    for word, owner in HOLDERS:
        for holder in props.get(word) or []:
            owner.call(at, 'put_{}_policy', holder, PolicyName=name, PolicyDocument=document)
    physical_id = at.name(32)
    return physical_id, {'Id': physical_id}


def _policy_gone(at, _id, props):
    for word, owner in HOLDERS:
        for holder in props.get(word) or []:
            _forgiving(at, owner, 'delete_{}_policy', holder, PolicyName=props['PolicyName'])


def _forgiving(at, owner, operation, holder, **more):
    """A holder that is gone holds nothing."""
    try:
        owner.call(at, operation, holder, **more)
    except ResourceFailed as error:
        if 'NoSuchEntity' not in str(error):
            raise


def _policy_changed(at, physical_id, old, new):
    _policy(at, new)
    for word, owner in HOLDERS:
        for holder in old.get(word) or []:
            if holder not in (new.get(word) or []) or old['PolicyName'] != new['PolicyName']:
                _forgiving(at, owner, 'delete_{}_policy', holder, PolicyName=old['PolicyName'])


kind('AWS::IAM::Policy', 'iam', create=_policy, update=_policy_changed, delete=_policy_gone)


def _managed(at, props):
    name = props.get('ManagedPolicyName') or at.name(128)
    given = {'PolicyName': name, 'PolicyDocument': text(props['PolicyDocument']), **props.pick('Path', 'Description')}
    arn = at.call('iam', 'create_policy', **given)['Policy']['Arn']
    for word, owner in HOLDERS:
        for holder in props.get(word) or []:
            owner.call(at, 'attach_{}_policy', holder, PolicyArn=arn)
    return arn, {'PolicyArn': arn}


def _managed_changed(at, arn, old, new):
    if text(old['PolicyDocument']) != text(new['PolicyDocument']):
        versions = at.call('iam', 'list_policy_versions', PolicyArn=arn)['Versions']
        if len(versions) >= 5:
            oldest = [v for v in versions if not v['IsDefaultVersion']][-1]
            at.call('iam', 'delete_policy_version', PolicyArn=arn, VersionId=oldest['VersionId'])
        at.call(
            'iam', 'create_policy_version', PolicyArn=arn, PolicyDocument=text(new['PolicyDocument']), SetAsDefault=True
        )
    for word, owner in HOLDERS:
        before, after = old.get(word) or [], new.get(word) or []
        for holder in before:
            if holder not in after:
                _forgiving(at, owner, 'detach_{}_policy', holder, PolicyArn=arn)
        for holder in after:
            if holder not in before:
                owner.call(at, 'attach_{}_policy', holder, PolicyArn=arn)


def _managed_gone(at, arn, props):
    for word, owner in HOLDERS:
        for holder in props.get(word) or []:
            _forgiving(at, owner, 'detach_{}_policy', holder, PolicyArn=arn)
    for version in at.call('iam', 'list_policy_versions', PolicyArn=arn)['Versions']:
        if not version['IsDefaultVersion']:
            at.call('iam', 'delete_policy_version', PolicyArn=arn, VersionId=version['VersionId'])
    at.call('iam', 'delete_policy', PolicyArn=arn)


kind('AWS::IAM::ManagedPolicy', 'iam', create=_managed, update=_managed_changed, delete=_managed_gone)


def _profile(at, props):
    name = props.get('InstanceProfileName') or at.name(128)
    made = at.call('iam', 'create_instance_profile', InstanceProfileName=name, **props.pick('Path'))['InstanceProfile']
    for role in props['Roles']:
        at.call('iam', 'add_role_to_instance_profile', InstanceProfileName=name, RoleName=role)
    return name, {'Arn': made['Arn']}


def _profile_changed(at, name, old, new):
    for role in old['Roles']:
        at.call('iam', 'remove_role_from_instance_profile', InstanceProfileName=name, RoleName=role)
    for role in new['Roles']:
        at.call('iam', 'add_role_to_instance_profile', InstanceProfileName=name, RoleName=role)


def _profile_gone(at, name, props):
    for role in props['Roles']:
        at.call('iam', 'remove_role_from_instance_profile', InstanceProfileName=name, RoleName=role)
    at.call('iam', 'delete_instance_profile', InstanceProfileName=name)


kind('AWS::IAM::InstanceProfile', 'iam', create=_profile, update=_profile_changed, delete=_profile_gone)


def _user(at, props):
    name = props.get('UserName') or at.name(64)
    made = USER.call(at, 'create_{}', name, **props.pick('Path', 'PermissionsBoundary'))['User']
    _user_settings(at, name, {}, props)
    return name, {'Arn': made['Arn']}


def _user_settings(at, name, old, new):
    USER.policies(at, name, old, new)
    before, after = old.get('Groups') or [], new.get('Groups') or []
    for group in before:
        if group not in after:
            at.call('iam', 'remove_user_from_group', UserName=name, GroupName=group)
    for group in after:
        if group not in before:
            at.call('iam', 'add_user_to_group', UserName=name, GroupName=group)
    profile = new.get('LoginProfile')
    if profile:
        given = {'Password': profile['Password']}
        if 'PasswordResetRequired' in profile:
            given['PasswordResetRequired'] = str(profile['PasswordResetRequired']).lower() == 'true'
        at.call(
            'iam', 'update_login_profile' if 'LoginProfile' in old else 'create_login_profile', UserName=name, **given
        )


def _user_changed(at, name, old, new):
    USER.boundary(at, name, old, new)
    _user_settings(at, name, old, new)


def _user_gone(at, name, props):
    for group in at.call('iam', 'list_groups_for_user', UserName=name)['Groups']:
        at.call('iam', 'remove_user_from_group', UserName=name, GroupName=group['GroupName'])
    USER.bare(at, name)
    if 'LoginProfile' in props:
        at.call('iam', 'delete_login_profile', UserName=name)
    at.call('iam', 'delete_user', UserName=name)


kind('AWS::IAM::User', 'iam', create=_user, update=_user_changed, delete=_user_gone, tagged='{id}')


def _group(at, props):
    name = props.get('GroupName') or at.name(128)
    made = GROUP.call(at, 'create_{}', name, **props.pick('Path'))['Group']
    GROUP.policies(at, name, {}, props)
    return name, {'Arn': made['Arn']}


def _group_gone(at, name, _props):
    GROUP.bare(at, name)
    at.call('iam', 'delete_group', GroupName=name)


kind('AWS::IAM::Group', 'iam', create=_group, update=GROUP.policies, delete=_group_gone)


def _members(at, props):
    for user in props['Users']:
        at.call('iam', 'add_user_to_group', GroupName=props['GroupName'], UserName=user)
    made = at.name()
    return made, {'Id': made}


def _members_gone(at, _id, props):
    for user in props['Users']:
        at.call('iam', 'remove_user_from_group', GroupName=props['GroupName'], UserName=user)


def _members_changed(at, physical_id, old, new):
    _members_gone(at, physical_id, old)
    _members(at, new)


kind('AWS::IAM::UserToGroupAddition', 'iam', create=_members, update=_members_changed, delete=_members_gone)


def _access_key(at, props):
    props.get('Serial')
    made = at.call('iam', 'create_access_key', UserName=props['UserName'])['AccessKey']
    _access_key_status(at, made['AccessKeyId'], None, props)
    return made['AccessKeyId'], {'SecretAccessKey': made['SecretAccessKey'], 'Id': made['AccessKeyId']}


def _access_key_status(at, key, _old, props):
    if 'Status' in props:
        at.call('iam', 'update_access_key', UserName=props['UserName'], AccessKeyId=key, Status=props['Status'])


kind(
    'AWS::IAM::AccessKey',
    'iam',
    create=_access_key,
    update=_access_key_status,
    key={'UserName': '{UserName}', 'AccessKeyId': '{id}'},
    delete='delete_access_key',
)


def _oidc(at, props):
    given = {
        'Url': props['Url'],
        'ThumbprintList': props.get('ThumbprintList') or ['0' * 40],
        'ClientIDList': props.get('ClientIdList') or [],
    }
    arn = at.call('iam', 'create_open_id_connect_provider', **given)['OpenIDConnectProviderArn']
    return arn, {'Arn': arn}


def _oidc_changed(at, arn, old, new):
    at.call(
        'iam',
        'update_open_id_connect_provider_thumbprint',
        OpenIDConnectProviderArn=arn,
        ThumbprintList=new.get('ThumbprintList') or ['0' * 40],
    )
    before, after = old.get('ClientIdList') or [], new.get('ClientIdList') or []
    for client_id in after:
        if client_id not in before:
            at.call(
                'iam', 'add_client_id_to_open_id_connect_provider', OpenIDConnectProviderArn=arn, ClientID=client_id
            )
    for client_id in before:
        if client_id not in after:
            at.call(
                'iam',
                'remove_client_id_from_open_id_connect_provider',
                OpenIDConnectProviderArn=arn,
                ClientID=client_id,
            )


kind(
    'AWS::IAM::OIDCProvider',
    'iam',
    create=_oidc,
    update=_oidc_changed,
    key='OpenIDConnectProviderArn',
    delete='delete_open_id_connect_provider',
    tagged='{id}',
)


def _saml(at, props):
    given = {'Name': props.get('Name') or at.name(128), 'SAMLMetadataDocument': props['SamlMetadataDocument']}
    arn = at.call('iam', 'create_saml_provider', **given)['SAMLProviderArn']
    return arn, {'Arn': arn}


kind(
    'AWS::IAM::SAMLProvider',
    'iam',
    create=_saml,
    update=lambda at, arn, _old, new: at.call(
        'iam', 'update_saml_provider', SAMLProviderArn=arn, SAMLMetadataDocument=new['SamlMetadataDocument']
    )
    and None,
    key='SAMLProviderArn',
    delete='delete_saml_provider',
)
kind(
    'AWS::IAM::ServiceLinkedRole',
    'iam',
    create='create_service_linked_role',
    id='Role.RoleName',
    attributes={'RoleName': 'id'},
    rename={'AWSServiceName': 'AWSServiceName'},
    key='RoleName',
    delete='delete_service_linked_role',
)
