"""Templates of SAM are written out and deployed as any other."""

import json
import unittest

import yaml
from botocore.exceptions import ClientError

from test.inside import Inside  # noqa: I001  (finds the server's modules)
from stacks.template import _Loader
from test.support import ROOT, zipped



class Serverless(Inside):
    def deployed(self, architecture: str) -> list[dict]:
        """What a stack of it holds, made of the template as `sam package` leaves it: with the code in a bucket."""
        storage = self.client('s3')
        storage.create_bucket(Bucket='sam-code')
        storage.put_object(Bucket='sam-code', Key='code.zip', Body=zipped({'index.js': 'exports.handler = 1'}))
        path = ROOT / 'lib' / 'architectures' / architecture / 'sam' / 'template.yaml'
        template = yaml.load(path.read_text(), Loader=_Loader)
        for resource in template['Resources'].values():
            if resource['Type'] == 'AWS::Serverless::Function':
                resource['Properties']['CodeUri'] = 's3://sam-code/code.zip'
        self.create(architecture, template.pop('Resources'), **template)
        self.addCleanup(self.delete, architecture)
        made = self.stacks.describe_stack_resources(StackName=architecture)['StackResources']
        self.assertEqual([one for one in made if one['ResourceType'].startswith('AWS::Serverless')], [])
        return made

    def named(self, made: list[dict], kind: str) -> list[str]:
        return [one['PhysicalResourceId'] for one in made if one['ResourceType'] == kind]

    def assert_functions(self, made: list[dict], **counts: int):
        for name, count in counts.items():
            self.assertEqual(len(self.named(made, f'AWS::Lambda::{name}')), count, name)

    def methods(self, made: list[dict]) -> list[str]:
        [api] = self.named(made, 'AWS::ApiGateway::RestApi')
        found = self.client('apigateway').get_resources(restApiId=api, limit=100)['items']
        return sorted(f'{method} {one["path"]}' for one in found for method in one.get('resourceMethods', {}))

    def test_orders_api_in_sam_becomes_roles_permissions_versions_and_an_api(self):
        made = self.deployed('orders-api')
        self.assert_functions(made, Function=4, Version=4, Alias=4, Permission=6, EventInvokeConfig=1)
        self.assertEqual(
            self.methods(made),
            [
                'GET /orders',
                'GET /orders/{orderId}',
                'GET /orders/{orderId}/invoice',
                'POST /orders',
                'POST /orders/{orderId}/attachments',
                'POST /orders/{orderId}/invoice',
            ],
        )

    def test_an_api_in_sam_asks_for_keys_models_and_parameters_and_calls_functions(self):
        made = self.deployed('orders-api')
        [api] = self.named(made, 'AWS::ApiGateway::RestApi')
        gateway = self.client('apigateway')
        ids = {one['path']: one['id'] for one in gateway.get_resources(restApiId=api, limit=100)['items']}
        place = gateway.get_method(restApiId=api, resourceId=ids['/orders'], httpMethod='POST')
        self.assertTrue(place['apiKeyRequired'])
        self.assertEqual(place['methodIntegration']['type'], 'AWS_PROXY')
        self.assertEqual(place['requestParameters'], {'method.request.header.Idempotency-Key': True})
        self.assertEqual(place['requestModels'], {'application/json': 'order'})
        validator = gateway.get_request_validator(restApiId=api, requestValidatorId=place['requestValidatorId'])
        self.assertTrue(validator['validateRequestBody'] and validator['validateRequestParameters'])
        model = json.loads(gateway.get_model(restApiId=api, modelName='order')['schema'])
        self.assertEqual(model['required'], ['customer', 'currency', 'items'])

    def test_application_evolution_in_sam_becomes_rules_of_a_bus_that_reach_functions_and_a_queue(self):
        made = self.deployed('application-evolution')
        self.assert_functions(made, Function=6, Version=3, Alias=3, Permission=7, EventInvokeConfig=3)
        self.assertEqual(
            self.methods(made),
            ['GET /documents', 'GET /documents/{id}', 'GET /documents/{id}/summary', 'POST /documents'],
        )

        [bus] = self.named(made, 'AWS::Events::EventBus')
        events, queues = self.client('events'), self.client('sqs')
        failures, given_up = (
            next(one['PhysicalResourceId'] for one in made if one['LogicalResourceId'] == name)
            for name in ('Failures', 'GivenUp')
        )
        rules = events.list_rules(EventBusName=bus)['Rules']
        targets = [target for rule in rules for target in self.targets(bus, rule)]
        self.assertEqual(len(targets), 4)
        self.assertEqual({one['DeadLetterConfig']['Arn'] for one in targets}, {self.arn(failures)})

        failed = {'id': 'note#2', 'version': 1, 'attempt': 2, 'data': {'id': 'note', 'reason': 'no word'}}
        entry = {'EventBusName': bus, 'Source': 'evolution.process', 'DetailType': 'upload.failed'}
        events.put_events(Entries=[{**entry, 'Detail': json.dumps(failed)}])
        [kept] = queues.receive_message(QueueUrl=given_up, WaitTimeSeconds=10)['Messages']
        self.assertEqual(json.loads(kept['Body'])['detail'], failed)

    def targets(self, bus: str, rule: dict) -> list[dict]:
        return self.client('events').list_targets_by_rule(EventBusName=bus, Rule=rule['Name'])['Targets']

    def arn(self, queue: str) -> str:
        asked = self.client('sqs').get_queue_attributes(QueueUrl=queue, AttributeNames=['QueueArn'])
        return asked['Attributes']['QueueArn']

    def test_what_sam_cannot_write_out_is_refused_with_its_words(self):
        with self.assertRaisesRegex(ClientError, r"Serverless Application Specification document.*'(CodeUri|InlineCode)'"):
            self.create(
                'no-code',
                {'F': {'Type': 'AWS::Serverless::Function', 'Properties': {'Handler': 'x.y', 'Runtime': 'nodejs24.x'}}},
                Transform='AWS::Serverless-2016-10-31',
            )


if __name__ == '__main__':
    unittest.main()
