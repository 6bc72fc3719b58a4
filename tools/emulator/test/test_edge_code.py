"""Code on the hooks of a distribution: CloudFront Functions with their stores, and Lambda@Edge."""

import json
import uuid
from urllib.parse import quote

import requests

from .support import EmulatorTest

_PAGES = '658327ea-f89d-4fab-a63d-7e88639e58f6'


class EdgeCode(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s3, cls.cloudfront = cls.emulator.client('s3'), cls.emulator.client('cloudfront')
        cls.port = cls.emulator.endpoint.rsplit(':', 1)[1]

    def bucket(self, **files) -> str:
        """A bucket that every distribution of the account may read."""
        name = f'edge-{uuid.uuid4().hex[:8]}'
        self.s3.create_bucket(Bucket=name)
        for key, body in files.items():
            self.s3.put_object(Bucket=name, Key=key.replace('__', '/'), Body=body.encode())
        statement = {
            'Effect': 'Allow',
            'Principal': {'Service': 'cloudfront.amazonaws.com'},
            'Action': 's3:GetObject',
            'Resource': f'arn:aws:s3:::{name}/*',
        }
        self.s3.put_bucket_policy(Bucket=name, Policy=json.dumps({'Version': '2012-10-17', 'Statement': [statement]}))
        return name

    def distribution(self, bucket: str, headers: dict[str, str] | None = None, **behaviour) -> str:
        config = {
            'Name': uuid.uuid4().hex,
            'SigningProtocol': 'sigv4',
            'SigningBehavior': 'always',
            'OriginAccessControlOriginType': 's3',
        }
        control = self.cloudfront.create_origin_access_control(OriginAccessControlConfig=config)['OriginAccessControl']
        told = [{'HeaderName': name, 'HeaderValue': value} for name, value in (headers or {}).items()]
        origin = {
            'Id': 'files',
            'DomainName': f'{bucket}.s3.us-east-1.amazonaws.com',
            'OriginAccessControlId': control['Id'],
            'S3OriginConfig': {'OriginAccessIdentity': ''},
            'CustomHeaders': {'Quantity': len(told), 'Items': told},
        }
        default = {'TargetOriginId': 'files', 'ViewerProtocolPolicy': 'allow-all', 'CachePolicyId': _PAGES, **behaviour}
        made = self.cloudfront.create_distribution(
            DistributionConfig={
                'CallerReference': uuid.uuid4().hex,
                'Comment': '',
                'Enabled': True,
                'Origins': {'Quantity': 1, 'Items': [origin]},
                'DefaultCacheBehavior': default,
            }
        )
        return made['Distribution']['DomainName'].split('.')[0]

    def get(self, label: str, path: str, **headers):
        url = f'http://{label}.cloudfront.localhost:{self.port}{path}'
        named = {name.replace('_', '-'): value for name, value in headers.items()}
        return requests.get(url, headers=named, timeout=20, allow_redirects=False)

    def lambdas(self, **sources) -> dict:
        """Associations of published versions with the hooks named."""
        items = []
        for hook, source in sources.items():
            name = f'{hook}-{uuid.uuid4().hex[:8]}'
            self.emulator.function(name, f'exports.handler = async (event) => {{ {source} }};')
            arn = self.emulator.client('lambda').publish_version(FunctionName=name)['FunctionArn']
            items.append({'EventType': hook.replace('_', '-'), 'LambdaFunctionARN': arn})
        return {'LambdaFunctionAssociations': {'Quantity': len(items), 'Items': items}}

    def test_a_function_reads_its_store_and_a_change_is_seen_at_once(self):
        data = self.bucket(**{'data.json': json.dumps({'data': [{'key': 'part', 'value': 'one'}]})})
        made = self.cloudfront.create_key_value_store(
            Name=uuid.uuid4().hex,
            ImportSource={'SourceType': 'S3', 'SourceARN': f'arn:aws:s3:::{data}/data.json'},
        )
        arn = made['KeyValueStore']['ARN']
        name = f'reads-{uuid.uuid4().hex[:8]}'
        function = self.cloudfront.create_function(
            Name=name,
            FunctionConfig={
                'Comment': '',
                'Runtime': 'cloudfront-js-2.0',
                'KeyValueStoreAssociations': {'Quantity': 1, 'Items': [{'KeyValueStoreARN': arn}]},
            },
            FunctionCode=b"import cf from 'cloudfront';\nasync function handler(event) { const part = await cf.kvs().get('part'); event.request.uri = '/' + part; return event.request; }",
        )
        self.cloudfront.publish_function(Name=name, IfMatch=function['ETag'])
        association = {
            'EventType': 'viewer-request',
            'FunctionARN': function['FunctionSummary']['FunctionMetadata']['FunctionARN'],
        }
        label = self.distribution(
            self.bucket(one='first', two='second'), FunctionAssociations={'Quantity': 1, 'Items': [association]}
        )
        self.assertEqual(self.get(label, '/').text, 'first')
        self.assertEqual(self.change(arn, made['ETag'], 'part', 'two'), 200)
        self.assertEqual(self.get(label, '/').text, 'second')
        # Whoever changes it must have seen what it holds.
        self.assertEqual(self.change(arn, made['ETag'], 'part', 'one'), 409)

    def change(self, arn: str, etag: str, key: str, value: str) -> int:
        """By hand, as botocore does not sign for all Regions without a library of its own."""
        signed = 'AWS4-ECDSA-P256-SHA256 Credential=test/20260101/cloudfront-keyvaluestore/aws4_request, Signature=x'
        return requests.put(
            f'{self.emulator.endpoint}/key-value-stores/{quote(arn, safe="")}/keys/{key}',
            json={'Value': value},
            headers={'Authorization': signed, 'If-Match': etag},
            timeout=10,
        ).status_code

    def test_a_function_has_no_network_and_no_files(self):
        name = f'bare-{uuid.uuid4().hex[:8]}'
        code = b'function handler(event) { return { statusCode: 200, headers: { has: { value: typeof require + typeof process + typeof fetch } } }; }'
        made = self.cloudfront.create_function(
            Name=name, FunctionConfig={'Comment': '', 'Runtime': 'cloudfront-js-2.0'}, FunctionCode=code
        )
        self.cloudfront.publish_function(Name=name, IfMatch=made['ETag'])
        arn = made['FunctionSummary']['FunctionMetadata']['FunctionARN']
        associations = {'Quantity': 1, 'Items': [{'EventType': 'viewer-request', 'FunctionARN': arn}]}
        answer = self.get(self.distribution(self.bucket(), FunctionAssociations=associations), '/')
        self.assertEqual(answer.headers['has'], 'undefined' * 3)

    def test_lambda_runs_at_all_four_hooks_and_those_of_the_origin_once_for_a_copy(self):
        label = self.distribution(
            self.bucket(pages__a='a page'),
            **self.lambdas(
                viewer_request="const { request } = event.Records[0].cf; request.uri = '/pages' + request.uri; return request;",
                origin_request="const { request } = event.Records[0].cf; request.headers['x-seen'] = [{ key: 'X-Seen', value: request.origin.s3.authMethod }]; return request;",
                origin_response="const { request, response } = event.Records[0].cf; response.headers['x-made'] = [{ key: 'X-Made', value: `${request.headers['x-seen'][0].value} ${Math.random()}` }]; return response;",
                viewer_response="const { response } = event.Records[0].cf; response.headers['x-given'] = [{ key: 'X-Given', value: `${Math.random()}` }]; return response;",
            ),
        )
        first, second = self.get(label, '/a'), self.get(label, '/a')
        self.assertEqual((first.text, second.text), ('a page', 'a page'))
        self.assertEqual(second.headers['X-Cache'], 'Hit from cloudfront')
        self.assertRegex(first.headers['X-Made'], r'^none 0\.')
        self.assertEqual(first.headers['X-Made'], second.headers['X-Made'])
        self.assertNotEqual(first.headers['X-Given'], second.headers['X-Given'])

    def test_lambda_moves_to_another_bucket_if_it_names_it_as_the_host_too(self):
        new = self.bucket(a='new')
        domain = f'{new}.s3.us-east-1.amazonaws.com'
        moves = "const { request } = event.Records[0].cf; request.origin.s3.domainName = request.origin.s3.customHeaders['x-to'][0].value;"
        host = "request.headers.host = [{ key: 'Host', value: request.origin.s3.domainName }];"
        old = self.bucket(a='old')
        whole = self.distribution(old, {'x-to': domain}, **self.lambdas(origin_request=f'{moves} {host} return request;'))
        half = self.distribution(old, {'x-to': domain}, **self.lambdas(origin_request=f'{moves} return request;'))
        self.assertEqual(self.get(whole, '/a').text, 'new')
        self.assertEqual(self.get(half, '/a').status_code, 403)

    def test_lambda_answers_itself_and_an_error_of_it_is_503(self):
        answers = "return { status: '401', headers: { 'x-why': [{ key: 'X-Why', value: 'no token' }] }, body: 'sign in' };"
        given = self.get(self.distribution(self.bucket(), **self.lambdas(origin_request=answers)), '/a')
        self.assertEqual((given.status_code, given.text, given.headers['X-Why']), (401, 'sign in', 'no token'))
        broken = self.distribution(self.bucket(), **self.lambdas(viewer_request="throw new Error('broken');"))
        self.assertEqual(self.get(broken, '/a').status_code, 503)
        label = self.distribution(self.bucket(), **self.lambdas(viewer_request='return 1;'))
        self.assertEqual(self.get(label, '/a').status_code, 503)

    def test_the_device_is_known_by_the_user_agent_and_not_by_what_a_viewer_says(self):
        names = ['CloudFront-Is-Mobile-Viewer', 'CloudFront-Is-Tablet-Viewer', 'CloudFront-Viewer-Country']
        policy = self.cloudfront.create_cache_policy(
            CachePolicyConfig={
                'Name': uuid.uuid4().hex,
                'MinTTL': 0,
                'ParametersInCacheKeyAndForwardedToOrigin': {
                    'EnableAcceptEncodingGzip': False,
                    'HeadersConfig': {
                        'HeaderBehavior': 'whitelist',
                        'Headers': {'Quantity': len(names), 'Items': names},
                    },
                    'CookiesConfig': {'CookieBehavior': 'none'},
                    'QueryStringsConfig': {'QueryStringBehavior': 'none'},
                },
            }
        )['CachePolicy']['Id']
        tells = "const { headers } = event.Records[0].cf.request; const of = (name) => headers[`cloudfront-${name}`][0].value; return { status: '200', headers: {}, body: [of('is-mobile-viewer'), of('is-tablet-viewer'), of('viewer-country')].join(' ') };"
        label = self.distribution(self.bucket(), CachePolicyId=policy, **self.lambdas(origin_request=tells))
        phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148'
        self.assertEqual(self.get(label, '/a', user_agent=phone).text, 'true false US')
        self.assertEqual(self.get(label, '/a', user_agent='Mozilla/5.0 (iPad; CPU OS 18_0)').text, 'false true US')
        said = {'user_agent': 'curl/8', 'cloudfront_is_mobile_viewer': 'true', 'cloudfront_viewer_country': 'FR'}
        self.assertEqual(self.get(label, '/a', **said).text, 'false false US')
