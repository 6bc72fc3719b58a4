import { resolve } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { fromJSONSchema } from 'zod';
import { actions } from '../../lambda/full-stack-web-app/routes';
import { writtenTask } from '../../lambda/full-stack-web-app/task';
import { taskModel } from '../../lib/architectures/full-stack-web-app/models';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { pageModules, type Browser } from '../support/page-modules';

const name = 'full-stack-web-app';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const overHttp = architecture(name, { variant: ['http-api'] });
const guarded = architecture(name, { variant: ['api-firewall'] });
const resources = (template: Template, type: string): [string, any][] => Object.entries(template.findResources(type));
const propertiesOf = (template: Template, type: string, id = /./): any[] =>
  resources(template, type)
    .filter(([key]) => id.test(key))
    .map(([, { Properties }]) => Properties);

describe('every layer', () => {
  test('the firewall stands before the API in production: too many from one address, and known attacks, are turned away [serverless-defence-in-depth]', () => {
    for (const template of [production, guarded]) {
      const [{ ResourceArn, WebACLArn }] = propertiesOf(template, 'AWS::WAFv2::WebACLAssociation');
      expect(JSON.stringify(ResourceArn)).toContain('DeploymentStage');
      expect(JSON.stringify(WebACLArn)).toContain('FirewallAcl');
      const [{ Rules, DefaultAction }] = propertiesOf(template, 'AWS::WAFv2::WebACL');
      expect(DefaultAction).toEqual({ Allow: {} });
      expect(Rules.map(({ Name, Action, OverrideAction }: any) => [Name, Action ?? OverrideAction])).toEqual([
        ['TooMany', { Block: {} }],
        ['AWSManagedRulesAmazonIpReputationList', { None: {} }],
        ['AWSManagedRulesCommonRuleSet', { None: {} }],
        ['AWSManagedRulesKnownBadInputsRuleSet', { None: {} }],
      ]);
      expect(Rules[0].Statement.RateBasedStatement).toEqual({
        AggregateKeyType: 'IP',
        EvaluationWindowSec: 300,
        Limit: 1000,
      });
    }
    sandbox.resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  test.each([
    ['REST', sandbox],
    ['REST in production', production],
  ])(
    'every method of the %s API asks for a token of the pool, but for preflights [serverless-defence-in-depth]',
    (_, template) => {
      const methods = propertiesOf(template, 'AWS::ApiGateway::Method').map(({ HttpMethod, AuthorizationType }) => [
        HttpMethod,
        AuthorizationType,
      ]);
      expect(methods.filter(([method]) => method !== 'OPTIONS')).toEqual(
        Array.from({ length: 5 }, () => [expect.any(String), 'COGNITO_USER_POOLS']),
      );
      expect(methods.filter(([method]) => method === 'OPTIONS').every(([, type]) => type === 'NONE')).toBe(true);
    },
  );

  test('bodies are checked at the door and again by the function, which agree on what is good [serverless-defence-in-depth, serverless-untrusted-input]', () => {
    expect(propertiesOf(sandbox, 'AWS::ApiGateway::Method').filter(({ RequestModels }) => RequestModels)).toHaveLength(
      1,
    );
    const model = fromJSONSchema(taskModel as never);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({ text: fc.string({ maxLength: 501 }), done: fc.boolean(), version: fc.integer() }),
        ),
        (body) => expect(model.safeParse(body).success).toBe(writtenTask.safeParse(body).success),
      ),
    );
  });

  test('everything is encrypted: tables, buckets, the queue, the topic, and all that goes over a line [serverless-defence-in-depth]', () => {
    for (const { Replicas, SSESpecification } of propertiesOf(production, 'AWS::DynamoDB::GlobalTable'))
      expect([Replicas.length, SSESpecification]).toEqual([1, { SSEEnabled: false }]);
    for (const { BucketEncryption } of propertiesOf(production, 'AWS::S3::Bucket'))
      expect(BucketEncryption).toBeDefined();
    for (const { SqsManagedSseEnabled } of propertiesOf(production, 'AWS::SQS::Queue'))
      expect(SqsManagedSseEnabled).toBe(true);
    const [{ DistributionConfig }] = propertiesOf(production, 'AWS::CloudFront::Distribution');
    expect(DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
  });

  test('a second factor is asked of everybody in production, and nobody signs in past the pages', () => {
    production.hasResourceProperties('AWS::Cognito::UserPool', { MfaConfiguration: 'ON' });
    const flows = (template: Template) => propertiesOf(template, 'AWS::Cognito::UserPoolClient')[0].ExplicitAuthFlows;
    expect(flows(production)).not.toContain('ALLOW_ADMIN_USER_PASSWORD_AUTH');
    expect(flows(sandbox)).toContain('ALLOW_ADMIN_USER_PASSWORD_AUTH');
  });
});

describe('the parts together', () => {
  test('a page in a bucket nobody reads directly, an API, functions, and a table billed by use whose changes are told [serverless-web-application]', () => {
    const [{ BillingMode, StreamSpecification }] = propertiesOf(sandbox, 'AWS::DynamoDB::GlobalTable', /^StoreTasks/);
    expect([BillingMode, StreamSpecification]).toEqual(['PAY_PER_REQUEST', { StreamViewType: 'NEW_AND_OLD_IMAGES' }]);
    const [{ PublicAccessBlockConfiguration }] = propertiesOf(sandbox, 'AWS::S3::Bucket', /^SiteFiles/);
    expect(Object.values(PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    const mappings = propertiesOf(sandbox, 'AWS::Lambda::EventSourceMapping');
    expect(mappings.map(({ FunctionName }) => FunctionName.Ref.replace(/Function[0-9A-F]{8}$/, ''))).toEqual([
      'FunctionsPublisher',
      'FunctionsCounter',
    ]);
    for (const { EventSourceArn, DestinationConfig } of mappings) {
      expect(EventSourceArn['Fn::GetAtt'][1]).toBe('StreamArn');
      expect(DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0]).toMatch(/^FunctionsFailuresQueue/);
    }
  });

  test('the channel answers what the API does, by the names the functions know [serverless-websocket-api]', () => {
    const keys = propertiesOf(sandbox, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey as string);
    expect(keys.sort()).toEqual(['$connect', '$default', '$disconnect', 'ping', ...Object.keys(actions)].sort());
  });

  test('the page may speak to the APIs of its region, to this channel and to the sign-in pages, and to nobody else', () => {
    const [{ ResponseHeadersPolicyConfig }] = propertiesOf(sandbox, 'AWS::CloudFront::ResponseHeadersPolicy');
    const policy = JSON.stringify(ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy);
    const [, speaks] = /connect-src 'self' ([^;]*);/.exec(policy)!;
    expect(speaks).toMatch(/https:\/\/\*\.execute-api\./);
    expect(speaks).toMatch(/ChannelApi/);
    expect(policy).toContain("script-src 'self'; img-src");
  });

  test('pages of the site alone may call the API, of either kind [serverless-cors]', () => {
    const site = { 'Fn::GetAtt': [expect.stringMatching(/^SiteEdgeDistribution/), 'DomainName'] };
    const [{ CorsConfiguration }] = propertiesOf(overHttp, 'AWS::ApiGatewayV2::Api', /^Api/);
    expect(CorsConfiguration.AllowOrigins).toEqual([{ 'Fn::Join': ['', ['https://', site]] }]);
    const preflights = propertiesOf(sandbox, 'AWS::ApiGateway::Method', /OPTIONS/);
    for (const { Integration } of preflights)
      expect(JSON.stringify(Integration.IntegrationResponses)).toMatch(/'https:\/\/.*SiteEdgeDistribution.*DomainName/);
  });

  test('as an HTTP API it has the same routes and functions, behind tokens for the same page [serverless-http-api]', () => {
    const routes = propertiesOf(overHttp, 'AWS::ApiGatewayV2::Route', /^Api/);
    const rest = propertiesOf(sandbox, 'AWS::ApiGateway::Method').filter(({ HttpMethod }) => HttpMethod !== 'OPTIONS');
    expect(routes).toHaveLength(rest.length);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      'DELETE /tasks/{taskId}',
      'GET /counts',
      'GET /tasks',
      'POST /tickets',
      'PUT /tasks/{taskId}',
    ]);
    expect(new Set(routes.map(({ AuthorizationType }) => AuthorizationType))).toEqual(new Set(['JWT']));
    overHttp.resourceCountIs('AWS::ApiGateway::RestApi', 0);
    const names = (template: Template) => resources(template, 'AWS::Lambda::Function').map(([id]) => id);
    expect(names(overHttp)).toEqual(names(sandbox));
  });

  test('nothing is lost in silence: changes that cannot be told or counted raise an alarm, and so does a function that is behind', () => {
    const alarms = propertiesOf(sandbox, 'AWS::CloudWatch::Alarm').map(
      ({ AlarmDescription }) => AlarmDescription as string,
    );
    expect(alarms).toEqual(
      expect.arrayContaining([
        expect.stringContaining('An event failed for good and lies in full-stack-web-app/Functions/Failures'),
        expect.stringContaining('Functions/Publisher is more than 5 minutes behind its stream'),
        expect.stringContaining('Functions/Counter is more than 5 minutes behind its stream'),
        expect.stringContaining('Messages over full-stack-web-app/Channel fail'),
      ]),
    );
  });
});

describe('the page', () => {
  const site = resolve('lib', 'architectures', name, 'site');
  const shared = { '/assets/pkce.js': resolve('lib', 'page', 'pkce.js') };
  /** A module of the page, as the browser would load it. */
  const load = (file: string, browser: Browser = {}): any => pageModules(site, browser, shared)(`/assets/${file}`);
  const task = (version: number, more: object = {}) => ({
    taskId: 'task-0001',
    text: `v${version}`,
    done: false,
    version,
    updatedAt: `2026-11-28T10:00:0${version}.000Z`,
    ...more,
  });

  test('news that comes twice, late or in another order changes nothing', () => {
    const { Board } = load('board.js');
    fc.assert(
      fc.property(
        fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 4 })),
        (order, again) => {
          const board = new Board();
          for (const version of [...order, ...again]) board.take({ action: 'written', task: task(version) });
          expect(board.tasks.map(({ version }: { version: number }) => version)).toEqual([4]);
        },
      ),
    );
  });

  test('a task that was removed does not come back by an older telling, and does when it is made anew', () => {
    const { Board } = load('board.js');
    const board = new Board();
    board.take({ action: 'written', task: task(2) });
    board.take({ action: 'removed', taskId: 'task-0001', version: 2 });
    board.take({ action: 'written', task: task(1) });
    expect(board.tasks).toEqual([]);
    board.take({ action: 'written', task: task(1, { updatedAt: '2026-11-28T11:00:00.000Z' }) });
    expect(board.tasks).toHaveLength(1);
    board.take({ action: 'removed', taskId: 'task-0001', version: 0 });
    expect(board.tasks).toHaveLength(1);
  });

  test('a connection that ends comes back with a new ticket, later each time, and stays by pings', async () => {
    jest.useFakeTimers();
    try {
      const sockets: any[] = [];
      const open: boolean[] = [];
      let tickets = 0;
      const { Live } = load('live.js', { setTimeout, setInterval, clearInterval });
      const live = new Live(
        async () => `wss://x/live?ticket=${(tickets += 1)}`,
        { opened: (isOpen: boolean) => open.push(isOpen), heard: () => undefined },
        (address: string) => {
          const socket = { address, send: jest.fn() };
          sockets.push(socket);
          return socket;
        },
      );
      await live.connect();
      sockets[0].onopen();
      await jest.advanceTimersByTimeAsync(600_000);
      expect(sockets[0].send.mock.calls).toEqual([['{"action":"ping"}'], ['{"action":"ping"}']]);
      sockets[0].onclose();
      await jest.advanceTimersByTimeAsync(1000);
      sockets[1].onclose();
      await jest.advanceTimersByTimeAsync(1999);
      expect(sockets).toHaveLength(2);
      await jest.advanceTimersByTimeAsync(1);
      expect(sockets.map(({ address }) => address)).toEqual([1, 2, 3].map((n) => `wss://x/live?ticket=${n}`));
      expect(open).toEqual([true, false, false]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('signing in asks with a proof of its own, and takes the code only as the answer to that', async () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    };
    const fetched: any[] = [];
    const fetch = async (address: URL, { body }: { body: URLSearchParams }) => {
      fetched.push([String(address), Object.fromEntries(body)]);
      return { ok: true, json: async () => ({ id_token: 'the-token', expires_in: 3600 }) };
    };
    const { Session } = load('session.js', { fetch, crypto, btoa, sessionStorage: store });
    const session = new Session({ pages: 'https://login.example', client: 'c1' }, store);
    const asked = new URL(await session.signInAddress('https://site.example/'));
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      client_id: 'c1',
      response_type: 'code',
      redirect_uri: 'https://site.example/',
      code_challenge_method: 'S256',
    });
    const back = (state: string) => new URLSearchParams({ code: 'abc', state });
    const [state, before] = [asked.searchParams.get('state')!, new Map(kept)];
    expect(await session.comeBack('https://site.example/', back('another'))).toBe(false);
    expect([fetched, session.token]).toEqual([[], undefined]);
    for (const [key, value] of before) kept.set(key, value);
    expect(await session.comeBack('https://site.example/', back(state))).toBe(true);
    expect(session.token).toBe('the-token');
    expect(fetched[0][1]).toMatchObject({ grant_type: 'authorization_code', code: 'abc' });
    expect(await session.comeBack('https://site.example/', back(state))).toBe(false);
  });
});

test('in production one page shows the state of every alarm; a sandbox pays for none', () => {
  expect(Object.keys(architecture(name).findResources('AWS::CloudWatch::Dashboard'))).toEqual([]);
  const production = architecture(name, { profile: 'production' });
  const [{ Properties }] = Object.values(production.findResources('AWS::CloudWatch::Dashboard'));
  for (const alarm of Object.keys(production.findResources('AWS::CloudWatch::Alarm')))
    expect(JSON.stringify(Properties.DashboardBody)).toContain(`["${alarm}","Arn"]`);
});

describe('snapshots', () => {
  matchesItsSnapshots(name);
});
