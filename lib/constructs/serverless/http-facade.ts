import { Aws, Duration, Fn, Stack, Token, Validations } from 'aws-cdk-lib';
import { AccessLogFormat, EndpointType, type JsonSchema } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
  type IHttpApi,
  type IHttpRouteAuthorizer,
  type IHttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Function, type IAlias } from 'aws-cdk-lib/aws-lambda';
import type { IAliasRecordTarget } from 'aws-cdk-lib/aws-route53';
import type { IWebACLRef } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { throttleFaults, type ApiThrottle } from './api-access';
import { countedLogGroup } from './api-access-logs';
import { ApiAlarms } from './api-alarms';
import { httpFigures } from './api-figures';
import { corsFaults, preflight, type ApiCors } from './api-cors';
import { domainFaults, serveHttpDomain, type ApiDomain } from './api-domain';
import { ApiEndpoint } from './api-endpoint';
import { chooseApi, type ApiNeeds } from './choose-api';
import type { HttpAccess } from './http-access';
import { calledAndWaitedFor } from './waited-for';

/** What an HTTP API cannot do. Each is refused, with the reason, so that nobody believes to have it. */
export interface RestOnlyProps {
  /**
   * Refused: a web ACL.
   * @default - none
   */
  readonly firewall?: IWebACLRef;
  /**
   * Refused unless regional: an HTTP API is neither private nor edge-optimised.
   * @default - none
   */
  readonly endpoint?: ApiEndpoint;
  /**
   * Refused: a cache of answers.
   * @default - none
   */
  readonly cache?: object;
  /**
   * Refused: a canary of the stage.
   * @default - none
   */
  readonly canary?: object;
  /**
   * Refused: limits of each client, by keys.
   * @default - none
   */
  readonly usagePlan?: object;
}

export interface HttpFacadeProps extends RestOnlyProps {
  /** What the API is for, in a sentence. */
  readonly description: string;
  /** Who may call, unless a route says otherwise. */
  readonly access: HttpAccess;
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
  /**
   * What all callers together may do: calls a second, and calls at once.
   * @default { rateLimit: 50, burstLimit: 100 }
   */
  readonly throttle?: ApiThrottle;
  /**
   * Which pages of other origins may call it. API Gateway answers their preflights and adds the headers to every answer.
   * @default - none
   */
  readonly cors?: ApiCors;
  /**
   * A name of your own that it answers under, besides the one API Gateway gives it.
   * @default - none
   */
  readonly domain?: ApiDomain;
  /**
   * Whether figures are kept for each route apart; CloudWatch bills them as metrics of one's own.
   * @default false
   */
  readonly metricsPerRoute?: boolean;
  /**
   * What is too slow for one call in a hundred, up to 29 seconds.
   * @default Duration.seconds(3)
   */
  readonly latencyAlarm?: Duration;
  /**
   * Share of calls answered with 4xx that is worth an alarm, above 0 and at most 1.
   * @default 0.25
   */
  readonly clientErrorAlarm?: number;
}

/** What answers `POST /orders`. */
export interface HttpApiRoute {
  /** The function, by its alias. It gets the same event as from a REST API. */
  readonly alias: IAlias;
  /** Refused as a schema: an HTTP API checks no bodies. */
  readonly body?: JsonSchema | false;
  /**
   * How long API Gateway waits, 50 ms to 29 s; no shorter than the function may run.
   * @default Duration.seconds(29)
   */
  readonly timeout?: Duration;
  /**
   * Who may call this one.
   * @default - as the API says
   */
  readonly access?: HttpAccess;
}

const longest = Duration.seconds(29);
const methods: readonly string[] = Object.values(HttpMethod).filter((method) => method !== HttpMethod.ANY);

/**
 * An HTTP API: a front door with routes, tokens, limits, CORS and JSON access logs, for less than a third of what a REST API
 * costs. Its functions get the events a REST API sends (payload format 1.0), so that one handler stands behind either.
 *
 * What it has not is refused with the reason (`RestOnlyProps`). Its own answers are API Gateway's, `{"message": ...}`, and no
 * template changes them; only those of the function are problems.
 *
 * @claims serverless-http-api, serverless-api-timeout, serverless-cors, serverless-throttling
 */
export class HttpFacade extends Construct {
  readonly api: IHttpApi;
  readonly stage: IHttpStage;
  /** Where callers find it, with a slash at its end. */
  readonly url: string;
  /** What a record of the name in `domain` stands for. */
  readonly domainTarget?: IAliasRecordTarget;
  /** Goes off when more than one of a hundred calls fails. */
  readonly serverErrors: IAlarm;
  private readonly access: HttpAccess;
  private readonly accesses = new Map<HttpAccess, IHttpRouteAuthorizer | undefined>();
  private readonly routes = new Set<string>();

  constructor(scope: Construct, id: string, props: HttpFacadeProps) {
    super(scope, id);
    const { cors, access, domain, throttle = { rateLimit: 50, burstLimit: 100 } } = props;
    refuse(this, [
      ...throttleFaults('throttle', throttle),
      ...(cors ? corsFaults(cors) : []),
      ...access.faults(),
      ...restOnlyFaults(props),
      ...(domain ? domainFaults(domain, ApiEndpoint.regional(), Stack.of(this).region) : []),
    ]);
    this.access = access;

    const api = new HttpApi(this, 'Api', {
      apiName: Fn.join('-', [Aws.STACK_NAME, ...this.node.path.split('/').slice(1)]),
      description: props.description,
      createDefaultStage: false,
      ...(cors && { corsPreflight: preflightOf(cors) }),
    });
    const counted = countedLogGroup(new Construct(this, 'AccessLogs'));
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle,
      detailedMetricsEnabled: props.metricsPerRoute ?? false,
      accessLogSettings: { destination: new LogGroupLogDestination(counted.group), format: accessLogFormat },
    });
    this.api = api;
    this.stage = stage;
    this.url = `${api.apiEndpoint}/`;
    if (domain) this.domainTarget = serveHttpDomain(this, stage, domain);
    this.serverErrors = new ApiAlarms(this, 'Alarms', {
      alarms: props.alarms,
      figures: httpFigures(stage),
      latency: props.latencyAlarm ?? Duration.seconds(3),
      clientErrorRatio: props.clientErrorAlarm ?? 0.25,
      counted,
    }).serverErrors;
  }

  /**
   * Lets a function answer a method of a path.
   *
   * @param route method and path, such as `GET /orders/{orderId}`
   */
  route(route: string, { alias, body, timeout = longest, access = this.access }: HttpApiRoute): HttpRoute {
    const [method, path = ''] = route.split(' ');
    refuse(this, [
      ...[
        !methods.includes(method) && `has the method ${method}; give one of ${methods.join(', ')}`,
        (route.split(' ').length !== 2 || !/^(\/|(\/[A-Za-z0-9._~-]+|\/\{[A-Za-z0-9]+\})+)$/.test(path)) &&
          'has no path; write method and path as in GET /orders/{orderId}',
        this.routes.has(route) && 'is there already; give each method of a path one function',
        body && `has a body model, but ${unmet('requestValidation')}`,
      ].map((fault) => fault && `${route} ${fault}`),
      ...targetFaults(alias, timeout).map((fault) => fault && `${route}: ${fault}`),
      ...access.faults(),
    ]);

    this.routes.add(route);
    const authorizer = this.bound(access);
    const name = route.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string = '') => next.toUpperCase());
    const made = new HttpRoute(this, name, {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(path, method as HttpMethod),
      integration: new HttpLambdaIntegration(name, alias, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_1_0,
        timeout,
      }),
      ...(authorizer && { authorizer }),
      ...(access.scopes.length > 0 && { authorizationScopes: [...access.scopes] }),
    });
    for (const finding of access.findings) Validations.of(made).acknowledge(finding);
    calledAndWaitedFor(alias);
    return made;
  }

  private bound(access: HttpAccess): IHttpRouteAuthorizer | undefined {
    if (!this.accesses.has(access))
      this.accesses.set(access, access.bind(`Authoriser${this.accesses.size === 0 ? '' : this.accesses.size + 1}`));
    return this.accesses.get(access);
  }
}

/** One JSON object for each call; a claim that is not there is written as a hyphen. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    subject: '$context.authorizer.claims.sub',
    method: '$context.httpMethod',
    resource: '$context.routeKey',
    path: '$context.path',
    protocol: '$context.protocol',
    status: '$context.status',
    refusedAs: '$context.error.responseType',
    authorizerError: '$context.authorizer.error',
    bytes: '$context.responseLength',
    latency: '$context.responseLatency',
    integrationLatency: '$context.integrationLatency',
    integrationStatus: '$context.integration.status',
    integrationError: '$context.integrationErrorMessage',
    functionRequestId: '$context.integration.requestId',
  }),
);

const unmet = (need: keyof ApiNeeds): string =>
  `${chooseApi({ [need]: true }).because}; take a RestFacade, or leave it out`;

function restOnlyFaults({ firewall, endpoint, cache, canary, usagePlan }: RestOnlyProps): (string | false)[] {
  const given = (prop: string, value: unknown, need: keyof ApiNeeds) =>
    value !== undefined && `${prop} is given, but ${unmet(need)}`;
  return [
    given('firewall', firewall, 'firewall'),
    given('cache', cache, 'caching'),
    given('canary', canary, 'canary'),
    given('usagePlan', usagePlan, 'usagePlans'),
    endpoint?.policy !== undefined && `endpoint is private, but ${unmet('privateEndpoint')}`,
    endpoint?.domainType === EndpointType.EDGE &&
      'endpoint is edge-optimised, but an HTTP API is regional; take a RestFacade, or put a distribution in front',
  ];
}

function targetFaults(alias: IAlias, timeout: Duration): (string | false | undefined)[] {
  if (!(alias as Partial<IAlias>).aliasName) {
    return [
      `alias is ${alias.node.path}, a function without an alias, whose newest code would answer at once; give the alias of a SafeRelease`,
    ];
  }
  const behind: unknown = alias.version.lambda;
  const runs = behind instanceof Function ? behind.timeout : undefined;
  return [
    outsideDuration('timeout', timeout, Duration.millis(50), longest),
    runs !== undefined &&
      !Token.isUnresolved(runs) &&
      !timeout.isUnresolved() &&
      runs.toMilliseconds() > timeout.toMilliseconds() &&
      `timeout is ${timeout.toHumanString()}, but the function may run for ${runs.toHumanString()}; shorten the function's timeout, or its callers get 503 for work that is done`,
  ];
}

function preflightOf(cors: ApiCors) {
  const { allowOrigins, allowHeaders, allowCredentials, maxAge } = preflight(cors);
  return { allowOrigins, allowHeaders, allowCredentials, maxAge, allowMethods: [CorsHttpMethod.ANY] };
}
