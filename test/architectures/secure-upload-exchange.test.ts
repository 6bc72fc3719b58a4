import { Match } from 'aws-cdk-lib/assertions';
import * as z from 'zod/mini';
import { newUpload } from '../../lambda/secure-upload-exchange/upload';
import { text } from '../support/decide';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'secure-upload-exchange';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const only = (type: string, id: RegExp, template = sandbox): any => {
  const found = Object.entries(template.findResources(type)).filter(([key]) => id.test(key));
  expect(found.map(([key]) => key)).toEqual([expect.stringMatching(id)]);
  return found[0][1].Properties;
};
const bucketOf = (template = sandbox) => only('AWS::S3::Bucket', /^StoreFiles/, template);
const variablesOf = (part: string, template = sandbox) =>
  only('AWS::Lambda::Function', new RegExp(`^Transfer${part}`), template).Environment.Variables;

describe('pages of one origin', () => {
  const known = (settings: Parameters<typeof architecture>[1]) => {
    const template = architecture(name, settings);
    const preflights = Object.values(template.findResources('AWS::ApiGateway::Method'))
      .filter(({ Properties }) => Properties.HttpMethod === 'OPTIONS')
      .map(
        ({ Properties }) =>
          Properties.Integration.IntegrationResponses[0].ResponseParameters[
            'method.response.header.Access-Control-Allow-Origin'
          ],
      );
    return {
      bucket: bucketOf(template).CorsConfiguration.CorsRules.flatMap(({ AllowedOrigins }: any) => AllowedOrigins),
      api: [...new Set(preflights.map((one: string) => one.replaceAll("'", '')))],
      functions: ['Uploads', 'Outcomes'].map((part) => variablesOf(part, template).ALLOWED_ORIGINS),
    };
  };

  test.each([
    [{}, 'http://localhost:8080'],
    [{ domainName: 'exchange.example.com' }, 'https://exchange.example.com'],
  ])(
    'are known to the bucket, to the API and to the functions alike: %j [storage-cors-two-origins]',
    (settings, origin) => {
      expect(known(settings)).toEqual({ bucket: [origin], api: [origin], functions: [origin, origin] });
    },
  );

  test('may put and get with the headers a link has, and the browser remembers so for an hour [storage-cors-bucket]', () => {
    expect(bucketOf().CorsConfiguration.CorsRules).toEqual([
      {
        AllowedOrigins: ['http://localhost:8080'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedHeaders: ['content-type', 'if-none-match'],
        ExposedHeaders: ['etag'],
        MaxAge: 3600,
      },
    ]);
    expect(only('AWS::S3::Bucket', /^AccessLogs/)).not.toHaveProperty('CorsConfiguration');
  });
});

describe('who hears of a file', () => {
  const { NotificationConfiguration: told } = only('Custom::S3BucketNotifications', /^StoreFiles/);
  const folderOf = ({ Filter }: any) => Filter.Key.FilterRules.map(({ Value }: any) => Value);

  test('the inspector of what arrives, a queue of what was accepted, a topic of what was refused, each by S3 [storage-events-destinations]', () => {
    const { LambdaFunctionConfigurations, QueueConfigurations, TopicConfigurations, ...rest } = told;
    const all = [LambdaFunctionConfigurations, QueueConfigurations, TopicConfigurations];
    expect(all.map((each) => each.map(folderOf))).toEqual([[['arrivals/']], [['accepted/']], [['refused/']]]);
    expect(text(QueueConfigurations[0].QueueArn)).toMatch(/^<NewsDeliveriesQueue/);
    expect(text(TopicConfigurations[0].TopicArn)).toMatch(/^<NewsRefusalsTopic/);
    expect(rest).toEqual({ EventBridgeConfiguration: {} });
  });

  test('and the journal of what arrives, by EventBridge, in words of its own, and nothing of it is lost [storage-events-eventbridge]', () => {
    const { EventPattern, Targets } = only('AWS::Events::Rule', /^NewsArrivals/);
    expect(EventPattern).toMatchObject({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ Ref: expect.stringMatching(/^StoreFilesBucket/) }] },
        object: { key: [{ prefix: 'arrivals/' }] },
      },
    });
    expect(Targets).toMatchObject([
      {
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^NewsJournalQueue/), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^InspectionFailuresQueue/), 'Arn'] } },
        RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
        InputTransformer: {
          InputPathsMap: expect.objectContaining({ 'detail-object-key': '$.detail.object.key' }),
          InputTemplate:
            '{"file":<detail-object-key>,"bytes":<detail-object-size>,"from":<detail-source-ip-address>,"at":<time>}',
        },
      },
    ]);
  });

  test('a file that cannot be inspected is tried three times within an hour, and then lies in the failure queue [serverless-async-invoke]', () => {
    expect(only('AWS::Lambda::EventInvokeConfig', /^InspectionArrivals/)).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^InspectionFailuresQueue/), 'Arn'] } },
      },
    });
    const alarms = Object.keys(sandbox.findResources('AWS::CloudWatch::Alarm')).map((id) => id.slice(0, -8));
    expect(alarms).toEqual(
      expect.arrayContaining([
        'InspectionFailuresAlarm',
        'NewsDeliveriesDeadLetterAlarm',
        'NewsSupportDeadLetterAlarm',
        'NewsJournalDeadLetterAlarm',
        'NewsArrivalsAlarm',
        'NewsRefusalsLossAlarm',
      ]),
    );
  });
});

describe('files', () => {
  test('are under the customer key, whatever an upload asks for, and no key of the caller is taken [storage-sse-kms, storage-sse-override]', () => {
    const { ServerSideEncryptionConfiguration: rules } = bucketOf().BucketEncryption;
    expect(rules).toMatchObject([
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: {
          SSEAlgorithm: 'aws:kms',
          KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringMatching(/^StoreFilesKey/), 'Arn'] },
        },
        BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
      },
    ]);
    const { PolicyDocument } = only('AWS::S3::BucketPolicy', /^StoreFiles/);
    const denials = PolicyDocument.Statement.filter(
      ({ Action, Effect }: any) => Action === 's3:PutObject' && Effect === 'Deny',
    );
    expect(denials).toHaveLength(2);
  });

  test('lie nowhere for ever', () => {
    const expiries = bucketOf()
      .LifecycleConfiguration.Rules.filter(({ Prefix }: any) => Prefix)
      .map(({ Prefix, ExpirationInDays }: any) => [Prefix, ExpirationInDays]);
    expect(expiries).toEqual([
      ['arrivals/', 7],
      ['accepted/', 90],
      ['refused/', 90],
    ]);
  });
});

describe('links', () => {
  test('are good for fifteen minutes at most [storage-presigned-expiry]', () => {
    for (const part of ['Uploads', 'Outcomes']) expect(variablesOf(part).LINK_SECONDS).toBe('900');
  });

  test('lead to the edge where that is wanted, and the bucket takes uploads there [storage-transfer-acceleration]', () => {
    const far = architecture(name, { variant: ['accelerated-exchange'] });
    expect(bucketOf(far).AccelerateConfiguration).toEqual({ AccelerationStatus: 'Enabled' });
    expect(variablesOf('Uploads', far).ACCELERATED).toBe('true');
    expect(bucketOf()).not.toHaveProperty('AccelerateConfiguration');
    expect(variablesOf('Uploads').ACCELERATED).toBe('false');
  });

  test('are asked for with a key that has limits of its own, and released by canary where it counts [serverless-throttling]', () => {
    for (const [, { Properties }] of Object.entries(sandbox.findResources('AWS::ApiGateway::Method')))
      if (Properties.HttpMethod !== 'OPTIONS') expect(Properties.ApiKeyRequired).toBe(true);
    sandbox.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Throttle: { RateLimit: 5, BurstLimit: 10 } });
    production.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: Match.stringLikeRegexp('Canary'),
    });
  });

  test('API Gateway and the function have the same idea of an upload [serverless-request-models]', () => {
    const { Schema } = only('AWS::ApiGateway::Model', /^TransferApiBodyPOSTUploads/);
    expect(Schema).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(newUpload, { target: 'draft-4' }))));
  });
});

describe('the template', () => matchesItsSnapshots(name));
