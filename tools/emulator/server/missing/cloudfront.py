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


@operation('cloudfront', 'DeleteKeyGroup')
def delete_key_group(call, given):
    groups = cloudfront_backends[call.account]['aws'].key_groups
    if groups.pop(given['Id'], None) is None:
        raise refused('NoSuchResource', f"The key group {given['Id']} does not exist")
