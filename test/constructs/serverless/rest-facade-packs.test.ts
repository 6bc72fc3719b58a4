import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { context as featureFlags } from '../../../cdk.json';
import { registerGates, reportOf } from '../../../lib/compliance';
import { DocumentTable } from '../../../lib/constructs/data/document-table';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiAccess } from '../../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../../lib/constructs/serverless/api-access-logs';
import { ApiLogsRole } from '../../../lib/constructs/serverless/api-logs-role';
import { ApiTarget } from '../../../lib/constructs/serverless/api-target';
import { ApiValue } from '../../../lib/constructs/serverless/api-value';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { ReleaseStrategy } from '../../../lib/constructs/serverless/release-strategy';
import { RestFacade, type RestFacadeProps } from '../../../lib/constructs/serverless/rest-facade';
import { SafeRelease } from '../../../lib/constructs/serverless/safe-release';
import { SpecFacade } from '../../../lib/constructs/serverless/spec-facade';
import { TokenAuthoriser } from '../../../lib/constructs/serverless/token-authoriser';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import cats from './list-cats.openapi.json';

interface Variant {
  readonly access: (stack: Stack, alarms: AlarmTopic) => ApiAccess;
  readonly strategy?: ReleaseStrategy;
  readonly more?: (stack: Stack) => Partial<RestFacadeProps>;
}

const key = { kid: 'k1', alg: 'RS256', kty: 'RSA', n: 'AQAB', e: 'AQAB' } as const;
const wallOf = (stack: Stack): CfnWebACL =>
  new CfnWebACL(stack, 'Wall', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'wall', sampledRequestsEnabled: true },
  });

const variants: Readonly<Record<string, Variant>> = {
  'keys, and fixed weights': {
    access: () => ApiAccess.apiKey({ throttle: { rateLimit: 1, burstLimit: 1 } }),
    strategy: ReleaseStrategy.fixedWeight({ version: '2', weight: 0.5 }),
  },
  'signed requests, a firewall, logs in a group, and a shift of its own': {
    access: () => ApiAccess.iam(),
    strategy: ReleaseStrategy.linear({ percentage: 20, interval: Duration.minutes(7) }),
    more: (stack) => ({ firewall: wallOf(stack), accessLogs: ApiAccessLogs.toLogGroup() }),
  },
  'a user pool': { access: (stack) => ApiAccess.userPool(UserPool.fromUserPoolId(stack, 'People', 'eu-west-1_Abc')) },
  'a function that decides': {
    access: (stack, alarms) =>
      ApiAccess.lambdaAuthoriser(
        new TokenAuthoriser(stack, 'Tokens', { issuer: 'i', audience: 'a', keys: [key], alarms }).authoriser.function,
      ),
  },
  'nobody at the door': {
    access: () => ApiAccess.open({ reason: 'Anybody may ask whether the service is up, and is told nothing else.' }),
  },
};

test.each(Object.entries(variants))(
  'an API with %s passes the rule packs, and every acknowledgement it makes has its finding',
  (_, { access, strategy, more }) => {
    const app = new App({
      outdir: mkdtempSync(join(tmpdir(), 'groundplan-')),
      context: { ...featureFlags, 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:failSynthOnValidationErrors': false },
    });
    registerGates(app);
    const stack = new Stack(app, 'Stack');
    const alarms = new AlarmTopic(stack, 'Alarms');
    const answer = new AppFunction(stack, 'Answer', {
      description: 'Answers',
      code: Code.fromInline('exports.handler = async () => 1'),
      logRetention: RetentionDays.ONE_WEEK,
    });
    const { alias } = new SafeRelease(stack, 'Release', { function: answer, alarms, ...(strategy && { strategy }) });
    const api = new RestFacade(stack, 'Api', {
      description: 'Things',
      access: access(stack, alarms),
      accessLogs: ApiAccessLogs.toBucket(new LogBucket(stack, 'Logs').bucket, 'api/'),
      alarms,
      stages: [{ name: 'prod' }, { name: 'dev' }],
      cors: { origins: ['https://shop.example.com', 'https://admin.example.com'] },
      ...more?.(stack),
    });
    api.route('GET /things', { target: ApiTarget.proxy(alias) });
    api.route('POST /things', {
      target: ApiTarget.mapped(alias, { request: '{}', answer: { status: 200, template: '' }, errors: {} }),
      body: false,
    });
    const queue = new WorkQueue(stack, 'Work', { alarms, consumerTimeout: answer.timeout });
    api.route('POST /work', { target: ApiTarget.sendMessage(queue.queue), body: false });
    const { table } = new DocumentTable(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    api.route('GET /things/{id}', {
      target: ApiTarget.getItem(table, { key: { id: ['S', ApiValue.path('id')] }, attributes: {}, missing: 'None.' }),
    });
    new ApiLogsRole(stack, 'LogsRole');
    new SpecFacade(stack, 'Spec', {
      definition: cats,
      keys: { throttle: { rateLimit: 1, burstLimit: 1 } },
      accessLogs: ApiAccessLogs.toLogGroup(),
      alarms,
    });
    app.synth();

    const { findings, faults, acknowledgements } = reportOf(app, app.outdir);
    expect(
      findings.filter(({ acknowledged }) => acknowledged === undefined).map(({ rule, path }) => `${rule} ${path}`),
    ).toEqual([]);
    expect(faults).toEqual([]);
    expect(acknowledgements.length).toBeGreaterThan(0);
  },
);
