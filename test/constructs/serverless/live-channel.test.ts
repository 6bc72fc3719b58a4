import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alias, Code, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { ChannelAccess } from '../../../lib/constructs/serverless/channel-access';
import { LiveChannel, type LiveChannelProps } from '../../../lib/constructs/serverless/live-channel';
import { templateOf, testStack } from '../../support/app';

const code = Code.fromInline('exports.handler = async () => 1');
const make = (stack: Stack, props: Partial<LiveChannelProps> = {}): LiveChannel =>
  new LiveChannel(stack, 'Channel', {
    description: 'Things as they change',
    access: ChannelAccess.tickets(),
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...props,
  });
function answer(stack: Stack, props: Partial<AppFunctionProps> = {}): { worker: AppFunction; alias: IAlias } {
  const worker = new AppFunction(stack, 'Answer', { description: 'Answers', code, ...props });
  return { worker, alias: new Alias(stack, 'Live', { aliasName: 'live', version: worker.currentVersion }) };
}
const synthesise = (props?: Partial<LiveChannelProps>): Template => templateOf((stack) => make(stack, props));
const type = (name: string) => `AWS::ApiGatewayV2::${name}`;
const routesOf = (template: Template): Record<string, any> =>
  Object.fromEntries(
    Object.values(template.findResources(type('Route'))).map(({ Properties }) => [Properties.RouteKey, Properties]),
  );
const statementsOf = (template: Template, owner: RegExp): any[] =>
  Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => owner.test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

describe('LiveChannel', () => {
  test('it has routes to connect, to disconnect, for what it knows and for the rest; only the first can ask who is there [serverless-websocket-api]', () => {
    const stack = testStack();
    make(stack).action('list', answer(stack).alias);
    const template = Template.fromStack(stack);
    template.hasResourceProperties(type('Api'), {
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
    const routes = routesOf(template);
    expect(Object.keys(routes).sort()).toEqual(['$connect', '$default', '$disconnect', 'list', 'ping']);
    expect(Object.entries(routes).filter(([, { AuthorizerId }]) => AuthorizerId !== undefined)).toEqual([
      ['$connect', expect.objectContaining({ AuthorizationType: 'CUSTOM' })],
    ]);
    template.hasResourceProperties(type('Authorizer'), {
      AuthorizerType: 'REQUEST',
      IdentitySource: ['route.request.querystring.ticket'],
    });
    template.hasResourceProperties(type('Stage'), {
      StageName: 'live',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  test('connections are kept by owner and end by themselves, as a closed one is not always told [serverless-websocket-api]', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'connectionId', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    const actions = statementsOf(template, /^ChannelDoor/).flatMap(({ Action }) => Action);
    expect(actions.filter((action: string) => action.startsWith('dynamodb')).sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:PutItem',
    ]);
  });

  test('who may push reaches connections of this stage alone, by POST, and forgets those that are gone [serverless-websocket-api]', () => {
    const stack = testStack();
    const channel = make(stack);
    const pusher = new AppFunction(stack, 'Pusher', {
      description: 'Pushes',
      code,
      environment: channel.pushEnvironment,
    });
    channel.grantPush(pusher.role);
    const template = Template.fromStack(stack);
    const statements = statementsOf(template, /^Pusher/);
    const [manage] = statements.filter(({ Action }) => Action === 'execute-api:ManageConnections');
    expect(JSON.stringify(manage.Resource)).toContain('/live/POST/@connections/*');
    expect(JSON.stringify(manage.Resource)).toMatch(/"Ref":"ChannelApi/);
    expect(statements.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['dynamodb:Query', 'dynamodb:DeleteItem']),
    );
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CHANNEL_CONNECTIONS: Match.anyValue(),
          AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: {
            'Fn::Join': ['', Match.arrayWith(['https://', Match.stringLikeRegexp('/live$')])],
          },
        },
      },
    });
  });

  test('a ticket is made by one function and taken back by another, and is good for seconds [serverless-websocket-api]', () => {
    const stack = testStack();
    const channel = make(stack, { access: ChannelAccess.tickets({ life: Duration.seconds(10) }) });
    const { worker } = answer(stack, { environment: channel.ticketEnvironment });
    channel.grantTickets(worker.role);
    const template = Template.fromStack(stack);
    const actions = (owner: RegExp) =>
      statementsOf(template, owner)
        .flatMap(({ Action }) => Action)
        .filter((action: string) => action.startsWith('dynamodb'));
    expect(actions(/^Answer/)).toEqual(['dynamodb:PutItem']);
    expect(actions(/^ChannelAuthoriser/)).toEqual(['dynamodb:DeleteItem']);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { CHANNEL_TICKET_SECONDS: '10', CHANNEL_URL: Match.anyValue() } },
    });
  });

  test('clients may be known by credentials of AWS, or by a function of ours [serverless-websocket-api]', () => {
    expect(routesOf(synthesise({ access: ChannelAccess.iam() })).$connect).toMatchObject({
      AuthorizationType: 'AWS_IAM',
    });
    templateOf((stack) =>
      make(stack, {
        access: ChannelAccess.authoriser(answer(stack).worker.function, ['route.request.querystring.token']),
      }),
    ).hasResourceProperties(type('Authorizer'), { IdentitySource: ['route.request.querystring.token'] });
  });

  test('CDK itself refuses an authoriser on any route but $connect [serverless-websocket-api]', () => {
    const api = new WebSocketApi(testStack(), 'Api');
    expect(() =>
      api.addRoute('list', {
        integration: new WebSocketLambdaIntegration('List', answer(testStack()).alias),
        authorizer: new WebSocketIamAuthorizer(),
      }),
    ).toThrow(/uthorizer.*\$connect|\$connect.*uthorizer/i);
  });

  test('an alarm goes off when messages fail', () => {
    synthesise().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'Messages over Stack/Channel fail.',
      Metrics: Match.arrayWith([Match.objectLike({ Expression: 'FILL(integration, 0) + FILL(execution, 0)' })]),
    });
  });

  const refused = (props: Partial<LiveChannelProps>) => () => make(testStack(), props);
  test.each<[string, Partial<LiveChannelProps>, string]>([
    [
      'anybody could connect [serverless-websocket-api]',
      { access: undefined },
      'access is missing, so that anybody could connect and be sent what is for others; give a ChannelAccess',
    ],
    [
      'a ticket is good for a day [serverless-websocket-api]',
      { access: ChannelAccess.tickets({ life: Duration.days(1) }) },
      'access.life is 1 day; give 5 seconds to 5 minutes',
    ],
    [
      'a throttle lets nothing through',
      { throttle: { rateLimit: 5, burstLimit: 0 } },
      'throttle.burstLimit is 0; give a whole number of calls, 1 or more',
    ],
  ])('fails when %s', (_, props, message) => {
    expect(refused(props)).toThrow(`Stack/Channel:\n  ${message}`);
  });

  test.each<[string, string[], string]>([
    [
      'is asked about everybody',
      [],
      'access names no identity source, so that the function would be asked about everybody; give such as route.request.querystring.token',
    ],
    [
      'looks at something that is not there',
      ['$request.header.Authorization'],
      'access has the identity source $request.header.Authorization; write such as route.request.header.Authorization or route.request.querystring.token',
    ],
  ])('fails when an authoriser %s', (_, sources, message) => {
    const stack = testStack();
    const { function: authoriser } = answer(stack).worker;
    expect(() => make(stack, { access: ChannelAccess.authoriser(authoriser, sources) })).toThrow(message);
  });

  test.each<[string, string, Partial<AppFunctionProps>, string]>([
    [
      'has an odd name',
      '$other',
      {},
      'action is "$other"; give at most 64 letters, digits, hyphens and underscores, a letter first',
    ],
    ['is the channel’s own', 'ping', {}, 'action is ping, which the channel answers itself; take another name'],
    [
      'takes longer than API Gateway waits [serverless-websocket-api]',
      'list',
      { timeout: Duration.seconds(30) },
      'action list: the function may run for 30 seconds, but API Gateway waits for 29 seconds; shorten its timeout',
    ],
  ])('fails when an action %s', (_, name, props, message) => {
    const stack = testStack();
    expect(() => make(stack).action(name, answer(stack, props).alias)).toThrow(`Stack/Channel:\n  ${message}`);
  });

  test('fails when an action is there already, or tickets are to be made of a channel that takes none', () => {
    const stack = testStack();
    const channel = make(stack, { access: ChannelAccess.iam() });
    const { alias, worker } = answer(stack);
    channel.action('list', alias);
    expect(() => channel.action('list', alias)).toThrow('action list is there already; give each one function');
    expect(() => channel.grantTickets(worker.role)).toThrow(
      'access takes no tickets, so that there are none to make; give ChannelAccess.tickets()',
    );
  });
});
