"""AppSync's sources, resolvers and functions. They are kept; nothing resolves a query."""

from missing.shelf import identifier, shelf


def _arn(path):
    return lambda call, given, _id: {path[0]: call.arn('appsync', f"apis/{given['apiId']}/{path[1].format(**given)}")}


shelf(
    'appsync',
    'dataSource',
    key=('apiId', 'name'),
    record=_arn(('dataSourceArn', 'datasources/{name}')),
    create='CreateDataSource',
    get='GetDataSource',
    update='UpdateDataSource',
    delete='DeleteDataSource',
    list='ListDataSources',
    missing='NotFoundException',
)
shelf(
    'appsync',
    'resolver',
    key=('apiId', 'typeName', 'fieldName'),
    record=_arn(('resolverArn', 'types/{typeName}/resolvers/{fieldName}')),
    create='CreateResolver',
    get='GetResolver',
    update='UpdateResolver',
    delete='DeleteResolver',
    missing='NotFoundException',
)
shelf(
    'appsync',
    'function',
    key=('apiId', 'functionId'),
    id=lambda _call, _given: identifier(26).lower(),
    record=_arn(('functionArn', 'functions/{functionId}')),
    create='CreateFunction',
    get='GetFunction',
    update='UpdateFunction',
    delete='DeleteFunction',
    list='ListFunctions',
    missing='NotFoundException',
)
