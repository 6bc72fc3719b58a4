"""REST APIs and all that hangs on them."""

import json

from stacks.kinds import goes_with_its_owner, kind
from stacks.reading import whole
from stacks.schema import alike, plain


def _patch(at, operation: str, key: dict, patches: list[dict]):
    """Settings that only patches carry."""
    if patches:
        at.call('apigateway', operation, **key, patchOperations=patches)


def replace(path: str, value) -> dict:
    return {'op': 'replace', 'path': path, 'value': plain(value)}


def _api(at, props):
    given = at.shaped('apigateway', 'create_rest_api', props.only(*_API), {'ApiKeySourceType': 'apiKeySource'})
    given.setdefault('name', at.name(128))
    made = at.call('apigateway', 'create_rest_api', **given)
    api = made['id']
    if 'Body' in props or 'BodyS3Location' in props:
        _import(at, api, props)
    roots = at.call('apigateway', 'get_resources', restApiId=api)['items']
    root = next(item['id'] for item in roots if item['path'] == '/')
    return api, {'RootResourceId': root, 'RestApiId': api}


_API = (
    'Name',
    'Description',
    'EndpointConfiguration',
    'Policy',
    'BinaryMediaTypes',
    'MinimumCompressionSize',
    'ApiKeySourceType',
    'DisableExecuteApiEndpoint',
    'SecurityPolicy',
    'EndpointAccessMode',
)


def _import(at, api, props):
    if 'BodyS3Location' in props:
        place = props['BodyS3Location']
        body = at.call('s3', 'get_object', Bucket=place['Bucket'], Key=place['Key'])['Body'].read()
    else:
        body = json.dumps(whole(props['Body'])).encode()
    fails = plain(props.get('FailOnWarnings', False)) == 'true'
    at.call(
        'apigateway',
        'put_rest_api',
        restApiId=api,
        body=body,
        mode=props.get('Mode') or 'overwrite',
        failOnWarnings=fails,
    )


def _api_changed(at, api, old, props):
    paths = {
        'Name': '/name',
        'Description': '/description',
        'DisableExecuteApiEndpoint': '/disableExecuteApiEndpoint',
        'MinimumCompressionSize': '/minimumCompressionSize',
        'ApiKeySourceType': '/apiKeySource',
    }
    patches = [
        replace(path, props.get(key, '')) for key, path in paths.items() if not alike(old.get(key), props.get(key))
    ]
    if not alike(old.get('Policy'), dict.get(props, 'Policy')):
        patches.append(replace('/policy', json.dumps(whole(props['Policy'])) if 'Policy' in props else ''))
    before, after = old.get('BinaryMediaTypes') or [], props.get('BinaryMediaTypes') or []
    patches += [
        {'op': 'remove', 'path': f"/binaryMediaTypes/{kind_.replace('/', '~1')}"}
        for kind_ in before
        if kind_ not in after
    ]
    patches += [
        {'op': 'add', 'path': f"/binaryMediaTypes/{kind_.replace('/', '~1')}"} for kind_ in after if kind_ not in before
    ]
    types = [(given.get('EndpointConfiguration') or {}).get('Types') for given in (old, props)]
    if types[1] and types[0] != types[1]:
        patches.append(replace('/endpointConfiguration/types/' + (types[0] or ['EDGE'])[0], types[1][0]))
    _patch(at, 'update_rest_api', {'restApiId': api}, patches)
    if ('Body' in props or 'BodyS3Location' in props) and not all(
        alike(old.get(key), dict.get(props, key)) for key in ('Body', 'BodyS3Location')
    ):
        _import(at, api, props)


def _arn(at, path: str) -> str:
    return f'arn:{at.partition}:apigateway:{at.region}::{path}'


def _tagger(path):
    def tag(at, physical_id, fresh, gone):
        arn = _arn(at, path(at, physical_id))
        if fresh:
            at.call('apigateway', 'tag_resource', resourceArn=arn, tags=fresh)
        if gone:
            at.call('apigateway', 'untag_resource', resourceArn=arn, tagKeys=gone)

    return tag


kind(
    'AWS::ApiGateway::RestApi',
    'apigateway',
    create=_api,
    update=_api_changed,
    key='restApiId',
    delete='delete_rest_api',
    tagged=_tagger(lambda _at, api: f'/restapis/{api}'),
    not_carried={
        'SecurityPolicy': 'moto knows TLS versions only of domain names',
        'EndpointAccessMode': 'moto has no access modes',
        'CloneFrom': 'moto clones no APIs',
        'Parameters': 'moto imports without them',
    },
)
kind(
    'AWS::ApiGateway::Resource',
    'apigateway',
    create='create_resource',
    id='id',
    key={'restApiId': '{RestApiId}', 'resourceId': '{id}'},
    delete='delete_resource',
    attributes={'ResourceId': 'id'},
)

METHOD = (
    'AuthorizationType',
    'AuthorizerId',
    'ApiKeyRequired',
    'OperationName',
    'RequestParameters',
    'RequestModels',
    'RequestValidatorId',
    'AuthorizationScopes',
)
INTEGRATION = {
    'IntegrationHttpMethod': 'integrationHttpMethod',
    'Credentials': 'credentials',
    'CacheKeyParameters': 'cacheKeyParameters',
    'CacheNamespace': 'cacheNamespace',
    'ConnectionId': 'connectionId',
    'ConnectionType': 'connectionType',
    'ContentHandling': 'contentHandling',
    'PassthroughBehavior': 'passthroughBehavior',
    'RequestParameters': 'requestParameters',
    'RequestTemplates': 'requestTemplates',
    'Uri': 'uri',
    'ResponseTransferMode': 'responseTransferMode',
    'IntegrationTarget': 'integrationTarget',
}


def _method(at, props):
    key = {'restApiId': props['RestApiId'], 'resourceId': props['ResourceId'], 'httpMethod': props['HttpMethod']}
    given = at.shaped('apigateway', 'put_method', props.only(*METHOD))
    if 'requestParameters' in given:
        given['requestParameters'] = {
            name: plain(on) == 'true' for name, on in whole(props['RequestParameters']).items()
        }
    at.call('apigateway', 'put_method', **key, **given)
    for answer in props.get('MethodResponses') or []:
        more = at.shaped('apigateway', 'put_method_response', answer.only('ResponseModels', 'ResponseParameters'))
        at.call('apigateway', 'put_method_response', **key, statusCode=plain(answer['StatusCode']), **more)
    if 'Integration' in props:
        _integration(at, key, props['Integration'])
    return f"{props['RestApiId']}|{props['ResourceId']}|{props['HttpMethod']}"


def _integration(at, key, given):
    made = {api: whole(given[name]) for name, api in INTEGRATION.items() if name in given}
    if 'TimeoutInMillis' in given:
        made['timeoutInMillis'] = int(given['TimeoutInMillis'])
    if given['Type'] == 'MOCK':
        # moto asks for a method where AWS has none.
        made.setdefault('integrationHttpMethod', 'POST')
    at.call('apigateway', 'put_integration', **key, type=given['Type'], **made)
    for answer in given.get('IntegrationResponses') or []:
        more = answer.pick('ResponseParameters', 'ResponseTemplates', 'SelectionPattern', 'ContentHandling')
        more = {name[0].lower() + name[1:]: value for name, value in more.items()}
        at.call('apigateway', 'put_integration_response', **key, statusCode=plain(answer['StatusCode']), **more)


def _method_gone(at, _id, props):
    key = {'restApiId': props['RestApiId'], 'resourceId': props['ResourceId'], 'httpMethod': props['HttpMethod']}
    at.call('apigateway', 'delete_method', **key)


def _method_changed(at, physical_id, old, new):
    _method_gone(at, physical_id, old)
    return _method(at, new), {}


kind('AWS::ApiGateway::Method', 'apigateway', create=_method, update=_method_changed, delete=_method_gone)
kind(
    'AWS::ApiGateway::Model',
    'apigateway',
    create=lambda at, props: _model(at, props),
    update=lambda at, name, _old, new: _patch(
        at,
        'update_model',
        {'restApiId': new['RestApiId'], 'modelName': name},
        [replace('/schema', _schema(new)), replace('/description', new.get('Description') or '')],
    ),
    key={'restApiId': '{RestApiId}', 'modelName': '{id}'},
    delete='delete_model',
)


def _schema(props) -> str:
    schema = props.get('Schema') or {}
    return schema if isinstance(schema, str) else json.dumps(whole(schema))


def _model(at, props):
    name = props.get('Name') or ''.join(c for c in at.name(64) if c.isalnum())
    given = {'name': name, 'contentType': props.get('ContentType') or 'application/json', 'schema': _schema(props)}
    if 'Description' in props:
        given['description'] = props['Description']
    at.call('apigateway', 'create_model', restApiId=props['RestApiId'], **given)
    return name


def _validator_changed(at, validator, _old, new):
    paths = {'ValidateRequestBody': '/validateRequestBody', 'ValidateRequestParameters': '/validateRequestParameters'}
    patches = [replace(path, new.get(name, False)) for name, path in paths.items()]
    _patch(at, 'update_request_validator', {'restApiId': new['RestApiId'], 'requestValidatorId': validator}, patches)


def _validator(at, props):
    given = {'name': props.get('Name') or at.name(64)}
    for name in ('ValidateRequestBody', 'ValidateRequestParameters'):
        given[name[0].lower() + name[1:]] = plain(props.get(name, False)) == 'true'
    made = at.call('apigateway', 'create_request_validator', restApiId=props['RestApiId'], **given)
    return made['id'], {'RequestValidatorId': made['id']}


kind(
    'AWS::ApiGateway::RequestValidator',
    'apigateway',
    create=_validator,
    update=_validator_changed,
    key={'restApiId': '{RestApiId}', 'requestValidatorId': '{id}'},
    delete='delete_request_validator',
)


def _answer(at, props):
    given = {'responseType': props['ResponseType']}
    given |= {n[0].lower() + n[1:]: v for n, v in props.pick('ResponseParameters', 'ResponseTemplates').items()}
    if 'StatusCode' in props:
        given['statusCode'] = plain(props['StatusCode'])
    at.call('apigateway', 'put_gateway_response', restApiId=props['RestApiId'], **given)
    made = at.name(64)
    return made, {'Id': made}


kind(
    'AWS::ApiGateway::GatewayResponse',
    'apigateway',
    create=_answer,
    update=lambda at, _id, _old, new: _answer(at, new) and None,
    key={'restApiId': '{RestApiId}', 'responseType': '{ResponseType}'},
    delete='delete_gateway_response',
)


def _deployment(at, props):
    given = {'description': props['Description']} if 'Description' in props else {}
    if 'StageName' in props:
        given['stageName'] = props['StageName']
    if 'StageDescription' in props:
        given['stageDescription'] = props['StageDescription'].get('Description') or ''
    made = at.call('apigateway', 'create_deployment', restApiId=props['RestApiId'], **given)
    return made['id'], {'DeploymentId': made['id']}


kind(
    'AWS::ApiGateway::Deployment',
    'apigateway',
    create=_deployment,
    update=lambda at, deployment, _old, new: _patch(
        at,
        'update_deployment',
        {'restApiId': new['RestApiId'], 'deploymentId': deployment},
        [replace('/description', new.get('Description') or '')],
    ),
    key={'restApiId': '{RestApiId}', 'deploymentId': '{id}'},
    delete='delete_deployment',
)


def _stage(at, props):
    given = {'restApiId': props['RestApiId'], 'stageName': props['StageName'], 'deploymentId': props['DeploymentId']}
    given |= at.shaped(
        'apigateway',
        'create_stage',
        props.only(
            'Description',
            'Variables',
            'TracingEnabled',
            'CacheClusterEnabled',
            'CacheClusterSize',
            'DocumentationVersion',
        ),
    )
    at.call('apigateway', 'create_stage', **given)
    _stage_settings(at, props['StageName'], {}, props)
    return props['StageName']


def _method_settings(settings) -> dict[str, str]:
    words = {
        'CacheDataEncrypted': 'caching/dataEncrypted',
        'CacheTtlInSeconds': 'caching/ttlInSeconds',
        'CachingEnabled': 'caching/enabled',
        'DataTraceEnabled': 'logging/dataTrace',
        'LoggingLevel': 'logging/loglevel',
        'MetricsEnabled': 'metrics/enabled',
        'ThrottlingBurstLimit': 'throttling/burstLimit',
        'ThrottlingRateLimit': 'throttling/rateLimit',
    }
    found = {}
    for one in settings or []:
        path = (one.get('ResourcePath') or '/*').lstrip('/').replace('/', '~1') or '~1'
        where = f"/{path if path == '*' else '~1' + path.removeprefix('~1')}/{one.get('HttpMethod') or '*'}"
        found |= {f'{where}/{word}': plain(one[name]) for name, word in words.items() if name in one}
    return found


def _stage_settings(at, stage, old, props):
    before, after = _method_settings(old.get('MethodSettings')), _method_settings(props.get('MethodSettings'))
    patches = [replace(path, value) for path, value in after.items() if before.get(path) != value]
    patches += [{'op': 'remove', 'path': path} for path in before.keys() - after.keys()]
    log = props.get('AccessLogSetting')
    if log is not None:
        patches.append(replace('/accessLogSettings/destinationArn', log['DestinationArn']))
        patches.append(replace('/accessLogSettings/format', log.get('Format') or ''))
    elif 'AccessLogSetting' in old:
        patches.append({'op': 'remove', 'path': '/accessLogSettings'})
    canary = props.get('CanarySetting')
    if canary is None and 'CanarySetting' in old:
        patches.append({'op': 'remove', 'path': '/canarySettings'})
    for name, value in (whole(canary) if canary is not None else {}).items():
        if name == 'StageVariableOverrides':
            patches += [replace(f'/canarySettings/stageVariableOverrides/{key}', each) for key, each in value.items()]
        else:
            patches.append(replace(f'/canarySettings/{name[0].lower() + name[1:]}', value))
    _patch(at, 'update_stage', {'restApiId': props['RestApiId'], 'stageName': stage}, patches)


def _stage_changed(at, stage, old, props):
    paths = {
        'DeploymentId': '/deploymentId',
        'Description': '/description',
        'TracingEnabled': '/tracingEnabled',
        'CacheClusterEnabled': '/cacheClusterEnabled',
        'CacheClusterSize': '/cacheClusterSize',
    }
    patches = [replace(path, props.get(n, '')) for n, path in paths.items() if not alike(old.get(n), props.get(n))]
    before, after = old.get('Variables') or {}, props.get('Variables') or {}
    patches += [replace(f'/variables/{n}', value) for n, value in after.items() if before.get(n) != value]
    patches += [{'op': 'remove', 'path': f'/variables/{n}'} for n in dict.keys(before) - dict.keys(after)]
    _patch(at, 'update_stage', {'restApiId': props['RestApiId'], 'stageName': stage}, patches)
    _stage_settings(at, stage, old, props)


kind(
    'AWS::ApiGateway::Stage',
    'apigateway',
    create=_stage,
    update=_stage_changed,
    key={'restApiId': '{RestApiId}', 'stageName': '{id}'},
    delete='delete_stage',
)


def _plan(at, props):
    name = props.get('UsagePlanName') or at.name(64)
    given = at.shaped('apigateway', 'create_usage_plan', props.only('Description', 'Quota', 'Throttle'))
    stages = [_plan_stage(stage) for stage in props.get('ApiStages') or []]
    made = at.call('apigateway', 'create_usage_plan', name=name, apiStages=stages, **given)
    return made['id'], {'Id': made['id']}


def _plan_stage(stage) -> dict:
    made = {'apiId': stage['ApiId'], 'stage': stage['Stage']}
    if stage.get('Throttle'):
        made['throttle'] = {
            path: {'burstLimit': int(limit.get('BurstLimit') or 0), 'rateLimit': float(limit.get('RateLimit') or 0)}
            for path, limit in stage['Throttle'].items()
        }
    return made


def _plan_changed(at, plan, old, props):
    patches = []
    for group, names in (('Quota', ('limit', 'offset', 'period')), ('Throttle', ('burstLimit', 'rateLimit'))):
        given = props.get(group) or {}
        for name in names:
            value = given.get(name[0].upper() + name[1:])
            if value is not None:
                patches.append(replace(f'/{group.lower()}/{name}', value))
        if group in old and group not in props:
            patches.append({'op': 'remove', 'path': f'/{group.lower()}'})
    if 'Description' in props:
        patches.append(replace('/description', props['Description']))
    if 'UsagePlanName' in props:
        patches.append(replace('/name', props['UsagePlanName']))
    before = [f"{s['ApiId']}:{s['Stage']}" for s in old.get('ApiStages') or []]
    after = [f"{s['ApiId']}:{s['Stage']}" for s in whole(props.get('ApiStages') or [])]
    patches += [{'op': 'add', 'path': '/apiStages', 'value': stage} for stage in after if stage not in before]
    patches += [{'op': 'remove', 'path': '/apiStages', 'value': stage} for stage in before if stage not in after]
    _patch(at, 'update_usage_plan', {'usagePlanId': plan}, patches)


kind(
    'AWS::ApiGateway::UsagePlan',
    'apigateway',
    create=_plan,
    update=_plan_changed,
    key='usagePlanId',
    delete='delete_usage_plan',
    tagged=_tagger(lambda _at, plan: f'/usageplans/{plan}'),
)
kind(
    'AWS::ApiGateway::UsagePlanKey',
    'apigateway',
    create='create_usage_plan_key',
    id='id',
    key={'usagePlanId': '{UsagePlanId}', 'keyId': '{KeyId}'},
    delete='delete_usage_plan_key',
    attributes={'Id': 'id'},
)


def _key(at, props):
    given = {'name': props.get('Name') or at.name(64), 'enabled': plain(props.get('Enabled', False)) == 'true'}
    given |= {n[0].lower() + n[1:]: v for n, v in props.pick('Description', 'Value', 'CustomerId').items()}
    if 'GenerateDistinctId' in props:
        given['generateDistinctId'] = plain(props['GenerateDistinctId']) == 'true'
    stages = [{'restApiId': s['RestApiId'], 'stageName': s['StageName']} for s in props.get('StageKeys') or []]
    if stages:
        given['stageKeys'] = stages
    made = at.call('apigateway', 'create_api_key', **given)
    return made['id'], {'APIKeyId': made['id']}


def _key_changed(at, key, _old, props):
    patches = [
        replace('/enabled', props.get('Enabled', False)),
        replace('/description', props.get('Description') or ''),
    ]
    if 'CustomerId' in props:
        patches.append(replace('/customerId', props['CustomerId']))
    _patch(at, 'update_api_key', {'apiKey': key}, patches)


kind(
    'AWS::ApiGateway::ApiKey',
    'apigateway',
    create=_key,
    update=_key_changed,
    key='apiKey',
    delete='delete_api_key',
    tagged=_tagger(lambda _at, key: f'/apikeys/{key}'),
)
kind(
    'AWS::ApiGateway::Authorizer',
    'apigateway',
    create='create_authorizer',
    id='id',
    update=lambda at, authoriser, old, new: _authoriser_changed(at, authoriser, old, new),
    key={'restApiId': '{RestApiId}', 'authorizerId': '{id}'},
    delete='delete_authorizer',
    attributes={'AuthorizerId': 'id'},
)


def _authoriser_changed(at, authoriser, old, props):
    names = (
        'Name',
        'AuthorizerUri',
        'AuthorizerCredentials',
        'IdentitySource',
        'IdentityValidationExpression',
        'AuthorizerResultTtlInSeconds',
        'AuthType',
    )
    patches = [
        replace(f'/{n[0].lower() + n[1:]}', props.get(n, '')) for n in names if not alike(old.get(n), props.get(n))
    ]
    _patch(at, 'update_authorizer', {'restApiId': props['RestApiId'], 'authorizerId': authoriser}, patches)


def _account(at, props):
    if 'CloudWatchRoleArn' in props:
        _patch(at, 'update_account', {}, [replace('/cloudwatchRoleArn', props['CloudWatchRoleArn'])])
    made = at.name(64)
    return made, {'Id': made}


kind(
    'AWS::ApiGateway::Account',
    'apigateway',
    create=_account,
    update=lambda at, _id, _old, new: _account(at, new) and None,
    delete=goes_with_its_owner,
)


def _domain(at, props):
    given = at.shaped('apigateway', 'create_domain_name', props.without('Tags', 'MutualTlsAuthentication'))
    if 'MutualTlsAuthentication' in props:
        given |= at.shaped(
            'apigateway', 'create_domain_name', {'MutualTlsAuthentication': props['MutualTlsAuthentication']}
        )
    at.call('apigateway', 'create_domain_name', **given)
    name = props['DomainName']
    regional = f'd-{at.name(64)[-10:].lower()}.execute-api.{at.region}.amazonaws.com'
    return name, {
        'RegionalDomainName': regional,
        'RegionalHostedZoneId': 'Z1UJRXOUMOOFQ8',
        'DistributionDomainName': f'd{at.name(64)[-12:].lower()}.cloudfront.net',
        'DistributionHostedZoneId': 'Z2FDTNDATAQYW2',
        'DomainNameArn': _arn(at, f'/domainnames/{name}'),
    }


kind(
    'AWS::ApiGateway::DomainName',
    'apigateway',
    create=_domain,
    key='domainName',
    delete='delete_domain_name',
)


def _mapping(at, props):
    given = {'domainName': props['DomainName'], 'restApiId': props['RestApiId']}
    given |= {'stage': props['Stage']} if 'Stage' in props else {}
    given |= {'basePath': props['BasePath']} if 'BasePath' in props else {}
    at.call('apigateway', 'create_base_path_mapping', **given)
    return f"{props['DomainName']}|{props.get('BasePath') or '(none)'}"


def _mapping_changed(at, physical_id, _old, props):
    patches = [replace('/restapiId', props['RestApiId']), replace('/stage', props.get('Stage') or '')]
    key = {'domainName': props['DomainName'], 'basePath': physical_id.split('|')[1]}
    _patch(at, 'update_base_path_mapping', key, patches)


kind(
    'AWS::ApiGateway::BasePathMapping',
    'apigateway',
    create=_mapping,
    update=_mapping_changed,
    key={'domainName': '{DomainName}', 'basePath': '{id.1}'},
    delete='delete_base_path_mapping',
)
