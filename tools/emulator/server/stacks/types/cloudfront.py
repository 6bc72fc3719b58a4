"""Distributions and what they go by."""

import uuid

from stacks.convert import converted
from stacks.faults import NotCarried
from stacks.kinds import kind
from stacks.reading import Reading, whole

COUNTED = {'AllowedMethods', 'CachedMethods'}


def _etag(at, get: str, physical_id: str) -> str:
    return at.call('cloudfront', get, Id=physical_id).get('ETag', '')


def _behaviour(given) -> dict:
    """AllowedMethods holds CachedMethods in the API, and stands beside them in a template."""
    made = whole(given)
    if 'AllowedMethods' in made:
        made['AllowedMethods'] = {'Quantity': len(made['AllowedMethods']), 'Items': made['AllowedMethods']}
        cached = made.pop('CachedMethods', ['GET', 'HEAD'])
        made['AllowedMethods']['CachedMethods'] = {'Quantity': len(cached), 'Items': cached}
    made.pop('CachedMethods', None)
    if 'TrustedKeyGroups' in made:
        groups = made['TrustedKeyGroups']
        made['TrustedKeyGroups'] = {'Enabled': bool(groups), 'Quantity': len(groups), 'Items': groups}
    return made


def _configuration(at, props, reference: str, comment: str = '') -> dict:
    config = props['DistributionConfig']
    given = whole(config)
    given['DefaultCacheBehavior'] = _behaviour(config['DefaultCacheBehavior'])
    if 'CacheBehaviors' in given:
        given['CacheBehaviors'] = [_behaviour(b) for b in config['CacheBehaviors']]
    given.setdefault('Comment', comment)
    given['CallerReference'] = reference
    for origin in given.get('Origins', []):
        custom = origin.get('CustomOriginConfig')
        if custom is not None:
            custom.setdefault('HTTPPort', 80)
            custom.setdefault('HTTPSPort', 443)
            if 'OriginSSLProtocols' in custom:
                custom['OriginSslProtocols'] = custom.pop('OriginSSLProtocols')
        origin.setdefault('OriginPath', '')
        if 'OriginCustomHeaders' in origin:
            origin['CustomHeaders'] = origin.pop('OriginCustomHeaders')
        origin.setdefault('CustomHeaders', [])
    if 'IPV6Enabled' in given:
        given['IsIPV6Enabled'] = given.pop('IPV6Enabled')
    if 'Logging' in given:
        given['Logging'] = {'Enabled': True, 'IncludeCookies': False, 'Prefix': '', **given['Logging']}
    certificate = given.get('ViewerCertificate')
    if certificate:
        for name, api in (
            ('AcmCertificateArn', 'ACMCertificateArn'),
            ('IamCertificateId', 'IAMCertificateId'),
            ('SslSupportMethod', 'SSLSupportMethod'),
        ):
            if name in certificate:
                certificate[api] = certificate.pop(name)
    for error in given.get('CustomErrorResponses', []):
        if 'ResponseCode' in error:
            error['ResponseCode'] = str(error['ResponseCode'])
    client = at.client('cloudfront')
    shape = client.meta.service_model.operation_model('CreateDistribution').input_shape.members['DistributionConfig']
    tracked = Reading(given)
    made = converted(shape, tracked)
    left = [path for path in tracked.unread() if not path.endswith(('Quantity',))]
    if left:
        raise NotCarried(
            f'AWS::CloudFront::Distribution: DistributionConfig.{", ".join(left)} is not carried to the API'
        )
    return made


def _distribution(at, props):
    config = _configuration(at, props, str(uuid.uuid4()))
    tags = [{'Key': key, 'Value': value} for key, value in at.tags.items()]
    tags += [t for t in whole(props.get('Tags') or []) if t['Key'] not in at.tags]
    made = at.call(
        'cloudfront',
        'create_distribution_with_tags',
        DistributionConfigWithTags={'DistributionConfig': config, 'Tags': {'Items': tags}},
    )
    found = made['Distribution']
    return found['Id'], {'Id': found['Id'], 'DomainName': found['DomainName']}


def _distribution_changed(at, distribution, _old, props):
    now = at.call('cloudfront', 'get_distribution_config', Id=distribution)
    config = _configuration(at, props, now['DistributionConfig']['CallerReference'])
    at.call('cloudfront', 'update_distribution', Id=distribution, IfMatch=now['ETag'], DistributionConfig=config)


def _distribution_gone(at, distribution, _props):
    # A distribution must be switched off before it can be deleted; moto deletes it either way.
    etag = at.call('cloudfront', 'get_distribution_config', Id=distribution)['ETag']
    at.call('cloudfront', 'delete_distribution', Id=distribution, IfMatch=etag)


kind(
    'AWS::CloudFront::Distribution',
    'cloudfront',
    create=_distribution,
    update=_distribution_changed,
    delete=_distribution_gone,
)


def configured(word: str, member: str | None = None, get: str | None = None):
    """A thing made of one configuration, changed and deleted by its ETag."""
    member = member or f'{word}Config'
    snake = ''.join(f'_{c.lower()}' if c.isupper() else c for c in word).lstrip('_')
    get = get or f'get_{snake}'

    def create(at, props):
        given = at.shaped('cloudfront', f'create_{snake}', {member: _listed(props[member])})
        made = at.call('cloudfront', f'create_{snake}', **given)[word]
        return made['Id'], {'Id': made['Id'], 'LastModifiedTime': str(made.get('LastModifiedTime', ''))}

    def update(at, physical_id, _old, props):
        etag = _etag(at, get, physical_id)
        given = at.shaped('cloudfront', f'update_{snake}', {member: _listed(props[member])})
        at.call('cloudfront', f'update_{snake}', Id=physical_id, IfMatch=etag, **given)

    def delete(at, physical_id, _props):
        at.call('cloudfront', f'delete_{snake}', Id=physical_id, IfMatch=_etag(at, get, physical_id))

    return kind(f'AWS::CloudFront::{word}', 'cloudfront', create=create, update=update, delete=delete)


def _listed(value):
    """`{"Items": [...]}` of a template wants a Quantity in the API."""
    if isinstance(value, list):
        return [_listed(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = Reading({})
    for key in value:
        dict.__setitem__(made, key, _listed(value[key]))
    if 'Items' in made and isinstance(made['Items'], list):
        dict.__setitem__(made, 'Quantity', len(dict.__getitem__(made, 'Items')))
    return made


configured('OriginAccessControl')
configured('CachePolicy')
configured('OriginRequestPolicy')
configured('ResponseHeadersPolicy')
configured('FieldLevelEncryptionProfile')


def _field_encryption(at, props):
    given = at.shaped('cloudfront', 'create_field_level_encryption_config', _wrapped(props))
    made = at.call('cloudfront', 'create_field_level_encryption_config', **given)['FieldLevelEncryption']
    return made['Id'], {'Id': made['Id'], 'LastModifiedTime': str(made['LastModifiedTime'])}


def _field_encryption_changed(at, encryption, _old, props):
    given = at.shaped('cloudfront', 'update_field_level_encryption_config', _wrapped(props))
    etag = _etag(at, 'get_field_level_encryption', encryption)
    at.call('cloudfront', 'update_field_level_encryption_config', Id=encryption, IfMatch=etag, **given)


def _field_encryption_gone(at, encryption, _props):
    etag = _etag(at, 'get_field_level_encryption', encryption)
    at.call('cloudfront', 'delete_field_level_encryption_config', Id=encryption, IfMatch=etag)


def _wrapped(props):
    """What the API has in one member stands in a template beside the rest."""
    made = Reading({})
    dict.__setitem__(made, 'FieldLevelEncryptionConfig', props)
    return made


kind(
    'AWS::CloudFront::FieldLevelEncryptionConfig',
    'cloudfront',
    create=_field_encryption,
    update=_field_encryption_changed,
    delete=_field_encryption_gone,
)


def _identity(at, props):
    given = at.shaped('cloudfront', 'create_cloud_front_origin_access_identity', props)
    member = given['CloudFrontOriginAccessIdentityConfig']
    member['CallerReference'] = str(uuid.uuid4())
    made = at.call('cloudfront', 'create_cloud_front_origin_access_identity', **given)['CloudFrontOriginAccessIdentity']
    return made['Id'], {'Id': made['Id'], 'S3CanonicalUserId': made['S3CanonicalUserId']}


def _identity_gone(at, identity, _props):
    etag = at.call('cloudfront', 'get_cloud_front_origin_access_identity', Id=identity)['ETag']
    at.call('cloudfront', 'delete_cloud_front_origin_access_identity', Id=identity, IfMatch=etag)


kind('AWS::CloudFront::CloudFrontOriginAccessIdentity', 'cloudfront', create=_identity, delete=_identity_gone)


def _function(at, props):
    given = at.shaped('cloudfront', 'create_function', props.only('Name', 'FunctionConfig'))
    made = at.call('cloudfront', 'create_function', **given, FunctionCode=props['FunctionCode'].encode())
    arn, name = made['FunctionSummary']['FunctionMetadata']['FunctionARN'], props['Name']
    _publish(at, name, props, made['ETag'])
    return arn, {'FunctionARN': arn, 'FunctionMetadata.FunctionARN': arn, 'Stage': 'LIVE'}


def _publish(at, name, props, etag):
    if str(props.get('AutoPublish', False)).lower() == 'true':
        at.call('cloudfront', 'publish_function', Name=name, IfMatch=etag)


def _function_changed(at, _arn, _old, props):
    etag = at.call('cloudfront', 'describe_function', Name=props['Name'])['ETag']
    given = at.shaped('cloudfront', 'update_function', props.only('Name', 'FunctionConfig'))
    made = at.call('cloudfront', 'update_function', **given, IfMatch=etag, FunctionCode=props['FunctionCode'].encode())
    _publish(at, props['Name'], props, made['ETag'])


def _function_gone(at, _arn, props):
    etag = at.call('cloudfront', 'describe_function', Name=props['Name'])['ETag']
    at.call('cloudfront', 'delete_function', Name=props['Name'], IfMatch=etag)


kind(
    'AWS::CloudFront::Function',
    'cloudfront',
    create=_function,
    update=_function_changed,
    delete=_function_gone,
    not_carried={'FunctionMetadata': 'its ARN is told, not given'},
)


def _store(at, props):
    given = {name: props[name] for name in ('Name', 'Comment') if name in props}
    if 'ImportSource' in props:
        source = props['ImportSource']
        given['ImportSource'] = {'SourceType': source['SourceType'], 'SourceARN': source['SourceArn']}
    made = at.call('cloudfront', 'create_key_value_store', **given)['KeyValueStore']
    return made['Name'], {'Arn': made['ARN'], 'Id': made['Id'], 'Status': made['Status']}


def _store_changed(at, name, _old, props):
    # Values are read when a store is made, and never again.
    etag = at.call('cloudfront', 'describe_key_value_store', Name=name)['ETag']
    at.call('cloudfront', 'update_key_value_store', Name=name, IfMatch=etag, Comment=props.get('Comment', ''))


def _store_gone(at, name, _props):
    etag = at.call('cloudfront', 'describe_key_value_store', Name=name)['ETag']
    at.call('cloudfront', 'delete_key_value_store', Name=name, IfMatch=etag)


kind(
    'AWS::CloudFront::KeyValueStore',
    'cloudfront',
    create=_store,
    update=_store_changed,
    delete=_store_gone,
    not_carried={'Tags': 'they would have to be given with the store, and nothing here reads them'},
)


def _keyed(word: str, changes: bool = False):
    """Public keys and groups of them."""
    snake = ''.join(f'_{c.lower()}' if c.isupper() else c for c in word).lstrip('_')

    def create(at, props):
        given = at.shaped('cloudfront', f'create_{snake}', props)
        made = at.call('cloudfront', f'create_{snake}', **given)[word]
        return made['Id'], {'Id': made['Id']}

    def update(at, physical_id, _old, props):
        given = at.shaped('cloudfront', f'update_{snake}', props)
        etag = _etag(at, f'get_{snake}', physical_id)
        at.call('cloudfront', f'update_{snake}', Id=physical_id, IfMatch=etag, **given)

    def delete(at, physical_id, _props):
        at.call('cloudfront', f'delete_{snake}', Id=physical_id, IfMatch=_etag(at, f'get_{snake}', physical_id))

    more = {'update': update} if changes else {}
    return kind(f'AWS::CloudFront::{word}', 'cloudfront', create=create, delete=delete, **more)


_keyed('PublicKey')
_keyed('KeyGroup', changes=True)


def _vpc_origin(at, props):
    given = at.shaped('cloudfront', 'create_vpc_origin', props.only('VpcOriginEndpointConfig'))
    made = at.call('cloudfront', 'create_vpc_origin', **_spelled(given))['VpcOrigin']
    return made['Id'], {'Id': made['Id'], 'Arn': made['Arn'], 'Status': 'Deployed'}


def _vpc_origin_changed(at, origin, _old, props):
    given = at.shaped('cloudfront', 'update_vpc_origin', props.only('VpcOriginEndpointConfig'))
    etag = _etag(at, 'get_vpc_origin', origin)
    at.call('cloudfront', 'update_vpc_origin', Id=origin, IfMatch=etag, **_spelled(given))


def _vpc_origin_gone(at, origin, _props):
    at.call('cloudfront', 'delete_vpc_origin', Id=origin, IfMatch=_etag(at, 'get_vpc_origin', origin))


def _spelled(given: dict) -> dict:
    config = given['VpcOriginEndpointConfig']
    config.setdefault('HTTPPort', 80)
    config.setdefault('HTTPSPort', 443)
    return given


kind(
    'AWS::CloudFront::VpcOrigin',
    'cloudfront',
    create=_vpc_origin,
    update=_vpc_origin_changed,
    delete=_vpc_origin_gone,
    not_carried={'Tags': 'they would have to be given with the origin, and nothing here reads them'},
)
