import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import {
  Integration,
  IntegrationType,
  LambdaIntegration,
  PassthroughBehavior,
  type IntegrationOptions,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnAlias, Function, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { answerFaults, answersOf, statusesOf, type MappedAnswer, type MappedErrors } from './mapped-answers';
import { outlasts, waitFaults, waitOf, type ApiTargetOptions, type TargetKind, type TargetMethod } from './target-kind';

export interface MappedTargetOptions extends ApiTargetOptions {
  /** A template (VTL) that makes the function's event from the request. */
  readonly request: string;
  /** What the caller gets when the function returns. */
  readonly answer: MappedAnswer;
  /** What the caller gets when the function throws an error whose text matches a pattern, by status code. */
  readonly errors: MappedErrors;
}

/** The function gets the request as it is, and what it returns is the answer. */
export const functionProxy = (alias: IAlias, options: ApiTargetOptions): TargetKind => ({
  alias,
  statuses: [],
  parameters: [],
  faults: ({ endpoint }) => aliasFaults(alias) ?? functionFaults(alias, options, endpoint),
  bind: ({ cacheKey }) =>
    new LambdaIntegration(alias, {
      proxy: true,
      allowTestInvoke: false,
      timeout: waitOf(options),
      ...cached(cacheKey),
    }),
});

/** Templates make the event and the answer. */
export const functionMapped = (alias: IAlias, mapping: MappedTargetOptions): TargetKind => ({
  alias,
  statuses: statusesOf(mapping.answer, mapping.errors),
  parameters: [],
  faults: ({ endpoint }) => [
    ...(aliasFaults(alias) ?? functionFaults(alias, mapping, endpoint)),
    ...answerFaults(mapping.answer, mapping.errors),
  ],
  bind: ({ cacheKey }) =>
    new LambdaIntegration(alias, {
      proxy: false,
      allowTestInvoke: false,
      timeout: waitOf(mapping),
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': mapping.request },
      integrationResponses: answersOf(mapping.answer, mapping.errors, '(\\n|.)+'),
      ...cached(cacheKey),
    }),
});

/** The name of the stage variable that picks the alias. */
export const aliasVariable = 'alias';

/** Each stage has its own alias of one function. */
export const functionByStage = (aliases: Readonly<Record<string, IAlias>>, options: ApiTargetOptions): TargetKind => ({
  aliases,
  statuses: [],
  parameters: [],
  faults: ({ endpoint, stages }) => {
    const all = Object.values(aliases);
    const functions = new Set(all.map((alias) => alias.version.lambda));
    return [
      ...stages
        .filter((stage) => !Object.hasOwn(aliases, stage))
        .map((stage) => `target has no alias for the stage ${stage}; give one for each of ${stages.join(', ')}`),
      ...Object.keys(aliases)
        .filter((stage) => !stages.includes(stage))
        .map((stage) => `target has an alias for ${stage}, which is no stage; the stages are ${stages.join(', ')}`),
      functions.size > 1 &&
        'target has aliases of different functions; a stage variable picks an alias of one, so give aliases of the same',
      ...all.flatMap((alias) => aliasFaults(alias) ?? functionFaults(alias, options, endpoint)),
    ];
  },
  bind: ({ cacheKey }: TargetMethod) => {
    const [{ lambda }] = Object.values(aliases).map(({ version }) => version);
    const path = `2015-03-31/functions/${lambda.functionArn}:\${stageVariables.${aliasVariable}}/invocations`;
    return new Integration({
      type: IntegrationType.AWS_PROXY,
      integrationHttpMethod: 'POST',
      uri: apiGatewayUri(lambda, 'lambda', `path/${path}`),
      options: { timeout: waitOf(options), ...cached(cacheKey) },
    });
  },
});

/** As API Gateway names what it calls: `arn:aws:apigateway:<region>:<service>:<what>`. */
export const apiGatewayUri = (scope: Parameters<typeof Stack.of>[0], service: string, resource: string): string =>
  Arn.format(
    { service: 'apigateway', account: service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME },
    Stack.of(scope),
  );

export const cached = (cacheKey: readonly string[]): IntegrationOptions =>
  cacheKey.length > 0 ? { cacheKeyParameters: [...cacheKey] } : {};

/** Whether an alias sends a share of its calls to a second version. */
export const isWeighted = (alias: IAlias): boolean => {
  const resource = alias.node.defaultChild;
  return resource instanceof CfnAlias && resource.routingConfig !== undefined;
};

/** Callers are JavaScript too: a function passes where its alias is meant. */
function aliasFaults(alias: IAlias): string[] | undefined {
  if ((alias as Partial<IAlias>).aliasName) return undefined;
  return [
    `target is ${alias.node.path}, a function without an alias, whose newest code would answer at once; give the alias of a SafeRelease`,
  ];
}

function functionFaults(
  alias: IAlias,
  options: ApiTargetOptions,
  endpoint: Parameters<typeof waitFaults>[1],
): (string | false)[] {
  const behind: unknown = alias.version.lambda;
  return [...waitFaults(options, endpoint), outlasts(options, behind instanceof Function ? behind.timeout : undefined)];
}
