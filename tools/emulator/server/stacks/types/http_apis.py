"""HTTP and WebSocket APIs."""

import json

from stacks.kinds import kind
from stacks.reading import whole

ON_API = {'ApiId': '{ApiId}'}


def _api(at, props):
    if 'Body' in props or 'BodyS3Location' in props:
        if 'BodyS3Location' in props:
            place = props['BodyS3Location']
            body = at.call('s3', 'get_object', Bucket=place['Bucket'], Key=place['Key'])['Body'].read().decode()
        else:
            body = json.dumps(whole(props['Body']))
        fails = str(props.get('FailOnWarnings', False)).lower() == 'true'
        made = at.call('apigatewayv2', 'import_api', Body=body, FailOnWarnings=fails, **props.pick('Basepath'))
    else:
        made = at.call('apigatewayv2', 'create_api', **at.shaped('apigatewayv2', 'create_api', props.without('Tags')))
    return made['ApiId'], {'ApiId': made['ApiId'], 'ApiEndpoint': made['ApiEndpoint']}


kind(
    'AWS::ApiGatewayV2::Api',
    'apigatewayv2',
    create=_api,
    update='update_api',
    key='ApiId',
    delete='delete_api',
    tagged=f'arn:aws:apigateway:{{region}}::/apis/{{id}}',
    not_carried={'DisableSchemaValidation': 'moto validates no schemas'},
)


def _stage(at, props):
    given = at.shaped('apigatewayv2', 'create_stage', props.without('Tags', 'AccessPolicyId'))
    at.call('apigatewayv2', 'create_stage', **given)
    return props['StageName']


kind(
    'AWS::ApiGatewayV2::Stage',
    'apigatewayv2',
    create=_stage,
    update='update_stage',
    key={**ON_API, 'StageName': '{id}'},
    delete='delete_stage',
    not_carried={'AccessPolicyId': 'the API has no such setting', 'Tags': 'moto tags no stages'},
)
kind(
    'AWS::ApiGatewayV2::Deployment',
    'apigatewayv2',
    create='create_deployment',
    id='DeploymentId',
    attributes={'DeploymentId': 'id'},
    key={**ON_API, 'DeploymentId': '{id}'},
    delete='delete_deployment',
)
for _type, _word in (
    ('Integration', 'integration'),
    ('Route', 'route'),
    ('Authorizer', 'authorizer'),
    ('Model', 'model'),
):
    kind(
        f'AWS::ApiGatewayV2::{_type}',
        'apigatewayv2',
        create=f'create_{_word}',
        id=f'{_type}Id',
        attributes={f'{_type}Id': 'id'},
        update=f'update_{_word}',
        key={**ON_API, f'{_type}Id': '{id}'},
        delete=f'delete_{_word}',
    )
for _type, _word, _owner in (
    ('IntegrationResponse', 'integration_response', 'IntegrationId'),
    ('RouteResponse', 'route_response', 'RouteId'),
):
    kind(
        f'AWS::ApiGatewayV2::{_type}',
        'apigatewayv2',
        create=f'create_{_word}',
        id=f'{_type}Id',
        attributes={f'{_type}Id': 'id'},
        key={**ON_API, _owner: f'{{{_owner}}}', f'{_type}Id': '{id}'},
        delete=f'delete_{_word}',
    )


def _domain(at, props):
    made = at.call(
        'apigatewayv2', 'create_domain_name', **at.shaped('apigatewayv2', 'create_domain_name', props.without('Tags'))
    )
    found = (made.get('DomainNameConfigurations') or [{}])[0]
    return props['DomainName'], {
        'RegionalDomainName': found.get('ApiGatewayDomainName')
        or f"d-{at.name(64)[-10:].lower()}.execute-api.{at.region}.amazonaws.com",
        'RegionalHostedZoneId': found.get('HostedZoneId') or 'Z1UJRXOUMOOFQ8',
        'DomainNameArn': f"arn:aws:apigateway:{at.region}::/domainnames/{props['DomainName']}",
    }


kind(
    'AWS::ApiGatewayV2::DomainName',
    'apigatewayv2',
    create=_domain,
    key='DomainName',
    delete='delete_domain_name',
    not_carried={'Tags': 'moto tags no names'},
)
kind(
    'AWS::ApiGatewayV2::ApiMapping',
    'apigatewayv2',
    create='create_api_mapping',
    id='ApiMappingId',
    attributes={'ApiMappingId': 'id'},
    key={'DomainName': '{DomainName}', 'ApiMappingId': '{id}'},
    delete='delete_api_mapping',
)
kind(
    'AWS::ApiGatewayV2::VpcLink',
    'apigatewayv2',
    create='create_vpc_link',
    prepare=lambda _at, props: props.without('Tags'),
    id='VpcLinkId',
    attributes={'VpcLinkId': 'id'},
    update='update_vpc_link',
    key='VpcLinkId',
    delete='delete_vpc_link',
    not_carried={'Tags': 'they are those of the creation in moto'},
)
