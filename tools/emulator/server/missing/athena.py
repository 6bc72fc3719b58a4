"""What Athena has can be changed and deleted."""

from moto.athena.models import athena_backends

from missing.registry import operation, refused


def _backend(call):
    return athena_backends[call.account][call.region]


@operation('athena', 'DeleteDataCatalog')
def delete_data_catalog(call, given):
    _backend(call).data_catalogs.pop(given['Name'], None)


@operation('athena', 'DeleteNamedQuery')
def delete_named_query(call, given):
    _backend(call).named_queries.pop(given['NamedQueryId'], None)


@operation('athena', 'UpdateWorkGroup')
def update_work_group(call, given):
    found = _backend(call).work_groups.get(given['WorkGroup'])
    if found is None:
        raise refused('InvalidRequestException', f"WorkGroup {given['WorkGroup']} is not found.")
    found.description = given.get('Description', found.description)
    found.state = given.get('State', found.state)
    found.configuration |= {
        name: value for name, value in given.get('ConfigurationUpdates', {}).items() if not name.startswith('Remove')
    }
