import { Aws, Duration, Fn, Stack, Token, Validations } from 'aws-cdk-lib';
import {
  WebSocketApi,
  WebSocketStage,
  type IWebSocketApi,
  type IWebSocketRouteAuthorizer,
  type IWebSocketStage,
  type WebSocketRoute,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { Function, type Code, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { channelEnvironment } from '../../../lambda/shared/environment';
import { handlerCode } from '../../handlers';
import { DocumentTable } from '../data/document-table';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';
import type { AlarmTopic } from '../operations/alarm-topic';
import { throttleFaults, type ApiThrottle } from './api-access';
import { AppFunction } from './app-function';
import type { ChannelAccess } from './channel-access';
import { FunctionAlarms } from './function-alarms';
import { calledAndWaitedFor } from './waited-for';

export interface LiveChannelProps {
  /** What is told over it, in a sentence. */
  readonly description: string;
  /** Who may connect. */
  readonly access: ChannelAccess;
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
  /**
   * What all clients together may do: new connections and messages a second, and at once.
   * @default { rateLimit: 50, burstLimit: 100 }
   */
  readonly throttle?: ApiThrottle;
}

const stageName = 'live';
/** Answered by the channel itself. */
const own = ['$connect', '$disconnect', '$default', 'ping'];

/**
 * A WebSocket API: clients stay connected, and the server speaks first. Only who is let in may connect, each connection is kept
 * under the name of its owner until it ends, and a function that may push reaches the connections of this one channel.
 *
 * API Gateway ends a connection over which nothing passed for 10 minutes, so clients send `{"action": "ping"}`, and any after 2
 * hours; a message holds at most 128 KB. Push with `push` of `lambda/shared/push.ts`, make tickets with `lambda/shared/tickets.ts`.
 *
 * @claims serverless-websocket-api
 */
export class LiveChannel extends Construct {
  readonly api: IWebSocketApi;
  readonly stage: IWebSocketStage;
  /** Where clients connect, beginning with `wss`. */
  readonly url: string;
  /** Who is connected: by owner, then by connection. */
  readonly connections: DocumentTable;
  /** What a function that pushes must be told. */
  readonly pushEnvironment: Readonly<Record<string, string>>;
  /** What a function that makes tickets must be told. */
  readonly ticketEnvironment: Readonly<Record<string, string>>;
  private readonly tickets?: DocumentTable;
  private readonly resource: WebSocketApi;
  private readonly actions = new Set<string>();
  private readonly alarms: AlarmTopic;

  constructor(scope: Construct, id: string, props: LiveChannelProps) {
    super(scope, id);
    const { alarms, throttle = { rateLimit: 50, burstLimit: 100 } } = props;
    // Callers are JavaScript too.
    const access = props.access as ChannelAccess | undefined;
    refuse(this, [
      ...(access
        ? access.faults
        : ['access is missing, so that anybody could connect and be sent what is for others; give a ChannelAccess']),
      ...throttleFaults('throttle', throttle),
    ]);
    this.alarms = alarms;

    this.connections = this.table('Connections', 'owner', 'connectionId');
    if (access?.ticketLife) this.tickets = this.table('Tickets', 'ticket');
    const door = this.function('Door', handlerCode('live-channel', 'door'), 'Keeps the list of who is connected', {
      [channelEnvironment.connections]: this.connections.table.tableName,
    });
    this.connections.grantPut(door.role);
    this.connections.grantDelete(door.role);

    const answered = { integration: new WebSocketLambdaIntegration('Door', door.function), returnResponse: true };
    const api = new WebSocketApi(this, 'Api', {
      apiName: Fn.join('-', [Aws.STACK_NAME, ...this.node.path.split('/').slice(1)]),
      description: props.description,
      routeSelectionExpression: '$request.body.action',
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration('Connect', door.function),
        authorizer: access?.authorizer ? access.authorizer('Authoriser') : this.ticketAuthoriser(),
      },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('Disconnect', door.function) },
      defaultRouteOptions: answered,
    });
    api.addRoute('ping', { integration: new WebSocketLambdaIntegration('Ping', door.function), returnResponse: true });
    const stage = new WebSocketStage(this, 'Stage', { webSocketApi: api, stageName, autoDeploy: true, throttle });
    acknowledgeOpenRoutes(api);
    Validations.of(stage).acknowledge(...withoutLogs);
    this.resource = api;
    this.api = api;
    this.stage = stage;
    this.url = stage.url;
    this.pushEnvironment = {
      [channelEnvironment.connections]: this.connections.table.tableName,
      [channelEnvironment.endpoint]: stage.callbackUrl,
    };
    this.ticketEnvironment = this.tickets
      ? {
          [channelEnvironment.tickets]: this.tickets.table.tableName,
          [channelEnvironment.ticketSeconds]: String(access!.ticketLife!.toSeconds()),
          [channelEnvironment.url]: stage.url,
        }
      : {};
    this.watch(stage);
  }

  /**
   * Lets a function answer what clients ask with `{"action": name, ...}`; what it returns as `body` goes back to the one who asked.
   *
   * @param alias of the function, which may run for 29 seconds at most
   */
  action(name: string, alias: IAlias): WebSocketRoute {
    const behind: unknown = alias.version.lambda;
    const runs = behind instanceof Function ? behind.timeout : undefined;
    refuse(this, [
      !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) &&
        `action is "${name}"; give at most 64 letters, digits, hyphens and underscores, a letter first`,
      own.includes(name) && `action is ${name}, which the channel answers itself; take another name`,
      this.actions.has(name) && `action ${name} is there already; give each one function`,
      runs !== undefined &&
        !Token.isUnresolved(runs) &&
        runs.toSeconds() > 29 &&
        `action ${name}: the function may run for ${runs.toHumanString()}, but API Gateway waits for 29 seconds; shorten its timeout`,
    ]);
    this.actions.add(name);
    const route = this.resource.addRoute(name, {
      integration: new WebSocketLambdaIntegration(name, alias),
      returnResponse: true,
    });
    Validations.of(route).acknowledge(decidedOnConnect);
    calledAndWaitedFor(alias);
    return route;
  }

  /** Lets a function send to connections of this channel, and forget those that are gone. Give it `pushEnvironment`. */
  grantPush(role: IRole): void {
    const resource = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `${stageName}/POST/@connections/*`,
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['execute-api:ManageConnections'], resources: [resource] }),
    );
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, resource),
      reason:
        'API Gateway makes up the id of each connection when it is opened, so the role may send to any connection of this one stage, and neither look into nor end one.',
    });
    this.connections.grantQuery(role);
    this.connections.grantDelete(role);
  }

  /** Lets a function make tickets, for callers who have shown who they are. Give it `ticketEnvironment`. */
  grantTickets(role: IRole): void {
    refuse(this, [
      !this.tickets && 'access takes no tickets, so that there are none to make; give ChannelAccess.tickets()',
    ]);
    this.tickets?.grantPut(role);
  }

  private table(id: string, partition: string, sort?: string): DocumentTable {
    const key = (name: string) => ({ name, type: AttributeType.STRING });
    return new DocumentTable(this, id, {
      partitionKey: key(partition),
      ...(sort !== undefined && { sortKey: key(sort) }),
      expiryAttribute: 'expiresAt',
      recoveryPeriod: Duration.days(1),
      alarms: this.alarms,
    });
  }

  private function(id: string, code: Code, description: string, environment: Record<string, string>): AppFunction {
    const made = new AppFunction(this, id, {
      description,
      code,
      timeout: Duration.seconds(10),
      environment,
    });
    Validations.of(made.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'API Gateway asks this function and waits for its answer; Lambda sends only events nobody waits for to a dead-letter queue.',
    });
    new FunctionAlarms(made, 'Alarms', { alarms: this.alarms, function: made });
    return made;
  }

  private ticketAuthoriser(): IWebSocketRouteAuthorizer {
    const authoriser = this.function(
      'Authoriser',
      handlerCode('live-channel', 'authorise'),
      'Lets the bearers of tickets connect',
      {
        [channelEnvironment.tickets]: this.tickets!.table.tableName,
      },
    );
    this.tickets!.grantDelete(authoriser.role);
    return new WebSocketLambdaAuthorizer('Tickets', authoriser.function, {
      identitySource: ['route.request.querystring.ticket'],
    });
  }

  private watch(stage: IWebSocketStage): void {
    const count = (metricName: string) => stage.metric(metricName, { statistic: 'Sum' });
    this.alarms.alarm(this, 'Errors', {
      alarmDescription: `Messages over ${this.node.path} fail.`,
      metric: new MathExpression({
        expression: 'FILL(integration, 0) + FILL(execution, 0)',
        usingMetrics: { integration: count('IntegrationError'), execution: count('ExecutionError') },
        period: Duration.minutes(5),
      }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

const decidedOnConnect = {
  id: 'AwsSolutions::AwsSolutions-APIG4',
  reason:
    'Only $connect can have an authoriser, as API Gateway asks once for a connection; whoever sends over one was let in there, and is known to the function by what it found.',
};

const noLogs =
  'API Gateway writes logs of a WebSocket API with a role that exists once in an account and region and that no single stack should set; who connects and what is refused stands in the logs of the functions.';
const withoutLogs = ['AwsSolutions::AwsSolutions-APIG1', 'Serverless::Serverless-APIGWAccessLogging'].map((id) => ({
  id,
  reason: noLogs,
}));

function acknowledgeOpenRoutes(api: WebSocketApi): void {
  for (const { node } of api.node.children)
    if (/Route$/.test(node.id) && !node.id.startsWith('$connect'))
      Validations.of(node.defaultChild!).acknowledge(decidedOnConnect);
}
