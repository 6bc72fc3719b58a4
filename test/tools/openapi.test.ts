import { APIGatewayClient, GetExportCommand } from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../tools/openapi';
import { openApiOf } from '../../tools/openapi/document';
import { synthesised } from '../support/architecture';
import { listening } from '../support/console';

const facade = synthesised('api-facade')['api-facade'] as never;
const client = mockClient(APIGatewayClient);
const said = listening();
const ask = (...args: readonly string[]) => run(args, () => new APIGatewayClient({}));
beforeEach(() => client.reset());

describe('the contract of a template', () => {
  const document = openApiOf(facade, { info: { version: '2.0.0', contact: { email: 'desk@example.com' } } });
  const { paths } = document;

  test('has every path and method, with what a request needs and who may make it [serverless-openapi]', () => {
    expect(Object.entries(paths).map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
      ['/status', ['get']],
      ['/prices/{country}', ['get']],
      ['/tariffs/{code}', ['get']],
      ['/pickups', ['post']],
      ['/pickups/{pickupId}', ['get']],
      ['/parcels', ['post']],
      ['/parcels/{parcelId}', ['get']],
    ]);
    expect(document.info).toEqual({
      title: 'Prices, tariffs, parcels and their pickups',
      version: '2.0.0',
      contact: { email: 'desk@example.com' },
    });
    expect(paths['/status'].get).not.toHaveProperty('security');
    expect(paths['/parcels'].post).toMatchObject({
      operationId: 'postParcels',
      parameters: [{ name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } }],
      security: [{ api_key: [] }],
    });
    expect(paths['/parcels/{parcelId}'].get.parameters).toEqual([
      { name: 'parcelId', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    expect(Object.keys(paths['/tariffs/{code}'].get.responses)).toEqual(['200', '404', '502']);
  });

  test('has the models that bodies refer to, and nothing of what stands behind [serverless-openapi]', () => {
    const schemas = document.components.schemas as Record<string, any>;
    const { requestBody } = paths['/pickups'].post as any;
    const name = requestBody.content['application/json'].schema.$ref.replace('#/components/schemas/', '');
    expect(schemas[name]).toMatchObject({ type: 'object', required: ['place', 'date', 'parcels'] });
    expect(schemas[name]).not.toHaveProperty('$schema');
    expect(JSON.stringify(document)).not.toContain('integration');
  });

  test('with integrations has those too, as API Gateway spells them [serverless-openapi]', () => {
    const whole = openApiOf(facade, { integrations: true });
    expect(whole.paths['/status'].get['x-amazon-apigateway-integration']).toEqual({
      type: 'mock',
      passthroughBehavior: 'never',
      requestTemplates: { 'application/json': '{"statusCode":200}' },
      responses: {
        default: {
          statusCode: '200',
          responseTemplates: { 'application/json': '{"status":"open"}' },
          responseParameters: { 'method.response.header.Content-Type': "'application/json'" },
        },
      },
    });
    expect(whole.paths['/tariffs/{code}'].get['x-amazon-apigateway-integration']).toMatchObject({
      type: 'http',
      httpMethod: 'POST',
      responses: { '[45]\\d\\d': { statusCode: '502' } },
    });
  });

  const methodAsking = (properties: object, authoriser?: object) => ({
    Resources: {
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
      Root: {
        Type: 'AWS::ApiGateway::Method',
        Properties: { RestApiId: { Ref: 'Api' }, HttpMethod: 'GET', Integration: { Type: 'MOCK' }, ...properties },
      },
      ...(authoriser && {
        Guard: { Type: 'AWS::ApiGateway::Authorizer', Properties: { RestApiId: { Ref: 'Api' }, ...authoriser } },
      }),
    },
  });
  const uri = { 'Fn::GetAtt': ['Guard', 'Arn'] };

  test.each<[string, object, object]>([
    [
      'a token in a header of its own',
      {
        Type: 'TOKEN',
        Name: 'guard',
        AuthorizerUri: uri,
        IdentitySource: 'method.request.header.X-Token',
        IdentityValidationExpression: '^v1',
        AuthorizerResultTtlInSeconds: 60,
      },
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-Token',
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': {
          type: 'token',
          authorizerUri: uri,
          identityValidationExpression: '^v1',
          authorizerResultTtlInSeconds: 60,
        },
      },
    ],
    [
      'a parameter of the query',
      { Type: 'REQUEST', AuthorizerUri: uri, IdentitySource: 'method.request.querystring.token' },
      {
        type: 'apiKey',
        in: 'query',
        name: 'token',
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': {
          type: 'request',
          identitySource: 'method.request.querystring.token',
          authorizerUri: uri,
        },
      },
    ],
    [
      'several of them',
      {
        Type: 'REQUEST',
        AuthType: 'house',
        AuthorizerUri: uri,
        IdentitySource: 'method.request.header.A,context.path',
      },
      {
        type: 'apiKey',
        in: 'header',
        name: 'Unused',
        'x-amazon-apigateway-authtype': 'house',
        'x-amazon-apigateway-authorizer': {
          type: 'request',
          identitySource: 'method.request.header.A,context.path',
          authorizerUri: uri,
        },
      },
    ],
    [
      'a token of a user pool',
      {
        Type: 'COGNITO_USER_POOLS',
        IdentitySource: 'method.request.header.Authorization',
        ProviderARNs: [{ 'Fn::GetAtt': ['Pool', 'Arn'] }],
      },
      {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        'x-amazon-apigateway-authtype': 'cognito_user_pools',
        'x-amazon-apigateway-authorizer': {
          type: 'cognito_user_pools',
          providerARNs: [{ 'Fn::GetAtt': ['Pool', 'Arn'] }],
        },
      },
    ],
  ])('with integrations has the authoriser that looks at %s [serverless-openapi]', (_, authoriser, scheme) => {
    const template = methodAsking({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Guard' } }, authoriser) as never;
    expect(openApiOf(template, { integrations: true }).components.securitySchemes).toEqual({ Guard: scheme });
    const { 'x-amazon-apigateway-authorizer': _whole, ...contract } = scheme as Record<string, unknown>;
    expect(openApiOf(template).components.securitySchemes).toEqual({ Guard: contract });
  });

  test('a method that asks for a key and a token has both, and scopes with the token [serverless-openapi]', () => {
    const guarded = { AuthorizerId: { Ref: 'Guard' }, ApiKeyRequired: true, AuthorizationScopes: ['tasks/read'] };
    const template = methodAsking(guarded, { Type: 'COGNITO_USER_POOLS', ProviderARNs: [] });
    expect(openApiOf(template as never).paths['/'].get.security).toEqual([{ api_key: [], Guard: ['tasks/read'] }]);
    const signed = methodAsking({ AuthorizationType: 'AWS_IAM', ApiKeyRequired: true });
    expect(openApiOf(signed as never).paths['/'].get.security).toEqual([{ api_key: [], sigv4: [] }]);
  });

  test('fails where a method is closed by an authoriser of elsewhere, rather than leave it open [serverless-openapi]', () => {
    const elsewhere = methodAsking({ AuthorizerId: { 'Fn::ImportValue': 'guard' } });
    expect(() => openApiOf(elsewhere as never)).toThrow(
      'the authoriser of get / is not in the template, so that the document would leave it open; export what is deployed with --deployed',
    );
  });

  test('fails where there is no API, several, or not the one that is named', () => {
    const api = (Name: string) => ({ Type: 'AWS::ApiGateway::RestApi', Properties: { Name } });
    expect(() => openApiOf({ Resources: {} })).toThrow('the template has 0 REST APIs; look at one that has');
    const two = { Resources: { A: api('a'), B: api('b') } };
    expect(() => openApiOf(two)).toThrow('the template has 2 REST APIs; name one with --api: A, B');
    expect(() => openApiOf(two, {}, 'C')).toThrow('the template has no REST API C; it has A, B');
    expect(openApiOf(two, {}, 'B').info.title).toBe('B');
  });
});

describe('groundplan openapi', () => {
  test('exports what is deployed, with integrations where asked [serverless-openapi]', async () => {
    client.on(GetExportCommand).resolves({ body: Buffer.from('{"openapi":"3.0.1"}') as never });
    expect(await ask('--deployed', 'a1b2c3d4e5', '--stage', 'live', '--integrations')).toBe(0);
    expect(said.join('\n')).toBe('{"openapi":"3.0.1"}');
    expect(client.commandCalls(GetExportCommand)[0].args[0].input).toEqual({
      restApiId: 'a1b2c3d4e5',
      stageName: 'live',
      exportType: 'oas30',
      accepts: 'application/json',
      parameters: { extensions: 'integrations,authorizers' },
    });
  });

  test('fails when API Gateway does, with what it said', async () => {
    client.on(GetExportCommand).rejects(Object.assign(new Error('Invalid stage'), { name: 'NotFoundException' }));
    expect(await ask('--deployed', 'a1b2c3d4e5', '--stage', 'live')).toBe(1);
    expect(said.join('\n')).toBe('cannot export live of a1b2c3d4e5: NotFoundException: Invalid stage');
  });

  test.each([
    [[], ['say which architecture or template, or --deployed']],
    [
      ['x', '--deployed', 'a1b2c3d4e5'],
      ['"x" does not go with --deployed', '--stage is missing'],
    ],
    [
      ['--deployed', 'https://x', '--stage', 'live', '--api', 'Api'],
      ['--deployed is "https://x"', '--api Api goes with a template only'],
    ],
    [['x', '--stage', 'live'], ['--stage live goes with --deployed only']],
    [['x', '--yaml'], ["Unknown option '--yaml'"]],
  ])('fails when it is told %p', async (args, faults) => {
    expect(await ask(...args)).toBe(2);
    for (const fault of [...faults, 'groundplan openapi <architecture or template>'])
      expect(said.join('\n')).toContain(fault);
  });
});
