"""Copies of a table in other regions."""

from botocore.exceptions import ClientError

from .support import EmulatorTest


class TableReplicas(EmulatorTest):
    def setUp(self):
        self.home, self.away = (self.emulator.client('dynamodb', name) for name in ('eu-west-1', 'us-east-1'))
        self.home.create_table(
            TableName='shared',
            KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}],
            AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
            BillingMode='PAY_PER_REQUEST',
        )
        self.addCleanup(self.take_away)

    def take_away(self):
        if 'shared' in self.home.list_tables()['TableNames']:
            self.home.delete_table(TableName='shared')

    def change(self, kind, region):
        self.home.update_table(TableName='shared', ReplicaUpdates=[{kind: {'RegionName': region}}])

    def test_what_is_written_in_one_region_is_in_the_other(self):
        self.change('Create', 'us-east-1')
        self.home.put_item(TableName='shared', Item={'id': {'S': 'one'}})
        self.away.put_item(TableName='shared', Item={'id': {'S': 'other'}})
        for client in (self.home, self.away):
            self.assertEqual({each['id']['S'] for each in client.scan(TableName='shared')['Items']}, {'one', 'other'})

    def test_a_replica_goes_by_itself_and_with_its_table(self):
        self.change('Create', 'us-east-1')
        self.change('Delete', 'us-east-1')
        self.assertNotIn('shared', self.away.list_tables()['TableNames'])
        self.assertIn('shared', self.home.list_tables()['TableNames'])
        self.change('Create', 'us-east-1')
        self.home.delete_table(TableName='shared')
        self.assertNotIn('shared', self.away.list_tables()['TableNames'])

    def test_a_region_that_has_a_table_of_the_name_takes_no_replica(self):
        self.change('Create', 'us-east-1')
        with self.assertRaisesRegex(ClientError, 'us-east-1 has a table shared already'):
            self.change('Create', 'us-east-1')
