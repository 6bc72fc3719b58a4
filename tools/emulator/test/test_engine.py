"""What becomes of a stack: updates, replacements, failures and the way back, deletions, exports, nesting."""

import json
import unittest

from botocore.exceptions import ClientError

from test.inside import Inside


def queue(**properties) -> dict:
    return {'Type': 'AWS::SQS::Queue', 'Properties': properties}


def parameter(name: str, value: str, **more) -> dict:
    return {'Type': 'AWS::SSM::Parameter', 'Properties': {'Name': name, 'Type': 'String', 'Value': value}, **more}


# Made by a service that refuses it: a secret cannot be attached to what is not there.
BROKEN = {
    'Type': 'AWS::SNS::Subscription',
    'Properties': {'TopicArn': 'arn:aws:sns:us-east-1:123456789012:nowhere', 'Protocol': 'sqs', 'Endpoint': 'x'},
}


class Updates(Inside):
    def attribute(self, url: str, name: str) -> str:
        return self.client('sqs').get_queue_attributes(QueueUrl=url, AttributeNames=['All'])['Attributes'][name]

    def test_a_change_is_made_in_place_and_the_same_again_is_no_update(self):
        self.create('in-place', {'Q': queue(VisibilityTimeout=30)})
        url = self.physical_id('in-place', 'Q')
        self.update('in-place', {'Q': queue(VisibilityTimeout=60)})
        self.assertEqual(self.physical_id('in-place', 'Q'), url)
        self.assertEqual(self.attribute(url, 'VisibilityTimeout'), '60')
        with self.assertRaisesRegex(ClientError, r'No updates are to be performed\.'):
            self.update('in-place', {'Q': queue(VisibilityTimeout='60')})

    def test_a_create_only_property_replaces_and_the_old_one_goes_in_the_clean_up(self):
        self.create('replaced', {'Q': queue(QueueName='first')})
        old = self.physical_id('replaced', 'Q')
        self.update('replaced', {'Q': queue(QueueName='second')})
        self.assertNotEqual(self.physical_id('replaced', 'Q'), old)
        self.assertEqual([u for u in self.client('sqs').list_queues().get('QueueUrls', []) if u.endswith('/first')], [])
        statuses = [e['ResourceStatus'] for e in self.events('replaced') if e['LogicalResourceId'] == 'replaced']
        self.assertEqual(statuses[-2:], ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE'])

    def test_what_needs_a_replaced_resource_is_changed_with_it(self):
        def both(name):
            return {
                'Q': queue(QueueName=name),
                'P': parameter(
                    '/follows', '', Properties={'Name': '/follows', 'Type': 'String', 'Value': {'Ref': 'Q'}}
                ),
            }

        self.create('follows', both('third'))
        self.update('follows', both('fourth'))
        self.assertIn('fourth', self.client('ssm').get_parameter(Name='/follows')['Parameter']['Value'])

    def test_resources_come_and_go(self):
        self.create('moves', {'A': parameter('/a', '1'), 'B': parameter('/b', '1')})
        self.update('moves', {'B': parameter('/b', '1'), 'C': parameter('/c', '1')})
        names = [p['Name'] for p in self.client('ssm').describe_parameters()['Parameters']]
        self.assertNotIn('/a', names)
        self.assertIn('/c', names)

    def test_tags_of_the_stack_reach_the_resources(self):
        self.create('tagged', {'Q': queue()}, options={'Tags': [{'Key': 'owner', 'Value': 'ann'}]})
        url = self.physical_id('tagged', 'Q')
        self.assertEqual(self.client('sqs').list_queue_tags(QueueUrl=url)['Tags'], {'owner': 'ann'})
        self.update('tagged', {'Q': queue()}, options={'Tags': [{'Key': 'team', 'Value': 'x'}]})
        self.assertEqual(self.client('sqs').list_queue_tags(QueueUrl=url)['Tags'], {'team': 'x'})

    def test_outputs_alone_are_an_update(self):
        self.create('outputs', {'Q': queue()}, Outputs={'A': {'Value': '1'}})
        self.assertEqual(
            self.outputs(self.update('outputs', {'Q': queue()}, Outputs={'A': {'Value': '2'}})), {'A': '2'}
        )

    def test_a_retained_replacement_stays(self):
        keep = {'UpdateReplacePolicy': 'Retain'}
        self.create('kept', {'P': parameter('/kept-1', '1', **keep)})
        self.update('kept', {'P': parameter('/kept-2', '1', **keep)})
        self.assertEqual(self.client('ssm').get_parameter(Name='/kept-1')['Parameter']['Value'], '1')

    def test_fails_when_a_named_resource_would_have_to_be_replaced(self):
        self.create(
            'named',
            {
                'P': {'Type': 'AWS::KinesisFirehose::DeliveryStream', 'Properties': stream('one')},
                'B': {'Type': 'AWS::S3::Bucket'},
            },
        )
        changed = {**stream('one'), 'DeliveryStreamType': 'KinesisStreamAsSource'}
        shown = self.update(
            'named',
            {
                'P': {'Type': 'AWS::KinesisFirehose::DeliveryStream', 'Properties': changed},
                'B': {'Type': 'AWS::S3::Bucket'},
            },
            'UPDATE_ROLLBACK_COMPLETE',
        )
        self.assertIn('Rename one and update the stack again', ' '.join(self.failures(shown['StackId'])))


def stream(name: str) -> dict:
    return {
        'DeliveryStreamName': name,
        'S3DestinationConfiguration': {
            'BucketARN': {'Fn::GetAtt': ['B', 'Arn']},
            'RoleARN': 'arn:aws:iam::123456789012:role/x',
        },
    }


class Failures(Inside):
    def test_a_failed_create_rolls_back_with_the_reason_of_the_service(self):
        shown = self.create(
            'fails', {'P': parameter('/gone', '1'), 'X': {**BROKEN, 'DependsOn': 'P'}}, 'ROLLBACK_COMPLETE'
        )
        reasons = self.failures(shown['StackId'])
        self.assertEqual(len(reasons), 1)
        self.assertRegex(reasons[0], '^X: .*NotFound')
        self.assertEqual(
            [p for p in self.client('ssm').describe_parameters()['Parameters'] if p['Name'] == '/gone'], []
        )
        self.delete('fails')

    def test_without_rollback_it_stays_and_the_next_update_finishes_it(self):
        options = {'DisableRollback': True}
        self.create(
            'stays', {'P': parameter('/stays', '1'), 'X': {**BROKEN, 'DependsOn': 'P'}}, 'CREATE_FAILED', options
        )
        self.assertEqual(self.client('ssm').get_parameter(Name='/stays')['Parameter']['Value'], '1')
        self.update('stays', {'P': parameter('/stays', '1'), 'X': parameter('/mended', '1')})
        self.delete('stays')

    def test_a_failed_create_can_be_rolled_back_later(self):
        self.create(
            'later',
            {'P': parameter('/later', '1'), 'X': {**BROKEN, 'DependsOn': 'P'}},
            'CREATE_FAILED',
            {'DisableRollback': True},
        )
        stack = self.stacks.rollback_stack(StackName='later')['StackId']
        self.expect(stack, 'ROLLBACK_COMPLETE')

    def test_a_change_that_no_row_carries_fails_and_says_where_it_would_belong(self):
        def catalog(text):
            return {
                'Type': 'AWS::Athena::DataCatalog',
                'Properties': {'Name': 'uncarried', 'Type': 'GLUE', 'Description': text, 'Parameters': {'catalog-id': '1'}},
            }

        self.create('uncarried', {'C': catalog('one')})
        shown = self.update('uncarried', {'C': catalog('two')}, 'UPDATE_ROLLBACK_COMPLETE')
        self.assertIn(
            'C: AWS::Athena::DataCatalog: Description cannot be changed in place here: the row of the type in '
            'tools/emulator/server/stacks/types has no update. Add one, or delete the resource and make it again.',
            self.failures(shown['StackId']),
        )
        self.delete('uncarried')

    def test_a_failed_update_puts_everything_back(self):
        before = {'P': parameter('/back', '1'), 'R': queue(QueueName='back-1'), 'D': parameter('/dropped', '1')}
        self.create('back', before, Outputs={'V': {'Value': 'old'}})
        after = {
            'P': parameter('/back', '2'),
            'R': queue(QueueName='back-2'),
            'N': parameter('/new', '1'),
            'X': {**BROKEN, 'DependsOn': ['P', 'R', 'N']},
        }
        shown = self.update('back', after, 'UPDATE_ROLLBACK_COMPLETE', Outputs={'V': {'Value': 'new'}})
        self.assertEqual(self.outputs(shown), {'V': 'old'})
        self.assertEqual(self.client('ssm').get_parameter(Name='/back')['Parameter']['Value'], '1')
        self.assertEqual(self.client('ssm').get_parameter(Name='/dropped')['Parameter']['Value'], '1')
        names = [u.split('/')[-1] for u in self.client('sqs').list_queues(QueueNamePrefix='back-')['QueueUrls']]
        self.assertEqual(names, ['back-1'])
        listed = {
            r['LogicalResourceId'] for r in self.stacks.describe_stack_resources(StackName='back')['StackResources']
        }
        self.assertEqual(listed, {'P', 'R', 'D'})
        with self.assertRaisesRegex(ClientError, 'No updates'):
            self.update('back', before, Outputs={'V': {'Value': 'old'}})

    def test_fails_when_a_property_is_not_in_the_schema_or_not_carried(self):
        shown = self.create('extra', {'Q': queue(Nonsense=1)}, 'ROLLBACK_COMPLETE')
        self.assertIn('extraneous key [Nonsense] is not permitted', self.failures(shown['StackId'])[0])
        table = {
            'AttributeDefinitions': [{'AttributeName': 'i', 'AttributeType': 'S'}],
            'KeySchema': [{'AttributeName': 'i', 'KeyType': 'HASH', 'Odd': 1}],
            'BillingMode': 'PAY_PER_REQUEST',
        }
        shown = self.create(
            'dropped', {'T': {'Type': 'AWS::DynamoDB::Table', 'Properties': table}}, 'ROLLBACK_COMPLETE'
        )
        self.assertIn('KeySchema.Odd is not carried to any API', self.failures(shown['StackId'])[0])
        self.assertEqual(
            [t for t in self.client('dynamodb').list_tables()['TableNames'] if t.startswith('dropped')], []
        )

    def test_fails_when_there_is_no_row_for_a_type(self):
        shown = self.create('rowless', {'X': {'Type': 'AWS::RoboMaker::Fleet', 'Properties': {}}}, 'ROLLBACK_COMPLETE')
        self.assertIn('The emulator does not make AWS::RoboMaker::Fleet', self.failures(shown['StackId'])[0])

    def test_fails_when_a_capability_is_missing(self):
        role = {'Type': 'AWS::IAM::Role', 'Properties': {'RoleName': 'r', 'AssumeRolePolicyDocument': {}}}
        with self.assertRaisesRegex(ClientError, r'InsufficientCapabilitiesException.*\[CAPABILITY_NAMED_IAM\]'):
            self.stacks.create_stack(
                StackName='incapable', TemplateBody=self.template({'R': role}), Capabilities=['CAPABILITY_IAM']
            )


class Deletions(Inside):
    def test_a_bucket_with_objects_stays_and_can_be_deleted_again_when_it_is_empty(self):
        self.create('full', {'B': {'Type': 'AWS::S3::Bucket'}})
        bucket = self.physical_id('full', 'B')
        self.client('s3').put_object(Bucket=bucket, Key='x', Body=b'x')
        shown = self.delete('full', 'DELETE_FAILED')
        self.assertIn('not empty', self.failures(shown['StackId'])[0])
        self.client('s3').delete_object(Bucket=bucket, Key='x')
        self.delete('full')

    def test_what_is_kept_stays_and_what_failed_can_be_left(self):
        self.create('left', {'P': parameter('/left', '1', DeletionPolicy='Retain'), 'B': {'Type': 'AWS::S3::Bucket'}})
        bucket = self.physical_id('left', 'B')
        self.client('s3').put_object(Bucket=bucket, Key='x', Body=b'x')
        self.delete('left', 'DELETE_FAILED')
        self.delete('left', RetainResources=['B'])
        self.assertEqual(self.client('ssm').get_parameter(Name='/left')['Parameter']['Value'], '1')
        self.client('s3').head_bucket(Bucket=bucket)

    def test_what_needs_another_goes_first(self):
        self.create('order', {'P': parameter('/order', '1', DependsOn='Q'), 'Q': queue()})
        shown = self.delete('order')
        gone = [
            e['LogicalResourceId'] for e in self.events(shown['StackId']) if e['ResourceStatus'] == 'DELETE_COMPLETE'
        ]
        self.assertEqual(gone, ['P', 'Q', 'order'])

    def test_fails_when_termination_protection_is_on(self):
        self.create('protected', {'Q': queue()}, options={'EnableTerminationProtection': True})
        with self.assertRaisesRegex(ClientError, 'cannot be deleted while TerminationProtection is enabled'):
            self.stacks.delete_stack(StackName='protected')
        self.stacks.update_termination_protection(StackName='protected', EnableTerminationProtection=False)
        self.delete('protected')

    def test_a_deleted_stack_is_still_known_by_its_id(self):
        stack = self.create('ghost', {'Q': queue()})['StackId']
        self.delete('ghost')
        self.assertEqual(self.stacks.describe_stacks(StackName=stack)['Stacks'][0]['StackStatus'], 'DELETE_COMPLETE')
        with self.assertRaisesRegex(ClientError, 'Stack with id ghost does not exist'):
            self.stacks.describe_stacks(StackName='ghost')


class Exports(Inside):
    def test_an_export_in_use_stays(self):
        export = {'O': {'Value': {'Ref': 'Q'}, 'Export': {'Name': 'the-queue'}}}
        self.create('exports', {'Q': queue()}, Outputs=export)
        self.create(
            'imports',
            {
                'P': {
                    'Type': 'AWS::SSM::Parameter',
                    'Properties': {'Type': 'String', 'Value': {'Fn::ImportValue': 'the-queue'}},
                }
            },
        )
        self.assertEqual(self.stacks.list_imports(ExportName='the-queue')['Imports'], ['imports'])
        shown = self.update('exports', {'Q': queue()}, 'UPDATE_ROLLBACK_COMPLETE', Outputs={})
        self.assertIn(
            'in use by imports', ' '.join(e.get('ResourceStatusReason') or '' for e in self.events(shown['StackId']))
        )
        self.delete('exports', 'DELETE_FAILED')
        self.delete('imports')
        self.delete('exports')

    def test_fails_when_an_export_is_not_there_or_is_taken(self):
        with self.assertRaisesRegex(ClientError, 'No export named nothing found'):
            self.create(
                'early',
                {
                    'P': {
                        'Type': 'AWS::SSM::Parameter',
                        'Properties': {'Type': 'String', 'Value': {'Fn::ImportValue': 'nothing'}},
                    }
                },
                Rules={'R': {'Assertions': [{'Assert': {'Fn::Equals': [{'Fn::ImportValue': 'nothing'}, 'x']}}]}},
            )


class ChangeSets(Inside):
    def change_set(self, kind: str, resources: dict) -> dict:
        name = self.stacks.create_change_set(
            StackName='looked-at',
            ChangeSetName=f'set-{kind}',
            ChangeSetType=kind,
            TemplateBody=self.template(resources),
        )['Id']
        return self.stacks.describe_change_set(ChangeSetName=name)

    def test_a_stack_is_made_and_changed_by_change_sets(self):
        found = self.change_set('CREATE', {'Q': queue()})
        self.assertEqual(found['Changes'][0]['ResourceChange']['Action'], 'Add')
        self.stacks.execute_change_set(ChangeSetName=found['ChangeSetId'])
        self.expect(found['StackId'], 'CREATE_COMPLETE')
        found = self.change_set('UPDATE', {'Q': queue(QueueName='looked-at')})
        change = found['Changes'][0]['ResourceChange']
        self.assertEqual((change['Action'], change['Replacement']), ('Modify', 'True'))
        self.stacks.delete_change_set(ChangeSetName=found['ChangeSetId'])
        found = self.change_set('UPDATE', {'Q': queue()})
        self.assertEqual(found['Status'], 'FAILED')
        self.assertIn("didn't contain changes", found['StatusReason'])
        self.delete('looked-at')


class Values(Inside):
    def test_secrets_and_parameters_are_resolved_where_they_are_used(self):
        self.client('ssm').put_parameter(Name='/size', Type='String', Value='7')
        self.client('secretsmanager').create_secret(Name='login', SecretString=json.dumps({'user': 'ann'}))
        shown = self.create(
            'resolves',
            {
                'P': {
                    'Type': 'AWS::SSM::Parameter',
                    'Properties': {
                        'Type': 'String',
                        'Value': 'x{{resolve:ssm:/size}}{{resolve:secretsmanager:login:SecretString:user}}',
                    },
                }
            },
            Parameters={
                'Size': {'Type': 'AWS::SSM::Parameter::Value<String>', 'Default': '/size'},
                'Word': {'Type': 'String', 'NoEcho': True, 'Default': 'hush'},
            },
            Outputs={'Size': {'Value': {'Ref': 'Size'}}},
        )
        self.assertEqual(self.outputs(shown), {'Size': '7'})
        self.assertEqual(
            self.client('ssm').get_parameter(Name=self.physical_id('resolves', 'P'))['Parameter']['Value'], 'x7ann'
        )
        self.assertEqual({p['ParameterKey']: p['ParameterValue'] for p in shown['Parameters']}['Word'], '****')

    def test_a_rule_that_does_not_hold_is_refused(self):
        rule = {'R': {'Assertions': [{'Assert': {'Fn::Equals': ['a', 'b']}, 'AssertDescription': 'a must be b'}]}}
        with self.assertRaisesRegex(ClientError, 'a must be b'):
            self.create('ruled', {'Q': queue()}, Rules=rule)

    def test_a_rule_can_keep_a_template_in_its_accounts(self):
        def only_in(account):
            here = {'Fn::Contains': [[account], {'Ref': 'AWS::AccountId'}]}
            return {'R': {'Assertions': [{'Assert': here, 'AssertDescription': f'only in {account}'}]}}

        with self.assertRaisesRegex(ClientError, 'only in 111122223333'):
            self.create('elsewhere', {'Q': queue()}, Rules=only_in('111122223333'))
        self.create('at-home', {'Q': queue()}, Rules=only_in('123456789012'))
        with self.assertRaisesRegex(ClientError, 'only in 111122223333'):
            self.update('at-home', {'Q': queue(VisibilityTimeout=60)}, Rules=only_in('111122223333'))

    def test_a_stack_in_a_stack_is_made_changed_and_deleted_with_it(self):
        storage = self.client('s3')
        storage.create_bucket(Bucket='templates')
        inner = {
            'Parameters': {'Value': {'Type': 'String'}},
            'Resources': {
                'P': {
                    'Type': 'AWS::SSM::Parameter',
                    'Properties': {'Name': '/inner', 'Type': 'String', 'Value': {'Ref': 'Value'}},
                }
            },
            'Outputs': {'Name': {'Value': {'Ref': 'P'}}},
        }
        storage.put_object(Bucket='templates', Key='inner.json', Body=json.dumps(inner).encode())

        def outer(value):
            return {
                'N': {
                    'Type': 'AWS::CloudFormation::Stack',
                    'Properties': {
                        'TemplateURL': 'https://s3.us-east-1.amazonaws.com/templates/inner.json',
                        'Parameters': {'Value': value},
                    },
                }
            }

        shown = self.create('outer', outer('1'), Outputs={'Inner': {'Value': {'Fn::GetAtt': ['N', 'Outputs.Name']}}})
        self.assertEqual(self.outputs(shown), {'Inner': '/inner'})
        self.update('outer', outer('2'), Outputs={'Inner': {'Value': {'Fn::GetAtt': ['N', 'Outputs.Name']}}})
        self.assertEqual(self.client('ssm').get_parameter(Name='/inner')['Parameter']['Value'], '2')
        self.delete('outer')
        with self.assertRaises(ClientError):
            self.client('ssm').get_parameter(Name='/inner')


class Told(Inside):
    def test_what_becomes_of_a_stack_is_told_to_the_event_bus(self):
        queue_url = self.client('sqs').create_queue(QueueName='told-of-stacks')['QueueUrl']
        arn = 'arn:aws:sqs:us-east-1:123456789012:told-of-stacks'
        statement = {'Effect': 'Allow', 'Principal': {'Service': 'events.amazonaws.com'}, 'Action': 'sqs:*', 'Resource': arn}
        self.client('sqs').set_queue_attributes(
            QueueUrl=queue_url, Attributes={'Policy': json.dumps({'Statement': [statement]})}
        )
        pattern = {'source': ['aws.cloudformation'], 'detail': {'status-details': {'status': ['CREATE_COMPLETE']}}}
        events = self.client('events')
        events.put_rule(Name='told', EventPattern=json.dumps(pattern))
        events.put_targets(Rule='told', Targets=[{'Id': 'q', 'Arn': arn}])
        stack = self.create('told', {'Q': queue()})['StackId']
        message = self.client('sqs').receive_message(QueueUrl=queue_url, WaitTimeSeconds=5)['Messages'][0]
        told = json.loads(message['Body'])
        self.assertEqual((told['detail-type'], told['resources']), ('CloudFormation Stack Status Change', [stack]))
        self.assertEqual(told['detail']['status-details']['status'], 'CREATE_COMPLETE')
        events.remove_targets(Rule='told', Ids=['q'])
        events.delete_rule(Name='told')


class Report(Inside):
    def of(self, stack: str) -> dict[str, list[str]]:
        """The reasons for which something of a stack has no effect, by logical id."""
        from stacks.report import report

        found: dict[str, list[str]] = {}
        for each in report():
            if each['stack'] == stack and each['idle']:
                found.setdefault(each['logicalId'], []).append(each['reason'])
        return found

    def test_what_is_kept_and_does_nothing_is_named_where_a_template_has_it(self):
        topic = {'Type': 'AWS::SNS::Topic', 'Properties': {}}
        mail = {'Protocol': 'email', 'Endpoint': 'a@example.com', 'TopicArn': {'Ref': 'T'}}
        to_queue = {'Protocol': 'sqs', 'Endpoint': {'Fn::GetAtt': ['Q', 'Arn']}, 'TopicArn': {'Ref': 'T'}}
        balancer = {'Subnets': [{'Ref': 'A'}, {'Ref': 'B'}], 'Scheme': 'internal'}
        logs = [{'Key': 'access_logs.s3.enabled', 'Value': 'true'}, {'Key': 'access_logs.s3.bucket', 'Value': 'logs'}]
        subnet = lambda zone, block: {
            'Type': 'AWS::EC2::Subnet',
            'Properties': {'VpcId': {'Ref': 'V'}, 'CidrBlock': block, 'AvailabilityZone': f'us-east-1{zone}'},
        }
        self.create(
            'idle',
            {
                'T': topic,
                'Q': queue(),
                'Mail': {'Type': 'AWS::SNS::Subscription', 'Properties': mail},
                'ToQueue': {'Type': 'AWS::SNS::Subscription', 'Properties': to_queue},
                'V': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.0.0.0/16'}},
                'A': subnet('a', '10.0.0.0/24'),
                'B': subnet('b', '10.0.1.0/24'),
                'Plain': {'Type': 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Properties': balancer},
                'Logged': {
                    'Type': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
                    'Properties': {**balancer, 'LoadBalancerAttributes': logs},
                },
                'Forever': {'Type': 'AWS::Logs::LogGroup'},
                'Week': {'Type': 'AWS::Logs::LogGroup', 'Properties': {'RetentionInDays': 7}},
            },
        )
        self.assertEqual(
            self.of('idle'),
            {
                'Mail': ['no mail and no message to a phone is sent'],
                'V': ['no packet passes through it: who reaches whom is proven from the template (reach)'],
                'Logged': ['its log is not written'],
                'Week': ['nothing grows old here: what it would expire stays until it is deleted'],
            },
        )
        self.delete('idle')
        self.assertEqual(self.of('idle'), {})


if __name__ == '__main__':
    unittest.main()
