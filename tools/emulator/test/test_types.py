"""Every type goes round: made, changed in place where it can be, and deleted, with nothing of it left."""

import re
import unittest
from types import SimpleNamespace

from test.inside import Inside  # noqa: I001  (finds the server's modules)
from stacks.kinds import FORGIVEN
from test.minimal import TYPES, template_of


# What CloudFormation knows and the pinned cfn-lint does not yet; take a line out when it does.
NEWER = (
    'AWS::CDK::Metadata',
    'AWS::CloudFront::FieldLevelEncryptionConfig',
    'AWS::CloudFront::FieldLevelEncryptionProfile',
    'AWS::Route53Resolver::FirewallConfig',
)


class Types(Inside):
    def test_every_row_is_tried(self):
        from stacks.kinds import KINDS

        self.assertEqual(sorted(KINDS), sorted(TYPES))

    def test_every_type_is_in_the_registry_of_cloudformation(self):
        from stacks.schema import schema

        unknown = [name for name in TYPES if schema(name) is None and name not in NEWER]
        self.assertEqual(unknown, [])

    def test_the_private_half_of_a_key_pair_goes_with_it(self):
        def kept():
            # Page by page: among the parameters of all other tests it need not be on the first.
            pages = self.client('ssm').get_paginator('describe_parameters').paginate()
            return [one['Name'] for page in pages for one in page['Parameters'] if '/keypair/' in one['Name']]

        shown = self.create('keys', template_of('AWS::EC2::KeyPair'))
        self.assertEqual(len(kept()), 1)
        self.delete(shown['StackId'])
        self.assertEqual(kept(), [])

    def test_a_stream_is_counted_in_shards_again_after_it_took_whatever_came(self):
        def stream(**given):
            return {'S': {'Type': 'AWS::Kinesis::Stream', 'Properties': given}}

        def shown():
            given = {'StreamName': self.physical_id('modes', 'S')}
            found = self.client('kinesis').describe_stream_summary(**given)['StreamDescriptionSummary']
            return found['StreamModeDetails']['StreamMode'], found['OpenShardCount']

        self.create('modes', stream(StreamModeDetails={'StreamMode': 'ON_DEMAND'}))
        self.assertEqual(shown(), ('ON_DEMAND', 4))
        self.update('modes', stream(ShardCount=2))
        self.assertEqual(shown(), ('PROVISIONED', 2))

    def test_what_an_alias_keeps_ready_is_kept_changed_and_taken_away(self):
        def alias(ready: int):
            made = template_of('AWS::Lambda::Alias')
            kept = {'ProvisionedConcurrencyConfig': {'ProvisionedConcurrentExecutions': ready}} if ready else {}
            made['It']['Properties'] |= kept
            return made

        def shown():
            function = self.physical_id('ready', 'Function')
            found = self.client('lambda').get_provisioned_concurrency_config(FunctionName=function, Qualifier='live')
            return found['Status'], found['AvailableProvisionedConcurrentExecutions']

        self.create('ready', alias(1))
        self.assertEqual(shown(), ('READY', 1))
        self.update('ready', alias(3))
        self.assertEqual(shown(), ('READY', 3))
        self.update('ready', alias(0))
        with self.assertRaisesRegex(Exception, 'No Provisioned Concurrency Config found'):
            shown()

    def test_a_row_without_update_refuses_every_change(self):
        from stacks.faults import ResourceFailed
        from stacks.kinds import KINDS

        for name, kind in KINDS.items():
            if kind.update is None:
                with self.subTest(name), self.assertRaisesRegex(ResourceFailed, 'It cannot be changed in place here'):
                    kind.change(SimpleNamespace(attributes={}), 'id', {'It': 1}, {'It': 2}, {})

    def test_what_is_said_to_have_no_effect_is_a_type_or_property_that_there_is(self):
        from stacks.idle import IDLE
        from stacks.kinds import KINDS
        from stacks.schema import schema

        self.assertEqual(set(IDLE) - set(KINDS), set())
        named = [(name, what) for name, parts in IDLE.items() for what, _ in parts if isinstance(what, str) and what]
        unknown = [each for each in named if not schema(each[0]).settable(each[1].split('.')[0])]
        self.assertEqual(unknown, [])

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from test.support import zipped

        storage = cls.client('s3')
        storage.create_bucket(Bucket='layers')
        storage.put_object(Bucket='layers', Key='layer.zip', Body=zipped({'nodejs/x.js': ''}))


def _round_trip(type_name: str):
    def test(self):
        stack = 'round-' + re.sub('[^A-Za-z0-9]', '', type_name)
        shown = self.create(stack, template_of(type_name), options={'Tags': [{'Key': 'owner', 'Value': 'test'}]})
        before = self.physical_id(stack)
        self.assertTrue(before)
        if TYPES[type_name][1] is not None and TYPES[type_name][0] != TYPES[type_name][1]:
            self.update(stack, template_of(type_name, changed=True))
            self.assertEqual(self.physical_id(stack), before, 'the change replaced it')
        self.delete(shown['StackId'])
        self.assertNotIn((type_name, before), FORGIVEN, 'it was not found when it was to be deleted')

    return test


for _name in TYPES:
    setattr(Types, 'test_' + re.sub('[^A-Za-z0-9]+', '_', _name), _round_trip(_name))

if __name__ == '__main__':
    unittest.main()
