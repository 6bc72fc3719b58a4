"""Saved queries of logs."""

from missing.registry import operation, state
from missing.shelf import identifier


@operation('logs', 'PutQueryDefinition')
def put(call, given):
    name = given.get('queryDefinitionId') or identifier(32).lower()
    state(call, 'logs/queries')[name] = {**given, 'queryDefinitionId': name}
    return {'queryDefinitionId': name}


@operation('logs', 'DescribeQueryDefinitions')
def describe(call, _given):
    return {'queryDefinitions': list(state(call, 'logs/queries').values())}


@operation('logs', 'DeleteQueryDefinition')
def delete(call, given):
    return {'success': state(call, 'logs/queries').pop(given['queryDefinitionId'], None) is not None}
