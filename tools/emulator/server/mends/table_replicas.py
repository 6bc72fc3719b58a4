"""Copies of a table in other regions. moto takes the word for them and makes none; here they are the one table under its name in
each region, so that what is written in one is there in the others at once, which on AWS takes about a second."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.responses import DynamoHandler

from missing.registry import refused


def install():
    original_update = DynamoHandler.update_table
    original_delete = DynamoDBBackend.delete_table

    def update_table(self):
        answer = original_update(self)
        name = self.body['TableName']
        for update in self.body.get('ReplicaUpdates') or []:
            ((kind, replica),) = update.items()
            _CHANGES[kind](self.dynamodb_backend, name, replica['RegionName'])
        return answer

    def delete_table(self, name):
        table = original_delete(self, name)
        for backend in _backends():
            if backend.tables.get(name) is table:
                del backend.tables[name]
        return table

    DynamoHandler.update_table = update_table
    DynamoDBBackend.delete_table = delete_table


def _create(home: DynamoDBBackend, name: str, region: str):
    other = dynamodb_backends[home.account_id][region]
    if name in other.tables:
        raise refused('ValidationException', f'Failed to create a replica: {region} has a table {name} already')
    other.tables[name] = home.tables[name]


def _delete(home: DynamoDBBackend, name: str, region: str):
    other = dynamodb_backends[home.account_id][region]
    if other.tables.get(name) is not home.tables[name]:
        raise refused('ReplicaNotFoundException', f'{region} has no replica of {name}')
    del other.tables[name]


_CHANGES = {'Create': _create, 'Update': lambda *_: None, 'Delete': _delete}


def _backends() -> list[DynamoDBBackend]:
    return list(dynamodb_backends[DEFAULT_ACCOUNT_ID].values())
