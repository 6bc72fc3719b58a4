import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Alias, Code, type CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiAccess } from '../../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../../lib/constructs/serverless/api-access-logs';
import { ApiLogsRole } from '../../../lib/constructs/serverless/api-logs-role';
import type { ApiRoute } from '../../../lib/constructs/serverless/api-route';
import type { ApiStage } from '../../../lib/constructs/serverless/api-stage';
import { ApiTarget } from '../../../lib/constructs/serverless/api-target';
import { ApiValue } from '../../../lib/constructs/serverless/api-value';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { RestFacade } from '../../../lib/constructs/serverless/rest-facade';
import { templateOf, testApp, testStack } from '../../support/app';

type Access = (stack: Stack) => ApiAccess;
const open: Access = () => ApiAccess.open({ reason: 'Anybody may ask, and is told nothing that is not public.' });
const pool: Access = (stack) => ApiAccess.userPool(UserPool.fromUserPoolId(stack, 'People', 'eu-west-1_Abc'));
const mock = ApiTarget.mock({ body: {} });

const apiIn = (stack: Stack, stages: readonly ApiStage[], access = open): RestFacade =>
  new RestFacade(stack, 'Api', {
    description: 'Things',
    access: access(stack),
    accessLogs: ApiAccessLogs.toBucket(new Bucket(stack, 'Logs'), 'api/'),
    alarms: new AlarmTopic(stack, 'Alarms'),
    stages,
  });
const made = (stages: readonly ApiStage[], route: Partial<ApiRoute> = {}, access = open): Template => {
  const stack = testStack();
  apiIn(stack, stages, access).route('GET /things/{thingId}', { target: mock, ...route });
  return Template.fromStack(stack);
};
const refusal =
  (...args: Parameters<typeof made>) =>
  () =>
    made(...args);

describe('a canary', () => {
  const pinned = { name: 'live', pinnedDeployment: 'a1b2c3' };

  test('sends a share of the calls to the new deployment while the others stay with the old one [serverless-api-canary]', () => {
    made([{ ...pinned, canary: { percent: 10 } }, { name: 'dev' }]).hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'live',
      DeploymentId: 'a1b2c3',
      CanarySetting: {
        DeploymentId: { Ref: Match.stringLikeRegexp('^ApiDeployment') },
        PercentTraffic: 10,
        UseStageCache: false,
      },
    });
    made([pinned]).hasResourceProperties('AWS::ApiGateway::Stage', { CanarySetting: Match.absent() });
  });

  test('or gives a share of the calls other variables [serverless-api-canary]', () => {
    made([
      { name: 'live', variables: { host: 'old' }, canary: { percent: 0.5, variables: { host: 'new' } } },
    ]).hasResourceProperties('AWS::ApiGateway::Stage', {
      Variables: { host: 'old' },
      CanarySetting: { PercentTraffic: 0.5, StageVariableOverrides: { host: 'new' } },
    });
  });

  test.each<[Partial<ApiStage>, string]>([
    [{ canary: { percent: 150 } }, 'stages.live.canary.percent is 150; give a share above 0 and at most 100'],
    [{ canary: { percent: 0 } }, 'stages.live.canary.percent is 0; give a share above 0 and at most 100'],
    [
      { pinnedDeployment: undefined, canary: { percent: 10 } },
      'stages.live.canary would try what every other call gets too; give pinnedDeployment, with which those stay, or variables that differ',
    ],
    [
      { canary: { percent: 10, variables: { alias: 'next' } } },
      "stages.live.canary.variables has alias, by which it would call an alias that has not let it in; give the function's own release a canary instead",
    ],
    [
      { variables: { alias: 'x' } },
      'stages.live.variables has alias, which ApiTarget.proxyByStage writes; take another name',
    ],
    [{ variables: { 'a-b': 'x' } }, 'stages.live.variables has the name "a-b"; use letters, digits and underscores'],
    [{ variables: { a: 'x y' } }, 'stages.live.variables.a is "x y"; use letters, digits and ._~:/?#&=,-'],
  ])('fails with %j [serverless-api-canary]', (stage, message) => {
    expect(refusal([{ ...pinned, ...stage }])).toThrow(`Stack/Api:\n  ${message}`);
  });

  test('fails beside an alias that moves calls itself, as nobody would know what was tried [serverless-api-canary]', () => {
    const stack = testStack();
    const answer = new AppFunction(stack, 'Answer', {
      description: 'Answers',
      code: Code.fromInline('exports.handler = async () => 1'),
    });
    const alias = new Alias(stack, 'Live', { aliasName: 'live', version: answer.currentVersion });
    const api = apiIn(stack, [{ ...pinned, canary: { percent: 10 } }]);
    const route = () => api.route('GET /things', { target: ApiTarget.proxy(alias) });
    (alias.node.defaultChild as CfnAlias).routingConfig = {
      additionalVersionWeights: [{ functionVersion: '2', functionWeight: 0.1 }],
    };
    expect(route).toThrow(
      'GET /things: target is an alias that moves calls between versions, and a stage has a canary; let one of the two move them, or nobody knows what was tried',
    );
    (alias.node.defaultChild as CfnAlias).routingConfig = undefined;
    expect(route).not.toThrow();
  });
});

describe('a cache', () => {
  const cached = [{ name: 'live', cache: { size: 0.5 } }, { name: 'dev' }];
  const stageOf = (template: Template, StageName: string): Record<string, any> =>
    Object.values(template.findResources('AWS::ApiGateway::Stage', { Properties: { StageName } }))[0].Properties;

  test('keeps, encrypted and for five minutes, answers of the routes that say what they depend on, and no others [serverless-api-cache]', () => {
    const stack = testStack();
    const api = apiIn(stack, cached);
    api.route('GET /rates/{country}', { target: mock, cachedBy: [ApiValue.path('country'), ApiValue.query('in')] });
    api.route('GET /orders', { target: mock });
    const template = Template.fromStack(stack);
    expect(stageOf(template, 'live')).toMatchObject({
      CacheClusterEnabled: true,
      CacheClusterSize: '0.5',
      MethodSettings: [
        { HttpMethod: '*', ResourcePath: '/*', CachingEnabled: false, ThrottlingRateLimit: 50 },
        {
          HttpMethod: 'GET',
          ResourcePath: '/~1rates~1{country}',
          CachingEnabled: true,
          CacheDataEncrypted: true,
          CacheTtlInSeconds: 300,
          ThrottlingRateLimit: 50,
          ThrottlingBurstLimit: 100,
        },
      ],
    });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      RequestParameters: { 'method.request.path.country': true, 'method.request.querystring.in': false },
      Integration: { CacheKeyParameters: ['method.request.path.country', 'method.request.querystring.in'] },
    });
  });

  test('is there only at stages that are given one, as it bills by the hour [serverless-api-cache]', () => {
    const dev = stageOf(made(cached), 'dev');
    expect(dev).not.toHaveProperty('CacheClusterEnabled');
    expect(dev.MethodSettings).toHaveLength(1);
    expect(dev.MethodSettings[0]).not.toHaveProperty('CachingEnabled');
  });

  test('one answer for all is kept by nothing [serverless-api-cache]', () => {
    const template = made(cached, { cachedBy: [] });
    template.hasResourceProperties('AWS::ApiGateway::Method', { Integration: { CacheKeyParameters: Match.absent() } });
    expect(stageOf(template, 'live').MethodSettings).toHaveLength(2);
  });

  test.each<[ApiStage['cache'], string]>([
    [{ size: 0.7 }, 'stages.live.cache.size is 0.7 GB; give one of 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237'],
    [{ size: 0.5, ttl: Duration.seconds(3601) }, 'stages.live.cache.ttl is 1 hour 1 second; give 0 seconds to 1 hour'],
  ])('fails with %j [serverless-api-cache]', (cache, message) => {
    expect(refusal([{ name: 'live', cache }])).toThrow(message);
  });

  test('fails when one caller would get the answer of another [serverless-api-cache]', () => {
    const cachedBy = [ApiValue.path('thingId')];
    expect(refusal(cached, { cachedBy }, pool)).toThrow(
      "GET /things/{thingId}: cachedBy has no ApiValue.header('Authorization'), so that one caller would get the answer of another; add it, or take an access that knows no callers",
    );
    expect(refusal(cached, { cachedBy: [...cachedBy, ApiValue.header('Authorization')] }, pool)).not.toThrow();
    expect(refusal(cached, { cachedBy }, () => ApiAccess.iam())).toThrow(
      'cachedBy would keep nothing, as every signed request has another signature; leave it out, or take another access',
    );
  });

  test('fails when answers depend on what no key holds, or are no answers to keep [serverless-api-cache]', () => {
    const api = apiIn(testStack(), cached);
    expect(() => api.route('DELETE /things', { target: mock, cachedBy: [ApiValue.body('a b')] })).toThrow(
      [
        'Stack/Api:',
        'DELETE /things: cachedBy goes with GET only; leave it out',
        'DELETE /things: "a b" is no name of a parameter; use letters, digits, hyphens and underscores',
        'DELETE /things: cachedBy has a part of the body or the context; give parameters of the path, query and headers',
      ].join('\n  '),
    );
  });
});

describe('ApiLogsRole', () => {
  test('sets the role of the account, and both stay when the stack goes [serverless-api-logs-role]', () => {
    const template = templateOf((stack) => new ApiLogsRole(stack, 'Logs'));
    const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    template.hasResource('AWS::ApiGateway::Account', {
      ...kept,
      Properties: { CloudWatchRoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LogsRole'), 'Arn'] } },
    });
    template.hasResource('AWS::IAM::Role', {
      ...kept,
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [Match.objectLike({ Principal: { Service: 'apigateway.amazonaws.com' } })],
        },
        ManagedPolicyArns: [
          { 'Fn::Join': ['', Match.arrayWith([':iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'])] },
        ],
      },
    });
  });

  test('an API sets none by itself [serverless-api-logs-role]', () => {
    made([{ name: 'live' }]).resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  test('fails when the app has two for one account and region [serverless-api-logs-role]', () => {
    const app = testApp();
    const inRegion = (id: string, region: string) => new Stack(app, id, { env: { account: '111122223333', region } });
    new ApiLogsRole(inRegion('One', 'eu-west-1'), 'Logs');
    new ApiLogsRole(inRegion('Two', 'eu-north-1'), 'Logs');
    expect(() => new ApiLogsRole(inRegion('Three', 'eu-west-1'), 'Logs')).toThrow(
      'Three/Logs:\n  is a second one beside One/Logs, and an account has one in a region: whichever is deployed last wins; keep one',
    );
  });
});
