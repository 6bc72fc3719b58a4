import { Aws, Duration, Fn, Validations } from 'aws-cdk-lib';
import {
  ApiDefinition,
  EndpointType,
  SpecRestApi,
  type IApiKey,
  type IRestApi,
  type IStage,
} from 'aws-cdk-lib/aws-apigateway';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { ApiAccess, throttleFaults, type ApiKeyAccess, type ApiThrottle } from './api-access';
import type { ApiAccessLogs } from './api-access-logs';
import { ApiAlarms } from './api-alarms';
import { restFigures } from './api-figures';
import { accessLogFormat } from './api-log-format';
import { answerWithProblems } from './api-problems';
import { finishStage } from './api-stage';

/** One method of a path, as far as it is looked at. */
interface SpecOperation {
  readonly security?: readonly object[];
  readonly requestBody?: object;
  readonly 'x-amazon-apigateway-integration'?: object;
  /** Why anybody may call it. */
  readonly 'x-open-because'?: string;
}

/** How callers show who they are, as far as it is looked at. */
interface SecurityScheme {
  readonly type?: string;
  readonly name?: string;
  readonly 'x-amazon-apigateway-authtype'?: string;
  readonly 'x-amazon-apigateway-authorizer'?: {
    readonly type?: string;
    readonly authorizerUri?: unknown;
    readonly providerARNs?: unknown;
  };
}

/** A document of OpenAPI 3.0 with the extensions of API Gateway, as `JSON.parse` gives it. */
export interface SpecDocument {
  readonly openapi?: string;
  readonly swagger?: string;
  readonly info: { readonly title: string; readonly version: string; readonly [member: string]: unknown };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly security?: readonly object[];
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, SecurityScheme>> };
  readonly [member: string]: unknown;
}

export interface SpecFacadeProps {
  /** What the API is. Each operation has an `x-amazon-apigateway-integration`. */
  readonly definition: SpecDocument;
  /** Where calls are recorded. */
  readonly accessLogs: ApiAccessLogs;
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
  /**
   * The first client's key and what each client may do, where operations ask for keys.
   * @default - no keys
   */
  readonly keys?: ApiKeyAccess;
  /**
   * What all callers together may do.
   * @default { rateLimit: 50, burstLimit: 100 }
   */
  readonly throttle?: ApiThrottle;
}

const verbs = ['get', 'head', 'delete', 'post', 'put', 'patch'];
const withBody = ['post', 'put', 'patch'];
const anyMethod = 'x-amazon-apigateway-any-method';

/**
 * A REST API made of a document: for a contract that is agreed on before there is code, or that comes from elsewhere. It has the
 * same limits, checks, logs, alarms and problems as a `RestFacade`; what the document leaves open, the CDK would leave open too, so
 * it is refused.
 *
 * `groundplan openapi` writes such a document from a template, with `--integrations`.
 *
 * @claims serverless-openapi
 */
export class SpecFacade extends Construct {
  readonly api: IRestApi;
  readonly stage: IStage;
  /** Where callers find it, with a slash at its end. */
  readonly url: string;
  readonly key?: IApiKey;
  /** Goes off when more than one of a hundred calls fails. */
  readonly serverErrors: IAlarm;

  constructor(scope: Construct, id: string, props: SpecFacadeProps) {
    super(scope, id);
    const { definition, keys, throttle = { rateLimit: 50, burstLimit: 100 } } = props;
    const access = keys && ApiAccess.apiKey(keys);
    refuse(this, [
      ...throttleFaults('throttle', throttle),
      ...props.accessLogs.faults(),
      ...(access?.faults(throttle) ?? []),
      ...definitionFaults(definition),
    ]);

    const logs = props.accessLogs.bind(this);
    const api = new SpecRestApi(this, 'Api', {
      restApiName: Fn.join('-', [Aws.STACK_NAME, ...this.node.path.split('/').slice(1)]),
      apiDefinition: ApiDefinition.fromInline(checked(definition)),
      endpointTypes: [EndpointType.REGIONAL],
      // The import fails rather than leave out what it does not understand.
      failOnWarnings: true,
      retainDeployments: true,
      deployOptions: {
        stageName: 'live',
        accessLogDestination: logs.destination,
        accessLogFormat,
        tracingEnabled: true,
        throttlingRateLimit: throttle.rateLimit,
        throttlingBurstLimit: throttle.burstLimit,
      },
    });
    api.node.tryRemoveChild('Endpoint');
    const stage = api.deploymentStage;
    finishStage(stage, { name: 'live' }, api.latestDeployment!.deploymentId);
    Validations.of(api).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG2',
      reason:
        'The document itself asks for the validation of bodies and parameters of every operation; the rule looks for a resource beside it.',
    });
    answerWithProblems(new Construct(this, 'Problems'), { api, headers: {}, signed: () => false });
    const key = access?.bind(new Construct(this, 'Access'), api, [stage]).key;
    if (key) this.key = key;
    this.api = api;
    this.stage = stage;
    this.url = api.urlForPath('/');
    this.serverErrors = new ApiAlarms(this, 'Alarms', {
      alarms: props.alarms,
      figures: restFigures(stage),
      latency: Duration.seconds(3),
      clientErrorRatio: 0.25,
      counted: logs,
    }).serverErrors;
  }
}

/** The document with bodies and parameters checked before anybody is asked, and without the reasons, which are not API Gateway's. */
const checked = (definition: SpecDocument): object => ({
  ...(JSON.parse(
    JSON.stringify(definition, (name, value: unknown) => (name === 'x-open-because' ? undefined : value)),
  ) as object),
  'x-amazon-apigateway-request-validators': {
    all: { validateRequestBody: true, validateRequestParameters: true },
  },
  'x-amazon-apigateway-request-validator': 'all',
});

function definitionFaults(definition: SpecDocument): (string | false)[] {
  const { openapi, swagger, info, paths = {}, security } = definition;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([verb]) => verbs.includes(verb))
      .map(([verb, operation]) => ({ name: `${verb.toUpperCase()} ${path}`, verb, is: operation as SpecOperation })),
  );
  return [
    !/^3\.0\.\d+$/.test(openapi ?? '') &&
      `definition is ${swagger !== undefined ? `Swagger ${swagger}` : `OpenAPI ${openapi ?? 'of no version'}`}; give OpenAPI 3.0, which API Gateway reads whole`,
    (!info?.title || !info.version) && 'definition has no info with title and version; give both',
    operations.length === 0 && 'definition has no operations; give paths with methods',
    ...Object.entries(paths).map(
      ([path, methods]) =>
        anyMethod in methods &&
        `${path} has ${anyMethod}, whose calls and bodies nothing checks; write out the methods it is for`,
    ),
    ...operations.flatMap(({ name, verb, is }) => [
      is['x-amazon-apigateway-integration'] === undefined &&
        `${name} has no x-amazon-apigateway-integration, so that nothing would answer it; say what does`,
      (is.security ?? security ?? []).length === 0 &&
        (is['x-open-because'] ?? '').trim().split(/\s+/).length < 6 &&
        `${name} has no security, so that anybody may call it; give one, or say in a sentence why under x-open-because`,
      ...(is.security ?? security ?? []).flatMap((requirement) => securityFaults(name, requirement, definition)),
      withBody.includes(verb) &&
        is.requestBody === undefined &&
        `${name} has no requestBody, so that any body gets through; give its schema`,
    ]),
  ];
}

/** One of the ways in that an operation names: API Gateway knows keys and its own extensions, and leaves all others open. */
function securityFaults(operation: string, requirement: object, { components }: SpecDocument): (string | false)[] {
  const schemes = Object.keys(requirement).map((name) => ({ name, is: components?.securitySchemes?.[name] ?? {} }));
  if (schemes.length === 0)
    return [
      `${operation} has a security of nothing ({}), so that anybody may call it; take it out, or say why under x-open-because instead`,
    ];
  const known = schemes.some(
    ({ is: { type, name, ...extensions } }) =>
      type === 'apiKey' &&
      (name?.toLowerCase() === 'x-api-key' ||
        extensions['x-amazon-apigateway-authtype'] !== undefined ||
        extensions['x-amazon-apigateway-authorizer'] !== undefined),
  );
  return [
    !known &&
      `${operation} has the security ${schemes.map(({ name }) => name).join(', ')}, which API Gateway does not enforce; give a scheme of type apiKey that is named x-api-key, is signed (x-amazon-apigateway-authtype: awsSigv4) or has an x-amazon-apigateway-authorizer`,
    ...schemes.map(({ name, is }) => authoriserFault(operation, name, is)),
  ];
}

/** Without the authoriser itself, its type is a word for readers, and the operation stays open. */
function authoriserFault(operation: string, scheme: string, is: SecurityScheme): string | false {
  const { 'x-amazon-apigateway-authtype': kind, 'x-amazon-apigateway-authorizer': authoriser } = is;
  if (kind?.toLowerCase() === 'awssigv4' || (kind === undefined && authoriser === undefined)) return false;
  if (authoriser === undefined)
    return `${operation} has the security ${scheme} of x-amazon-apigateway-authtype ${kind} without an x-amazon-apigateway-authorizer, so that nobody would ask who calls; give it, or export the document with --integrations`;
  const needed: Readonly<Record<string, 'authorizerUri' | 'providerARNs'>> = {
    token: 'authorizerUri',
    request: 'authorizerUri',
    cognito_user_pools: 'providerARNs',
  };
  const member = needed[authoriser.type ?? ''];
  if (member === undefined)
    return `${operation} has the security ${scheme} with an x-amazon-apigateway-authorizer of type ${authoriser.type ?? 'none'}, which a REST API does not have; take one of ${Object.keys(needed).join(', ')}`;
  return (
    authoriser[member] === undefined &&
    `${operation} has the security ${scheme} with an x-amazon-apigateway-authorizer without ${member}; say who is asked`
  );
}
