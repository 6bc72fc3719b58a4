import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { Alias, Code, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiEndpoint } from '../../../lib/constructs/serverless/api-endpoint';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { HttpAccess } from '../../../lib/constructs/serverless/http-access';
import { HttpFacade, type HttpApiRoute, type HttpFacadeProps } from '../../../lib/constructs/serverless/http-facade';
import { testApp, testStack } from '../../support/app';

const issuer = 'https://accounts.example.com';
const tokens = () => HttpAccess.jwt({ issuer, audience: ['shop'] });

interface Wanted {
  readonly api?: (stack: Stack) => Partial<HttpFacadeProps>;
  readonly function?: Partial<AppFunctionProps>;
  readonly route?: Partial<HttpApiRoute>;
  readonly name?: string;
}
function make(stack: Stack, wanted: Wanted = {}): { facade: HttpFacade; alias: IAlias } {
  const answer = new AppFunction(stack, 'Answer', {
    description: 'Answers',
    code: Code.fromInline('exports.handler = async () => 1'),
    ...wanted.function,
  });
  const alias = new Alias(stack, 'Live', { aliasName: 'live', version: answer.currentVersion });
  const facade = new HttpFacade(stack, 'Api', {
    description: 'Things',
    access: tokens(),
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...wanted.api?.(stack),
  });
  facade.route(wanted.name ?? 'GET /things/{thingId}', { alias, ...wanted.route });
  return { facade, alias };
}
function synthesise(wanted?: Wanted): Template {
  const stack = testStack();
  make(stack, wanted);
  return Template.fromStack(stack);
}
const refusal = (wanted: Wanted) => () => make(testStack(), wanted);
const type = (name: string) => `AWS::ApiGatewayV2::${name}`;

describe('HttpFacade', () => {
  test('a route asks for a token of the issuer for the audience, and a scope where one is named [serverless-http-api]', () => {
    const template = synthesise({
      api: () => ({ access: HttpAccess.jwt({ issuer, audience: ['shop'], scopes: ['things/read'] }) }),
    });
    template.hasResourceProperties(type('Authorizer'), {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: issuer, Audience: ['shop'] },
    });
    template.hasResourceProperties(type('Route'), {
      RouteKey: 'GET /things/{thingId}',
      AuthorizationType: 'JWT',
      AuthorizationScopes: ['things/read'],
    });
  });

  test('the function gets what a REST API sends, and only this route may call it [serverless-http-api]', () => {
    const template = synthesise();
    template.hasResourceProperties(type('Integration'), {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '1.0',
      TimeoutInMillis: 29_000,
    });
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    const [permission] = Object.values(template.findResources('AWS::Lambda::Permission'));
    expect(JSON.stringify(permission)).toContain('/*/*/things/{thingId}');
  });

  test('the root is a path too', () => {
    const template = synthesise({ name: 'GET /' });
    template.hasResourceProperties(type('Route'), { RouteKey: 'GET /' });
  });

  test('under a name of one’s own it speaks TLS 1.2 or later, and a record of the name has what it stands for', () => {
    const stack = new Stack(testApp(), 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
    const certificateOf = (id: string, region: string) =>
      Certificate.fromCertificateArn(stack, id, `arn:aws:acm:${region}:111122223333:certificate/1a2b`);
    const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z1',
      zoneName: 'example.com',
    });
    const domain = {
      domainName: 'www.example.com',
      certificate: certificateOf('Certificate', 'eu-west-1'),
      hostedZone,
    };
    const { facade } = make(stack, { api: () => ({ domain }) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(type('DomainName'), {
      DomainName: 'www.example.com',
      DomainNameConfigurations: [
        { CertificateArn: domain.certificate.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    template.hasResourceProperties(type('ApiMapping'), { Stage: '$default' });
    template.resourceCountIs('AWS::Route53::RecordSet', 2);
    const { dnsName } = facade.domainTarget!.bind(undefined as never);
    expect(JSON.stringify(stack.resolve(dnsName))).toContain('RegionalDomainName');

    const elsewhere = { domainName: 'www.example.com', certificate: certificateOf('Other', 'us-east-1') };
    expect(() =>
      make(new Stack(stack, 'Second', { env: { region: 'eu-west-1' } }), { api: () => ({ domain: elsewhere }) }),
    ).toThrow(
      'domain.certificate is of us-east-1; this endpoint needs one of eu-west-1, so ask for a certificate there',
    );
  });

  test('calls are limited, and each is recorded as one JSON object with its status and the reason of a refusal [serverless-http-api, serverless-throttling]', () => {
    const template = synthesise();
    template.hasResourceProperties(type('Stage'), {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100, DetailedMetricsEnabled: false },
      AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiAccessLogs'), 'Arn'] } },
    });
    const [stage] = Object.values(template.findResources(type('Stage')));
    const { Format } = (stage.Properties as { AccessLogSettings: { Format: string } }).AccessLogSettings;
    expect(JSON.parse(Format)).toMatchObject({
      requestId: '$context.requestId',
      status: '$context.status',
      subject: '$context.authorizer.claims.sub',
      authorizerError: '$context.authorizer.error',
    });
    template.resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  test('pages of listed origins may call it [serverless-http-api, serverless-cors]', () => {
    synthesise({ api: () => ({ cors: { origins: ['https://shop.example.com'] } }) }).hasResourceProperties(
      type('Api'),
      {
        ProtocolType: 'HTTP',
        CorsConfiguration: {
          AllowOrigins: ['https://shop.example.com'],
          AllowMethods: ['*'],
          AllowHeaders: Match.arrayWith(['Content-Type', 'Authorization']),
          AllowCredentials: false,
          MaxAge: 3600,
        },
      },
    );
  });

  test('alarms tell of shares of the calls, whose errors an HTTP API only counts', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'More than 1 % of the calls of Stack/Api are answered with 5xx.',
      Threshold: 0.01,
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'IF(calls > 0, FILL(errors, 0) / calls, 0)' }),
        Match.objectLike({
          MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: '5xx' }), Stat: 'Sum' }),
        }),
      ]),
    });
    for (const what of ['Many calls of Stack/Api', 'One in a hundred calls of Stack/Api', 'Callers of Stack/Api'])
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmDescription: Match.stringLikeRegexp(what) });
  });

  test('a route may be signed with credentials of AWS, or open to anybody for a reason', () => {
    synthesise({ route: { access: HttpAccess.iam() } }).hasResourceProperties(type('Route'), {
      AuthorizationType: 'AWS_IAM',
    });
    const open = HttpAccess.open({ reason: 'The state of the service is public and changes nothing.' });
    synthesise({ route: { access: open } }).hasResourceProperties(type('Route'), { AuthorizationType: 'NONE' });
  });

  const vpcEndpoint = (stack: Stack) =>
    InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Way', { vpcEndpointId: 'vpce-1', port: 443 });
  const firewall = (stack: Stack) =>
    new CfnWebACL(stack, 'Firewall', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'all', sampledRequestsEnabled: true },
    });
  test.each<[string, Wanted, string]>([
    [
      'a web ACL is given [serverless-http-api]',
      { api: (stack) => ({ firewall: firewall(stack) }) },
      'firewall is given, but a web ACL attaches to a REST stage, not to an HTTP API; take a RestFacade, or leave it out',
    ],
    [
      'answers are to be kept [serverless-http-api]',
      { api: () => ({ cache: {} }) },
      'cache is given, but only REST APIs keep answers; take a RestFacade, or leave it out',
    ],
    [
      'a share of the calls is to try a deployment [serverless-http-api]',
      { api: () => ({ canary: {} }) },
      'canary is given, but only stages of REST APIs send a share of calls to another deployment; take a RestFacade, or leave it out',
    ],
    [
      'clients have keys [serverless-http-api]',
      { api: () => ({ usagePlan: {} }) },
      'usagePlan is given, but usage plans and API keys exist for REST APIs only; take a RestFacade, or leave it out',
    ],
    [
      'it is private [serverless-http-api]',
      { api: (stack) => ({ endpoint: ApiEndpoint.private([vpcEndpoint(stack)]) }) },
      'endpoint is private, but only REST APIs can be private to a network; take a RestFacade, or leave it out',
    ],
    [
      'it is edge-optimised [serverless-http-api]',
      { api: () => ({ endpoint: ApiEndpoint.edgeOptimised() }) },
      'endpoint is edge-optimised, but an HTTP API is regional; take a RestFacade, or put a distribution in front',
    ],
    [
      'bodies are to be checked [serverless-http-api]',
      { name: 'POST /things', route: { body: { type: JsonSchemaType.OBJECT } } },
      'POST /things has a body model, but only REST APIs check bodies against a model; take a RestFacade, or leave it out',
    ],
    [
      'tokens are for nobody [serverless-http-api]',
      { api: () => ({ access: HttpAccess.jwt({ issuer, audience: [] }) }) },
      'access has no audience, so that tokens the issuer made for others would do; name whom they must be for',
    ],
    [
      'an audience is empty [serverless-http-api]',
      { api: () => ({ access: HttpAccess.jwt({ issuer, audience: [''] }) }) },
      'access has an empty audience; name whom tokens must be for',
    ],
    [
      'the issuer is reached in the clear [serverless-http-api]',
      { api: () => ({ access: HttpAccess.jwt({ issuer: 'http://accounts.example.com', audience: ['shop'] }) }) },
      'access has the issuer http://accounts.example.com; give its HTTPS address, such as https://accounts.example.com',
    ],
    [
      'anybody may call for no reason',
      { route: { access: HttpAccess.open({ reason: 'demo' }) } },
      'access is open because of "demo"; say in a sentence why anybody may call, or take another access',
    ],
    [
      'API Gateway is to wait longer than it can [serverless-api-timeout]',
      { route: { timeout: Duration.seconds(30) } },
      'GET /things/{thingId}: timeout is 30 seconds; give 50 millis to 29 seconds',
    ],
    [
      'the function may run for longer than API Gateway waits [serverless-api-timeout]',
      { function: { timeout: Duration.seconds(40) } },
      "GET /things/{thingId}: timeout is 29 seconds, but the function may run for 40 seconds; shorten the function's timeout, or its callers get 503 for work that is done",
    ],
    [
      'a route has no such method',
      { name: 'ANY /things' },
      'ANY /things has the method ANY; give one of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
    ],
    [
      'a route has no path',
      { name: 'GET things' },
      'GET things has no path; write method and path as in GET /orders/{orderId}',
    ],
    [
      'a throttle lets nothing through [serverless-throttling]',
      { api: () => ({ throttle: { rateLimit: 0, burstLimit: 5 } }) },
      'throttle.rateLimit is 0; give calls a second above 0',
    ],
    [
      'cookies go with pages of any origin [serverless-cors]',
      { api: () => ({ cors: { origins: ['*'], allowCredentials: true } }) },
      'cors.origins is * and allowCredentials is true, which browsers refuse; name the origins, or leave credentials out',
    ],
  ])('fails when %s', (_, wanted, message) => {
    expect(refusal(wanted)).toThrow(`Stack/Api:\n  ${message}`);
  });

  test('fails when a route is there already, or leads to a function without an alias', () => {
    const { facade, alias } = make(testStack());
    expect(() => facade.route('GET /things/{thingId}', { alias })).toThrow(
      'Stack/Api:\n  GET /things/{thingId} is there already; give each method of a path one function',
    );
    expect(() => facade.route('GET /others', { alias: alias.version.lambda as unknown as IAlias })).toThrow(
      'GET /others: alias is Stack/Answer/Function, a function without an alias, whose newest code would answer at once; give the alias of a SafeRelease',
    );
  });
});
