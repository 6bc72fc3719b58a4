import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { JsonSchemaType, Period } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { Alias, Code, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiAccess } from '../../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../../lib/constructs/serverless/api-access-logs';
import { ApiEndpoint } from '../../../lib/constructs/serverless/api-endpoint';
import { ApiTarget } from '../../../lib/constructs/serverless/api-target';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { RestFacade, type RestFacadeProps } from '../../../lib/constructs/serverless/rest-facade';
import { decide } from '../../support/decide';
import { testApp, testStack } from '../../support/app';

const throttle = { rateLimit: 10, burstLimit: 20 };
const keys = () => ApiAccess.apiKey({ throttle });
const body = { type: JsonSchemaType.OBJECT, properties: { name: { type: JsonSchemaType.STRING } } };

/** A stack with a function, its alias, and an API, which `more` goes on with. */
class Scene {
  readonly answer: AppFunction;
  readonly alias: IAlias;
  readonly api: RestFacade;

  constructor(
    readonly stack: Stack,
    props: (stack: Stack) => Partial<RestFacadeProps> = () => ({}),
    settings: Partial<AppFunctionProps> = {},
  ) {
    this.answer = new AppFunction(stack, 'Answer', {
      description: 'Answers',
      code: Code.fromInline('exports.handler = async () => 1'),
      ...settings,
    });
    this.alias = new Alias(stack, 'Live', { aliasName: 'live', version: this.answer.currentVersion });
    this.api = new RestFacade(stack, 'Api', {
      description: 'Things',
      access: keys(),
      accessLogs: ApiAccessLogs.toBucket(new Bucket(stack, 'Logs'), 'api/'),
      alarms: new AlarmTopic(stack, 'Alarms'),
      ...props(stack),
    });
  }
}

type Props = Parameters<typeof scene>[0];
const scene = (props?: (stack: Stack) => Partial<RestFacadeProps>, settings?: Partial<AppFunctionProps>): Scene =>
  new Scene(testStack(), props, settings);
const withThings = (props?: Props, settings?: Partial<AppFunctionProps>): Scene => {
  const made = scene(props, settings);
  made.api.route('GET /things/{thingId}', { target: ApiTarget.proxy(made.alias) });
  return made;
};
const templateIn = ({ stack }: Scene): Template => Template.fromStack(stack);
const synthesise = (props?: Props, settings?: Partial<AppFunctionProps>): Template =>
  templateIn(withThings(props, settings));
const refusal = (props: Partial<RestFacadeProps>) => () => withThings(() => props);
const problemsIn = (template: Template): Record<string, any> =>
  Object.fromEntries(
    Object.values(template.findResources('AWS::ApiGateway::GatewayResponse')).map(({ Properties }) => [
      Properties.ResponseType,
      Properties,
    ]),
  );

describe('the front door', () => {
  test('an API is regional unless asked otherwise [serverless-rest-api, serverless-endpoint-types]', () => {
    synthesise().hasResourceProperties('AWS::ApiGateway::RestApi', { EndpointConfiguration: { Types: ['REGIONAL'] } });
    synthesise(() => ({ endpoint: ApiEndpoint.edgeOptimised() })).hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['EDGE'] },
    });
  });

  test('a private API answers through its own endpoint and denies every other way in [serverless-endpoint-types]', () => {
    const endpointOf = (stack: Stack) =>
      InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Way', { vpcEndpointId: 'vpce-1', port: 443 });
    const template = synthesise((stack) => ({ endpoint: ApiEndpoint.private([endpointOf(stack)]) }));
    const [api] = Object.values(template.findResources('AWS::ApiGateway::RestApi'));
    expect(api.Properties.EndpointConfiguration).toEqual({ Types: ['PRIVATE'], VpcEndpointIds: ['vpce-1'] });
    const call = (endpoint?: string) =>
      decide(api.Properties.Policy, {
        action: 'execute-api:Invoke',
        resource: 'execute-api:/live/GET/things',
        ...(endpoint && { context: { 'aws:SourceVpce': endpoint } }),
      });
    expect([call('vpce-1'), call('vpce-2'), call()]).toEqual(['allow', 'explicit deny', 'explicit deny']);
  });

  test('fails when a private API names no endpoint [serverless-endpoint-types]', () => {
    expect(refusal({ endpoint: ApiEndpoint.private([]) })).toThrow(
      'Stack/Api:\n  endpoint is private and names no interface endpoint, so that nobody could reach it; give one or more',
    );
  });

  test('every call is traced and recorded as one JSON object with its status and the reason of a refusal [serverless-rest-api, serverless-observability]', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      TracingEnabled: true,
      AccessLogSetting: { DestinationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiAccessLogsStream'), 'Arn'] } },
    });
    const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
    expect(JSON.parse(stage.Properties.AccessLogSetting.Format)).toMatchObject({
      requestId: '$context.requestId',
      status: '$context.status',
      refusedAs: '$context.error.responseType',
      apiKeyId: '$context.identity.apiKeyId',
    });
  });

  test('nothing of the account is set for it, and test calls of the console have no way in [serverless-rest-api]', () => {
    const template = synthesise();
    template.resourceCountIs('AWS::ApiGateway::Account', 0);
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    expect(permissions).toHaveLength(1);
    expect(JSON.stringify(permissions)).not.toContain('test-invoke-stage');
  });

  test('a method leads to the alias, and may call it for this path and stage alone [serverless-alias-pointer, serverless-integration-lambda, serverless-resource-policy]', () => {
    const template = synthesise();
    const alias = { Ref: Match.stringLikeRegexp('^Live') };
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'GET',
      Integration: { Type: 'AWS_PROXY', Uri: { 'Fn::Join': ['', Match.arrayWith([alias])] } },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: alias,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Join': [
          '',
          Match.arrayWith([{ Ref: Match.stringLikeRegexp('^ApiDeploymentStagelive') }, '/GET/things/*']),
        ],
      },
    });
  });

  test('fails when a method leads to the function itself [serverless-alias-pointer]', () => {
    const { api, answer } = scene();
    expect(() => api.route('GET /things', { target: ApiTarget.proxy(answer.function as IAlias) })).toThrow(
      'GET /things: target is Stack/Answer/Function, a function without an alias, whose newest code would answer at once; give the alias of a SafeRelease',
    );
  });

  test.each([
    ['FETCH /things', 'FETCH /things has the method FETCH; give one of GET, HEAD, DELETE, POST, PUT, PATCH'],
    ['GET things', 'GET things has no path; write method and path as in GET /orders/{orderId}'],
    ['GET /things/', 'GET /things/ has no path'],
    ['POST /things', 'POST /things has no body model; give body, a JSON Schema, or false when it takes none'],
  ])('fails when a route is written %s', (route, message) => {
    const { api, alias } = scene();
    expect(() => api.route(route, { target: ApiTarget.proxy(alias) })).toThrow(message);
  });

  test('fails when a route is given twice, or a body where there can be none', () => {
    const { api, alias } = withThings();
    expect(() => api.route('GET /things/{thingId}', { target: ApiTarget.proxy(alias), body })).toThrow(
      [
        'Stack/Api:',
        'GET /things/{thingId} is there already; give each method of a path one target',
        'GET /things/{thingId} has a body model, but API Gateway passes no body with it; leave body out',
      ].join('\n  '),
    );
  });
});

describe('requests', () => {
  test('bodies are checked against a model, parameters and headers for being there, on every method [serverless-request-models]', () => {
    const made = withThings();
    made.api.route('POST /things', {
      target: ApiTarget.proxy(made.alias),
      body,
      headers: { 'Idempotency-Key': true },
      query: { colour: false },
    });
    const template = templateIn(made);
    const [validator] = Object.keys(
      template.findResources('AWS::ApiGateway::RequestValidator', {
        Properties: { ValidateRequestBody: true, ValidateRequestParameters: true },
      }),
    );
    template.allResourcesProperties('AWS::ApiGateway::Method', { RequestValidatorId: { Ref: validator } });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'POST',
      RequestModels: { 'application/json': { Ref: Match.stringLikeRegexp('^ApiBodyPOSTThings') } },
      RequestParameters: { 'method.request.header.Idempotency-Key': true, 'method.request.querystring.colour': false },
    });
    template.hasResourceProperties('AWS::ApiGateway::Model', {
      Schema: { type: 'object', properties: { name: { type: 'string' } } },
    });
  });

  test('the custom form maps both ways, and what it does not know becomes 502 without the text of the error [serverless-integration-lambda]', () => {
    const made = scene();
    made.api.route('POST /things', {
      target: ApiTarget.mapped(made.alias, {
        request: '{ "name": "$util.escapeJavaScript($input.path(\'$.name\'))" }',
        answer: { status: 201, template: '{ "id": "$input.path(\'$\')" }' },
        errors: { 404: { pattern: '.*NotFound.*', template: '{ "status": 404 }' } },
      }),
      body,
    });
    const template = templateIn(made);
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      Integration: {
        Type: 'AWS',
        PassthroughBehavior: 'NEVER',
        RequestTemplates: { 'application/json': Match.stringLikeRegexp('escapeJavaScript') },
        IntegrationResponses: [
          Match.objectLike({ StatusCode: '201', SelectionPattern: Match.absent() }),
          Match.objectLike({ StatusCode: '404', SelectionPattern: '.*NotFound.*' }),
          {
            StatusCode: '502',
            SelectionPattern: '(\\n|.)+',
            ResponseParameters: { 'method.response.header.Content-Type': "'application/problem+json'" },
            ResponseTemplates: { 'application/json': '{"type":"about:blank","title":"Bad Gateway","status":502}' },
          },
        ],
      },
      MethodResponses: ['201', '404', '502'].map((StatusCode) => Match.objectLike({ StatusCode })),
    });
  });

  test('fails when the custom form answers success with an error, or an error with success', () => {
    const { api, alias } = scene();
    const target = ApiTarget.mapped(alias, {
      request: '',
      answer: { status: 500, template: '' },
      errors: { 200: { pattern: '', template: '' } },
    });
    expect(() => api.route('POST /things', { target, body: false })).toThrow(
      [
        'POST /things: answer.status is 500; give 200 to 399, and errors for the rest',
        'POST /things: errors has the status 200; give one from 400 to 599',
      ].join('\n  '),
    );
  });

  test.each([
    [
      Duration.seconds(30),
      'timeout is 30 seconds; give 50 millis to 29 seconds, or state in raisedIntegrationTimeout what AWS has granted',
    ],
    [Duration.minutes(20), 'timeout is 20 minutes; give 50 millis to 29 seconds'],
    [Duration.millis(49), 'timeout is 49 millis; give 50 millis to 29 seconds'],
  ])('fails when API Gateway is to wait for %s [serverless-api-timeout]', (timeout, message) => {
    const { api, alias } = scene();
    expect(() => api.route('GET /things', { target: ApiTarget.proxy(alias, { timeout }) })).toThrow(
      `GET /things: ${message}`,
    );
  });

  test('API Gateway waits 29 seconds, or as long as AWS has granted [serverless-api-timeout]', () => {
    synthesise().hasResourceProperties('AWS::ApiGateway::Method', { Integration: { TimeoutInMillis: 29_000 } });
    const made = scene(undefined, { timeout: Duration.minutes(2) });
    const minutes = { timeout: Duration.minutes(2), raisedIntegrationTimeout: Duration.minutes(3) };
    made.api.route('GET /things', { target: ApiTarget.proxy(made.alias, minutes) });
    templateIn(made).hasResourceProperties('AWS::ApiGateway::Method', { Integration: { TimeoutInMillis: 120_000 } });
  });

  test('fails when the wait is said to be raised for an edge-optimised API, where AWS raises none [serverless-api-timeout]', () => {
    const made = scene(() => ({ endpoint: ApiEndpoint.edgeOptimised() }));
    const target = ApiTarget.proxy(made.alias, { raisedIntegrationTimeout: Duration.minutes(3) });
    expect(() => made.api.route('GET /things', { target })).toThrow(
      'raisedIntegrationTimeout is 3 minutes, but AWS raises the wait of regional and private APIs only',
    );
  });

  test('fails when the function may run longer than API Gateway waits [serverless-api-timeout]', () => {
    const { api, alias } = scene(undefined, { timeout: Duration.seconds(30) });
    expect(() => api.route('GET /things', { target: ApiTarget.proxy(alias) })).toThrow(
      "GET /things: timeout is 29 seconds, but the function may run for 30 seconds; shorten the function's timeout, or its callers get 504 for work that is done",
    );
  });
});

describe('stages', () => {
  const stages = [
    { name: 'prod', throttle: { rateLimit: 100, burstLimit: 200 } },
    { name: 'dev', throttle: { rateLimit: 10, burstLimit: 20 } },
  ];

  test('each has limits of its own, one deployment, and leave to call the function [serverless-stages, serverless-throttling]', () => {
    const template = synthesise(() => ({ stages }));
    const [deployment] = Object.keys(template.findResources('AWS::ApiGateway::Deployment'));
    for (const { name, throttle: limits } of stages) {
      template.hasResourceProperties('AWS::ApiGateway::Stage', {
        StageName: name,
        DeploymentId: { Ref: deployment },
        MethodSettings: [
          Match.objectLike({
            HttpMethod: '*',
            ResourcePath: '/*',
            ThrottlingRateLimit: limits.rateLimit,
            ThrottlingBurstLimit: limits.burstLimit,
          }),
        ],
      });
      template.hasResourceProperties('AWS::Lambda::Permission', {
        SourceArn: {
          'Fn::Join': [
            '',
            Match.arrayWith([{ Ref: Match.stringLikeRegexp(`^ApiDeploymentStage${name}`) }, '/GET/things/*']),
          ],
        },
      });
    }
  });

  test('another method makes another deployment, and the old one stays to go back to [serverless-stages]', () => {
    const deploymentOf = (made: Scene) => Object.keys(templateIn(made).findResources('AWS::ApiGateway::Deployment'))[0];
    const more = withThings();
    more.api.route('GET /things', { target: ApiTarget.proxy(more.alias) });
    expect(deploymentOf(withThings())).toBe(deploymentOf(withThings()));
    expect(deploymentOf(more)).not.toBe(deploymentOf(withThings()));
    synthesise().hasResource('AWS::ApiGateway::Deployment', {
      UpdateReplacePolicy: 'Retain',
      DeletionPolicy: 'Retain',
    });
  });

  test('a stage can be pinned to an older deployment while the other goes ahead [serverless-stages]', () => {
    const template = synthesise(() => ({ stages: [{ ...stages[0], pinnedDeployment: 'a1b2c3' }, stages[1]] }));
    template.hasResourceProperties('AWS::ApiGateway::Stage', { StageName: 'prod', DeploymentId: 'a1b2c3' });
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'dev',
      DeploymentId: { Ref: Match.stringLikeRegexp('^ApiDeployment') },
    });
  });

  test('fails when stages are none, twice the same, or named and pinned as API Gateway would not have it [serverless-stages]', () => {
    expect(refusal({ stages: [] })).toThrow('stages is empty; give one or more');
    expect(refusal({ stages: [{ name: 'v 1' }, { name: 'v 1', pinnedDeployment: 'the last' }] })).toThrow(
      [
        'Stack/Api:',
        'stages has v 1 twice; give each its own name',
        'stages has the name "v 1"; use at most 128 letters, digits, hyphens and underscores',
        'stages has the name "v 1"; use at most 128 letters, digits, hyphens and underscores',
        'stages.v 1.pinnedDeployment is the last; give an id that aws apigateway get-deployments lists, such as a1b2c3',
      ].join('\n  '),
    );
  });
});

describe('limits', () => {
  test('a stage has limits even when nobody sets any [serverless-throttling]', () => {
    synthesise().hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 })],
    });
  });

  test('each key has limits and a quota by its plan, and methods need a key [serverless-throttling]', () => {
    const made = withThings(() => ({
      access: ApiAccess.apiKey({ throttle, quota: { limit: 1000, period: Period.DAY } }),
    }));
    const template = templateIn(made);
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Throttle: { RateLimit: 10, BurstLimit: 20 },
      Quota: { Limit: 1000, Period: 'DAY' },
      ApiStages: [Match.objectLike({ Stage: { Ref: Match.stringLikeRegexp('^ApiDeploymentStagelive') } })],
    });
    template.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 1);
    template.hasResourceProperties('AWS::ApiGateway::ApiKey', { Value: Match.absent() });
    template.hasResourceProperties('AWS::ApiGateway::Method', { ApiKeyRequired: true });
    expect(made.api.key).toBeDefined();
  });

  test.each([
    [{ rateLimit: 0, burstLimit: 1 }, 'throttle.rateLimit is 0; give calls a second above 0'],
    [{ rateLimit: Infinity, burstLimit: 1 }, 'throttle.rateLimit is Infinity; give calls a second above 0'],
    [{ rateLimit: 1, burstLimit: 0 }, 'throttle.burstLimit is 0; give a whole number of calls, 1 or more'],
    [{ rateLimit: 1, burstLimit: 1.5 }, 'throttle.burstLimit is 1.5; give a whole number of calls, 1 or more'],
  ])('fails when limits are %j [serverless-throttling]', (limits, message) => {
    expect(refusal({ throttle: limits, access: ApiAccess.iam() })).toThrow(`Stack/Api:\n  ${message}`);
  });

  test('fails when a client may do more than all together, has no quota left, or a key too easy to guess, in one error [serverless-throttling]', () => {
    const access = ApiAccess.apiKey({
      throttle: { rateLimit: 60, burstLimit: 20 },
      quota: { limit: 0, period: Period.DAY },
      value: 'nineteen-characters',
    });
    expect(refusal({ access })).toThrow(
      [
        'Stack/Api:',
        "access.throttle.rateLimit is 60, above the 50 of the stage, and would never be reached; lower it, or raise the stage's",
        'access.quota.limit is 0; give a whole number of calls, 1 or more',
        'access.value has 19 characters; give 20 to 128, or leave it out and API Gateway makes a key',
      ].join('\n  '),
    );
  });
});

describe('who may call', () => {
  test('identities of AWS sign their requests', () => {
    synthesise(() => ({ access: ApiAccess.iam() })).hasResourceProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'AWS_IAM',
      ApiKeyRequired: Match.absent(),
    });
  });

  test('people of a user pool bring its tokens, with a scope when asked for [serverless-authoriser-cognito]', () => {
    const template = synthesise((stack) => ({
      access: ApiAccess.userPool(new UserPool(stack, 'People'), { scopes: ['things/read'] }),
    }));
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^People'), 'Arn'] }],
    });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizationScopes: ['things/read'],
    });
  });

  const decided = (resultsCacheTtl?: Duration): Scene => {
    const stack = testStack();
    const decider = new AppFunction(stack, 'Decider', {
      description: 'Decides',
      code: Code.fromInline('exports.handler = async () => 1'),
    });
    const made = new Scene(stack, () => ({
      access: ApiAccess.lambdaAuthoriser(decider.function, { ...(resultsCacheTtl && { resultsCacheTtl }) }),
    }));
    made.api.route('GET /things', { target: ApiTarget.proxy(made.alias) });
    return made;
  };

  test('a function decides by the token, of which only what looks like one reaches it, and its answer is kept a while [serverless-authoriser-lambda]', () => {
    const template = templateIn(decided());
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      IdentityValidationExpression: Match.stringLikeRegexp('^\\^Bearer '),
      AuthorizerResultTtlInSeconds: 300,
    });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'CUSTOM',
      ApiKeyRequired: Match.absent(),
    });
  });

  test('fails when its answer is kept for more than an hour [serverless-authoriser-lambda]', () => {
    templateIn(decided(Duration.hours(1))).hasResourceProperties('AWS::ApiGateway::Authorizer', {
      AuthorizerResultTtlInSeconds: 3600,
    });
    expect(() => decided(Duration.seconds(3601))).toThrow(/3600|hour/);
  });

  test('one method may be open to anybody, for a reason that would convince a stranger', () => {
    const made = withThings();
    const reason = 'Load balancers of partners ask here whether the service is up.';
    made.api.route('GET /health', { target: ApiTarget.proxy(made.alias), access: ApiAccess.open({ reason }) });
    const template = templateIn(made);
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      ApiKeyRequired: Match.absent(),
    });
    template.resourceCountIs('AWS::ApiGateway::UsagePlan', 1);
  });

  test('fails when a method is open to anybody for no reason [serverless-authoriser-cognito]', () => {
    const { api, alias } = scene();
    expect(() =>
      api.route('GET /health', { target: ApiTarget.proxy(alias), access: ApiAccess.open({ reason: 'public' }) }),
    ).toThrow(
      'Stack/Api:\n  access is open because of "public"; say in a sentence why anybody may call, or take another access',
    );
  });

  test('a firewall stands before every stage when one is given', () => {
    const template = synthesise((stack) => ({
      stages: [{ name: 'prod' }, { name: 'dev' }],
      firewall: new CfnWebACL(stack, 'Wall', {
        scope: 'REGIONAL',
        defaultAction: { allow: {} },
        visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'wall', sampledRequestsEnabled: true },
      }),
    }));
    for (const name of ['prod', 'dev']) {
      template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
        ResourceArn: {
          'Fn::Join': ['', Match.arrayWith([{ Ref: Match.stringLikeRegexp(`^ApiDeploymentStage${name}`) }])],
        },
        WebACLArn: { 'Fn::GetAtt': ['Wall', 'Arn'] },
      });
    }
  });
});

describe('problems', () => {
  const expected: Record<string, string | undefined> = {
    BAD_REQUEST_BODY: '400',
    BAD_REQUEST_PARAMETERS: '400',
    UNAUTHORIZED: '401',
    ACCESS_DENIED: '403',
    INVALID_API_KEY: '403',
    EXPIRED_TOKEN: '403',
    INVALID_SIGNATURE: '403',
    WAF_FILTERED: '403',
    MISSING_AUTHENTICATION_TOKEN: '404',
    RESOURCE_NOT_FOUND: '404',
    REQUEST_TOO_LARGE: '413',
    UNSUPPORTED_MEDIA_TYPE: '415',
    THROTTLED: '429',
    QUOTA_EXCEEDED: '429',
    API_CONFIGURATION_ERROR: '500',
    AUTHORIZER_CONFIGURATION_ERROR: '500',
    AUTHORIZER_FAILURE: '500',
    INTEGRATION_FAILURE: '503',
    INTEGRATION_TIMEOUT: '504',
    DEFAULT_4XX: undefined,
    DEFAULT_5XX: undefined,
  };

  test('every kind of refusal API Gateway knows has its status and a problem document with the id of the request [serverless-api-errors, serverless-throttling]', () => {
    const problems = problemsIn(synthesise());
    expect(Object.fromEntries(Object.entries(problems).map(([kind, { StatusCode }]) => [kind, StatusCode]))).toEqual(
      expected,
    );
    for (const [kind, { ResponseTemplates, ResponseParameters }] of Object.entries(problems)) {
      expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
      const document = JSON.parse(ResponseTemplates['application/json']);
      expect(document).toMatchObject({ type: 'about:blank', requestId: '$context.requestId' });
      expect(document.status === undefined ? undefined : String(document.status)).toBe(expected[kind]);
      expect(document.title.length * document.detail.length).toBeGreaterThan(0);
    }
    expect(problems.THROTTLED.ResponseParameters['gatewayresponse.header.Retry-After']).toBe("'1'");
  });

  test('no text of API Gateway gets into them: they ask for nothing but the id of the request [serverless-api-errors]', () => {
    for (const { ResponseTemplates } of Object.values(problemsIn(synthesise()))) {
      expect(ResponseTemplates['application/json'].match(/\$[\w.]+/g)).toEqual(['$context.requestId']);
    }
  });

  test('where requests are signed, an unknown path and a missing signature cannot be told apart and are 403', () => {
    const { StatusCode, ResponseTemplates } = problemsIn(
      synthesise(() => ({ access: ApiAccess.iam() })),
    ).MISSING_AUTHENTICATION_TOKEN;
    expect([StatusCode, JSON.parse(ResponseTemplates['application/json']).status]).toEqual(['403', 403]);
  });
});

describe('pages of other origins', () => {
  const origins = ['https://shop.example.com', 'https://admin.example.com'];
  const headersOf = (template: Template) => problemsIn(template).BAD_REQUEST_BODY.ResponseParameters;

  test('are refused until they are named: no preflight, no header [serverless-cors]', () => {
    const template = synthesise();
    expect(
      Object.values(template.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => Properties.HttpMethod),
    ).toEqual(['GET']);
    expect(JSON.stringify(problemsIn(template))).not.toContain('Allow-Origin');
  });

  test('get a preflight that lists them, and can read problems too [serverless-cors]', () => {
    const template = synthesise(() => ({ cors: { origins: [origins[0]], allowCredentials: true } }));
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'OPTIONS',
      Integration: {
        Type: 'MOCK',
        IntegrationResponses: [
          Match.objectLike({
            ResponseParameters: Match.objectLike({
              'method.response.header.Access-Control-Allow-Origin': `'${origins[0]}'`,
              'method.response.header.Access-Control-Allow-Credentials': "'true'",
              'method.response.header.Access-Control-Allow-Headers': Match.stringLikeRegexp('Idempotency-Key'),
            }),
          }),
        ],
      },
    });
    expect(headersOf(template)).toMatchObject({
      'gatewayresponse.header.Access-Control-Allow-Origin': `'${origins[0]}'`,
      'gatewayresponse.header.Access-Control-Allow-Credentials': "'true'",
    });
  });

  test('of several, each reads problems, none with credentials [serverless-cors]', () => {
    const headers = headersOf(synthesise(() => ({ cors: { origins, allowCredentials: true } })));
    expect(headers).toMatchObject({
      'gatewayresponse.header.Access-Control-Allow-Origin': 'method.request.header.Origin',
    });
    expect(Object.keys(headers).filter((name) => name.includes('Credentials'))).toEqual([]);
  });

  test.each([
    [
      { origins: ['*'], allowCredentials: true },
      'cors.origins is * and allowCredentials is true, which browsers refuse; name the origins, or leave credentials out',
    ],
    [
      { origins: ['*', origins[0]] },
      'cors.origins is *, https://shop.example.com; give * alone, or the origins by name',
    ],
    [{ origins: [] }, 'cors.origins is empty; name the origins, or leave cors out'],
    [
      { origins: ['shop.example.com/'] },
      'cors.origins has shop.example.com/; give scheme and host alone, such as https://shop.example.com',
    ],
    [{ origins, maxAge: Duration.hours(25) }, 'cors.maxAge is 1 day 1 hour; give 0 seconds to 1 day'],
  ])('fails with %j [serverless-cors]', (cors, message) => {
    expect(refusal({ cors })).toThrow(`Stack/Api:\n  ${message}`);
  });
});

describe('a name of its own', () => {
  const arn = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/1a2b`;
  const named = (region: string, endpoint = ApiEndpoint.regional(), props: Partial<RestFacadeProps> = {}) => {
    const stack = new Stack(testApp(), 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
    return () => {
      const made = new Scene(stack, () => ({
        endpoint,
        domain: {
          domainName: 'api.example.com',
          certificate: Certificate.fromCertificateArn(stack, 'Certificate', arn(region)),
          hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
            hostedZoneId: 'Z1',
            zoneName: 'example.com',
          }),
        },
        ...props,
      }));
      made.api.route('GET /things', { target: ApiTarget.proxy(made.alias) });
      return made;
    };
  };

  test('is served with TLS 1.2 or later, written in the zone, and the only one left [serverless-api-domain]', () => {
    const made = named('eu-west-1')();
    const template = templateIn(made);
    template.hasResourceProperties('AWS::ApiGateway::DomainName', {
      DomainName: 'api.example.com',
      SecurityPolicy: 'TLS_1_2',
      EndpointConfiguration: { Types: ['REGIONAL'] },
      RegionalCertificateArn: arn('eu-west-1'),
    });
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
    template.resourceCountIs('AWS::Route53::RecordSet', 2);
    expect(made.api.url).toBe('https://api.example.com/');
  });

  test('without one the name API Gateway makes stays', () => {
    synthesise().hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: false });
  });

  test.each([
    [
      'us-east-1',
      ApiEndpoint.regional(),
      'domain.certificate is of us-east-1; this endpoint needs one of eu-west-1, so ask for a certificate there',
    ],
    [
      'eu-west-1',
      ApiEndpoint.edgeOptimised(),
      'domain.certificate is of eu-west-1; this endpoint needs one of us-east-1, so ask for a certificate there',
    ],
  ])('fails when its certificate is of another region: %s [serverless-api-domain]', (region, endpoint, message) => {
    expect(named(region, endpoint)).toThrow(`Stack/Api:\n  ${message}`);
  });

  test('fails when the API is private', () => {
    const stack = testStack();
    const way = InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Way', {
      vpcEndpointId: 'vpce-1',
      port: 443,
    });
    expect(named('eu-west-1', ApiEndpoint.private([way]))).toThrow(
      'domain is api.example.com, but the endpoint is private; leave the domain out, or take a regional endpoint',
    );
  });
});

describe('access logs', () => {
  test('go to a bucket by a stream that API Gateway knows by its name, whose role may write below one folder [serverless-observability]', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: {
        'Fn::Join': ['', Match.arrayWith(['amazon-apigateway-', { 'Fn::Select': [2, Match.anyValue()] }])],
      },
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' },
      ExtendedS3DestinationConfiguration: Match.objectLike({
        Prefix: 'api/',
        ErrorOutputPrefix: 'api/undelivered/',
        CompressionFormat: 'GZIP',
      }),
    });
    const logs = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Logs'), 'Arn'] };
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^ApiAccessLogsRole') }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: ['s3:AbortMultipartUpload', 's3:PutObject'],
            Resource: { 'Fn::Join': ['', [logs, '/api/*']] },
          },
          {
            Effect: 'Allow',
            Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
            Resource: logs,
          },
        ],
      },
    });
  });

  test('the stream is gone before its bucket is emptied', () => {
    const template = synthesise((stack) => ({
      accessLogs: ApiAccessLogs.toBucket(
        new Bucket(stack, 'Emptied', { removalPolicy: 'destroy' as never, autoDeleteObjects: true }),
        'api/',
      ),
    }));
    const [emptying] = Object.keys(template.findResources('Custom::S3AutoDeleteObjects'));
    template.hasResource('AWS::KinesisFirehose::DeliveryStream', { DependsOn: Match.arrayWith([emptying]) });
  });

  test('or to a log group, where callers that err and callers over their limits are counted and set off alarms [serverless-observability, serverless-metrics-alarms]', () => {
    const template = synthesise(() => ({ accessLogs: ApiAccessLogs.toLogGroup() }));
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      AccessLogSetting: {
        DestinationArn: { 'Fn::Join': ['', Match.arrayWith([{ Ref: Match.stringLikeRegexp('^ApiAccessLogs') }])] },
      },
    });
    for (const [FilterPattern, MetricName] of [
      ['{ $.status = "4*" && $.status != "429" }', 'ClientErrors'],
      ['{ $.status = "429" }', 'Throttled'],
    ]) {
      template.hasResourceProperties('AWS::Logs::MetricFilter', {
        FilterPattern,
        MetricTransformations: [Match.objectLike({ MetricName, MetricValue: '1' })],
      });
    }
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Throttled', Threshold: 0 });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([Match.objectLike({ Expression: 'IF(calls > 0, FILL(errors, 0) / calls, 0)' })]),
    });
  });

  test('fails when the folder in the bucket is none', () => {
    expect(() =>
      synthesise((stack) => ({ accessLogs: ApiAccessLogs.toBucket(new Bucket(stack, 'Other'), '/api') })),
    ).toThrow('accessLogs has the prefix "/api"; name a folder that ends in a slash, such as "orders-api/"');
  });
});

describe('alarms', () => {
  test('calls that fail, calls that are refused and calls that are slow set off alarms of the first stage [serverless-metrics-alarms, serverless-api-errors]', () => {
    const template = synthesise(() => ({
      stages: [{ name: 'prod' }, { name: 'dev' }],
      latencyAlarm: Duration.millis(500),
      clientErrorAlarm: 0.5,
    }));
    const stage = Match.arrayWith([
      { Name: 'Stage', Value: { Ref: Match.stringLikeRegexp('^ApiDeploymentStageprod') } },
    ]);
    const alarm = (MetricName: string, more: object) =>
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/ApiGateway',
        MetricName,
        Dimensions: stage,
        ...more,
      });
    alarm('5XXError', { Statistic: 'Average', Threshold: 0.01 });
    alarm('4XXError', { Statistic: 'Average', Threshold: 0.5 });
    alarm('Latency', { ExtendedStatistic: 'p99', Threshold: 500 });
  });

  test('figures of each method apart are kept only when asked for, as they are billed', () => {
    const kept = (metricsPerMethod: boolean) => ({
      MethodSettings: [Match.objectLike({ MetricsEnabled: metricsPerMethod })],
    });
    synthesise().hasResourceProperties('AWS::ApiGateway::Stage', kept(false));
    synthesise(() => ({ metricsPerMethod: true })).hasResourceProperties('AWS::ApiGateway::Stage', kept(true));
  });

  test('fails when too slow is longer than API Gateway waits, or too many is more than all', () => {
    expect(refusal({ latencyAlarm: Duration.seconds(30), clientErrorAlarm: 2 })).toThrow(
      [
        'Stack/Api/Alarms:',
        'latencyAlarm is 30000 ms; give a whole number from 1 to 29000 ms',
        'clientErrorAlarm is 2; give a share above 0 and at most 1',
      ].join('\n  '),
    );
  });
});
