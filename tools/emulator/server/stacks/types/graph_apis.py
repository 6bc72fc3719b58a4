"""AppSync."""

from stacks.kinds import kind

ON_API = {'apiId': '{ApiId}'}
kind(
    'AWS::AppSync::GraphQLApi',
    'appsync',
    create='create_graphql_api',
    prepare=lambda _at, props: props.without('Tags'),
    id='graphqlApi.arn',
    attributes={
        'ApiId': 'graphqlApi.apiId',
        'Arn': 'graphqlApi.arn',
        'GraphQLUrl': 'graphqlApi.uris.GRAPHQL',
        'RealtimeUrl': 'graphqlApi.uris.REALTIME',
        'GraphQLDns': 'graphqlApi.dns.GRAPHQL',
        'GraphQLEndpointArn': 'graphqlApi.arn',
        'RealtimeDns': 'graphqlApi.dns.REALTIME',
    },
    update='update_graphql_api',
    key={'apiId': '{ApiId}'},
    delete='delete_graphql_api',
    tagged='Arn',
    stand_in='it is kept, and answers no queries',
    not_carried={
        'EnvironmentVariables': 'moto resolves nothing',
        'MergedApiExecutionRoleArn': 'moto merges no APIs',
        'OwnerContact': 'moto keeps no owner',
    },
)


def _schema(at, props):
    if 'DefinitionS3Location' in props:
        bucket, _, key = props['DefinitionS3Location'].removeprefix('s3://').partition('/')
        text = at.call('s3', 'get_object', Bucket=bucket, Key=key)['Body'].read()
    else:
        text = props['Definition'].encode()
    at.call('appsync', 'start_schema_creation', apiId=props['ApiId'], definition=text)
    return f"{props['ApiId']}GraphQLSchema"


kind(
    'AWS::AppSync::GraphQLSchema',
    'appsync',
    create=_schema,
    update=lambda at, _id, _old, new: _schema(at, new) and None,
    delete=lambda _at, _id, _props: None,
)
kind(
    'AWS::AppSync::ApiKey',
    'appsync',
    create='create_api_key',
    id='apiKey.id',
    attributes={
        'ApiKey': 'apiKey.id',
        'ApiKeyId': 'apiKey.id',
        'Arn': 'arn:aws:appsync:{region}:{account}:apis/{ApiId}/apikeys/{id}',
    },
    update='update_api_key',
    key={**ON_API, 'id': '{id}'},
    delete='delete_api_key',
)
kind(
    'AWS::AppSync::DataSource',
    'appsync',
    create='create_data_source',
    id='dataSource.dataSourceArn',
    attributes={'DataSourceArn': 'id', 'Name': '{Name}'},
    update='update_data_source',
    key={**ON_API, 'name': '{Name}'},
    delete='delete_data_source',
)
kind(
    'AWS::AppSync::Resolver',
    'appsync',
    create='create_resolver',
    id='resolver.resolverArn',
    attributes={'ResolverArn': 'id', 'FieldName': '{FieldName}', 'TypeName': '{TypeName}'},
    update='update_resolver',
    key={**ON_API, 'typeName': '{TypeName}', 'fieldName': '{FieldName}'},
    delete='delete_resolver',
)
kind(
    'AWS::AppSync::FunctionConfiguration',
    'appsync',
    create='create_function',
    id='functionConfiguration.functionArn',
    attributes={
        'FunctionArn': 'id',
        'FunctionId': 'functionConfiguration.functionId',
        'Name': '{Name}',
        'DataSourceName': '{DataSourceName}',
    },
    update='update_function',
    key={**ON_API, 'functionId': '{FunctionId}'},
    delete='delete_function',
)
