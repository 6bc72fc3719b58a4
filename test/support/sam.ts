import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseYaml } from '../../tools/template/yaml';
import type { CfnTemplate, CfnTemplateResource } from './architecture';

/** What an application is in either language, with what it keeps named as its functions know it: by variable, or by output. */
export interface Application {
  /** By what each says it does. */
  readonly functions: Readonly<Record<string, object>>;
  readonly rights: Readonly<Record<string, readonly string[]>>;
  /** By method and path: the function that answers, and the schema of the body it takes. */
  readonly routes: Readonly<Record<string, readonly unknown[]>>;
  /** Who hears which events, and what becomes of those that cannot be delivered. */
  readonly heard: readonly object[];
  readonly kept: Readonly<Record<string, object>>;
}

const fileOf = (name: string): string => join('lib', 'architectures', name, 'sam', 'template.yaml');
/** The architectures that have a template in SAM beside the CDK's. */
export const writtenInSam: readonly string[] = readdirSync(join('lib', 'architectures')).filter((name) =>
  existsSync(fileOf(name)),
);
export const samTemplate = (name: string): any => parseYaml(readFileSync(fileOf(name), 'utf8'));

const every = (template: CfnTemplate, type: RegExp): [string, CfnTemplateResource & { Properties: any }][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => type.test(Type)) as any;
const pick = (all: any, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, all[name]]));

/** `ORDERS_TABLE` for whatever a variable of that name refers to; what no variable does is named after its output. */
function namesIn(template: CfnTemplate, functions: readonly any[]): (value: unknown) => string {
  const known = new Map<string, string>();
  const learn = (name: string, value: any) =>
    value?.Ref && !known.has(value.Ref as string) && known.set(value.Ref as string, name);
  for (const { Environment } of functions)
    for (const [name, value] of Object.entries<any>(Environment?.Variables ?? {})) learn(name, value);
  for (const [name, { Value }] of Object.entries(template.Outputs ?? {})) learn(name, Value);
  return (value) => {
    const [, plain, inText] = /"(?:Ref|Fn::GetAtt)":\[?"([\w.]+)"|\$\{(\w+)/.exec(JSON.stringify(value))!;
    const id = plain ?? inText;
    return known.get(id) ?? `nothing that a variable or an output names: ${id}`;
  };
}

const sized = ['Runtime', 'Architectures', 'MemorySize', 'Timeout', 'RecursiveLoop'];
const asked = ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts'];
const store = /^AWS::(DynamoDB::(Global)?Table|S3::Bucket|SQS::Queue|Events::EventBus)$/;
const stored = [
  'AttributeDefinitions',
  'BillingMode',
  'BucketEncryption',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LifecycleConfiguration',
  'MessageRetentionPeriod',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
  'SqsManagedSseEnabled',
  'TimeToLiveSpecification',
];

/** A line for each action and resource, such as `s3:PutObject DOCUMENT_BUCKET /documents/*`, without what SAM adds by itself. */
const rightsOf = (statements: readonly any[], named: (value: unknown) => string): string[] =>
  statements
    .flatMap(({ Action, Resource, Condition }) =>
      [Action].flat().map((action: string) => {
        const end = /\/(index\/\w+|\w+\/\*)/.exec(JSON.stringify(Resource))?.[0] ?? '';
        const only = Condition ? JSON.stringify(Condition) : '';
        return /^(logs|xray|sqs):/.test(action) ? [] : `${action} ${named(Resource)} ${end} ${only}`.trim();
      }),
    )
    .flat()
    .sort();

const variablesOf = (all: Readonly<Record<string, unknown>>, named: (value: unknown) => string) =>
  Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, typeof value === 'string' ? value : `→ ${named(value)}`]),
  );
const keptIn = (template: CfnTemplate, named: (value: unknown) => string) =>
  Object.fromEntries(
    every(template, store).map(([id, { Type, Properties }]) => [
      named({ Ref: id }),
      {
        Type,
        ...pick(Properties, stored),
        failures: Properties.DeadLetterConfig && named(Properties.DeadLetterConfig),
      },
    ]),
  );
const inOrder = (heard: readonly object[]): object[] =>
  [...heard].sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
const delivery = ({ DeadLetterConfig, RetryPolicy }: any, named: (value: unknown) => string) => ({
  failures: named(DeadLetterConfig),
  ...RetryPolicy,
});

/** What a template of SAM says. */
export function readSam(name: string): Application {
  const template: CfnTemplate = samTemplate(name);
  const defaults = (template.Globals as any).Function;
  const functions = every(template, /^AWS::Serverless::Function$/).map(([, { Properties, Metadata }]) => ({
    ...defaults,
    ...Properties,
    Environment: { Variables: { ...defaults.Environment.Variables, ...Properties.Environment.Variables } },
    entries: (Metadata as any).BuildProperties.EntryPoints,
  }));
  const named = namesIn(template, functions);
  const models = Object.assign(
    {},
    ...every(template, /^AWS::Serverless::Api$/).map(([, api]) => api.Properties.Models),
  );
  const events = functions.flatMap(({ Description, Events = {} }) =>
    Object.values<any>(Events).map(({ Type, Properties }) => ({ Description, Type, ...Properties })),
  );
  const byDescription = (of: (one: any) => unknown): any =>
    Object.fromEntries(functions.map((one) => [one.Description, of(one)]));
  return {
    functions: byDescription((one) => ({
      // A build puts each file where its handler says.
      code: one.entries.map((entry: string) => [
        relative('.', join(dirname(fileOf(name)), one.CodeUri, entry)),
        one.Handler,
      ]),
      ...pick(one, sized),
      Tracing: one.Tracing,
      released: one.AutoPublishAlias !== undefined,
      variables: variablesOf(one.Environment.Variables, named),
      asked: one.EventInvokeConfig && {
        ...pick(one.EventInvokeConfig, asked),
        failures: named(one.EventInvokeConfig.DestinationConfig.OnFailure.Destination),
      },
    })),
    rights: byDescription(({ Policies }) =>
      rightsOf(
        Policies.flatMap(({ Statement }: any) => Statement),
        named,
      ),
    ),
    routes: Object.fromEntries(
      events
        .filter(({ Type }) => Type === 'Api')
        .map(({ Method, Path, Description, RequestModel }) => [
          `${Method} ${Path}`,
          [Description, ...(RequestModel?.ValidateBody ? [models[RequestModel.Model]] : [])],
        ]),
    ),
    heard: inOrder([
      ...events
        .filter(({ Type }) => Type === 'EventBridgeRule')
        .map(({ EventBusName, Pattern, Description, ...how }) => ({
          bus: named(EventBusName),
          pattern: Pattern,
          hears: Description,
          ...delivery(how, named),
        })),
      ...rulesIn(template, named),
    ]),
    kept: keptIn(template, named),
  };
}

const rulesIn = (template: CfnTemplate, named: (value: unknown) => string): object[] =>
  every(template, /^AWS::Events::Rule$/).flatMap(
    ([
      ,
      {
        Properties: { EventBusName, EventPattern, Targets },
      },
    ]) =>
      Targets.map(({ Arn, ...how }: any) => {
        const told = template.Resources[Arn['Fn::GetAtt'][0]];
        const hears = told.Type === 'AWS::Lambda::Function' ? told.Properties!.Description : named(Arn);
        return { bus: named(EventBusName), pattern: EventPattern, hears, ...delivery(how, named) };
      }),
  );

/** What a template of the CDK says, whose functions have the path of their file for code. */
export function readCdk(template: CfnTemplate): Application {
  const own = every(template, /^AWS::Lambda::Function$/).filter(
    ([, { Properties }]) => Properties.Environment?.Variables.POWERTOOLS_SERVICE_NAME,
  );
  const named = namesIn(
    template,
    own.map(([, { Properties }]) => Properties),
  );
  const aliases = every(template, /^AWS::Lambda::Alias$/).map(([id, { Properties }]) => [
    id,
    Properties.FunctionName.Ref,
  ]);
  const descriptionOf = (id: string): string => template.Resources[id].Properties!.Description;
  const byDescription = (of: (id: string, properties: any) => unknown): any =>
    Object.fromEntries(own.map(([id, { Properties }]) => [Properties.Description, of(id, Properties)]));
  const pathOf = (id: string): string => {
    const { PathPart, ParentId } = template.Resources[id].Properties!;
    return `${ParentId.Ref ? pathOf(ParentId.Ref as string) : ''}/${PathPart}`;
  };
  return {
    functions: byDescription((id, properties) => {
      const config = every(template, /^AWS::Lambda::EventInvokeConfig$/).find(
        ([, { Properties }]) => Properties.FunctionName.Ref === id,
      )?.[1].Properties;
      const file: string = properties.Code.ZipFile;
      return {
        code: [[file, `${file.split('/').at(-1)!.replace('.ts', '')}.handler`]],
        ...pick(properties, sized),
        Tracing: properties.TracingConfig.Mode,
        released: aliases.some(([, of]) => of === id),
        variables: variablesOf(properties.Environment.Variables, named),
        asked: config && {
          ...pick(config, asked),
          failures: named(config.DestinationConfig.OnFailure.Destination),
        },
      };
    }),
    rights: byDescription((_id, { Role }) =>
      rightsOf(
        every(template, /^AWS::IAM::Policy$/)
          .filter(([, { Properties }]) => Properties.Roles.some(({ Ref }: any) => Ref === Role['Fn::GetAtt'][0]))
          .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement),
        named,
      ),
    ),
    routes: Object.fromEntries(
      every(template, /^AWS::ApiGateway::Method$/).map(
        ([
          ,
          {
            Properties: { HttpMethod, ResourceId, Integration, RequestModels },
          },
        ]) => {
          const uri = JSON.stringify(Integration.Uri);
          const [, answering] = aliases.find(([alias]) => uri.includes(`"Ref":"${alias}"`))!;
          const body = RequestModels && [template.Resources[RequestModels['application/json'].Ref].Properties!.Schema];
          return [`${HttpMethod} ${pathOf(ResourceId.Ref)}`, [descriptionOf(answering), ...(body ?? [])]];
        },
      ),
    ),
    heard: inOrder(rulesIn(template, named)),
    // The bucket of access logs: docs/sam.md says that SAM's has none.
    kept: Object.fromEntries(
      Object.entries(keptIn(template, named)).filter(([name]) => !/^AccessLog|AccessLogs\w+$/.test(name)),
    ),
  };
}
