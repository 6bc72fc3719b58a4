import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiAccess } from '../../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../../lib/constructs/serverless/api-access-logs';
import { ApiTarget } from '../../../lib/constructs/serverless/api-target';
import { RestFacade } from '../../../lib/constructs/serverless/rest-facade';
import { SpecFacade, type SpecDocument } from '../../../lib/constructs/serverless/spec-facade';
import { openApiOf, type Operation } from '../../../tools/openapi/document';
import { testStack } from '../../support/app';
import { synthesised } from '../../support/architecture';

const definition = JSON.parse(readFileSync(join(__dirname, 'list-cats.openapi.json'), 'utf8')) as SpecDocument;
const keys = { throttle: { rateLimit: 10, burstLimit: 20 } };
const common = (stack: Stack) => ({
  accessLogs: ApiAccessLogs.toBucket(new Bucket(stack, 'Logs'), 'api/'),
  alarms: new AlarmTopic(stack, 'Alarms'),
});
const made = (document: SpecDocument = definition): Template => {
  const stack = testStack();
  new SpecFacade(stack, 'Api', { definition: document, keys, ...common(stack) });
  return Template.fromStack(stack);
};

describe('an API made of a document', () => {
  test('has the same methods as the one made of code, asking for and giving the same [serverless-openapi]', () => {
    const stack = testStack();
    const api = new RestFacade(stack, 'Api', { description: 'Cats', access: ApiAccess.apiKey(keys), ...common(stack) });
    const base = 'https://cats.example.com/';
    api.route('GET /listcats', { target: ApiTarget.mock({ body: [] }), query: { colour: false } });
    api.route('GET /cats/{catId}', { target: ApiTarget.httpProxy(`${base}{catId}`) });
    api.route('POST /cats', {
      target: ApiTarget.httpProxy(base),
      body: { type: JsonSchemaType.OBJECT, required: ['name'], properties: { name: { type: JsonSchemaType.STRING } } },
    });
    const written = openApiOf(Template.fromStack(stack).toJSON() as never, { integrations: true });
    const [spec] = Object.values(made().findResources('AWS::ApiGateway::RestApi'));
    const body = spec.Properties.Body as typeof written;
    /** What callers see of an operation, and what answers it; names of models and of operations are each side's own. */
    const gist = ({ paths, components }: typeof written) =>
      Object.fromEntries(
        Object.entries(paths).flatMap(([path, methods]) =>
          Object.entries(methods).map(([verb, each]: [string, Operation]) => {
            const integration = each['x-amazon-apigateway-integration'] as any;
            const ref = (each.requestBody as any)?.content['application/json'].schema.$ref as string | undefined;
            return [
              `${verb} ${path}`,
              {
                parameters: each.parameters,
                security: each.security,
                statuses: Object.keys(each.responses),
                body: ref && components.schemas[ref.replace('#/components/schemas/', '')],
                answeredBy: [integration.type, integration.httpMethod, integration.uri],
                mapped: [integration.requestParameters, integration.requestTemplates],
              },
            ];
          }),
        ),
      );
    expect(Object.keys(gist(body))).toEqual(['get /listcats', 'get /cats/{catId}', 'post /cats']);
    expect(gist(body)).toEqual(gist(written));
  });

  test('checks bodies and parameters, and fails rather than leave something of it out [serverless-openapi]', () => {
    made().hasResourceProperties('AWS::ApiGateway::RestApi', {
      FailOnWarnings: true,
      EndpointConfiguration: { Types: ['REGIONAL'] },
      Body: Match.objectLike({
        info: Match.objectLike({ contact: { email: 'cats@example.com' }, license: { name: 'MIT-0' } }),
        'x-amazon-apigateway-request-validator': 'all',
        'x-amazon-apigateway-request-validators': {
          all: { validateRequestBody: true, validateRequestParameters: true },
        },
      }),
    });
  });

  test('has limits, keys, logs, alarms and problems as one made of code has', () => {
    const template = made();
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'live',
      TracingEnabled: true,
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 50 })],
    });
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Throttle: { RateLimit: 10, BurstLimit: 20 } });
    template.resourceCountIs('AWS::ApiGateway::GatewayResponse', 21);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: '5XXError' });
  });

  test('fails with whatever it leaves open [serverless-openapi]', () => {
    const open = { responses: {}, 'x-amazon-apigateway-integration': { type: 'mock' } };
    const document = { swagger: '2.0', info: { title: 'Cats' }, paths: { '/cats': { get: open, post: {} } } };
    expect(() => made(document as never)).toThrow(
      [
        'Stack/Api:',
        'definition is Swagger 2.0; give OpenAPI 3.0, which API Gateway reads whole',
        'definition has no info with title and version; give both',
        'GET /cats has no security, so that anybody may call it; give one, or say in a sentence why under x-open-because',
        'POST /cats has no x-amazon-apigateway-integration, so that nothing would answer it; say what does',
        'POST /cats has no security, so that anybody may call it; give one, or say in a sentence why under x-open-because',
        'POST /cats has no requestBody, so that any body gets through; give its schema',
      ].join('\n  '),
    );
    expect(() => made({ ...definition, openapi: '3.1.0', paths: {} })).toThrow(
      [
        'definition is OpenAPI 3.1.0; give OpenAPI 3.0, which API Gateway reads whole',
        'definition has no operations; give paths with methods',
      ].join('\n  '),
    );
  });

  test('fails with a security that lets anybody in: of nothing, of a kind API Gateway does not know, of any method [serverless-openapi]', () => {
    const get = definition.paths['/listcats'].get as object;
    const secured = (...security: object[]) => ({ ...definition, paths: { '/cats': { get: { ...get, security } } } });
    const schemes = {
      bearer: { type: 'http', scheme: 'bearer' },
      token: { type: 'apiKey', in: 'header', name: 'Authorization' },
      signed: { type: 'apiKey', in: 'header', name: 'Authorization', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    };
    const document = (...security: object[]) => ({
      ...secured(...security),
      components: { ...(definition.components as object), securitySchemes: schemes },
    });
    const remedy =
      'which API Gateway does not enforce; give a scheme of type apiKey that is named x-api-key, is signed (x-amazon-apigateway-authtype: awsSigv4) or has an x-amazon-apigateway-authorizer';
    expect(() => made(secured({ api_key: [] }, {}))).toThrow(
      'Stack/Api:\n  GET /cats has a security of nothing ({}), so that anybody may call it; take it out, or say why under x-open-because instead',
    );
    for (const scheme of ['bearer', 'token', 'nobody'])
      expect(() => made(document({ [scheme]: [] }))).toThrow(
        `Stack/Api:\n  GET /cats has the security ${scheme}, ${remedy}`,
      );
    expect(() => made(document({ signed: [] }))).not.toThrow();
    const any = { ...definition.paths, '/{proxy+}': { 'x-amazon-apigateway-any-method': get } };
    expect(() => made({ ...definition, paths: any })).toThrow(
      'Stack/Api:\n  /{proxy+} has x-amazon-apigateway-any-method, whose calls and bodies nothing checks; write out the methods it is for',
    );
  });

  test('what an architecture exports comes back with every method closed by the same authoriser [serverless-openapi]', () => {
    const source = synthesised('full-stack-web-app')['full-stack-web-app'];
    const [[id, authoriser]] = Object.entries(source.Resources).filter(
      ([, { Type }]) => Type === 'AWS::ApiGateway::Authorizer',
    );
    const document = openApiOf(source, { integrations: true });
    // Its body is empty, which the template does not say.
    const post = { ...document.paths['/tickets'].post, requestBody: { content: {} } };
    const exported = { ...document, paths: { ...document.paths, '/tickets': { post } } };
    const [{ Properties }] = Object.values(
      made(exported as unknown as SpecDocument).findResources('AWS::ApiGateway::RestApi'),
    );
    const { paths, components } = Properties.Body as ReturnType<typeof openApiOf>;
    const security = Object.values(paths).flatMap((methods) => Object.values(methods).map((each) => each.security));
    expect(security).toEqual(Array(5).fill([{ [id]: [] }]));
    expect(components.securitySchemes[id]).toMatchObject({
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      'x-amazon-apigateway-authorizer': {
        type: 'cognito_user_pools',
        providerARNs: authoriser.Properties!.ProviderARNs,
      },
    });
  });

  test.each<[string, object, string]>([
    [
      'only a word for it',
      { 'x-amazon-apigateway-authtype': 'cognito_user_pools' },
      'of x-amazon-apigateway-authtype cognito_user_pools without an x-amazon-apigateway-authorizer, so that nobody would ask who calls; give it, or export the document with --integrations',
    ],
    [
      'a kind that only HTTP APIs have',
      { 'x-amazon-apigateway-authorizer': { type: 'jwt', jwtConfiguration: {} } },
      'with an x-amazon-apigateway-authorizer of type jwt, which a REST API does not have; take one of token, request, cognito_user_pools',
    ],
    [
      'nobody to ask',
      { 'x-amazon-apigateway-authtype': 'custom', 'x-amazon-apigateway-authorizer': { type: 'token' } },
      'with an x-amazon-apigateway-authorizer without authorizerUri; say who is asked',
    ],
  ])('fails with a scheme whose authoriser has %s, also beside a key [serverless-openapi]', (_, extensions, fault) => {
    const get = { ...(definition.paths['/listcats'].get as object), security: [{ api_key: [], guard: [] }] };
    const components = definition.components as { securitySchemes: object };
    const securitySchemes = {
      ...components.securitySchemes,
      guard: { type: 'apiKey', in: 'header', name: 'Authorization', ...extensions },
    };
    const document = { ...definition, paths: { '/cats': { get } }, components: { ...components, securitySchemes } };
    expect(() => made(document as never)).toThrow(`Stack/Api:\n  GET /cats has the security guard ${fault}`);
  });

  test('an operation may be open for a reason', () => {
    const because = 'Anybody may ask which cats there are, and is told no more.';
    const get = { ...(definition.paths['/listcats'].get as object), security: undefined, 'x-open-because': because };
    const template = made({ ...definition, paths: { '/listcats': { get } } });
    expect(JSON.stringify(template.toJSON())).not.toContain('x-open-because');
  });
});
