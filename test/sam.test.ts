import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { attachmentModel, orderModel } from '../lib/architectures/orders-api/models';
import { handlersIn } from '../lib/constructs/serverless/handler-bundle';
import { parseYaml } from '../tools/template/yaml';
import { architecture } from './support/architecture';

const file = 'lib/architectures/orders-api/sam/template.yaml';
const sam = parseYaml(readFileSync(file, 'utf8')) as any;
const cdk = architecture('orders-api').toJSON();

const ofType = (template: any, type: string): [string, any][] =>
  Object.entries<any>(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => [id, Properties]);
const samFunctions = ofType(sam, 'AWS::Serverless::Function');
const cdkFunctions = ofType(cdk, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Functions'));
const defaults = sam.Globals.Function;

/** The function of the CDK that does the same. */
const twin = ({ Description }: any): [string, any] => {
  const found = cdkFunctions.filter(([, properties]) => properties.Description === Description);
  expect(found).toHaveLength(1);
  return found[0];
};
/** Statements as sorted lines of their actions, with where they end, such as /attachments/*. */
const lines = (statements: any[]): string[] =>
  statements
    .map(({ Action, Resource }) => {
      const end = /(\/(index\/\w+|\w+\/\*))"?[^/]*$/.exec(JSON.stringify(Resource))?.[1] ?? '';
      return `${[Action].flat().sort().join(' ')} ${end}`.trim();
    })
    .sort();

describe('orders-api in SAM', () => {
  test('is marked by the transform, and holds functions, an API and rights in the words of SAM, and plain CloudFormation beside them [serverless-sam-template]', () => {
    expect(sam.Transform).toBe('AWS::Serverless-2016-10-31');
    const types = Object.values<any>(sam.Resources).map(({ Type }) => Type as string);
    expect([...new Set(types)].sort()).toEqual([
      'AWS::DynamoDB::GlobalTable',
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SQS::Queue',
      'AWS::Serverless::Api',
      'AWS::Serverless::Function',
    ]);
    for (const [, { Policies }] of samFunctions) expect(Policies[0].Statement.length).toBeGreaterThan(0);
  });

  test('has the same functions, of the same files, with the same size, time and variables [serverless-sam-template]', () => {
    expect(samFunctions).toHaveLength(cdkFunctions.length);
    const built = Object.values<any>(sam.Resources).flatMap(
      ({ Metadata }) => Metadata?.BuildProperties.EntryPoints ?? [],
    );
    expect(built.map((entry: string) => resolve(entry)).sort()).toEqual(
      handlersIn(resolve('lambda', 'orders-api')).sort(),
    );
    for (const [id, properties] of samFunctions) {
      const [, same] = twin(properties);
      const { Runtime, Architectures, MemorySize, Timeout, RecursiveLoop, Tracing } = { ...defaults, ...properties };
      expect({ Runtime, Architectures, MemorySize, Timeout, RecursiveLoop, TracingConfig: { Mode: Tracing } }).toEqual({
        Runtime: same.Runtime,
        Architectures: same.Architectures,
        MemorySize: same.MemorySize,
        Timeout: same.Timeout,
        RecursiveLoop: same.RecursiveLoop,
        TracingConfig: same.TracingConfig,
      });
      const variables = { ...defaults.Environment.Variables, ...properties.Environment.Variables };
      const plain = (all: object) =>
        Object.entries(all)
          .map(([name, value]) => [name, typeof value === 'string' ? value : 'a reference'])
          .sort();
      expect(plain(variables)).toEqual(plain(same.Environment.Variables));
      const [entry] = sam.Resources[id].Metadata.BuildProperties.EntryPoints;
      expect(existsSync(join(dirname(file), properties.CodeUri, entry))).toBe(true);
      expect(entry).toContain(`/${properties.Handler.replace('.handler', '.ts')}`);
    }
  });

  test('lets each function do the same, besides logs and traces, which SAM adds by itself [serverless-sam-template]', () => {
    const policies = ofType(cdk, 'AWS::IAM::Policy');
    for (const [, properties] of samFunctions) {
      const [id] = twin(properties);
      const role = cdk.Resources[id].Properties.Role['Fn::GetAtt'][0];
      const [, { PolicyDocument }] = policies.find(([, { Roles }]) => Roles[0].Ref === role)!;
      const own = PolicyDocument.Statement.filter(
        ({ Action }: any) => !/logs:|xray:|sqs:/.test(JSON.stringify(Action)),
      );
      expect(lines(properties.Policies[0].Statement)).toEqual(lines(own));
    }
  });

  test('answers the same methods with the same functions, to whoever has a key, and asks for the same bodies [serverless-sam-template]', () => {
    const routes = samFunctions.flatMap(([, { Description, Events = {} }]) =>
      Object.values<any>(Events).map(({ Properties: { Method, Path } }) => `${Method} ${Path} ${Description}`),
    );
    const paths = new Map<string, string>();
    const pathOf = (id: string): string => {
      const { PathPart, ParentId } = cdk.Resources[id].Properties;
      return `${ParentId.Ref ? pathOf(ParentId.Ref) : ''}/${PathPart}`;
    };
    for (const [id] of ofType(cdk, 'AWS::ApiGateway::Resource')) paths.set(id, pathOf(id));
    const methods = ofType(cdk, 'AWS::ApiGateway::Method').map(([, { HttpMethod, ResourceId, Integration }]) => {
      const alias = /"Ref":"(Functions\w+)"/.exec(JSON.stringify(Integration.Uri))![1];
      const { Ref } = cdk.Resources[alias].Properties.FunctionName;
      return `${HttpMethod} ${paths.get(ResourceId.Ref)} ${cdk.Resources[Ref].Properties.Description}`;
    });
    expect(routes.sort()).toEqual(methods.sort());
    expect(routes).toHaveLength(6);

    const [[, api]] = ofType(sam, 'AWS::Serverless::Api');
    const [[, plan]] = ofType(cdk, 'AWS::ApiGateway::UsagePlan');
    expect(api.Auth.ApiKeyRequired).toBe(true);
    expect([api.Auth.UsagePlan.Quota, api.Auth.UsagePlan.Throttle]).toEqual([plan.Quota, plan.Throttle]);
    const draft = 'http://json-schema.org/draft-04/schema#';
    expect(api.Models).toEqual({
      Order: { ...orderModel, schema: undefined, $schema: draft },
      Attachment: { ...attachmentModel, schema: undefined, $schema: draft },
    });
    const asked = samFunctions.flatMap(([, { Events = {} }]) =>
      Object.values<any>(Events).flatMap(({ Properties: { Path, RequestModel } }) =>
        RequestModel ? [[Path, RequestModel.Model, RequestModel.ValidateBody]] : [],
      ),
    );
    expect(asked).toEqual([
      ['/orders', 'Order', true],
      ['/orders/{orderId}/attachments', 'Attachment', true],
    ]);
  });

  test('keeps the same in the same tables and bucket, and what failed in a queue [serverless-sam-template]', () => {
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table']) {
      const [[, mine]] = ofType(sam, type);
      const [[, same]] = ofType(cdk, type);
      for (const property of [
        'KeySchema',
        'AttributeDefinitions',
        'GlobalSecondaryIndexes',
        'BillingMode',
        'TimeToLiveSpecification',
      ])
        expect([type, property, mine[property]]).toEqual([type, property, same[property]]);
    }
    const [[, { LifecycleConfiguration, PublicAccessBlockConfiguration, BucketEncryption }]] = ofType(
      sam,
      'AWS::S3::Bucket',
    );
    const [, same] = ofType(cdk, 'AWS::S3::Bucket').find(([id]) => id.startsWith('StoreDocuments'))!;
    expect(PublicAccessBlockConfiguration).toEqual(same.PublicAccessBlockConfiguration);
    expect(BucketEncryption).toEqual(same.BucketEncryption);
    expect(LifecycleConfiguration.Rules[0]).toMatchObject({ ExpirationInDays: 400 });
    expect(JSON.stringify(same.LifecycleConfiguration.Rules)).toContain('"ExpirationInDays":400');
    const [[, { EventInvokeConfig }]] = samFunctions.filter(([id]) => id === 'InvoiceWriter');
    const [[, kept]] = ofType(cdk, 'AWS::Lambda::EventInvokeConfig');
    expect([EventInvokeConfig.MaximumEventAgeInSeconds, EventInvokeConfig.MaximumRetryAttempts]).toEqual([
      kept.MaximumEventAgeInSeconds,
      kept.MaximumRetryAttempts,
    ]);
    expect(EventInvokeConfig.DestinationConfig.OnFailure).toEqual({
      Type: 'SQS',
      Destination: { 'Fn::GetAtt': ['InvoiceFailures', 'Arn'] },
    });
  });
});

describe('docs/sam.md', () => {
  const page = readFileSync('docs/sam.md', 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `sam'));

  test.each([
    'init',
    'build',
    'local invoke',
    'local start-api',
    'logs',
    'traces',
    'sync',
    'validate',
    'package',
    'deploy',
    'delete',
    'publish',
    'pipeline',
  ])('says what takes the place of sam %s [serverless-sam-workflow]', (command) => {
    const row = rows.find((line) => line.startsWith(`| \`sam ${command}`));
    expect(row?.split('|')[2].trim()).toMatch(/\w/);
  });

  test('names no script that there is not', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...page.matchAll(/npm (?:run )?([\w-]+)/g)].map(([, script]) => script);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((script) => !(script in scripts) && !['publish'].includes(script))).toEqual([]);
  });
});

describe('.github/workflows/deploy.yml', () => {
  const { on, permissions, jobs } = parse(readFileSync('.github/workflows/deploy.yml', 'utf8'));

  test('deploys what somebody asked for, after every check, without a key that is kept [serverless-sam-workflow]', () => {
    expect(Object.keys(on)).toEqual(['workflow_dispatch']);
    expect(permissions).toEqual({ contents: 'read' });
    expect(jobs.check.steps.flatMap(({ run }: any) => run ?? [])).toEqual(['npm ci', 'npm test', 'npm run check']);
    expect(jobs.deploy).toMatchObject({ needs: 'check', permissions: { contents: 'read', 'id-token': 'write' } });
    const words = JSON.stringify(jobs);
    expect(words).not.toMatch(/secrets\.|access-key/);
    // What somebody typed reaches a shell as a variable, never as a part of its text.
    for (const { run = '' } of jobs.deploy.steps) expect(run).not.toContain('${{');
  });
});
