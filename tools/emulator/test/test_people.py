"""People of a pool of identities: known again by their token, and held to what the policies of their role let them do."""

import json
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .support import EmulatorTest, eventually
from .test_callers import Callers

VIDEO = b'\x00\x00\x00\x20ftypisom' + bytes(1000)
SUB = '${cognito-identity.amazonaws.com:sub}'


class People(Callers):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = cls.emulator.client('cognito-idp')
        cls.identities = cls.emulator.client('cognito-identity')
        cls.pool = cls.directory.create_user_pool(PoolName='people')['UserPool']['Id']
        cls.app = cls.directory.create_user_pool_client(
            UserPoolId=cls.pool, ClientName='page', ExplicitAuthFlows=['ALLOW_ADMIN_USER_PASSWORD_AUTH']
        )['UserPoolClient']['ClientId']
        cls.provider = f'cognito-idp.us-east-1.amazonaws.com/{cls.pool}'
        for name in ('ada', 'bob'):
            cls.directory.admin_create_user(UserPoolId=cls.pool, Username=name, MessageAction='SUPPRESS')
            cls.directory.admin_set_user_password(UserPoolId=cls.pool, Username=name, Password='Secret-12345', Permanent=True)

    def setUp(self):
        self.name = self.id().rsplit('.', 1)[-1].replace('_', '-')[:60]
        self.identity_pool = self.pool_of_identities()

    def pool_of_identities(self, mappings: dict | None = None, **more) -> str:
        given = self.identities.create_identity_pool(
            IdentityPoolName='people',
            AllowUnauthenticatedIdentities=False,
            CognitoIdentityProviders=[{'ProviderName': self.provider, 'ClientId': self.app}],
            **more,
        )
        self.identities.set_identity_pool_roles(
            IdentityPoolId=given['IdentityPoolId'],
            Roles={'authenticated': self.emulator.role(f'people-{self.name}')},
            **({'RoleMappings': mappings} if mappings else {}),
        )
        return given['IdentityPoolId']

    def allow(self, *statements: dict):
        self.emulator.client('iam').put_role_policy(
            RoleName=f'people-{self.name}',
            PolicyName='own',
            PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', **s} for s in statements]}),
        )

    def token(self, name: str) -> str:
        return self.directory.admin_initiate_auth(
            UserPoolId=self.pool,
            ClientId=self.app,
            AuthFlow='ADMIN_USER_PASSWORD_AUTH',
            AuthParameters={'USERNAME': name, 'PASSWORD': 'Secret-12345'},
        )['AuthenticationResult']['IdToken']

    def logins(self, name: str) -> dict:
        return {self.provider: self.token(name)}

    def swapped(self, name: str, pool: str | None = None) -> tuple[str, dict]:
        identity = self.identities.get_id(IdentityPoolId=pool or self.identity_pool, Logins=self.logins(name))['IdentityId']
        answer = self.identities.get_credentials_for_identity(IdentityId=identity, Logins=self.logins(name))
        return identity, answer['Credentials']

    def client_of(self, service: str, credentials: dict):
        return boto3.client(
            service,
            endpoint_url=self.emulator.endpoint,
            region_name='us-east-1',
            aws_access_key_id=credentials['AccessKeyId'],
            aws_secret_access_key=credentials['SecretKey'],
            aws_session_token=credentials['SessionToken'],
            config=Config(retries={'max_attempts': 1}, s3={'addressing_style': 'path'}),
        )

    def refused(self, code: str, call, **given):
        with self.assertRaises(ClientError) as caught:
            call(**given)
        self.assertEqual(caught.exception.response['Error']['Code'], code)

    def test_the_same_person_has_the_same_id_and_another_has_another(self):
        ada, _ = self.swapped('ada')
        self.assertEqual(self.swapped('ada')[0], ada)
        self.assertNotEqual(self.swapped('bob')[0], ada)
        self.assertNotEqual(self.swapped('ada', self.pool_of_identities())[0], ada)

    def test_no_token_a_token_of_nobody_and_that_of_another_give_nothing(self):
        ask = self.identities.get_id
        self.refused('NotAuthorizedException', ask, IdentityPoolId=self.identity_pool)
        self.refused('NotAuthorizedException', ask, IdentityPoolId=self.identity_pool, Logins={self.provider: 'a.b.c'})
        self.refused('NotAuthorizedException', ask, IdentityPoolId=self.identity_pool, Logins={'accounts.google.com': 'a.b.c'})
        self.refused('ResourceNotFoundException', ask, IdentityPoolId='us-east-1:none', Logins=self.logins('ada'))
        ada, _ = self.swapped('ada')
        self.refused(
            'NotAuthorizedException', self.identities.get_credentials_for_identity, IdentityId=ada, Logins=self.logins('bob')
        )

    def test_a_person_reaches_the_objects_their_role_lets_them_and_no_others(self):
        self.emulator.client('s3').create_bucket(Bucket=self.name)
        self.allow({'Action': 's3:PutObject', 'Resource': f'arn:aws:s3:::{self.name}/uploads/{SUB}/*'})
        ada, credentials = self.swapped('ada')
        bob, _ = self.swapped('bob')
        s3 = self.client_of('s3', credentials)
        s3.put_object(Bucket=self.name, Key=f'uploads/{ada}/cat.mp4', Body=b'cat')
        self.refused('AccessDenied', s3.put_object, Bucket=self.name, Key=f'uploads/{bob}/cat.mp4', Body=b'cat')
        self.refused('AccessDenied', s3.get_object, Bucket=self.name, Key=f'uploads/{ada}/cat.mp4')

    def test_an_api_knows_who_signed_and_asks_their_role(self):
        gateway = self.emulator.client('apigateway')
        api = gateway.create_rest_api(name=self.name)['id']
        self.let_in(api, self.echo())
        root = gateway.get_resources(restApiId=api)['items'][0]['id']
        for path in ('open', 'closed'):
            resource = gateway.create_resource(restApiId=api, parentId=root, pathPart=path)['id']
            gateway.put_method(restApiId=api, resourceId=resource, httpMethod='GET', authorizationType='AWS_IAM')
            gateway.put_integration(
                restApiId=api,
                resourceId=resource,
                httpMethod='GET',
                type='AWS_PROXY',
                integrationHttpMethod='POST',
                uri='arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/'
                'arn:aws:lambda:us-east-1:123456789012:function:people-echo/invocations',
            )
        gateway.create_deployment(restApiId=api, stageName='live')
        self.allow({'Action': 'execute-api:Invoke', 'Resource': f'arn:aws:execute-api:us-east-1:123456789012:{api}/live/GET/open'})
        ada, credentials = self.swapped('ada')
        self.assertEqual(self.asked(api, 'open', credentials), (200, ada))
        self.assertEqual(self.asked(api, 'closed', credentials)[0], 403)

    def echo(self) -> str:
        names = [each['FunctionName'] for each in self.emulator.client('lambda').list_functions()['Functions']]
        if 'people-echo' not in names:
            self.emulator.function(
                'people-echo',
                'exports.handler = async (event) => ({ statusCode: 200, body: event.requestContext.identity.cognitoIdentityId });',
            )
        return 'people-echo'

    def asked(self, api: str, path: str, credentials: dict) -> tuple[int, str]:
        import requests
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        url = f'http://{api}.execute-api.localhost:{self.port}/live/{path}'
        request = AWSRequest('GET', url)
        keys = Credentials(credentials['AccessKeyId'], credentials['SecretKey'], credentials['SessionToken'])
        SigV4Auth(keys, 'execute-api', 'us-east-1').add_auth(request)
        answer = requests.get(url, headers=dict(request.headers), timeout=20)
        return answer.status_code, answer.text

    def test_groups_give_the_role_that_comes_first_and_who_is_in_none_is_denied(self):
        mapping = {'app': {'Type': 'Token', 'AmbiguousRoleResolution': 'Deny'}}
        key = f'{self.provider}:{self.app}'
        pool = self.pool_of_identities({key: mapping['app']})
        for name, precedence in (('first', 0), ('second', 1), ('rival', 0)):
            self.directory.create_group(
                UserPoolId=self.pool, GroupName=name, Precedence=precedence, RoleArn=self.emulator.role(f'of-{name}')
            )
        self.refused('NotAuthorizedException', self.swapped, name='bob', pool=pool)
        for group in ('second', 'first'):
            self.directory.admin_add_user_to_group(UserPoolId=self.pool, Username='bob', GroupName=group)
        _, credentials = self.swapped('bob', pool)
        who = self.client_of('sts', credentials).get_caller_identity()['Arn']
        self.assertIn('assumed-role/of-first/CognitoIdentityCredentials', who)
        self.directory.admin_add_user_to_group(UserPoolId=self.pool, Username='bob', GroupName='rival')
        self.refused('NotAuthorizedException', self.swapped, name='bob', pool=pool)


class Media(EmulatorTest):
    def setUp(self):
        self.s3, self.media = self.emulator.client('s3'), self.emulator.client('mediaconvert')
        self.name = self.id().rsplit('.', 1)[-1].replace('_', '-')[:50]
        self.s3.create_bucket(Bucket=self.name)
        events, arn = self.emulator.client('events'), self.emulator.queue(self.name, allow='events.amazonaws.com')
        self.queue = self.media.create_queue(Name=self.name)['Queue']['Arn']
        pattern = {'source': ['aws.mediaconvert'], 'detail': {'queue': [self.queue]}}
        events.put_rule(Name=self.name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=self.name, Targets=[{'Id': 'q', 'Arn': arn}])

    def job(self, key: str, **more) -> dict:
        output = {'NameModifier': '-720p', 'ContainerSettings': {'Container': 'MP4'}, 'VideoDescription': {'Width': 1280, 'Height': 720}}
        return self.media.create_job(
            Role=self.emulator.role(),
            Queue=self.queue,
            UserMetadata={'owner': 'ada'},
            Settings={
                'Inputs': [{'FileInput': f's3://{self.name}/{key}'}],
                'OutputGroups': [
                    {
                        'OutputGroupSettings': {
                            'Type': 'FILE_GROUP_SETTINGS',
                            'FileGroupSettings': {'Destination': f's3://{self.name}/made/video'},
                        },
                        'Outputs': [output],
                    }
                ],
            },
            **more,
        )['Job']

    def told(self) -> dict:
        return json.loads(self.emulator.received(self.name)[0]['Body'])

    def test_a_job_makes_its_outputs_and_tells_its_end(self):
        self.s3.put_object(Bucket=self.name, Key='cat.mp4', Body=VIDEO)
        job = self.job('cat.mp4')
        event = self.told()
        self.assertEqual((event['source'], event['detail-type']), ('aws.mediaconvert', 'MediaConvert Job State Change'))
        detail = event['detail']
        self.assertEqual((detail['status'], detail['jobId'], detail['userMetadata']), ('COMPLETE', job['Id'], {'owner': 'ada'}))
        [made] = detail['outputGroupDetails'][0]['outputDetails']
        self.assertEqual(made['outputFilePaths'], [f's3://{self.name}/made/video-720p.mp4'])
        self.assertEqual(self.s3.get_object(Bucket=self.name, Key='made/video-720p.mp4')['Body'].read(), VIDEO)
        self.assertEqual(self.media.get_job(Id=job['Id'])['Job']['Status'], 'COMPLETE')

    def test_what_is_not_there_and_what_is_no_video_fails(self):
        self.job('nothing.mp4')
        self.assertEqual(self.told()['detail']['errorCode'], 1404)
        self.s3.put_object(Bucket=self.name, Key='notes.mp4', Body=b'notes')
        job = self.job('notes.mp4')
        self.assertEqual(self.told()['detail']['errorCode'], 1030)
        self.assertEqual(eventually(lambda: self.media.get_job(Id=job['Id'])['Job'].get('ErrorCode')), 1030)

    def test_the_same_token_within_a_minute_is_the_same_job(self):
        self.assertEqual(self.job('a', ClientRequestToken='t')['Id'], self.job('a', ClientRequestToken='t')['Id'])
        self.assertNotEqual(self.job('a', ClientRequestToken='u')['Id'], self.job('a')['Id'])


del Callers

if __name__ == '__main__':
    unittest.main()
