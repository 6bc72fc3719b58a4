"""Templates of SAM are written out and deployed as any other."""

import unittest

import yaml
from botocore.exceptions import ClientError

from test.inside import Inside  # noqa: I001  (finds the server's modules)
from stacks.template import _Loader
from test.support import ROOT, zipped

TEMPLATE = ROOT / 'lib' / 'architectures' / 'orders-api' / 'sam' / 'template.yaml'


class Serverless(Inside):
    def template_of_orders(self) -> dict:
        """As `sam package` leaves it: with the code in a bucket."""
        storage = self.client('s3')
        storage.create_bucket(Bucket='sam-code')
        storage.put_object(Bucket='sam-code', Key='code.zip', Body=zipped({'index.js': 'exports.handler = 1'}))
        template = yaml.load(TEMPLATE.read_text(), Loader=_Loader)
        for resource in template['Resources'].values():
            if resource['Type'] == 'AWS::Serverless::Function':
                resource['Properties']['CodeUri'] = 's3://sam-code/code.zip'
        return template

    def test_orders_api_in_sam_becomes_roles_permissions_versions_and_an_api(self):
        template = self.template_of_orders()
        self.create('orders-in-sam', template.pop('Resources'), **template)
        made = self.stacks.describe_stack_resources(StackName='orders-in-sam')['StackResources']
        counted = {}
        for resource in made:
            counted[resource['ResourceType']] = counted.get(resource['ResourceType'], 0) + 1
        for name, count in [('Function', 4), ('Version', 4), ('Alias', 4), ('Permission', 6), ('EventInvokeConfig', 1)]:
            self.assertEqual(counted[f'AWS::Lambda::{name}'], count, name)
        self.assertEqual([kind for kind in counted if kind.startswith('AWS::Serverless')], [])

        api = next(one['PhysicalResourceId'] for one in made if one['ResourceType'] == 'AWS::ApiGateway::RestApi')
        found = self.client('apigateway').get_resources(restApiId=api, limit=100)['items']
        methods = sorted(f'{method} {one["path"]}' for one in found for method in one.get('resourceMethods', {}))
        self.assertEqual(
            methods,
            [
                'GET /orders',
                'GET /orders/{orderId}',
                'GET /orders/{orderId}/invoice',
                'POST /orders',
                'POST /orders/{orderId}/attachments',
                'POST /orders/{orderId}/invoice',
            ],
        )
        self.delete('orders-in-sam')

    def test_what_sam_cannot_write_out_is_refused_with_its_words(self):
        with self.assertRaisesRegex(ClientError, r"Serverless Application Specification document.*'(CodeUri|InlineCode)'"):
            self.create(
                'no-code',
                {'F': {'Type': 'AWS::Serverless::Function', 'Properties': {'Handler': 'x.y', 'Runtime': 'nodejs24.x'}}},
                Transform='AWS::Serverless-2016-10-31',
            )


if __name__ == '__main__':
    unittest.main()
