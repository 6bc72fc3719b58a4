"""Distributions, function URLs, HTTP APIs, load balancers, and buckets by their host names."""

import json
import ssl
import tempfile
import time
import uuid
from base64 import b64encode
from urllib.parse import urlencode

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .support import EmulatorTest, eventually


def _safe(data: bytes) -> str:
    return b64encode(data).decode().replace('+', '-').replace('=', '_').replace('/', '~')


class Fronts(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.port = cls.emulator.endpoint.rsplit(':', 1)[1]
        authority = tempfile.NamedTemporaryFile(suffix='.pem')
        authority.write(requests.get(f'{cls.emulator.endpoint}/_emulator/ca.pem', timeout=5).content)
        authority.flush()
        cls.addClassCleanup(authority.close)
        cls.authority = authority.name

    def ask(self, host, path='/', method='GET', secure=False, **more):
        """Asks a front door by its name, which leads to this machine wherever names are looked up."""
        scheme = 'https' if secure else 'http'
        url = f'{scheme}://{host}.localhost:{self.port}{path}'
        return requests.request(method, url, timeout=20, allow_redirects=False, verify=self.authority, **more)


class Tls(Fronts):
    def test_any_host_has_a_certificate_of_the_authority(self):
        for host in ('one.cloudfront', 'two.execute-api'):
            self.assertEqual(self.ask(host, secure=True).status_code, 404)
        with self.assertRaises((requests.exceptions.SSLError, ssl.SSLError)):
            requests.get(f'https://one.cloudfront.localhost:{self.port}/', timeout=5)

    def test_the_same_port_speaks_plain_http(self):
        self.assertEqual(self.ask('one.cloudfront').status_code, 404)


class Distributions(Fronts):
    def setUp(self):
        self.bucket = f'site-{uuid.uuid4().hex[:8]}'
        self.s3 = self.emulator.client('s3')
        self.cloudfront = self.emulator.client('cloudfront')
        self.s3.create_bucket(Bucket=self.bucket)
        for key, body, cache in (
            ('index.html', '<h1>home</h1>', 'max-age=0'),
            ('404.html', '<h1>nothing</h1>', None),
            ('assets/a.css', 'a' * 2000, 'max-age=60'),
        ):
            more = {'CacheControl': cache} if cache else {}
            kind = 'text/css' if key.endswith('.css') else 'text/html'
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=body.encode(), ContentType=kind, **more)

    def distribution(self, allow=True, **config):
        control = self.cloudfront.create_origin_access_control(
            OriginAccessControlConfig={
                'Name': self.bucket,
                'SigningProtocol': 'sigv4',
                'SigningBehavior': 'always',
                'OriginAccessControlOriginType': 's3',
            }
        )['OriginAccessControl']['Id']
        behaviour = {
            'TargetOriginId': 'files',
            'ViewerProtocolPolicy': 'redirect-to-https',
            'Compress': True,
            'CachePolicyId': '658327ea-f89d-4fab-a63d-7e88639e58f6',
            **config.pop('behaviour', {}),
        }
        origin = {
            'Id': 'files',
            'DomainName': f'{self.bucket}.s3.us-east-1.amazonaws.com',
            'OriginAccessControlId': control,
            'S3OriginConfig': {'OriginAccessIdentity': ''},
        }
        given = {
            'CallerReference': uuid.uuid4().hex,
            'Comment': '',
            'Enabled': True,
            'DefaultRootObject': 'index.html',
            'Origins': {'Quantity': 1, 'Items': [origin]},
            'DefaultCacheBehavior': behaviour,
            **config,
        }
        made = self.cloudfront.create_distribution(DistributionConfig=given)['Distribution']
        if allow:
            self.allow('s3:GetObject', f'arn:aws:s3:::{self.bucket}/*', made['ARN'])
        return made['DomainName'].split('.')[0], made

    def allow(self, action, resource, source):
        statement = {
            'Effect': 'Allow',
            'Principal': {'Service': 'cloudfront.amazonaws.com'},
            'Action': action,
            'Resource': resource,
            'Condition': {'StringEquals': {'AWS:SourceArn': source}},
        }
        self.s3.put_bucket_policy(
            Bucket=self.bucket, Policy=json.dumps({'Version': '2012-10-17', 'Statement': [statement]})
        )

    def get(self, label, path='/', method='GET', **more):
        return self.ask(f'{label}.cloudfront', path, method, secure=more.pop('secure', True), **more)

    def test_a_page_comes_from_the_bucket_and_then_from_the_copy(self):
        label, _ = self.distribution()
        first, second = self.get(label), self.get(label)
        self.assertEqual(
            (first.status_code, first.text, first.headers['Content-Type']), (200, '<h1>home</h1>', 'text/html')
        )
        self.assertEqual(
            (first.headers['X-Cache'], second.headers['X-Cache']), ('Miss from cloudfront', 'Hit from cloudfront')
        )
        self.assertIn('Age', second.headers)
        style = self.get(label, '/assets/a.css')
        self.assertEqual((style.headers['Content-Encoding'], style.text), ('gzip', 'a' * 2000))
        head = self.get(label, method='HEAD')
        self.assertEqual((head.status_code, head.content, head.headers['Content-Length']), (200, b'', '13'))

    def test_an_invalidation_takes_copies_away(self):
        label, made = self.distribution()
        self.get(label, '/assets/a.css')
        self.s3.put_object(Bucket=self.bucket, Key='assets/a.css', Body=b'new', ContentType='text/css')
        self.assertEqual(self.get(label, '/assets/a.css').text, 'a' * 2000)
        batch = {'CallerReference': '1', 'Paths': {'Quantity': 1, 'Items': ['/assets/*']}}
        self.cloudfront.create_invalidation(DistributionId=made['Id'], InvalidationBatch=batch)
        self.assertEqual(self.get(label, '/assets/a.css').text, 'new')

    def test_a_private_route_opens_for_signatures_of_trusted_keys_alone(self):
        keys = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
        names = [self._public_key(key) for key in keys]
        group = self.cloudfront.create_key_group(KeyGroupConfig={'Name': uuid.uuid4().hex, 'Items': names[:1]})['KeyGroup']
        trusted = {'Enabled': True, 'Quantity': 1, 'Items': [group['Id']]}
        label, _ = self.distribution(behaviour={'TrustedKeyGroups': trusted})
        url = f'https://{label}.cloudfront.net/assets/a.css'
        until = int(time.time()) + 60

        def signed(resource=url, key=keys[0], name=names[0], until=until, policy=None):
            condition = f'{{"DateLessThan":{{"AWS:EpochTime":{until}}}}}'
            text = policy or f'{{"Statement":[{{"Resource":"{resource}","Condition":{condition}}}]}}'
            signature = _safe(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA1()))
            said = {'Policy': _safe(text.encode())} if policy else {'Expires': str(until)}
            return {**said, 'Signature': signature, 'Key-Pair-Id': name}

        def status(parts, path='/assets/a.css'):
            return self.get(label, f'{path}?{urlencode(parts)}').status_code

        self.assertEqual(self.get(label, '/assets/a.css').status_code, 403)
        self.assertEqual(status(signed()), 200)
        self.assertEqual(status(signed(), '/index.html'), 403)
        self.assertEqual(status(signed(until=int(time.time()) - 1)), 403)
        self.assertEqual(status({**signed(), 'Expires': str(until + 60)}), 403)
        self.assertEqual(status(signed(key=keys[1])), 403)
        self.assertEqual(status(signed(key=keys[1], name=names[1])), 403)
        condition = {'DateLessThan': {'AWS:EpochTime': until}, 'IpAddress': {'AWS:SourceIp': '127.0.0.1/32'}}
        everything = {'Statement': [{'Resource': f'https://{label}.cloudfront.net/assets/*', 'Condition': condition}]}
        cookies = {f'CloudFront-{name}': value for name, value in signed(policy=json.dumps(everything)).items()}
        self.assertEqual(self.get(label, '/assets/a.css', cookies=cookies).status_code, 200)
        self.assertEqual(self.get(label, '/index.html', cookies=cookies).status_code, 403)
        condition['IpAddress'] = {'AWS:SourceIp': '203.0.113.7/32'}
        self.assertEqual(status(signed(policy=json.dumps(everything))), 403)

    def _public_key(self, key):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        config = {'CallerReference': uuid.uuid4().hex, 'Name': uuid.uuid4().hex, 'EncodedKey': pem}
        return self.cloudfront.create_public_key(PublicKeyConfig=config)['PublicKey']['Id']

    def test_plain_http_is_redirected(self):
        label, _ = self.distribution()
        answer = self.get(label, '/a?b=c', secure=False)
        self.assertEqual(
            (answer.status_code, answer.headers['Location']),
            (301, f'https://{label}.cloudfront.localhost:{self.port}/a?b=c'),
        )

    def test_only_this_distribution_may_read(self):
        label, _ = self.distribution(allow=False)
        self.assertEqual(self.get(label).status_code, 403)
        self.allow(
            's3:GetObject', f'arn:aws:s3:::{self.bucket}/*', 'arn:aws:cloudfront::123456789012:distribution/OTHER'
        )
        label, _ = self.distribution(allow=False)
        self.assertEqual(self.get(label).status_code, 403)

    def test_what_is_missing_has_a_page_and_its_own_status(self):
        errors = {
            'Quantity': 1,
            'Items': [
                {'ErrorCode': 403, 'ResponsePagePath': '/404.html', 'ResponseCode': '404', 'ErrorCachingMinTTL': 0}
            ],
        }
        label, _ = self.distribution(CustomErrorResponses=errors)
        answer = self.get(label, '/nowhere')
        self.assertEqual((answer.status_code, answer.text), (404, '<h1>nothing</h1>'))
        self.assertEqual(answer.headers['X-Cache'], 'Error from cloudfront')

    def test_headers_of_a_policy_are_added(self):
        policy = self.cloudfront.create_response_headers_policy(
            ResponseHeadersPolicyConfig={
                'Name': 'p',
                'Comment': '',
                'SecurityHeadersConfig': {
                    'StrictTransportSecurity': {
                        'Override': True,
                        'AccessControlMaxAgeSec': 100,
                        'IncludeSubdomains': True,
                    },
                    'ContentSecurityPolicy': {'Override': True, 'ContentSecurityPolicy': "default-src 'self'"},
                    'ContentTypeOptions': {'Override': True},
                },
                'CustomHeadersConfig': {
                    'Quantity': 1,
                    'Items': [{'Header': 'Cache-Control', 'Value': 'no-cache', 'Override': True}],
                },
                'RemoveHeadersConfig': {'Quantity': 1, 'Items': [{'Header': 'Server'}]},
            }
        )['ResponseHeadersPolicy']['Id']
        label, _ = self.distribution(behaviour={'ResponseHeadersPolicyId': policy})
        headers = self.get(label).headers
        self.assertEqual(headers['Strict-Transport-Security'], 'max-age=100; includeSubDomains')
        self.assertEqual(
            (headers['Content-Security-Policy'], headers['X-Content-Type-Options']), ("default-src 'self'", 'nosniff')
        )
        self.assertEqual((headers['Cache-Control'], headers['Server']), ('no-cache', 'CloudFront'))

    def test_a_method_that_is_not_allowed_is_refused(self):
        label, _ = self.distribution()
        self.assertEqual(self.get(label, method='DELETE').status_code, 403)

    def test_functions_change_request_and_response(self):
        codes = {
            'before': "async function handler(event) { const r = event.request; if (r.uri === '/old') return { statusCode: 302, headers: { location: { value: '/new' } } }; if (r.uri.endsWith('/')) r.uri += 'a.css'; return r; }",
            'after': "function handler(event) { event.response.headers['x-from'] = { value: event.context.eventType }; return event.response; }",
        }
        items = []
        for name, code in codes.items():
            made = self.cloudfront.create_function(
                Name=f'{name}-{self.bucket}',
                FunctionConfig={'Comment': '', 'Runtime': 'cloudfront-js-2.0'},
                FunctionCode=code.encode(),
            )
            self.cloudfront.publish_function(Name=f'{name}-{self.bucket}', IfMatch=made['ETag'])
            kind = 'viewer-request' if name == 'before' else 'viewer-response'
            items.append({'EventType': kind, 'FunctionARN': made['FunctionSummary']['FunctionMetadata']['FunctionARN']})
        label, _ = self.distribution(behaviour={'FunctionAssociations': {'Quantity': 2, 'Items': items}})
        answer = self.get(label, '/assets/')
        self.assertEqual((answer.text, answer.headers['x-from']), ('a' * 2000, 'viewer-response'))
        answer = self.get(label, '/old')
        self.assertEqual((answer.status_code, answer.headers['location']), (302, '/new'))

    def test_the_second_of_a_group_answers_where_the_first_fails(self):
        spare = f'spare-{self.bucket}'
        self.s3.create_bucket(Bucket=spare)
        self.s3.put_object(Bucket=spare, Key='only-here.html', Body=b'spare')
        policy = {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': f'arn:aws:s3:::{spare}/*'}
        self.s3.put_bucket_policy(Bucket=spare, Policy=json.dumps({'Version': '2012-10-17', 'Statement': [policy]}))
        origins = [
            {
                'Id': name,
                'DomainName': f'{bucket}.s3.us-east-1.amazonaws.com',
                'S3OriginConfig': {'OriginAccessIdentity': ''},
            }
            for name, bucket in (('files', self.bucket), ('spare', spare))
        ]
        group = {
            'Id': 'both',
            'FailoverCriteria': {'StatusCodes': {'Quantity': 1, 'Items': [403]}},
            'Members': {'Quantity': 2, 'Items': [{'OriginId': 'files'}, {'OriginId': 'spare'}]},
        }
        label, made = self.distribution(
            allow=False,
            behaviour={'TargetOriginId': 'both', 'CachePolicyId': '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'},
            Origins={'Quantity': 2, 'Items': origins},
            OriginGroups={'Quantity': 1, 'Items': [group]},
        )
        self.assertEqual(self.get(label, '/only-here.html').text, 'spare')
        shown = self.cloudfront.get_distribution_config(Id=made['Id'])['DistributionConfig']
        self.assertEqual(shown['DefaultCacheBehavior']['TargetOriginId'], 'both')

    def test_pages_of_other_origins_are_told_by_the_rules_of_the_bucket_behind(self):
        rule = {'AllowedOrigins': ['https://shop.example.com'], 'AllowedMethods': ['GET'], 'MaxAgeSeconds': 60}
        self.s3.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={'CORSRules': [rule]})
        policy = {
            'Name': f'cors-{self.bucket}',
            'MinTTL': 0,
            'DefaultTTL': 60,
            'MaxTTL': 60,
            'ParametersInCacheKeyAndForwardedToOrigin': {
                'EnableAcceptEncodingGzip': False,
                'HeadersConfig': {
                    'HeaderBehavior': 'whitelist',
                    'Headers': {'Quantity': 2, 'Items': ['Origin', 'Access-Control-Request-Method']},
                },
                'CookiesConfig': {'CookieBehavior': 'none'},
                'QueryStringsConfig': {'QueryStringBehavior': 'none'},
            },
        }
        keyed = self.cloudfront.create_cache_policy(CachePolicyConfig=policy)['CachePolicy']['Id']
        methods = {'Quantity': 3, 'Items': ['GET', 'HEAD', 'OPTIONS']}
        label, _ = self.distribution(behaviour={'CachePolicyId': keyed, 'AllowedMethods': methods})
        wanted = 'Access-Control-Allow-Origin'
        for origin, told in (
            (None, None),
            ('https://shop.example.com', 'https://shop.example.com'),
            ('https://other.example.com', None),
        ):
            answer = self.get(label, '/index.html', headers={'Origin': origin} if origin else {})
            self.assertEqual((answer.status_code, answer.headers.get(wanted)), (200, told))
        asking = {'Origin': 'https://shop.example.com', 'Access-Control-Request-Method': 'GET'}
        asked = self.get(label, '/index.html', method='OPTIONS', headers=asking)
        self.assertEqual((asked.status_code, asked.headers['Access-Control-Max-Age']), (200, '60'))
        # Where the header does not reach the bucket, the bucket cannot tell.
        label, _ = self.distribution()
        deaf = self.get(label, '/index.html', headers={'Origin': 'https://shop.example.com'})
        self.assertNotIn(wanted, deaf.headers)

    def test_another_front_door_can_be_an_origin(self):
        arn = self.emulator.function(
            f'behind-{self.bucket}',
            "exports.handler = async (e) => ({ at: e.rawPath, key: e.headers['x-key'], q: e.queryStringParameters });",
        )
        function = self.emulator.client('lambda')
        url = function.create_function_url_config(FunctionName=arn, AuthType='NONE')['FunctionUrl']
        function.add_permission(
            FunctionName=arn,
            StatementId='u',
            Action='lambda:InvokeFunctionUrl',
            Principal='*',
            FunctionUrlAuthType='NONE',
        )
        origin = {
            'Id': 'files',
            'DomainName': url.split('/')[2],
            'OriginPath': '/base',
            'CustomOriginConfig': {'HTTPPort': 80, 'HTTPSPort': 443, 'OriginProtocolPolicy': 'https-only'},
            'CustomHeaders': {'Quantity': 1, 'Items': [{'HeaderName': 'x-key', 'HeaderValue': 'secret'}]},
        }
        behaviour = {
            'CachePolicyId': '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
            'OriginRequestPolicyId': 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        }
        label, _ = self.distribution(
            behaviour=behaviour, Origins={'Quantity': 1, 'Items': [origin]}, DefaultRootObject=''
        )
        self.assertEqual(self.get(label, '/x?a=1').json(), {'at': '/base/x', 'key': 'secret', 'q': {'a': '1'}})


class Buckets(Fronts):
    def test_the_public_reads_only_what_the_policy_lets(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='shown')
        s3.put_object(Bucket='shown', Key='a b.txt', Body=b'hello')
        self.assertEqual(self.ask('shown.s3', '/a%20b.txt').status_code, 403)
        statement = {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::shown/*'}
        s3.put_bucket_policy(Bucket='shown', Policy=json.dumps({'Version': '2012-10-17', 'Statement': [statement]}))
        answer = self.ask('shown.s3', '/a%20b.txt', headers={'Range': 'bytes=1-2'})
        self.assertEqual((answer.status_code, answer.content), (206, b'el'))
        self.assertEqual(requests.get(f'{self.emulator.endpoint}/shown/a%20b.txt', timeout=5).status_code, 200)
        block = {
            'BlockPublicAcls': True,
            'IgnorePublicAcls': True,
            'BlockPublicPolicy': True,
            'RestrictPublicBuckets': True,
        }
        s3.put_public_access_block(Bucket='shown', PublicAccessBlockConfiguration=block)
        self.assertEqual(self.ask('shown.s3', '/a%20b.txt').status_code, 403)
        self.assertEqual(requests.get(f'{self.emulator.endpoint}/shown/a%20b.txt', timeout=5).status_code, 403)

    def test_a_link_is_good_for_what_was_signed(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='links')
        s3 = boto3.client(
            's3',
            endpoint_url=self.emulator.endpoint,
            region_name='us-east-1',
            aws_access_key_id='test',
            aws_secret_access_key='test',
            config=Config(signature_version='s3v4', s3={'addressing_style': 'path'}),
        )
        link = s3.generate_presigned_url(
            'put_object',
            Params={'Bucket': 'links', 'Key': 'k', 'ContentType': 'text/plain', 'ContentLength': 5, 'IfNoneMatch': '*'},
        )
        kind = {'content-type': 'text/plain', 'if-none-match': '*'}
        self.assertEqual(requests.put(link, data=b'hello!', headers=kind, timeout=5).status_code, 403)
        self.assertEqual(
            requests.put(link, data=b'hello', headers={**kind, 'content-type': 'text/html'}, timeout=5).status_code, 403
        )
        self.assertEqual(
            requests.put(link.replace('/k?', '/j?'), data=b'hello', headers=kind, timeout=5).status_code, 403
        )
        tagged = requests.put(link, data=b'hello', headers={**kind, 'x-amz-tagging': 'a=b'}, timeout=5)
        self.assertEqual(tagged.status_code, 403)
        self.assertIn('headers present in the request which were not signed', tagged.text)
        self.assertEqual(requests.put(link, data=b'hello', headers=kind, timeout=5).status_code, 200)
        self.assertEqual(requests.put(link, data=b'hello', headers=kind, timeout=5).status_code, 412)
        read = s3.generate_presigned_url('get_object', Params={'Bucket': 'links', 'Key': 'k'}, ExpiresIn=1)
        self.assertEqual(requests.get(read, timeout=5).content, b'hello')
        self.assertTrue(eventually(lambda: requests.get(read, timeout=5).status_code == 403, 5))
        self.assertEqual(requests.get(f'{self.emulator.endpoint}/links/k', timeout=5).status_code, 403)

    def test_a_bucket_remembers_who_pays(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='paid')
        self.assertEqual(s3.get_bucket_request_payment(Bucket='paid')['Payer'], 'BucketOwner')
        s3.put_bucket_request_payment(Bucket='paid', RequestPaymentConfiguration={'Payer': 'Requester'})
        self.assertEqual(s3.get_bucket_request_payment(Bucket='paid')['Payer'], 'Requester')
        with self.assertRaisesRegex(Exception, 'NoSuchBucket'):
            s3.get_bucket_request_payment(Bucket='none-such')

    def test_a_preflight_is_answered_by_the_rules_of_the_bucket(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='asked')
        rule = {
            'AllowedOrigins': ['https://*.example.com'],
            'AllowedMethods': ['PUT', 'GET'],
            'AllowedHeaders': ['Content-*'],
        }

        def ask(origin='https://shop.example.com', method='PUT', headers='content-type'):
            asking = {
                'Origin': origin,
                'Access-Control-Request-Method': method,
                'Access-Control-Request-Headers': headers,
            }
            link = f'{self.emulator.endpoint}/asked/k?X-Amz-Signature=of-the-request-itself'
            return requests.options(link, headers=asking, timeout=5)

        self.assertIn('CORS is not enabled', ask().text)
        cors = {'CORSRules': [{**rule, 'ExposeHeaders': ['ETag'], 'MaxAgeSeconds': 60}]}
        s3.put_bucket_cors(Bucket='asked', CORSConfiguration=cors)
        allowed = ask().headers
        self.assertEqual(
            [allowed[f'Access-Control-{name}'] for name in ('Allow-Origin', 'Allow-Methods', 'Allow-Headers', 'Max-Age')],
            ['https://shop.example.com', 'PUT, GET', 'content-type', '60'],
        )
        for refused in (ask(origin='https://example.com'), ask(method='DELETE'), ask(headers='x-own')):
            self.assertEqual(refused.status_code, 403)
            self.assertNotIn('Access-Control-Allow-Origin', refused.headers)
        read = requests.get(f'{self.emulator.endpoint}/asked/k', headers={'Origin': 'https://shop.example.com'}, timeout=5)
        self.assertEqual(read.headers['Access-Control-Allow-Origin'], 'https://shop.example.com')

    def test_a_website_has_an_index_and_an_error_page(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='pages')
        for key in ('index.html', 'docs/index.html', 'error.html'):
            s3.put_object(Bucket='pages', Key=key, Body=key.encode(), ContentType='text/html')
        s3.put_bucket_website(
            Bucket='pages',
            WebsiteConfiguration={'IndexDocument': {'Suffix': 'index.html'}, 'ErrorDocument': {'Key': 'error.html'}},
        )
        statement = {
            'Effect': 'Allow',
            'Principal': '*',
            'Action': 's3:*',
            'Resource': ['arn:aws:s3:::pages', 'arn:aws:s3:::pages/*'],
        }
        s3.put_bucket_policy(Bucket='pages', Policy=json.dumps({'Version': '2012-10-17', 'Statement': [statement]}))
        self.assertEqual(self.ask('pages.s3-website', '/docs/').text, 'docs/index.html')
        self.assertEqual(self.ask('pages.s3-website', '/docs').headers['Location'], '/docs/')
        answer = self.ask('pages.s3-website', '/none')
        self.assertEqual((answer.status_code, answer.text), (404, 'error.html'))
        self.assertEqual(self.ask('pages.s3-website', '/', 'POST').status_code, 405)

    def test_rules_of_a_website_lead_elsewhere_by_prefix_and_by_error(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='moved-pages')
        for key in ('index.html', 'new/a b.html', 'closed/a.html'):
            s3.put_object(Bucket='moved-pages', Key=key, Body=key.encode(), ContentType='text/html')
        rules = [
            {
                'Condition': {'KeyPrefixEquals': 'old/'},
                'Redirect': {'ReplaceKeyPrefixWith': 'new/', 'HttpRedirectCode': '307'},
            },
            {
                'Condition': {'HttpErrorCodeReturnedEquals': '404', 'KeyPrefixEquals': 'find/'},
                'Redirect': {'HostName': 'search.example.com', 'Protocol': 'https', 'ReplaceKeyWith': 'all.html'},
            },
            {'Condition': {'HttpErrorCodeReturnedEquals': '403'}, 'Redirect': {'ReplaceKeyWith': 'sign-in.html'}},
        ]
        s3.put_bucket_website(
            Bucket='moved-pages',
            WebsiteConfiguration={'IndexDocument': {'Suffix': 'index.html'}, 'RoutingRules': rules},
        )
        read = {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::moved-pages/*'}
        closed = {**read, 'Effect': 'Deny', 'Resource': 'arn:aws:s3:::moved-pages/closed/*'}
        s3.put_bucket_policy(
            Bucket='moved-pages', Policy=json.dumps({'Version': '2012-10-17', 'Statement': [read, closed]})
        )
        here = f'http://moved-pages.s3-website.localhost:{self.port}'

        def led(path):
            answer = self.ask('moved-pages.s3-website', path)
            return answer.status_code, answer.headers.get('Location')

        self.assertEqual(led('/old/a%20b.html'), (307, f'{here}/new/a%20b.html'))
        self.assertEqual(led('/find/a'), (301, 'https://search.example.com/all.html'))
        self.assertEqual(led('/closed/a.html'), (301, f'{here}/sign-in.html'))
        self.assertEqual(led('/new/a%20b.html'), (200, None))
        missing = self.ask('moved-pages.s3-website', '/none')
        self.assertEqual((missing.status_code, 'NoSuchKey' in missing.text), (404, True))

    def test_a_website_may_do_nothing_but_send_everybody_to_another_host(self):
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='left-pages')
        elsewhere = {'HostName': 'www.example.com', 'Protocol': 'https'}
        s3.put_bucket_website(Bucket='left-pages', WebsiteConfiguration={'RedirectAllRequestsTo': elsewhere})
        answer = self.ask('left-pages.s3-website', '/docs/a?b=c')
        self.assertEqual(
            (answer.status_code, answer.headers['Location']), (301, 'https://www.example.com/docs/a?b=c')
        )


class FunctionUrls(Fronts):
    def test_a_function_answers_at_its_own_address(self):
        source = 'exports.handler = async (e) => ({ method: e.requestContext.http.method, path: e.rawPath, q: e.queryStringParameters, cookies: e.cookies, body: e.body, v: e.version });'
        arn = self.emulator.function('addressed', source)
        function = self.emulator.client('lambda')
        label = (
            function.create_function_url_config(FunctionName='addressed', AuthType='NONE')['FunctionUrl']
            .split('//')[1]
            .split('.')[0]
        )
        self.assertEqual(self.ask(f'{label}.lambda-url').status_code, 403)
        function.add_permission(
            FunctionName=arn,
            StatementId='u',
            Action='lambda:InvokeFunctionUrl',
            Principal='*',
            FunctionUrlAuthType='NONE',
        )
        answer = self.ask(
            f'{label}.lambda-url',
            '/a%20b?x=1&x=2',
            'POST',
            data='hi',
            headers={'Cookie': 'a=1; b=2', 'content-type': 'text/plain'},
        )
        self.assertEqual(
            answer.json(),
            {
                'method': 'POST',
                'path': '/a%20b',
                'q': {'x': '1,2'},
                'cookies': ['a=1', 'b=2'],
                'body': 'hi',
                'v': '2.0',
            },
        )

    def test_an_alias_has_an_address_of_its_own(self):
        function = self.emulator.client('lambda')
        self.emulator.function('twofold', 'exports.handler = async (e, c) => c.functionVersion;', Publish=True)
        function.create_alias(FunctionName='twofold', Name='live', FunctionVersion='1')
        made = function.create_function_url_config(FunctionName='twofold', Qualifier='live', AuthType='NONE')
        self.assertTrue(made['FunctionArn'].endswith(':twofold:live'))
        function.add_permission(
            FunctionName='twofold',
            Qualifier='live',
            StatementId='u',
            Action='lambda:InvokeFunctionUrl',
            Principal='*',
            FunctionUrlAuthType='NONE',
        )
        label = made['FunctionUrl'].split('//')[1].split('.')[0]
        self.assertEqual(self.ask(f'{label}.lambda-url').text, '1')
        with self.assertRaises(ClientError):
            function.get_function_url_config(FunctionName='twofold')


class HttpApis(Fronts):
    def test_routes_payloads_and_cors(self):
        arn = self.emulator.function(
            'routed',
            "exports.handler = async (e) => e.rawPath.endsWith('/text') ? 'plain' : ({ route: e.routeKey, params: e.pathParameters, raw: e.rawPath, stage: e.requestContext.stage });",
        )
        api = self.emulator.client('apigatewayv2')
        api_id = api.create_api(
            Name='h',
            ProtocolType='HTTP',
            CorsConfiguration={'AllowOrigins': ['https://a.example'], 'AllowMethods': ['GET']},
        )['ApiId']
        target = api.create_integration(
            ApiId=api_id, IntegrationType='AWS_PROXY', IntegrationUri=arn, PayloadFormatVersion='2.0'
        )['IntegrationId']
        for key in ('GET /things/{id}', 'ANY /things/{proxy+}', '$default'):
            api.create_route(ApiId=api_id, RouteKey=key, Target=f'integrations/{target}')
        api.create_stage(ApiId=api_id, StageName='$default', AutoDeploy=True)
        self.emulator.client('lambda').add_permission(
            FunctionName='routed',
            StatementId='a',
            Action='lambda:InvokeFunction',
            Principal='apigateway.amazonaws.com',
            SourceArn=f'arn:aws:execute-api:us-east-1:123456789012:{api_id}/*',
        )
        ask = lambda path, **more: self.ask(f'{api_id}.execute-api', path, **more)
        self.assertEqual(
            ask('/things/a%20b').json(),
            {'route': 'GET /things/{id}', 'params': {'id': 'a b'}, 'raw': '/things/a b', 'stage': '$default'},
        )
        self.assertEqual(ask('/things/a/b').json()['params'], {'proxy': 'a/b'})
        self.assertEqual(ask('/other').json()['route'], '$default')
        self.assertEqual(
            (ask('/other/text').text, ask('/other/text').headers['Content-Type']), ('plain', 'application/json')
        )
        preflight = ask(
            '/other', method='OPTIONS', headers={'Origin': 'https://a.example', 'Access-Control-Request-Method': 'GET'}
        )
        self.assertEqual(
            (preflight.status_code, preflight.headers['Access-Control-Allow-Origin']), (204, 'https://a.example')
        )
        self.assertNotIn('Access-Control-Allow-Origin', ask('/other', headers={'Origin': 'https://b.example'}).headers)


class LoadBalancers(Fronts):
    def test_rules_are_followed_and_instances_are_missing(self):
        ec2, elb = self.emulator.client('ec2'), self.emulator.client('elbv2')
        vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f'10.0.{at}.0/24', AvailabilityZone=f'us-east-1{"ab"[at]}')[
                'Subnet'
            ]['SubnetId']
            for at in (0, 1)
        ]
        balancer = elb.create_load_balancer(Name='door', Subnets=subnets)['LoadBalancers'][0]
        group = elb.create_target_group(Name='g', Protocol='HTTP', Port=80, VpcId=vpc)['TargetGroups'][0][
            'TargetGroupArn'
        ]
        listener = elb.create_listener(
            LoadBalancerArn=balancer['LoadBalancerArn'],
            Protocol='HTTP',
            Port=80,
            DefaultActions=[{'Type': 'forward', 'TargetGroupArn': group}],
        )['Listeners'][0]['ListenerArn']
        fixed = {
            'Type': 'fixed-response',
            'FixedResponseConfig': {'StatusCode': '418', 'MessageBody': 'teapot', 'ContentType': 'text/plain'},
        }
        elb.create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[{'Field': 'path-pattern', 'Values': ['/tea*']}],
            Actions=[fixed],
        )
        redirect = {
            'Type': 'redirect',
            'RedirectConfig': {'Protocol': 'HTTPS', 'Port': '443', 'StatusCode': 'HTTP_301'},
        }
        elb.create_rule(
            ListenerArn=listener,
            Priority=2,
            Conditions=[{'Field': 'path-pattern', 'Values': ['/safe']}],
            Actions=[redirect],
        )
        name = balancer['DNSName'].split('.')[0]
        answer = self.ask(f'{name}.elb', '/tea/time')
        self.assertEqual((answer.status_code, answer.text), (418, 'teapot'))
        answer = self.ask(f'{name}.elb', '/safe?a=1')
        self.assertEqual(
            (answer.status_code, answer.headers['Location']),
            (301, f'https://{name}.elb.localhost:{self.port}/safe?a=1'),
        )
        self.assertEqual(self.ask(f'{name}.elb', '/').status_code, 503)

    def test_functions_get_bodies_as_balancers_hand_them_over_and_call_balancers_by_name(self):
        ec2, elb = self.emulator.client('ec2'), self.emulator.client('elbv2')
        function = self.emulator.client('lambda')
        vpc = ec2.create_vpc(CidrBlock='10.2.0.0/16')['Vpc']['VpcId']
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f'10.2.{n}.0/24', AvailabilityZone=f'us-east-1{zone}')['Subnet'][
                'SubnetId'
            ]
            for n, zone in enumerate('ab')
        ]
        balancer = elb.create_load_balancer(Name='Inner-Door', Subnets=subnets, Scheme='internal')['LoadBalancers'][0]
        echo = self.emulator.function(
            'asked-by-balancer', 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });'
        )
        group = elb.create_target_group(Name='asked-by-balancer', TargetType='lambda')['TargetGroups'][0]['TargetGroupArn']
        function.add_permission(
            FunctionName='asked-by-balancer',
            StatementId='balancer',
            Action='lambda:InvokeFunction',
            Principal='elasticloadbalancing.amazonaws.com',
        )
        elb.register_targets(TargetGroupArn=group, Targets=[{'Id': echo}])
        elb.create_listener(
            LoadBalancerArn=balancer['LoadBalancerArn'],
            Protocol='HTTP',
            Port=80,
            DefaultActions=[{'Type': 'forward', 'TargetGroupArn': group}],
        )
        asking = """
            const http = require('http');
            exports.handler = ({ host, type, hex }) => new Promise((resolve, reject) => {
              const options = { method: 'PUT', headers: { 'content-type': type } };
              const asked = http.request(`http://${host}/a%20b?c=d`, options, (answer) => {
                let text = '';
                answer.on('data', (part) => (text += part));
                answer.on('end', () => resolve(JSON.parse(text)));
              });
              asked.on('error', reject);
              asked.end(Buffer.from(hex, 'hex'));
            });
        """
        self.emulator.function('asking', asking)

        def ask(kind: str, body: bytes):
            event = {'host': balancer['DNSName'], 'type': kind, 'hex': body.hex()}
            return self.emulator.invoke('asking', event)['Payload']

        text = ask('text/plain', b'hello')
        self.assertEqual((text['body'], text['isBase64Encoded']), ('hello', False))
        self.assertEqual((text['httpMethod'], text['path']), ('PUT', '/a%20b'))
        self.assertEqual((text['queryStringParameters'], text['headers']['content-type']), ({'c': 'd'}, 'text/plain'))
        binary = ask('image/png', b'\xff\x00')
        self.assertEqual((binary['body'], binary['isBase64Encoded']), ('/wA=', True))
        elb.modify_target_group_attributes(
            TargetGroupArn=group, Attributes=[{'Key': 'lambda.multi_value_headers.enabled', 'Value': 'true'}]
        )
        lists = ask('text/plain', b'hello')
        self.assertEqual(lists['multiValueHeaders']['content-type'], ['text/plain'])
        self.assertEqual(lists['multiValueQueryStringParameters'], {'c': ['d']})
        self.assertNotIn('headers', lists)

    def balancer(self, name, octet, **listener):
        """A balancer of two zones with one listener; its client, the balancer, and the listener's ARN."""
        ec2, elb = self.emulator.client('ec2'), self.emulator.client('elbv2')
        vpc = ec2.create_vpc(CidrBlock=f'10.{octet}.0.0/16')['Vpc']['VpcId']
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f'10.{octet}.{n}.0/24', AvailabilityZone=f'us-east-1{zone}')['Subnet'][
                'SubnetId'
            ]
            for n, zone in enumerate('ab')
        ]
        balancer = elb.create_load_balancer(Name=name, Subnets=subnets)['LoadBalancers'][0]
        nothing = {'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '404'}}
        made = elb.create_listener(
            LoadBalancerArn=balancer['LoadBalancerArn'],
            **{'Protocol': 'HTTP', 'Port': 80, 'DefaultActions': [nothing], **listener},
        )
        return elb, balancer, made['Listeners'][0]['ListenerArn']

    def targets(self, elb, name):
        """A group with a function that tells its name and its event."""
        code = f"exports.handler = async (event) => ({{ statusCode: 200, body: JSON.stringify({{ by: '{name}', event }}) }});"
        arn = self.emulator.function(name, code)
        self.emulator.client('lambda').add_permission(
            FunctionName=name,
            StatementId='balancer',
            Action='lambda:InvokeFunction',
            Principal='elasticloadbalancing.amazonaws.com',
        )
        group = elb.create_target_group(Name=name, TargetType='lambda')['TargetGroups'][0]['TargetGroupArn']
        elb.register_targets(TargetGroupArn=group, Targets=[{'Id': arn}])
        return group

    def test_requests_are_dealt_out_by_weight_and_clients_stay_where_a_rule_says_so(self):
        elb, balancer, listener = self.balancer('dealing', 3)
        groups = [
            {'TargetGroupArn': self.targets(elb, 'old-release'), 'Weight': 90},
            {'TargetGroupArn': self.targets(elb, 'new-release'), 'Weight': 10},
        ]
        for priority, (path, config) in enumerate(
            [
                ('/anew', {}),
                ('/stay', {'TargetGroupStickinessConfig': {'Enabled': True, 'DurationSeconds': 60}}),
            ],
            1,
        ):
            elb.create_rule(
                ListenerArn=listener,
                Priority=priority,
                Conditions=[{'Field': 'path-pattern', 'Values': [path]}],
                Actions=[{'Type': 'forward', 'ForwardConfig': {'TargetGroups': groups, **config}}],
            )
        host = f'{balancer["DNSName"].split(".")[0]}.elb'
        by = [self.ask(host, '/anew').json()['by'] for _ in range(20)]
        self.assertEqual((by.count('old-release'), by.count('new-release')), (18, 2))
        self.assertNotIn('Set-Cookie', self.ask(host, '/anew').headers)
        first = self.ask(host, '/stay')
        cookies = {'AWSALBTG': first.cookies['AWSALBTG']}
        again = {self.ask(host, '/stay', cookies=cookies).json()['by'] for _ in range(20)}
        self.assertEqual(again, {first.json()['by']})

    def test_functions_hear_who_asked_whatever_a_client_writes_there(self):
        elb, balancer, listener = self.balancer('telling', 4)
        elb.modify_listener(
            ListenerArn=listener,
            DefaultActions=[{'Type': 'forward', 'TargetGroupArn': self.targets(elb, 'heard')}],
        )
        host = f'{balancer["DNSName"].split(".")[0]}.elb'
        headers = self.ask(host, headers={'X-Forwarded-For': '10.0.0.1'}).json()['event']['headers']
        told = [headers[f'x-forwarded-{name}'] for name in ('for', 'port', 'proto')]
        self.assertEqual(told, ['10.0.0.1, 127.0.0.1', '80', 'http'])

    def test_a_name_that_a_rule_asks_for_leads_to_its_balancer(self):
        elb, balancer, listener = self.balancer('naming', 5)
        redirect = {'Type': 'redirect', 'RedirectConfig': {'Host': 'www.example.net', 'StatusCode': 'HTTP_301'}}
        elb.create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[{'Field': 'host-header', 'Values': ['*.example.net']}],
            Actions=[redirect],
        )

        def ask(host):
            url = f'{self.emulator.endpoint}/a?b=c'
            return requests.get(url, headers={'Host': host}, timeout=20, allow_redirects=False)

        self.assertEqual(ask('Old.example.net').headers['Location'], 'http://www.example.net:80/a?b=c')
        self.assertNotEqual(ask('old.example.edu').status_code, 301)

    def test_nobody_is_signed_in(self):
        nothing = {'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200'}}
        at = 'https://id.example.org'
        oidc = {
            'Issuer': at,
            'AuthorizationEndpoint': f'{at}/authorize',
            'TokenEndpoint': f'{at}/token',
            'UserInfoEndpoint': f'{at}/me',
            'ClientId': 'web',
            'ClientSecret': 'secret',
        }
        elb, balancer, listener = self.balancer('signing', 6)
        for priority, otherwise in enumerate(('authenticate', 'deny', 'allow'), 1):
            elb.create_rule(
                ListenerArn=listener,
                Priority=priority,
                Conditions=[{'Field': 'path-pattern', 'Values': [f'/{otherwise}']}],
                Actions=[
                    {
                        'Type': 'authenticate-oidc',
                        'Order': 1,
                        'AuthenticateOidcConfig': {**oidc, 'OnUnauthenticatedRequest': otherwise},
                    },
                    {**nothing, 'Order': 2},
                ],
            )
        host = f'{balancer["DNSName"].split(".")[0]}.elb'
        self.assertEqual([self.ask(host, f'/{each}').status_code for each in ('deny', 'allow')], [401, 200])
        sent = self.ask(host, '/authenticate')
        self.assertEqual(sent.status_code, 302)
        self.assertIn(f'{at}/authorize?client_id=web&redirect_uri=https%3A%2F%2F{host}', sent.headers['Location'])


class Firewalls(Fronts):
    VISIBLE = {'SampledRequestsEnabled': True, 'CloudWatchMetricsEnabled': True, 'MetricName': 'm'}

    def acl(self, scope, *rules):
        waf = self.emulator.client('wafv2')
        return waf.create_web_acl(
            Name=f'acl-{uuid.uuid4().hex[:8]}',
            Scope=scope,
            DefaultAction={'Allow': {}},
            VisibilityConfig=self.VISIBLE,
            Rules=[
                {'Name': f'r{at}', 'Priority': at, 'VisibilityConfig': self.VISIBLE, **rule} for at, rule in enumerate(rules)
            ],
        )['Summary']['ARN']

    def test_a_distribution_turns_away_what_its_web_acl_blocks(self):
        injection = {
            'Action': {'Block': {'CustomResponse': {'ResponseCode': 406}}},
            'Statement': {
                'SqliMatchStatement': {
                    'FieldToMatch': {'QueryString': {}},
                    'TextTransformations': [{'Priority': 0, 'Type': 'URL_DECODE'}],
                }
            },
        }
        hidden = {
            'Action': {'Block': {}},
            'Statement': {
                'ByteMatchStatement': {
                    'FieldToMatch': {'UriPath': {}},
                    'PositionalConstraint': 'STARTS_WITH',
                    'SearchString': b'/hidden',
                    'TextTransformations': [{'Priority': 0, 'Type': 'NONE'}],
                }
            },
        }
        often = {
            'Action': {'Block': {}},
            'Statement': {'RateBasedStatement': {'Limit': 10, 'AggregateKeyType': 'IP'}},
        }
        host = self.emulator.client('cloudfront').create_distribution(
            DistributionConfig={
                'CallerReference': uuid.uuid4().hex,
                'Comment': '',
                'Enabled': True,
                'WebACLId': self.acl('CLOUDFRONT', injection, hidden, often),
                'Origins': {
                    'Quantity': 1,
                    'Items': [
                        {
                            'Id': 'o',
                            'DomainName': 'nobody.elb.localhost',
                            'CustomOriginConfig': {
                                'HTTPPort': 80,
                                'HTTPSPort': 443,
                                'OriginProtocolPolicy': 'http-only',
                            },
                        }
                    ],
                },
                'DefaultCacheBehavior': {'TargetOriginId': 'o', 'ViewerProtocolPolicy': 'allow-all'},
            }
        )['Distribution']['DomainName'].split('.')[0]
        asked = [self.ask(f'{host}.cloudfront', path).status_code for path in ("/?q=1'%20or%20'1'='1", '/hidden/x', '/')]
        self.assertEqual(asked, [406, 403, 503])
        last = [self.ask(f'{host}.cloudfront', '/other').status_code for _ in range(10)]
        self.assertEqual((last[0], last[-1]), (503, 403))
