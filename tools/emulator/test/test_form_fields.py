"""Fields of forms that a distribution encrypts on their way to the origin."""

import uuid
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .test_fronts import Fronts

_FORM = {'name': 'Ada Lovelace', 'card_number': '4242 4242', 'card_expiry': '12/30', 'Card_note': 'ä & b'}


class FormFields(Fronts):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cloudfront = cls.emulator.client('cloudfront')
        code = (
            "exports.handler = async ({ body, isBase64Encoded }) => ({ statusCode: 200, headers: { 'content-type': "
            "'text/plain' }, body: isBase64Encoded ? Buffer.from(body, 'base64').toString() : (body ?? '') });"
        )
        cls.emulator.function('form-echo', code)
        functions = cls.emulator.client('lambda')
        made = functions.create_function_url_config(FunctionName='form-echo', AuthType='NONE')['FunctionUrl']
        functions.add_permission(
            FunctionName='form-echo',
            StatementId='all',
            Action='lambda:InvokeFunctionUrl',
            Principal='*',
            FunctionUrlAuthType='NONE',
        )
        cls.origin = made.split('/')[2]

    def distribution(self, forward='false', patterns=('card_*',)):
        key = rsa.generate_private_key(65537, 2048).public_key()
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        public = self.cloudfront.create_public_key(
            PublicKeyConfig={'CallerReference': uuid.uuid4().hex, 'Name': 'fields', 'EncodedKey': pem}
        )['PublicKey']['Id']
        entity = {
            'PublicKeyId': public,
            'ProviderId': 'forms',
            'FieldPatterns': {'Quantity': len(patterns), 'Items': list(patterns)},
        }
        profile = self.cloudfront.create_field_level_encryption_profile(
            FieldLevelEncryptionProfileConfig={
                'Name': uuid.uuid4().hex,
                'CallerReference': uuid.uuid4().hex,
                'EncryptionEntities': {'Quantity': 1, 'Items': [entity]},
            }
        )['FieldLevelEncryptionProfile']['Id']
        form = {'Format': 'URLEncoded', 'ProfileId': profile, 'ContentType': 'application/x-www-form-urlencoded'}
        encryption = self.cloudfront.create_field_level_encryption_config(
            FieldLevelEncryptionConfig={
                'CallerReference': uuid.uuid4().hex,
                'ContentTypeProfileConfig': {
                    'ForwardWhenContentTypeIsUnknown': forward == 'true',
                    'ContentTypeProfiles': {'Quantity': 1, 'Items': [form]},
                },
            }
        )['FieldLevelEncryption']['Id']
        methods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE']
        behaviour = {
            'TargetOriginId': 'server',
            'ViewerProtocolPolicy': 'https-only',
            'CachePolicyId': '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
            'AllowedMethods': {'Quantity': len(methods), 'Items': methods},
            'FieldLevelEncryptionId': encryption,
        }
        origin = {
            'Id': 'server',
            'DomainName': self.origin,
            'CustomOriginConfig': {'HTTPPort': 80, 'HTTPSPort': 443, 'OriginProtocolPolicy': 'https-only'},
        }
        made = self.cloudfront.create_distribution(
            DistributionConfig={
                'CallerReference': uuid.uuid4().hex,
                'Comment': '',
                'Enabled': True,
                'Origins': {'Quantity': 1, 'Items': [origin]},
                'DefaultCacheBehavior': behaviour,
            }
        )
        return made['Distribution']['DomainName'].split('.')[0]

    def post(self, label, body, content_type='application/x-www-form-urlencoded'):
        headers = {'content-type': content_type} if content_type else {}
        return self.ask(f'{label}.cloudfront', '/forms', 'POST', secure=True, data=body, headers=headers)

    def test_named_fields_are_messages_of_the_encryption_sdk_and_the_others_stay(self):
        label = self.distribution()
        answers = [dict(parse_qsl(self.post(label, urlencode(_FORM)).text)) for _ in range(2)]
        for told in answers:
            self.assertEqual({name: told[name] for name in ('name', 'Card_note')}, {'name': 'Ada Lovelace', 'Card_note': 'ä & b'})
            for field in ('card_number', 'card_expiry'):
                self.assertTrue(told[field].startswith('AYADe'), told[field])
        self.assertNotEqual(answers[0]['card_number'], answers[1]['card_number'])

    def test_a_form_of_another_shape_is_turned_away_unless_it_may_pass(self):
        strict, lax = self.distribution(), self.distribution(forward='true')
        for content_type in ('application/json', 'multipart/form-data; boundary=x', None):
            self.assertEqual(self.post(strict, '{"card_number":"4242"}', content_type).status_code, 400)
        self.assertEqual(self.post(lax, '{"card_number":"4242"}', 'application/json').text, '{"card_number":"4242"}')

    def test_too_much_is_turned_away(self):
        label = self.distribution()
        many = {f'card_{place}': 'x' for place in range(11)}
        for form in (many, {'card_number': 'x' * 16_385}, {'name': 'x' * 1_048_577}):
            self.assertEqual(self.post(label, urlencode(form)).status_code, 400)
        self.assertEqual(self.post(label, urlencode({'card_number': 'x' * 16_384})).status_code, 200)

    def test_what_has_no_body_passes(self):
        self.assertEqual(self.ask(f'{self.distribution()}.cloudfront', '/forms/1', secure=True).status_code, 200)
