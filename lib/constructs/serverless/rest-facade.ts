import { Aws, Duration, Fn, Stack, Validations } from 'aws-cdk-lib';
import {
  RestApi,
  Stage,
  type CfnMethod,
  type IApiKey,
  type IRequestValidator,
  type IRestApi,
  type IStage,
  type JsonSchema,
  type Method,
} from 'aws-cdk-lib/aws-apigateway';
import type { IAlarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IWebACLRef } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { throttleFaults, type ApiAccess, type ApiThrottle, type BoundAccess } from './api-access';
import type { ApiAccessLogs } from './api-access-logs';
import { aliasesOf, ApiAdmission } from './api-admission';
import { ApiAlarms } from './api-alarms';
import { ApiCaches } from './api-cache';
import { corsFaults, preflight, problemCorsHeaders, type ApiCors } from './api-cors';
import { domainFaults, serveDomain, type ApiDomain } from './api-domain';
import { ApiEndpoint } from './api-endpoint';
import { restFigures, stageMetric } from './api-figures';
import { accessLogFormat } from './api-log-format';
import { answerWithProblems } from './api-problems';
import { cacheFaults, parametersOf, routeFaults, type ApiRoute } from './api-route';
import { finishStage, stageFaults, type ApiStage } from './api-stage';
import { isWeighted } from './function-target';

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

/**
 * A REST API with everything a front door needs: limits, checked requests, JSON access logs, traces, alarms, and problems
 * (RFC 9457) instead of API Gateway's own errors. What answers a method is an `ApiTarget`; of functions it leads to aliases only.
 *
 * @claims serverless-rest-api, serverless-endpoint-types, serverless-stages, serverless-throttling, serverless-api-errors,
 * serverless-api-timeout, serverless-request-models, serverless-cors, serverless-integration-lambda,
 * serverless-authoriser-lambda, serverless-authoriser-cognito, serverless-alias-pointer, serverless-stage-alias,
 * serverless-api-canary, serverless-api-cache
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
  private readonly admission: ApiAdmission;
  private readonly caches: ApiCaches;
  private readonly names: readonly string[];
  /** Whether a share of some stage's calls tries another deployment. */
  private readonly tries: boolean;

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
      ...(stages[index].variables && { variables: { ...stages[index].variables } }),
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
    const { deploymentId } = api.latestDeployment!;
    this.resources.forEach((stage, index) => finishStage(stage, stages[index], deploymentId, props.firewall));
    this.admission = new ApiAdmission(api, this.stages);
    this.caches = new ApiCaches(this.stages, stages);
    this.names = stages.map(({ name }) => name);
    this.tries = stages.some(({ canary }) => canary !== undefined);
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
   * Gives a method of a path what answers it.
   *
   * @param route method and path, such as `GET /orders/{orderId}`
   */
  route(route: string, props: ApiRoute): Method {
    const [method, path = ''] = route.split(' ');
    const { body, access = this.access, cachedBy } = props;
    const target = props.target.kindFor(method);
    refuse(this, [
      ...routeFaults(route, props, this.routes),
      ...[...target.faults({ endpoint: this.endpoint, stages: this.names }), ...this.admission.faults(target)].map(
        (fault) => fault && `${route}: ${fault}`,
      ),
      this.tries &&
        aliasesOf(target).some(isWeighted) &&
        `${route}: target is an alias that moves calls between versions, and a stage has a canary; let one of the two move them, or nobody knows what was tried`,
      ...(cachedBy ? cacheFaults(route, access, cachedBy) : []),
      ...(access === this.access ? [] : this.accessFaults(access)),
    ]);

    this.routes.add(route);
    if (cachedBy) this.caches.keep(route);
    const integration = target.bind({
      place: () => new Construct(this, pascal(route)),
      cacheKey: (cachedBy ?? []).map(({ parameter }) => parameter!),
    });
    const made = this.resource.root.resourceForPath(path).addMethod(method, integration, {
      ...this.bound(access).method,
      requestValidator: this.validator,
      requestParameters: parametersOf(props, target.parameters),
      ...(body && { requestModels: { 'application/json': this.model(route, body) } }),
      methodResponses: target.statuses.map((statusCode) => ({
        statusCode,
        responseParameters: { 'method.response.header.Content-Type': true },
      })),
    });
    target.finish?.(made.node.defaultChild as CfnMethod);
    for (const finding of access.findings) Validations.of(made).acknowledge(finding);
    this.admission.admit(method, path, target);
    return made;
  }

  /** A model for the body of a route; its name is made of the route, as API Gateway shows it in its documentation. */
  private model(route: string, schema: JsonSchema) {
    return this.resource.addModel(`Body${pascal(route)}`, { contentType: 'application/json', schema });
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

/** `GET /orders/{orderId}` -> `GETOrdersOrderId` */
const pascal = (route: string): string =>
  route.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string = '') => next.toUpperCase());
