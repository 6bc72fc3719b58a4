import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { fromJSONSchema } from 'zod';
import * as z from 'zod/mini';
import fc from 'fast-check';
import { newAttachment } from '../../lambda/orders-api/attachment';
import { newOrder } from '../../lambda/orders-api/order';
import { createApp } from '../../lib/app';
import { OrdersApi } from '../../lib/architectures/orders-api/orders-api-stack';
import { profiles, type ProfileName } from '../../lib/profile';
import { decide, text, type AccessRequest, type PolicyDocument } from '../support/decide';
import { testApp } from '../support/app';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'orders-api';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const both: readonly (readonly [ProfileName, Template])[] = [
  ['sandbox', sandbox],
  ['production', production],
];
const resources = (template: Template, type: string): [string, any][] => Object.entries(template.findResources(type));
const only = (template: Template, type: string, id = ''): [string, any] =>
  resources(template, type).find(([each]) => each.includes(id))!;

/** What a role may do, by all its policies together. */
function policyOf(template: Template, role: string): PolicyDocument {
  const policies = resources(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
    Properties.Roles.some(({ Ref }: any) => Ref === role),
  );
  return { Statement: policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement) };
}
const roleOf = (template: Template, part: string): string =>
  only(template, 'AWS::IAM::Role', `Functions${part}HandlerRole`)[0];

const table = `<${only(sandbox, 'AWS::DynamoDB::GlobalTable')[0]}.Arn>`;
const requests = `<${only(sandbox, 'AWS::DynamoDB::Table')[0]}.Arn>`;
const bucket = `<${only(sandbox, 'AWS::S3::Bucket', 'Documents')[0]}.Arn>`;
const writer = `<${only(sandbox, 'AWS::Lambda::Alias', 'InvoiceWriter')[0]}>`;
const failures = `<${only(sandbox, 'AWS::SQS::Queue')[0]}.Arn>`;

describe('who may do what', () => {
  const everything: readonly (readonly [string, string])[] = [
    ['dynamodb:GetItem', table],
    ['dynamodb:PutItem', table],
    ['dynamodb:UpdateItem', table],
    ['dynamodb:DeleteItem', table],
    ['dynamodb:Query', table],
    ['dynamodb:Query', `${table}/index/byCustomer`],
    ['dynamodb:Scan', table],
    ['dynamodb:Scan', `${table}/index/byCustomer`],
    ['dynamodb:BatchGetItem', table],
    ['dynamodb:PutItem', requests],
    ['dynamodb:Scan', requests],
    ['s3:PutObject', `${bucket}/attachments/x/a.pdf`],
    ['s3:GetObject', `${bucket}/attachments/x/a.pdf`],
    ['s3:PutObject', `${bucket}/invoices/x.html`],
    ['s3:GetObject', `${bucket}/invoices/x.html`],
    ['s3:PutObject', `${bucket}/elsewhere`],
    ['s3:DeleteObject', `${bucket}/invoices/x.html`],
    ['s3:ListBucket', bucket],
    ['lambda:InvokeFunction', writer],
    ['lambda:UpdateFunctionCode', writer],
    ['sqs:SendMessage', failures],
    ['sqs:ReceiveMessage', failures],
    ['iam:PassRole', '*'],
  ];
  const expected: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    Orders: [
      ['dynamodb:GetItem', table],
      ['dynamodb:PutItem', table],
      ['dynamodb:Query', `${table}/index/byCustomer`],
      ['dynamodb:PutItem', requests],
    ],
    Attachments: [
      ['dynamodb:GetItem', table],
      ['s3:PutObject', `${bucket}/attachments/x/a.pdf`],
    ],
    Invoices: [
      ['dynamodb:GetItem', table],
      ['s3:GetObject', `${bucket}/invoices/x.html`],
      ['lambda:InvokeFunction', writer],
    ],
    InvoiceWriter: [
      ['dynamodb:GetItem', table],
      ['dynamodb:UpdateItem', table],
      ['s3:PutObject', `${bucket}/invoices/x.html`],
      ['sqs:SendMessage', failures],
    ],
  };

  test.each(Object.keys(expected))(
    '%s may do what it is for, and none of the rest [serverless-execution-role, data-ddb-scan-guarded, storage-presigned-rights]',
    (part) => {
      const policy = policyOf(sandbox, roleOf(sandbox, part));
      const allowed = everything.filter(([action, resource]) => decide(policy, { action, resource }) === 'allow');
      expect(allowed).toEqual(expected[part]);
    },
  );

  test('no role of a function has an action with a wildcard, or a resource that is nothing but one, save for traces [serverless-execution-role]', () => {
    for (const part of Object.keys(expected)) {
      for (const { Action, Resource } of policyOf(sandbox, roleOf(sandbox, part)).Statement as readonly any[]) {
        for (const action of [Action].flat()) expect(action).not.toContain('*');
        if ([Resource].flat().some((one) => text(one) === '*'))
          expect(Action).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
      }
      expect(only(sandbox, 'AWS::IAM::Role', `Functions${part}HandlerRole`)[1].Properties).not.toHaveProperty(
        'ManagedPolicyArns',
      );
    }
  });

  test('a link is worth what its signer may do when it is used: of a key elsewhere nothing, and nothing at all once the signer is denied [storage-presigned-rights]', () => {
    const policy = policyOf(sandbox, roleOf(sandbox, 'Attachments'));
    const put = (key: string): AccessRequest => ({ action: 's3:PutObject', resource: `${bucket}/${key}` });
    expect(decide(policy, put('attachments/1/a.pdf'))).toBe('allow');
    expect(decide(policy, put('invoices/1.html'))).toBe('implicit deny');
    const withdrawn = { Statement: [...policy.Statement, { Effect: 'Deny' as const, Action: 's3:*', Resource: '*' }] };
    expect(decide(withdrawn, put('attachments/1/a.pdf'))).toBe('explicit deny');
  });

  test('one function of the API may call another, the one that hands over invoices, and only as an alias [serverless-no-direct-chaining, serverless-alias-pointer]', () => {
    const callers = Object.keys(expected).filter((part) =>
      JSON.stringify(policyOf(sandbox, roleOf(sandbox, part))).includes('lambda:'),
    );
    expect(callers).toEqual(['Invoices']);
  });

  test('only API Gateway may call a function, each alias for the methods it answers [serverless-resource-policy, serverless-alias-pointer]', () => {
    const permissions = resources(sandbox, 'AWS::Lambda::Permission').map(([, { Properties }]) => [
      text(Properties.FunctionName).match(/Functions(\w+?)ReleaseAlias/)?.[1],
      Properties.Principal,
      text(Properties.SourceArn).split('>/').at(-1),
    ]);
    expect(permissions.sort()).toEqual([
      ['Attachments', 'apigateway.amazonaws.com', 'POST/orders/*/attachments'],
      ['Invoices', 'apigateway.amazonaws.com', 'GET/orders/*/invoice'],
      ['Invoices', 'apigateway.amazonaws.com', 'POST/orders/*/invoice'],
      ['Orders', 'apigateway.amazonaws.com', 'GET/orders'],
      ['Orders', 'apigateway.amazonaws.com', 'GET/orders/*'],
      ['Orders', 'apigateway.amazonaws.com', 'POST/orders'],
    ]);
  });
});

describe('the contract', () => {
  const schemaOf = (id: string) => only(sandbox, 'AWS::ApiGateway::Model', id)[1].Properties.Schema;

  test.each([
    ['an order', 'BodyPOSTOrders9', newOrder],
    ['an attachment', 'Attachments', newAttachment],
  ])('API Gateway and the function have the same idea of %s [serverless-request-models]', (_, id, schema) => {
    expect(schemaOf(id)).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { target: 'draft-4' }))));
  });

  test('the model refuses what it should, and takes what the function takes [serverless-request-models]', () => {
    const model = fromJSONSchema(schemaOf('BodyPOSTOrders9'));
    const good = { customer: 'c-1', currency: 'EUR', items: [{ sku: 'A', quantity: 1, unitPrice: 0 }] };
    expect(model.safeParse(good).success).toBe(true);
    for (const wrong of [
      {},
      { ...good, items: [] },
      { ...good, currency: 'XXX' },
      { ...good, extra: 1 },
      { ...good, items: [{ sku: 'A', quantity: 0, unitPrice: 0 }] },
    ]) {
      expect([wrong, model.safeParse(wrong).success]).toEqual([wrong, false]);
    }
    const nearly = fc.record(
      {
        customer: fc.oneof(fc.constant('c-1'), fc.string()),
        currency: fc.constantFrom('EUR', 'eur'),
        items: fc.array(
          fc.record({
            sku: fc.stringMatching(/^[\w.-]{0,41}$/),
            quantity: fc.integer({ min: -1, max: 1001 }),
            unitPrice: fc.oneof(fc.nat(), fc.double()),
          }),
          { maxLength: 3 },
        ),
        note: fc.string({ maxLength: 501 }),
      },
      { requiredKeys: ['customer', 'currency', 'items'] },
    );
    fc.assert(fc.property(nearly, (body) => model.safeParse(body).success === newOrder.safeParse(body).success));
  });

  test('every method needs a key and is checked before a function runs [serverless-throttling, serverless-request-models]', () => {
    const methods = resources(sandbox, 'AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);
    expect(methods).toHaveLength(6);
    for (const { ApiKeyRequired, RequestValidatorId } of methods)
      expect([ApiKeyRequired, RequestValidatorId]).toEqual([true, { Ref: expect.any(String) }]);
    const parameters = Object.assign({}, ...methods.map(({ RequestParameters }) => RequestParameters));
    expect(parameters).toEqual({
      'method.request.header.Idempotency-Key': true,
      'method.request.querystring.customer': true,
    });
  });

  test('no page of another origin may call it, until origins are given: then preflight and functions know the same ones [serverless-cors]', () => {
    expect(JSON.stringify(sandbox.toJSON())).not.toMatch(/Allow-Origin|ALLOWED_ORIGINS/);
    const origins = ['https://shop.example.com', 'https://admin.example.com'];
    const stack = new OrdersApi(testApp(), name, { profile: profiles.sandbox, settings: {}, allowedOrigins: origins });
    const template = Template.fromStack(stack);
    const functions = resources(template, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.Environment?.Variables.ALLOWED_ORIGINS,
    );
    expect(functions.filter(Boolean)).toEqual(Array(3).fill(origins.join()));
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'OPTIONS',
      Integration: {
        IntegrationResponses: [
          Match.objectLike({
            ResponseTemplates: { 'application/json': Match.stringLikeRegexp('https://admin.example.com') },
          }),
        ],
      },
    });
  });
});

describe('what it is made of', () => {
  test("functions stand in no network of one's own, as nothing they need does [serverless-outside-vpc]", () => {
    for (const [, { Properties }] of resources(sandbox, 'AWS::Lambda::Function'))
      expect(Properties).not.toHaveProperty('VpcConfig');
    sandbox.resourceCountIs('AWS::EC2::VPC', 0);
  });

  test('nothing in the sandbox is billed by the hour [serverless-billing-model]', () => {
    const types = new Set(
      Object.values(sandbox.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type),
    );
    // Billed by use, by the month for each (alarms, a key), or not at all.
    expect(
      [...types].filter((type) =>
        /WAFv2|EC2|RDS|ElastiCache|ElasticLoadBalancing|Cognito|NatGateway|Kinesis::Stream|Dashboard/.test(type),
      ),
    ).toEqual([]);
    for (const [, { Properties }] of resources(sandbox, 'AWS::ApiGateway::Stage'))
      expect(Properties).not.toHaveProperty('CacheClusterEnabled');
    for (const type of ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])
      sandbox.allResourcesProperties(type, { BillingMode: 'PAY_PER_REQUEST' });
  });

  test('events for the invoice writer are tried three times within an hour, and what fails lies in a watched queue [serverless-async-invoke, serverless-async-qualifier, serverless-destinations]', () => {
    sandbox.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      Qualifier: 'live',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('InvoiceFailures'), 'Arn'] } },
      },
    });
    sandbox.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
    });
  });

  test('requests are remembered for longer than a client may repeat them, documents for as long as their orders [serverless-idempotency]', () => {
    const variables = only(sandbox, 'AWS::Lambda::Function', 'FunctionsOrders')[1].Properties.Environment.Variables;
    expect([variables.IDEMPOTENCY_EXPIRY_SECONDS, variables.ORDER_DAYS]).toEqual(['172800', '400']);
    sandbox.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Id: 'WithTheirOrders', ExpirationInDays: 400 })]),
      },
    });
  });

  test('links are good for fifteen minutes at most [storage-presigned-expiry]', () => {
    for (const part of ['Attachments', 'Invoices']) {
      expect(
        only(sandbox, 'AWS::Lambda::Function', `Functions${part}Handler`)[1].Properties.Environment.Variables
          .LINK_SECONDS,
      ).toBe('900');
    }
  });
});

describe.each(both)('as %s', (profile, template) => {
  test('releases move all at once where one tries things, and by watched canary where one runs them [serverless-gradual-release]', () => {
    const groups = resources(template, 'AWS::CodeDeploy::DeploymentGroup').map(([, { Properties }]) => Properties);
    expect(groups).toHaveLength(4);
    for (const { DeploymentConfigName, AutoRollbackConfiguration } of groups) {
      expect(DeploymentConfigName).toBe(
        profile === 'sandbox' ? 'CodeDeployDefault.LambdaAllAtOnce' : 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      );
      expect(AutoRollbackConfiguration.Events.includes('DEPLOYMENT_STOP_ON_ALARM')).toBe(profile === 'production');
    }
  });

  test('what answers callers is taken back when its new version answers with 500, counted as the function counts it [serverless-gradual-release]', () => {
    const watched = resources(template, 'AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.MetricName === 'Failures',
    );
    expect(watched).toHaveLength(profile === 'production' ? 3 : 0);
    const groups = JSON.stringify(
      resources(template, 'AWS::CodeDeploy::DeploymentGroup').map(
        ([, { Properties }]) => Properties.AlarmConfiguration,
      ),
    );
    for (const [id, { Properties }] of watched) {
      expect(groups).toContain(`"${id}"`);
      expect(Properties.Namespace).toBe('Groundplan');
      const [called, service, version] = Properties.Dimensions;
      expect([called.Name, service, version.Name]).toEqual([
        'function',
        { Name: 'service', Value: 'orders-api' },
        'version',
      ]);
      expect(version.Value['Fn::GetAtt']).toEqual([expect.stringContaining('CurrentVersion'), 'Version']);
    }
  });

  test('the table can be restored to any second of 35 days [data-ddb-pitr]', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
          DeletionProtectionEnabled: profile === 'production',
        }),
      ],
    });
  });

  test('figures of each method, and a page with what callers see, what functions do and what business comes of it, are there where they are paid for [serverless-observability]', () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [Match.objectLike({ MetricsEnabled: profile === 'production' })],
    });
    const dashboards = resources(template, 'AWS::CloudWatch::Dashboard');
    expect(dashboards).toHaveLength(profile === 'production' ? 1 : 0);
    for (const [, { Properties }] of dashboards) {
      const shown = text(Properties.DashboardBody);
      for (const metric of [
        '5XXError',
        '4XXError',
        'Latency',
        'Errors',
        'Throttles',
        'Duration',
        'OrdersTaken',
        'InvoicesWritten',
        'ApproximateNumberOfMessagesVisible',
      ])
        expect(shown).toContain(`"${metric}"`);
    }
  });

  test('the API and every function have their alarms, and all of them report to somebody [serverless-metrics-alarms]', () => {
    const alarms = resources(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    const metrics = alarms.map(({ MetricName }) => MetricName).sort();
    const count = (metric: string) => metrics.filter((each) => each === metric).length;
    expect(
      [
        '5XXError',
        '4XXError',
        'Latency',
        'Throttles',
        'Duration',
        'DestinationDeliveryFailures',
        'ApproximateNumberOfMessagesVisible',
      ].map(count),
    ).toEqual([1, 1, 1, 4, 4, 1, 1]);
    expect(count('Errors')).toBe(profile === 'sandbox' ? 4 : 8);
    for (const { AlarmActions } of alarms)
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlarmsTopic/) }]);
  });
});

describe('with more settings', () => {
  test('a domain becomes the only way in', () => {
    const template = architecture(name, {
      domainName: 'orders.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1a2b',
      hostedZoneId: 'Z0123456789',
    });
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
    template.hasResourceProperties('AWS::ApiGateway::DomainName', {
      DomainName: 'orders.example.com',
      SecurityPolicy: 'TLS_1_2',
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'orders.example.com.', Type: 'AAAA' });
    template.hasOutput('ApiUrl', { Value: 'https://orders.example.com/' });
  });

  test('fails when the certificate is of another region than the API', () => {
    const settings = {
      only: [name],
      domainName: 'orders.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b',
      hostedZoneId: 'Z0123456789',
      account: '111122223333',
      region: 'eu-west-1',
    };
    const make = () =>
      createApp(settings, {
        gates: false,
        outdir: mkdtempSync(join(tmpdir(), 'groundplan-')),
        context: { 'aws:cdk:bundling-stacks': [] },
      });
    expect(make).toThrow(
      'orders-api/Api:\n  domain.certificate is of us-east-1; this endpoint needs one of eu-west-1, so ask for a certificate there',
    );
  });
});

describe('snapshots', () => matchesItsSnapshots(name));

describe('as a variant', () => {
  const canary = architecture(name, { variant: ['canary'] });
  const bad = architecture(name, { variant: ['canary', 'bad-release'] });

  test('a sandbox releases by watched canary too [serverless-gradual-release]', () => {
    for (const [, { Properties }] of resources(canary, 'AWS::CodeDeploy::DeploymentGroup')) {
      expect(Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
      expect(Properties.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
    }
  });

  test('a bad release differs in one variable of one function, which makes a new version of that one alone', () => {
    const variables = (template: Template, part: string): string[] =>
      Object.keys(
        only(template, 'AWS::Lambda::Function', `Functions${part}Handler`)[1].Properties.Environment.Variables,
      );
    expect(variables(bad, 'Orders')).toEqual(variables(canary, 'Orders').filter((key) => key !== 'ORDERS_TABLE'));
    expect(variables(bad, 'Invoices')).toEqual(variables(canary, 'Invoices'));
    const versions = (template: Template) => resources(template, 'AWS::Lambda::Version').map(([id]) => id);
    const fresh = versions(bad).filter((id) => !versions(canary).includes(id));
    expect(fresh).toEqual([expect.stringMatching(/^FunctionsOrdersHandler/)]);
  });
});
