"""CloudFront's policies, which moto does not have. A distribution names them, and what answers for it reads them."""

import uuid

from moto.cloudfront.models import cloudfront_backends

from missing.registry import operation, refused
from missing.shelf import identifier, shelf


def _policy(word: str, plural: str, code: str):
    shelf(
        'cloudfront',
        word,
        key='Id',
        id=lambda _call, _given: str(uuid.uuid4()),
        create=f'Create{word}',
        get=f'Get{word}',
        more=(f'Get{word}Config',),
        update=f'Update{word}',
        delete=f'Delete{word}',
        list=f'List{plural}',
        missing=code,
    )


_policy('CachePolicy', 'CachePolicies', 'NoSuchCachePolicy')
_policy('OriginRequestPolicy', 'OriginRequestPolicies', 'NoSuchOriginRequestPolicy')
_policy('ResponseHeadersPolicy', 'ResponseHeadersPolicies', 'NoSuchResponseHeadersPolicy')
shelf(
    'cloudfront',
    'CloudFrontOriginAccessIdentity',
    key='Id',
    id=lambda _call, _given: f'E{identifier()}',
    record=lambda _call, _given, _id: {'S3CanonicalUserId': uuid.uuid4().hex * 2},
    create='CreateCloudFrontOriginAccessIdentity',
    get='GetCloudFrontOriginAccessIdentity',
    more=('GetCloudFrontOriginAccessIdentityConfig',),
    update='UpdateCloudFrontOriginAccessIdentity',
    delete='DeleteCloudFrontOriginAccessIdentity',
    list='ListCloudFrontOriginAccessIdentities',
    missing='NoSuchCloudFrontOriginAccessIdentity',
)


shelf(
    'cloudfront',
    'FieldLevelEncryptionProfile',
    key='Id',
    id=lambda _call, _given: f'P{identifier()}',
    create='CreateFieldLevelEncryptionProfile',
    get='GetFieldLevelEncryptionProfile',
    more=('GetFieldLevelEncryptionProfileConfig',),
    update='UpdateFieldLevelEncryptionProfile',
    delete='DeleteFieldLevelEncryptionProfile',
    list='ListFieldLevelEncryptionProfiles',
    missing='NoSuchFieldLevelEncryptionProfile',
)
shelf(
    'cloudfront',
    'FieldLevelEncryption',
    key='Id',
    id=lambda _call, _given: f'C{identifier()}',
    create='CreateFieldLevelEncryptionConfig',
    get='GetFieldLevelEncryption',
    more=('GetFieldLevelEncryptionConfig',),
    update='UpdateFieldLevelEncryptionConfig',
    delete='DeleteFieldLevelEncryptionConfig',
    list='ListFieldLevelEncryptionConfigs',
    missing='NoSuchFieldLevelEncryptionConfig',
)


@operation('cloudfront', 'DeleteKeyGroup')
def delete_key_group(call, given):
    del _key_groups(call, given)[given['Id']]


@operation('cloudfront', 'UpdateKeyGroup')
def update_key_group(call, given):
    group = _key_groups(call, given)[given['Id']]
    config = given['KeyGroupConfig']
    group.name, group.items, group.etag = config['Name'], config['Items'], identifier(14)
    return {'KeyGroup': {'Id': group.id, 'KeyGroupConfig': group.key_group_config}, 'ETag': group.etag}


def _key_groups(call, given):
    groups = cloudfront_backends[call.account]['aws'].key_groups
    if given['Id'] not in groups:
        raise refused('NoSuchResource', f"The key group {given['Id']} does not exist")
    return groups
