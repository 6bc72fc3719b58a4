"""Buckets whose objects are copied into others, by the rules that S3 has."""

import json

from botocore.exceptions import ClientError

from .support import EmulatorTest, eventually


class Replication(EmulatorTest):
    def setUp(self):
        self.s3 = self.emulator.client('s3')
        self.there_region = self.emulator.client('s3', 'us-west-2')
        self.here = f'here-{self._testMethodName}'.replace('_', '-')[:60].strip('-')
        self.there = f'there-{self._testMethodName}'.replace('_', '-')[:60].strip('-')
        self.s3.create_bucket(Bucket=self.here)
        self.there_region.create_bucket(
            Bucket=self.there, CreateBucketConfiguration={'LocationConstraint': 'us-west-2'}
        )
        self.keep_versions(self.here, self.there)

    def keep_versions(self, *buckets):
        for bucket in buckets:
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={'Status': 'Enabled'})

    def rule(self, **more):
        return {
            'ID': 'all',
            'Priority': 1,
            'Status': 'Enabled',
            'Filter': {'Prefix': ''},
            'DeleteMarkerReplication': {'Status': 'Disabled'},
            'Destination': {'Bucket': f'arn:aws:s3:::{self.there}', 'StorageClass': 'GLACIER_IR'},
            **more,
        }

    def copy_by(self, *rules):
        configuration = {'Role': 'arn:aws:iam::123456789012:role/copies', 'Rules': list(rules)}
        self.s3.put_bucket_replication(Bucket=self.here, ReplicationConfiguration=configuration)

    def put(self, key, body=b'one', **more):
        return self.s3.put_object(Bucket=self.here, Key=key, Body=body, **more)['VersionId']

    def status(self, key, bucket=None, **more):
        return self.s3.head_object(Bucket=bucket or self.here, Key=key, **more).get('ReplicationStatus')

    def becomes(self, wanted, look):
        eventually(lambda: look() == wanted)
        self.assertEqual(look(), wanted)

    def copied(self, key):
        self.becomes('COMPLETED', lambda: self.status(key))

    def versions(self, bucket):
        listed = self.s3.list_object_versions(Bucket=bucket)
        return [one['VersionId'] for one in listed.get('Versions', [])]

    def test_a_copy_has_the_id_metadata_and_tags_of_its_version_and_the_class_of_the_rule(self):
        old = self.put('before')
        self.copy_by(self.rule())
        version = self.put('a', Metadata={'who': 'ann'}, Tagging='keep=yes')
        self.copied('a')
        copy = self.s3.get_object(Bucket=self.there, Key='a', VersionId=version)
        self.assertEqual(copy['Body'].read(), b'one')
        self.assertEqual(
            (copy['ReplicationStatus'], copy['StorageClass'], copy['Metadata']),
            ('REPLICA', 'GLACIER_IR', {'who': 'ann'}),
        )
        tags = self.s3.get_object_tagging(Bucket=self.there, Key='a')['TagSet']
        self.assertEqual(tags, [{'Key': 'keep', 'Value': 'yes'}])
        self.assertEqual(self.versions(self.there), [version])
        self.assertNotIn(old, self.versions(self.there))
        changed = [{'Key': 'keep', 'Value': 'no'}]
        self.s3.put_object_tagging(Bucket=self.here, Key='a', Tagging={'TagSet': changed})
        self.becomes(changed, lambda: self.s3.get_object_tagging(Bucket=self.there, Key='a')['TagSet'])

    def test_deletes_stay_here_unless_the_rule_copies_markers_and_versions_always(self):
        self.copy_by(self.rule())
        version = self.put('a')
        self.copied('a')
        self.s3.delete_object(Bucket=self.here, Key='a', VersionId=version)
        self.put('b')
        self.copied('b')
        self.s3.delete_object(Bucket=self.here, Key='b')
        self.put('c')
        self.copied('c')
        self.assertEqual(len(self.versions(self.there)), 3)
        self.assertNotIn('DeleteMarkers', self.s3.list_object_versions(Bucket=self.there))
        self.copy_by(self.rule(DeleteMarkerReplication={'Status': 'Enabled'}))
        self.s3.delete_object(Bucket=self.here, Key='c')
        self.becomes(
            ['c'],
            lambda: [one['Key'] for one in self.s3.list_object_versions(Bucket=self.there).get('DeleteMarkers', [])],
        )
        self.assertEqual(len(self.versions(self.there)), 3)

    def test_what_the_filter_leaves_out_or_a_key_hides_is_not_copied(self):
        tagged = {'And': {'Prefix': 'in/', 'Tags': [{'Key': 'keep', 'Value': 'yes'}]}}
        self.copy_by(self.rule(Filter=tagged))
        self.put('in/plain')
        self.put('out/tagged', Tagging='keep=yes')
        self.put('in/secret', Tagging='keep=yes', ServerSideEncryption='aws:kms')
        self.put('in/tagged', Tagging='keep=yes')
        self.copied('in/tagged')
        listed = self.s3.list_objects_v2(Bucket=self.there)['Contents']
        self.assertEqual([one['Key'] for one in listed], ['in/tagged'])
        self.assertIsNone(self.status('in/plain'))
        told = self.s3.get_bucket_replication(Bucket=self.here)['ReplicationConfiguration']['Rules']
        self.assertEqual([rule['Filter'] for rule in told], [tagged])

    def test_copies_are_not_copied_on(self):
        self.copy_by(self.rule())
        back = self.rule(Destination={'Bucket': f'arn:aws:s3:::{self.here}'})
        configuration = {'Role': 'arn:aws:iam::123456789012:role/copies', 'Rules': [back]}
        self.there_region.put_bucket_replication(Bucket=self.there, ReplicationConfiguration=configuration)
        self.put('a')
        self.copied('a')
        self.s3.put_object(Bucket=self.there, Key='b', Body=b'two')
        self.becomes('COMPLETED', lambda: self.status('b', self.there))
        self.assertEqual(self.status('b'), 'REPLICA')
        self.assertEqual(len(self.versions(self.here)), 2)
        self.assertEqual(self.status('a', self.there), 'REPLICA')

    def test_rules_without_a_bucket_that_keeps_versions_are_refused(self):
        nowhere = self.rule(Destination={'Bucket': 'arn:aws:s3:::nowhere-at-all'})
        with self.assertRaisesRegex(ClientError, 'Destination bucket must exist'):
            self.copy_by(nowhere)
        self.s3.put_bucket_versioning(Bucket=self.there, VersioningConfiguration={'Status': 'Suspended'})
        with self.assertRaisesRegex(ClientError, 'Destination bucket must have versioning enabled'):
            self.copy_by(self.rule())

    def test_what_cannot_be_copied_is_said_to_have_failed(self):
        self.copy_by(self.rule())
        queue = self.emulator.queue('not-copied', allow='s3.amazonaws.com')
        events = ['s3:Replication:OperationFailedReplication']
        self.s3.put_bucket_notification_configuration(
            Bucket=self.here,
            NotificationConfiguration={'QueueConfigurations': [{'QueueArn': queue, 'Events': events}]},
        )
        self.emulator.received('not-copied', 1, 5)
        self.there_region.delete_bucket(Bucket=self.there)
        self.put('a')
        self.becomes('FAILED', lambda: self.status('a'))
        told = json.loads(self.emulator.received('not-copied', 1, 5)[0]['Body'])['Records'][0]
        self.assertEqual(
            (told['eventName'], told['s3']['object']['key']), ('Replication:OperationFailedReplication', 'a')
        )

    def test_a_stack_names_a_bucket_in_the_namespace_of_its_account(self):
        cloudformation = self.emulator.client('cloudformation', 'us-west-2')
        properties = {'BucketNamePrefix': 'papers', 'BucketNamespace': 'account-regional'}
        template = {'Resources': {'Papers': {'Type': 'AWS::S3::Bucket', 'Properties': properties}}}
        cloudformation.create_stack(StackName='papers', TemplateBody=json.dumps(template))
        self.becomes(
            ('CREATE_COMPLETE', 'papers-123456789012-us-west-2-an'),
            lambda: tuple(
                cloudformation.describe_stack_resources(StackName='papers')['StackResources'][0].get(word)
                for word in ('ResourceStatus', 'PhysicalResourceId')
            ),
        )
