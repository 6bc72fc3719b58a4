import { Aws, Duration, Fn, Stack, Token, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  Stage,
  RestApi,
  type CfnStage,
  type IApiKey,
  type IRestApi,
  type IRequestValidator,
  type IStage,
  type JsonSchema,
  type Method,
} from 'aws-cdk-lib/aws-apigateway';
import type { IAlarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnWebACLAssociation, type IWebACLRef } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { throttleFaults, type ApiAccess, type ApiThrottle, type BoundAccess } from './api-access';
import type { ApiAccessLogs } from './api-access-logs';
import { ApiAlarms } from './api-alarms';
import { corsFaults, preflight, problemCorsHeaders, type ApiCors } from './api-cors';
import { domainFaults, serveDomain, type ApiDomain } from './api-domain';
import { ApiEndpoint } from './api-endpoint';
import { restFigures, stageMetric } from './api-figures';
import { answerWithProblems } from './api-problems';
import type { ApiTarget } from './api-target';
import { calledAndWaitedFor } from './waited-for';

/** One name under which a deployment of the API is reached. */
export interface ApiStage {
  /** Letters, digits, hyphens and underscores, at most 128; the first part of the path. */
  readonly name: string;
  /**
   * What all callers together may do at this stage; the throttle of the API when left out.
   * @default - as the API's
   */
  readonly throttle?: ApiThrottle;
  /**
   * The id of an older deployment this stage stays with, such as `a1b2c3`: the way to take a change of the API back, and to
   * let one stage go ahead of another. `aws apigateway get-deployments` lists them.
   * @default - the deployment of this synthesis
   */
  readonly pinnedDeployment?: string;
}

export interface RestFacadeProps {
  /** What the API is for, in a sentence. */
  readonly description: string;
  /** Who may call, unless a route says otherwise. */
  readonly access: ApiAccess;
  /** Where calls are recorded. */
  readonly accessLogs: ApiAccessLogs;
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
  /**
   * The stages, the one the alarms watch and a domain leads to first.
   * @default [{ name: 'live' }]
   */
  readonly stages?: readonly ApiStage[];
  /**
   * From where it is reached.
   * @default ApiEndpoint.regional()
   */
  readonly endpoint?: ApiEndpoint;
  /**
   * What all callers together may do: calls a second, and calls at once.
   * @default { rateLimit: 50, burstLimit: 100 }
   */
  readonly throttle?: ApiThrottle;
  /**
   * Which pages of other origins may call it.
   * @default - none
   */
  readonly cors?: ApiCors;
  /**
   * A name of its own; the one API Gateway makes is then switched off.
   * @default - the name API Gateway makes
   */
  readonly domain?: ApiDomain;
  /**
   * A firewall in front of every stage. It bills by the hour, whether somebody calls or not.
   * @default - none
   */
  readonly firewall?: IWebACLRef;
  /**
   * Whether figures are kept for each method apart; CloudWatch bills them as metrics of one's own.
   * @default false
   */
  readonly metricsPerMethod?: boolean;
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

/** What answers `POST /orders`, and what a request must look like to get there. */
export interface ApiRoute {
  readonly target: ApiTarget;
  /**
   * What the body must look like, as JSON Schema; `false` for a method that takes none. POST, PUT and PATCH must say.
   * @default - no body
   */
  readonly body?: JsonSchema | false;
  /**
   * Query parameters, and whether they must be there.
   * @default - none
   */
  readonly query?: Readonly<Record<string, boolean>>;
  /**
   * Headers, and whether they must be there.
   * @default - none
   */
  readonly headers?: Readonly<Record<string, boolean>>;
  /**
   * Who may call this one.
   * @default - as the API says
   */
  readonly access?: ApiAccess;
}

const withBody = ['POST', 'PUT', 'PATCH'];
const methods = ['GET', 'HEAD', 'DELETE', ...withBody];

/**
 * A REST API with everything a front door needs: limits, checked requests, JSON access logs, traces, alarms, and problems
 * (RFC 9457) instead of API Gateway's own errors. It leads to aliases of functions only, and nobody else may use them.
 *
 * @claims serverless-rest-api, serverless-endpoint-types, serverless-stages, serverless-throttling, serverless-api-errors,
 * serverless-api-timeout, serverless-request-models, serverless-cors, serverless-integration-lambda,
 * serverless-authoriser-lambda, serverless-authoriser-cognito, serverless-alias-pointer
 */
export class RestFacade extends Construct {
  readonly api: IRestApi;
  /** The stages, in the order they were given. */
  readonly stages: readonly IStage[];
  /** Where callers find it, with a slash at its end. */
  readonly url: string;
  /** The key of the first client, where callers have keys. */
  readonly key?: IApiKey;
  /** Goes off when more than one of a hundred calls fails; a release may roll back on it. */
  readonly serverErrors: IAlarm;
  private readonly resource: RestApi;
  private readonly resources: readonly Stage[];
  private readonly access: ApiAccess;
  private readonly endpoint: ApiEndpoint;
  private readonly throttles: readonly ApiThrottle[];
  private readonly validator: IRequestValidator;
  private readonly accesses = new Map<ApiAccess, BoundAccess>();
  private readonly routes = new Set<string>();

  constructor(scope: Construct, id: string, props: RestFacadeProps) {
    super(scope, id);
    const { stages = [{ name: 'live' }], endpoint = ApiEndpoint.regional(), cors, domain } = props;
    const throttle = props.throttle ?? { rateLimit: 50, burstLimit: 100 };
    this.access = props.access;
    this.endpoint = endpoint;
    this.throttles = stages.map((stage) => stage.throttle ?? throttle);
    refuse(this, [
      ...stageFaults(stages),
      ...throttleFaults('throttle', throttle),
      ...endpoint.faults,
      ...props.accessLogs.faults(),
      ...(cors ? corsFaults(cors) : []),
      ...(domain ? domainFaults(domain, endpoint, Stack.of(this).region) : []),
      ...this.accessFaults(props.access),
    ]);

    const logs = props.accessLogs.bind(this);
    const settings = (index: number) => ({
      stageName: stages[index].name,
      accessLogDestination: logs.destination,
      accessLogFormat,
      tracingEnabled: true,
      metricsEnabled: props.metricsPerMethod ?? false,
      throttlingRateLimit: this.throttles[index].rateLimit,
      throttlingBurstLimit: this.throttles[index].burstLimit,
    });
    const api = new RestApi(this, 'Api', {
      // CloudWatch tells APIs apart by this name alone.
      restApiName: Fn.join('-', [Aws.STACK_NAME, ...this.node.path.split('/').slice(1)]),
      description: props.description,
      endpointConfiguration: endpoint.configuration,
      ...(endpoint.policy && { policy: endpoint.policy }),
      disableExecuteApiEndpoint: domain !== undefined,
      ...(cors && { defaultCorsPreflightOptions: preflight(cors) }),
      retainDeployments: true,
      deployOptions: settings(0),
    });
    // The CDK's own output, whose name nobody chose.
    api.node.tryRemoveChild('Endpoint');
    this.resource = api;
    this.api = api;
    this.resources = stages.map((_, index) =>
      index === 0
        ? api.deploymentStage
        : new Stage(api, `DeploymentStage.${stages[index].name}`, {
            deployment: api.latestDeployment!,
            ...settings(index),
          }),
    );
    this.stages = this.resources;
    this.resources.forEach((stage, index) => finish(stage, stages[index], props.firewall));
    answerWithProblems(new Construct(this, 'Problems'), {
      api,
      headers: cors ? problemCorsHeaders(cors) : {},
      signed: () => [...this.accesses.keys()].some(({ signed }) => signed),
    });
    this.validator = api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const key = this.bound(props.access).key;
    if (key) this.key = key;
    if (domain) serveDomain(this, api, domain, endpoint);
    this.url = domain ? `https://${domain.domainName}/` : api.url;
    this.serverErrors = new ApiAlarms(this, 'Alarms', {
      alarms: props.alarms,
      figures: restFigures(api.deploymentStage),
      latency: props.latencyAlarm ?? Duration.seconds(3),
      clientErrorRatio: props.clientErrorAlarm ?? 0.25,
      counted: logs,
    }).serverErrors;
  }

  /** A figure of the first stage, such as `Count`, `Latency` or `5XXError`, for all its methods together. */
  metric(metricName: string, options: MetricOptions): Metric {
    return stageMetric(this.stages[0], metricName, options);
  }

  /**
   * Lets a function answer a method of a path.
   *
   * @param route method and path, such as `GET /orders/{orderId}`
   */
  route(route: string, { target, body, query = {}, headers = {}, access = this.access }: ApiRoute): Method {
    const [method, path = ''] = route.split(' ');
    refuse(this, [
      ...[
        ...routeFaults(route, method, path),
        this.routes.has(route) && 'is there already; give each method of a path one target',
        withBody.includes(method) &&
          body === undefined &&
          'has no body model; give body, a JSON Schema, or false when it takes none',
        !withBody.includes(method) &&
          body &&
          'has a body model, but API Gateway passes no body with it; leave body out',
      ]
        .filter((fault) => fault !== false && fault !== undefined)
        .map((fault) => `${route} ${fault}`),
      ...target.faults(this.endpoint).map((fault) => fault && `${route}: ${fault}`),
      ...(access === this.access ? [] : this.accessFaults(access)),
    ]);

    this.routes.add(route);
    const made = this.resource.root.resourceForPath(path).addMethod(method, target.bind(), {
      ...this.bound(access).method,
      requestValidator: this.validator,
      requestParameters: {
        ...prefixed('method.request.querystring', query),
        ...prefixed('method.request.header', headers),
      },
      ...(body && { requestModels: { 'application/json': this.model(route, body) } }),
      methodResponses: target.statuses.map((statusCode) => ({
        statusCode,
        responseParameters: { 'method.response.header.Content-Type': true },
      })),
    });
    for (const finding of access.findings) Validations.of(made).acknowledge(finding);
    this.admit(method, path, target);
    return made;
  }

  /** A model for the body of a route; its name is made of the route, as API Gateway shows it in its documentation. */
  private model(route: string, schema: JsonSchema) {
    return this.resource.addModel(
      `Body${route.replace(/[^A-Za-z0-9]+(.)?/g, (_, next = '') => (next as string).toUpperCase())}`,
      {
        contentType: 'application/json',
        schema,
      },
    );
  }

  /** The CDK lets the first stage in; the others need leave of their own. */
  private admit(method: string, path: string, { alias }: ApiTarget): void {
    for (const stage of this.stages.slice(1)) {
      const arn = this.api.arnForExecuteApi(method, path.replace(/\{[^}]+\}/g, '*'), stage.stageName);
      alias.addPermission(`${method}${path}${stage.node.id}`.replaceAll('/', '.'), {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: arn,
        scope: stage,
      });
    }
    calledAndWaitedFor(alias);
  }

  private accessFaults(access: ApiAccess): (string | false | undefined)[] {
    const [rateLimit, burstLimit] = (['rateLimit', 'burstLimit'] as const).map((limit) =>
      Math.max(...this.throttles.map((throttle) => throttle[limit])),
    );
    return access.faults({ rateLimit, burstLimit });
  }

  private bound(access: ApiAccess): BoundAccess {
    const known = this.accesses.get(access);
    if (known) return known;
    const place = new Construct(this, `Access${this.accesses.size === 0 ? '' : this.accesses.size + 1}`);
    const bound = access.bind(place, this.api, this.resources);
    this.accesses.set(access, bound);
    return bound;
  }
}

/** One JSON object for each call; every value is quoted, as API Gateway writes a hyphen for what it does not know. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    apiKeyId: '$context.identity.apiKeyId',
    caller: '$context.identity.caller',
    principal: '$context.authorizer.principalId',
    method: '$context.httpMethod',
    resource: '$context.resourcePath',
    path: '$context.path',
    protocol: '$context.protocol',
    status: '$context.status',
    refusedAs: '$context.error.responseType',
    bytes: '$context.responseLength',
    latency: '$context.responseLatency',
    integrationLatency: '$context.integrationLatency',
    integrationStatus: '$context.integrationStatus',
    functionRequestId: '$context.integration.requestId',
    trace: '$context.xrayTraceId',
  }),
);

function stageFaults(stages: readonly ApiStage[]): (string | false)[] {
  const names = stages.map(({ name }) => name);
  return [
    stages.length === 0 && 'stages is empty; give one or more',
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `stages has ${name} twice; give each its own name`),
    ...names
      .filter((name) => !Token.isUnresolved(name) && !/^[A-Za-z0-9_-]{1,128}$/.test(name))
      .map((name) => `stages has the name "${name}"; use at most 128 letters, digits, hyphens and underscores`),
    ...stages.flatMap(({ name, throttle }) => (throttle ? throttleFaults(`stages.${name}.throttle`, throttle) : [])),
    ...stages
      .filter(({ pinnedDeployment: id }) => id !== undefined && !Token.isUnresolved(id) && !/^[a-z0-9]{5,20}$/.test(id))
      .map(
        ({ name, pinnedDeployment }) =>
          `stages.${name}.pinnedDeployment is ${pinnedDeployment}; give an id that aws apigateway get-deployments lists, such as a1b2c3`,
      ),
  ];
}

function routeFaults(route: string, method: string, path: string): (string | false)[] {
  return [
    !methods.includes(method) && `has the method ${method}; give one of ${methods.join(', ')}`,
    (route.split(' ').length !== 2 || !/^(\/[A-Za-z0-9._~-]+|\/\{[A-Za-z0-9]+\})+$/.test(path)) &&
      'has no path; write method and path as in GET /orders/{orderId}',
  ];
}

const prefixed = (prefix: string, names: Readonly<Record<string, boolean>>): Record<string, boolean> =>
  Object.fromEntries(Object.entries(names).map(([name, required]) => [`${prefix}.${name}`, required]));

/** What every stage gets besides its settings. */
function finish(stage: Stage, { pinnedDeployment }: ApiStage, firewall?: IWebACLRef): void {
  if (pinnedDeployment !== undefined) (stage.node.defaultChild as CfnStage).deploymentId = pinnedDeployment;
  Validations.of(stage).acknowledge({
    id: 'AwsSolutions::AwsSolutions-APIG6',
    reason:
      'Execution logs need a role that exists once in an account and region and that no single stack should set; each call of this stage, its status and the reason of a refusal are in the access log, and its path in the trace.',
  });
  if (firewall) {
    new CfnWebACLAssociation(stage, 'Firewall', {
      resourceArn: stage.stageArn,
      webAclArn: firewall.webAclRef.webAclArn,
    });
    return;
  }
  Validations.of(stage).acknowledge({
    id: 'AwsSolutions::AwsSolutions-APIG3',
    reason:
      'A web ACL bills by the hour even when nobody calls; until one is given as firewall, this stage has limits for all callers, checks each request against a model, and lets in only callers its methods know.',
  });
}
