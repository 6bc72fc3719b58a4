"""Who pays for the requests to a bucket: moto takes the question for one about the bucket itself, and answers that there is such
a bucket already. It is remembered and told; nobody is charged, and no request without the header is refused, because there is
one account.
"""

import xmltodict
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response

_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'


def install():
    S3Response._bucket_response_put = _put(S3Response._bucket_response_put)
    S3Response._bucket_response_get = _get(S3Response._bucket_response_get)


def _bucket(name: str):
    return s3_backends[DEFAULT_ACCOUNT_ID]['aws'].get_bucket(name)


def _put(original):
    def put(self, request, bucket_name, querystring):
        if 'requestPayment' not in querystring:
            return original(self, request, bucket_name, querystring)
        payer = xmltodict.parse(self.body)['RequestPaymentConfiguration']['Payer']
        _bucket(bucket_name).request_payer = payer
        return 200, {}, ''

    return put


def _get(original):
    def get(self, bucket_name, querystring):
        if 'requestPayment' not in querystring:
            return original(self, bucket_name, querystring)
        payer = getattr(_bucket(bucket_name), 'request_payer', 'BucketOwner')
        told = f'<Payer>{payer}</Payer>'
        return 200, {}, f'<RequestPaymentConfiguration xmlns="{_NAMESPACE}">{told}</RequestPaymentConfiguration>'

    return get
