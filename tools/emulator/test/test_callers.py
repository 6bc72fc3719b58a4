"""Who may come in at the front doors: what a token or a signature that is missing, wrong, or out of date is answered."""

import base64
import json
import time

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from joserfc import jwk, jwt

from .support import EmulatorTest

ANSWER = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer ?? null) });'
ISSUER_KEY = jwk.RSAKey.generate_key(2048, {'kid': 'k1', 'alg': 'RS256', 'use': 'sig'})
STRANGERS_KEY = jwk.RSAKey.generate_key(2048, {'kid': 'k1', 'alg': 'RS256', 'use': 'sig'})


def token(key, claims: dict, algorithm: str = 'RS256') -> str:
    return jwt.encode({'alg': algorithm, 'kid': 'k1'}, claims, key, algorithms=[algorithm])


def unsigned(claims: dict) -> str:
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip('=')
    return f'{part({"alg": "none"})}.{part(claims)}.'


class Callers(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.port = cls.emulator.endpoint.rsplit(':', 1)[1]
        functions = [each['FunctionName'] for each in cls.emulator.client('lambda').list_functions()['Functions']]
        if 'answers' not in functions:
            cls.emulator.function('answers', ANSWER)

    def let_in(self, api: str, function: str = 'answers'):
        self.emulator.client('lambda').add_permission(
            FunctionName=function,
            StatementId=api,
            Action='lambda:InvokeFunction',
            Principal='apigateway.amazonaws.com',
            SourceArn=f'arn:aws:execute-api:us-east-1:123456789012:{api}/*',
        )

    def somebody_signed_in(self) -> tuple[str, dict]:
        """A pool, and the tokens of Ann, who is a user of it."""
        pools = self.emulator.client('cognito-idp')
        pool = pools.create_user_pool(PoolName='callers')['UserPool']['Id']
        client = pools.create_user_pool_client(
            UserPoolId=pool, ClientName='c', ExplicitAuthFlows=['ADMIN_USER_PASSWORD_AUTH']
        )['UserPoolClient']['ClientId']
        pools.admin_create_user(UserPoolId=pool, Username='ann')
        pools.admin_set_user_password(UserPoolId=pool, Username='ann', Password='Passw0rd!', Permanent=True)
        tokens = pools.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client,
            AuthFlow='ADMIN_USER_PASSWORD_AUTH',
            AuthParameters={'USERNAME': 'ann', 'PASSWORD': 'Passw0rd!'},
        )['AuthenticationResult']
        return pool, tokens

    def signed(self, url: str, service: str, key: str = 'test', secret: str = 'test', body: bytes = b'', **more) -> dict:
        request = AWSRequest('POST' if body else 'GET', url, data=body or None, headers=more)
        SigV4Auth(Credentials(key, secret), service, 'us-east-1').add_auth(request)
        return dict(request.headers)


class HttpApi(Callers):
    def setUp(self):
        gateway = self.emulator.client('apigatewayv2')
        self.api = gateway.create_api(Name='callers', ProtocolType='HTTP')['ApiId']
        arn = 'arn:aws:lambda:us-east-1:123456789012:function:answers'
        self.target = gateway.create_integration(
            ApiId=self.api, IntegrationType='AWS_PROXY', IntegrationUri=arn, PayloadFormatVersion='2.0'
        )['IntegrationId']
        gateway.create_stage(ApiId=self.api, StageName='$default', AutoDeploy=True)
        self.let_in(self.api)

    def route(self, **more):
        self.emulator.client('apigatewayv2').create_route(
            ApiId=self.api, RouteKey='GET /orders', Target=f'integrations/{self.target}', **more
        )

    def ask(self, path: str = '/orders', **more):
        return requests.get(f'http://{self.api}.execute-api.localhost:{self.port}{path}', timeout=40, **more)

    def with_token(self, value: str | None):
        return self.ask(headers={} if value is None else {'Authorization': f'Bearer {value}'})

    def test_a_token_has_to_be_of_the_issuer_for_this_audience_and_now(self):
        # The issuer publishes its keys at its own address: a bucket that everybody may read.
        s3 = self.emulator.client('s3')
        s3.create_bucket(Bucket='issuer')
        keys = {'keys': [ISSUER_KEY.as_dict(private=False)]}
        s3.put_object(Bucket='issuer', Key='.well-known/jwks.json', Body=json.dumps(keys).encode())
        statement = {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::issuer/*'}
        s3.put_bucket_policy(Bucket='issuer', Policy=json.dumps({'Version': '2012-10-17', 'Statement': [statement]}))
        issuer = f'{self.emulator.endpoint}/issuer'
        authorizer = self.emulator.client('apigatewayv2').create_authorizer(
            ApiId=self.api,
            AuthorizerType='JWT',
            Name='jwt',
            IdentitySource=['$request.header.Authorization'],
            JwtConfiguration={'Issuer': issuer, 'Audience': ['orders']},
        )['AuthorizerId']
        self.route(AuthorizationType='JWT', AuthorizerId=authorizer, AuthorizationScopes=['read'])
        now = int(time.time())
        good = {'iss': issuer, 'aud': 'orders', 'sub': 'c-1', 'iat': now, 'exp': now + 600, 'scope': 'read write'}
        answer = self.with_token(token(ISSUER_KEY, good))
        self.assertEqual((answer.status_code, answer.json()['jwt']['claims']['sub']), (200, 'c-1'))
        bad = {
            'missing': None,
            'no token': 'good',
            "a stranger's": token(STRANGERS_KEY, good),
            'unsigned': unsigned(good),
            'signed with the public key as a secret': token(
                jwk.OctKey.import_key(ISSUER_KEY.as_pem(private=False)), good, 'HS256'
            ),
            'over': token(ISSUER_KEY, {**good, 'exp': now - 1}),
            'for ever': token(ISSUER_KEY, {name: value for name, value in good.items() if name != 'exp'}),
            'not yet': token(ISSUER_KEY, {**good, 'nbf': now + 600}),
            'of tomorrow': token(ISSUER_KEY, {**good, 'iat': now + 600}),
            'for another': token(ISSUER_KEY, {**good, 'aud': 'invoices'}),
            'for another, by its client': token(ISSUER_KEY, {**good, 'aud': 'invoices', 'client_id': 'orders'}),
            'of another issuer': token(ISSUER_KEY, {**good, 'iss': 'https://issuer.example'}),
        }
        self.assertEqual({why: self.with_token(one).status_code for why, one in bad.items()}, dict.fromkeys(bad, 401))
        self.assertEqual(self.with_token(token(ISSUER_KEY, {**good, 'scope': 'write'})).status_code, 403)

    def test_a_function_decides_by_a_plain_yes(self):
        source = """
        exports.handler = async ({ identitySource: [key], routeArn }) => {
          if (key === 'broken') throw new Error('broken');
          if (key === 'none') throw new Error('Unauthorized');
          const policyDocument = { Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: routeArn }] };
          return key === 'policy' ? { policyDocument } : { isAuthorized: key === 'good' ? true : key, context: { key } };
        };"""
        arn = self.emulator.function('decides', source)
        uri = f'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations'
        authorizer = self.emulator.client('apigatewayv2').create_authorizer(
            ApiId=self.api,
            AuthorizerType='REQUEST',
            Name='f',
            AuthorizerUri=uri,
            IdentitySource=['$request.header.X-Key'],
            AuthorizerPayloadFormatVersion='2.0',
            EnableSimpleResponses=True,
        )['AuthorizerId']
        self.route(AuthorizationType='CUSTOM', AuthorizerId=authorizer)
        ask = lambda key: self.ask(headers={'X-Key': key} if key else {}).status_code
        self.assertEqual(ask('good'), 500, 'its policy does not let the API call it')
        self.let_in(self.api, 'decides')
        self.assertEqual(self.ask(headers={'x-key': 'good'}).json(), {'lambda': {'key': 'good'}})
        self.assertEqual(
            [ask(key) for key in ('', 'bad', 'policy', 'none', 'broken')],
            [401, 403, 403, 401, 500],
        )

    def test_a_signature_has_to_be_of_the_caller_for_this_call(self):
        self.route(AuthorizationType='AWS_IAM')
        url = f'http://{self.api}.execute-api.localhost:{self.port}/orders'
        good = self.signed(f'{url}?b=2&a=1%202', 'execute-api')
        status = lambda path, headers: self.ask(path, headers=headers).status_code
        self.assertEqual(status('/orders?b=2&a=1%202', good), 200)
        self.assertEqual(status('/orders?b=2&a=3', good), 403)
        self.assertEqual(status('/orders', {'Authorization': 'AWS4-HMAC-SHA256 anything'}), 403)
        self.assertEqual(status('/orders', {}), 403)


class RestApi(Callers):
    def setUp(self):
        gateway = self.emulator.client('apigateway')
        self.api = gateway.create_rest_api(name='callers')['id']
        self.root = gateway.get_resources(restApiId=self.api)['items'][0]['id']
        self.let_in(self.api)

    def guard(self, verb: str = 'GET', **how):
        gateway = self.emulator.client('apigateway')
        place = {'restApiId': self.api, 'resourceId': self.root, 'httpMethod': verb}
        gateway.put_method(**place, **how)
        arn = 'arn:aws:lambda:us-east-1:123456789012:function:answers'
        uri = f'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations'
        gateway.put_integration(**place, type='AWS_PROXY', integrationHttpMethod='POST', uri=uri)
        deployment = gateway.create_deployment(restApiId=self.api)['id']
        gateway.create_stage(restApiId=self.api, stageName='live', deploymentId=deployment)

    def url(self) -> str:
        return f'http://{self.api}.execute-api.localhost:{self.port}/live/'

    def test_a_user_of_a_pool_comes_in_by_the_id_token_that_the_pool_signed(self):
        pool, tokens = self.somebody_signed_in()
        authorizer = self.emulator.client('apigateway').create_authorizer(
            restApiId=self.api,
            name='pool',
            type='COGNITO_USER_POOLS',
            providerARNs=[f'arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}'],
            identitySource='method.request.header.Authorization',
        )['id']
        self.guard(authorizationType='COGNITO_USER_POOLS', authorizerId=authorizer)
        ask = lambda value: requests.get(self.url(), headers={'Authorization': value} if value else {}, timeout=40)
        answer = ask(tokens['IdToken'])
        self.assertEqual((answer.status_code, answer.json()['claims']['cognito:username']), (200, 'ann'))
        head, body, signature = tokens['IdToken'].split('.')
        claims = json.loads(base64.urlsafe_b64decode(body + '=='))
        other = base64.urlsafe_b64encode(json.dumps({**claims, 'cognito:username': 'eve'}).encode()).decode().rstrip('=')
        bad = {
            'missing': None,
            'an access token, for no scope': tokens['AccessToken'],
            "a stranger's": token(STRANGERS_KEY, claims),
            'unsigned': unsigned(claims),
            'changed': f'{head}.{other}.{signature}',
        }
        self.assertEqual({why: ask(one).status_code for why, one in bad.items()}, dict.fromkeys(bad, 401))

    def test_a_signature_has_to_be_of_the_caller_for_this_call(self):
        self.guard('POST', authorizationType='AWS_IAM')
        ask = lambda body, headers: requests.post(self.url(), data=body, headers=headers, timeout=40)
        good = self.signed(self.url(), 'execute-api', body=b'{"a":1}')
        self.assertEqual(ask(b'{"a":1}', good).status_code, 200)
        self.assertEqual(ask(b'{"a":2}', good).status_code, 403)
        said = lambda headers: ask(b'{"a":1}', headers).json()['message']
        self.assertEqual(said({}), 'Missing Authentication Token')
        self.assertIn('does not match', said(self.signed(self.url(), 'execute-api', secret='wrong', body=b'{"a":1}')))
        self.assertIn('does not match', said(self.signed(self.url(), 's3', body=b'{"a":1}')))
        self.assertIn('sign with test/test', said(self.signed(self.url(), 'execute-api', key='AKIANOBODY', body=b'{"a":1}')))
        old = {**good, 'X-Amz-Date': '20200101T000000Z'}
        self.assertIn('does not match', said(old))
        old['Authorization'] = old['Authorization'].replace(good['X-Amz-Date'][:8], '20200101')
        self.assertEqual(said(old), 'Signature expired')
        made = self.emulator.client('iam')
        made.create_user(UserName='signs')
        keys = made.create_access_key(UserName='signs')['AccessKey']
        theirs = self.signed(self.url(), 'execute-api', keys['AccessKeyId'], keys['SecretAccessKey'], b'{"a":1}')
        self.assertEqual(ask(b'{"a":1}', theirs).status_code, 200)


class Addresses(Callers):
    def test_a_function_that_wants_signatures_looks_at_them(self):
        function = self.emulator.client('lambda')
        made = function.create_function_url_config(FunctionName='answers', AuthType='AWS_IAM')
        label = made['FunctionUrl'].split('//')[1].split('.')[0]
        url = f'http://{label}.lambda-url.localhost:{self.port}/a%20b'
        status = lambda headers: requests.get(url, headers=headers, timeout=40).status_code
        self.assertEqual(status(self.signed(url, 'lambda')), 200)
        self.assertEqual(
            [status(self.signed(url, 'lambda', secret='wrong')), status({'Authorization': 'AWS4-HMAC-SHA256 x'}), status({})],
            [403, 403, 403],
        )

    def test_a_link_of_a_key_that_nobody_knows_or_of_the_old_kind_opens_nothing(self):
        self.emulator.client('s3').create_bucket(Bucket='strange-links')

        def link(version: str, key: str) -> str:
            s3 = boto3.client(
                's3',
                endpoint_url=self.emulator.endpoint,
                region_name='us-east-1',
                aws_access_key_id=key,
                aws_secret_access_key='test',
                config=Config(signature_version=version, s3={'addressing_style': 'path'}),
            )
            return s3.generate_presigned_url('put_object', Params={'Bucket': 'strange-links', 'Key': 'k'})

        put = lambda url: requests.put(url, data=b'x', timeout=5)
        stranger, old = put(link('s3v4', 'AKIANOBODY')), put(link('s3', 'test'))
        self.assertEqual((stranger.status_code, '<Code>InvalidAccessKeyId</Code>' in stranger.text), (403, True))
        self.assertEqual((old.status_code, 'Please use AWS4-HMAC-SHA256' in old.text), (400, True))
        self.assertEqual(put(link('s3v4', 'test')).status_code, 200)
