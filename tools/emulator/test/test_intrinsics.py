"""The functions of templates, without a server."""

import unittest

import test.inside  # noqa: F401  (finds the server's modules)
from stacks.faults import Refused
from stacks.intrinsics import Intrinsics, Unknown
from stacks.order import in_order
from stacks.parameters import parameters_of
from stacks.schema import alike, schema
from stacks.template import parse


def evaluated(value, template: dict | None = None, parameters: dict | None = None):
    template = {
        'Resources': {'Bucket': {'Type': 'AWS::S3::Bucket'}, 'Later': {'Type': 'AWS::S3::Bucket'}},
        **(template or {}),
    }
    return Intrinsics(
        template,
        parameters or {},
        {'AWS::Region': 'us-east-1', 'AWS::AccountId': '123456789012'},
        lambda name: Unknown(name) if name == 'Later' else f'{name}-id',
        lambda name, attribute: Unknown(name) if name == 'Later' else f'{name}/{attribute}',
        lambda name: f'imported {name}',
        lambda stack, output, region: f'{output} of {stack} in {region}',
    ).value(value)


class Functions(unittest.TestCase):
    CASES = [
        ({'Ref': 'Bucket'}, 'Bucket-id'),
        ({'Ref': 'AWS::Region'}, 'us-east-1'),
        ({'Fn::GetStackOutput': {'StackName': 'a', 'OutputName': 'B'}}, 'B of a in us-east-1'),
        ({'Fn::GetStackOutput': {'StackName': 'a', 'OutputName': 'B', 'Region': 'eu-west-1'}}, 'B of a in eu-west-1'),
        ({'Fn::GetAtt': ['Bucket', 'Arn']}, 'Bucket/Arn'),
        ({'Fn::GetAtt': 'Bucket.Website.Url'}, 'Bucket/Website.Url'),
        ({'Fn::Sub': '${Bucket}-${Bucket.Arn}-${AWS::Region}-${!Kept}'}, 'Bucket-id-Bucket/Arn-us-east-1-${Kept}'),
        ({'Fn::Sub': ['${a}${Bucket}', {'a': {'Ref': 'Bucket'}}]}, 'Bucket-idBucket-id'),
        ({'Fn::Join': ['-', ['a', {'Ref': 'AWS::NoValue'}, 1, True]]}, 'a-1-true'),
        ({'Fn::Select': ['1', {'Fn::Split': [',', 'a,b']}]}, 'b'),
        ({'Fn::Select': [0, {'Fn::GetAZs': ''}]}, 'us-east-1a'),
        ({'Fn::Cidr': ['10.0.0.0/16', 2, 8]}, ['10.0.0.0/24', '10.0.1.0/24']),
        ({'Fn::Cidr': ['2600:1f18::/56', 1, 64]}, ['2600:1f18::/64']),
        ({'Fn::Base64': 'hello'}, 'aGVsbG8='),
        ({'Fn::ToJsonString': {'a': {'Ref': 'Bucket'}}}, '{"a":"Bucket-id"}'),
        ({'Fn::Length': ['a', 'b']}, 2),
        ({'Fn::ImportValue': 'x'}, 'imported x'),
        ({'a': {'Ref': 'AWS::NoValue'}, 'b': 1}, {'b': 1}),
    ]

    def test_each_function_answers_as_cloudformation_does(self):
        for given, expected in self.CASES:
            with self.subTest(given):
                self.assertEqual(evaluated(given), expected)

    def test_conditions_choose_and_mappings_are_looked_up(self):
        template = {
            'Conditions': {
                'Big': {'Fn::And': [{'Fn::Equals': [{'Ref': 'Size'}, 5]}, {'Fn::Not': [{'Condition': 'Small'}]}]},
                'Small': {'Fn::Equals': ['a', 'b']},
            },
            'Mappings': {'M': {'us-east-1': {'k': 'v'}}},
        }
        self.assertEqual(evaluated({'Fn::If': ['Big', 'yes', 'no']}, template, {'Size': '5'}), 'yes')
        self.assertEqual(evaluated({'Fn::If': ['Big', 'yes', 'no']}, template, {'Size': '6'}), 'no')
        self.assertEqual(evaluated({'Fn::FindInMap': ['M', {'Ref': 'AWS::Region'}, 'k']}, template), 'v')
        self.assertEqual(evaluated({'Fn::FindInMap': ['M', 'x', 'k', {'DefaultValue': 'd'}]}, template), 'd')

    def test_what_is_not_known_yet_stays_unknown_through_functions(self):
        for given in (
            {'Fn::Sub': 'x${Later}'},
            {'Fn::Join': ['', ['a', {'Ref': 'Later'}]]},
            {'Fn::GetAtt': ['Later', 'Arn']},
        ):
            self.assertIsInstance(evaluated(given), Unknown)

    def test_fails_when_a_function_cannot_be_evaluated(self):
        for given, text in (
            ({'Ref': 'Nobody'}, 'Nobody'),
            ({'Fn::Select': [3, ['a']]}, 'index 3'),
            ({'Fn::FindInMap': ['M', 'a', 'b']}, 'M::a::b'),
            ({'Fn::Transform': {'Name': 'AWS::Include'}}, 'no macros'),
            ({'Fn::Unheard': 1}, 'Fn::Unheard'),
            ({'Fn::Cidr': ['10.0.0.0/24', 9, 6]}, 'does not hold 9'),
        ):
            with self.subTest(given), self.assertRaisesRegex(Refused, text):
                evaluated(given)


class Templates(unittest.TestCase):
    def test_yaml_with_short_forms_keeps_dates_as_text(self):
        text = 'Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub "${AWS::Region}-x"\n      Tags: [{Key: v, Value: 2012-10-17}]\n'
        properties = parse(text)['Resources']['A']['Properties']
        self.assertEqual(
            properties, {'BucketName': {'Fn::Sub': '${AWS::Region}-x'}, 'Tags': [{'Key': 'v', 'Value': '2012-10-17'}]}
        )

    def test_resources_come_after_what_they_need(self):
        resources = {'A': {'Properties': {'x': {'Fn::Sub': '${B.Arn}'}}}, 'B': {'DependsOn': 'C'}, 'C': {}}
        self.assertEqual(in_order(resources), ['C', 'B', 'A'])

    def test_fails_when_a_template_is_wrong(self):
        bucket = {'Type': 'AWS::S3::Bucket'}
        import json

        for template, text in (
            ({'Resources': {}}, 'At least one Resources member'),
            ({'Resources': {'A': {}}}, 'Type member'),
            ({'Resources': {'A': bucket}, 'Nonsense': 1}, 'Nonsense'),
            ({'Resources': {'A': {**bucket, 'DependsOn': 'B'}}}, r'Unresolved resource dependencies \[B\]'),
            (
                {'Resources': {'A': {**bucket, 'DependsOn': 'B'}, 'B': {**bucket, 'DependsOn': 'A'}}},
                r'Circular dependency between resources: \[A, B\]',
            ),
            ({'Resources': {'A': bucket}, 'Transform': 'AWS::LanguageExtensions'}, 'no macros but that of SAM'),
            ({'Resources': {'A': bucket}, 'Outputs': {'O': {}}}, 'must have a Value'),
        ):
            with self.subTest(text), self.assertRaisesRegex(Refused, text):
                parse(json.dumps(template))


class Parameters(unittest.TestCase):
    TEMPLATE = {
        'Parameters': {
            'Size': {'Type': 'Number', 'Default': 3, 'MaxValue': 5},
            'Kind': {'Type': 'String', 'AllowedValues': ['a', 'b']},
            'Zones': {'Type': 'CommaDelimitedList', 'Default': 'x, y'},
        }
    }

    def of(self, before=None, **given):
        asked = [
            {'ParameterKey': key, **({'UsePreviousValue': True} if value is None else {'ParameterValue': value})}
            for key, value in given.items()
        ]
        return parameters_of(self.TEMPLATE, asked, before or {}, '123456789012', 'us-east-1')

    def test_defaults_lists_and_previous_values(self):
        self.assertEqual(self.of(Kind='a').values, {'Size': '3', 'Kind': 'a', 'Zones': ['x', 'y']})
        self.assertEqual(self.of({'Kind': 'b', 'Size': '4'}, Kind=None, Size=None).values['Size'], '4')

    def test_fails_when_a_value_is_missing_or_not_allowed(self):
        for given, text in (
            ({}, r'\[Kind\] must have values'),
            ({'Kind': 'c'}, 'c'),
            ({'Kind': 'a', 'Size': '9'}, 'at most 5'),
            ({'Kind': 'a', 'Other': 'x'}, 'Other'),
        ):
            with self.subTest(text), self.assertRaisesRegex(Refused, text):
                self.of(**given)


class Schemas(unittest.TestCase):
    def test_the_registry_says_what_replaces(self):
        found = schema('AWS::EC2::SecurityGroup')
        self.assertEqual(
            found.replaces({'GroupDescription': 'a', 'VpcId': 'v'}, {'GroupDescription': 'b', 'VpcId': 'v'}),
            ['GroupDescription'],
        )
        self.assertEqual(found.replaces({'SecurityGroupIngress': []}, {'SecurityGroupIngress': [1]}), [])

    def test_texts_and_numbers_mean_the_same(self):
        self.assertTrue(alike({'a': [1, True, 2.0]}, {'a': ['1', 'true', '2']}))
        self.assertFalse(alike({'a': 1}, {'a': 1, 'b': 2}))


if __name__ == '__main__':
    unittest.main()
