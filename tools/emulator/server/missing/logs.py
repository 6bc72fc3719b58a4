"""Saved queries of logs, and patterns that are tried on lines."""

from missing.registry import operation, refused, state
from missing.shelf import identifier
from runtime.log_patterns import LogPatternError, fits


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


@operation('logs', 'TestMetricFilter')
def tried(_call, given):
    try:
        found = [
            {'eventNumber': number, 'eventMessage': line, 'extractedValues': {}}
            for number, line in enumerate(given['logEventMessages'], 1)
            if fits(given['filterPattern'], line)
        ]
    except LogPatternError as fault:
        raise refused('InvalidParameterException', str(fault)) from fault
    return {'matches': found}
