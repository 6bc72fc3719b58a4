import { Match } from 'aws-cdk-lib/assertions';
import { fitsPattern, type BusEvent, type BusPattern } from '../../lib/constructs/messaging/bus-pattern';
import { completed, failed, uploaded } from '../lambda/video-portal/portal';
import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';

const name = 'video-portal';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const access = accessOf(name);

const ada = 'us-east-1:1111aaaa-1111-1111-1111-111111111111';
const bob = 'us-east-1:2222bbbb-2222-2222-2222-222222222222';
const asAda = { 'cognito-identity.amazonaws.com:sub': ada };
const only = (type: string, part = ''): [string, any] =>
  Object.entries(sandbox.findResources(type)).find(([id]) => id.includes(part))!;

describe('who signed in', () => {
  const people = 'Access/Role';

  test.each([
    [`uploads/${ada}/holiday.mp4`, true],
    [`uploads/${bob}/holiday.mp4`, false],
    [`uploads/${ada}2/holiday.mp4`, false],
    ['uploads/holiday.mp4', false],
    ['holiday.mp4', false],
  ])(
    'with the credentials of Ada %s may be written: %s [serverless-identity-pool, serverless-video-portal]',
    (key, may) => {
      const ask = expect(access);
      (may ? ask : ask.not).toAllow(people, 's3:PutObject', `Uploads/Inbox/Bucket:${key}`, asAda);
      expect(access).not.toAllow(people, 's3:GetObject', `Uploads/Inbox/Bucket:${key}`, asAda);
    },
  );

  test('reaches nothing that was made but by links, and no table', () => {
    expect(access).not.toAllow(people, 's3:GetObject', 'Library/Media/Bucket:videos/a/video-720p.mp4', asAda);
    expect(access).not.toAllow(people, 'dynamodb:Query', 'Library/Videos/Table', asAda);
    expect(access).not.toAllow(people, 'execute-api:Invoke', 'Api/Facade/Api:live/POST/videos', asAda);
  });

  test('is nobody without the token of this portal [serverless-identity-pool]', () => {
    const swap = (audience: string, amr: string) => ({
      'cognito-identity.amazonaws.com:aud': audience,
      'cognito-identity.amazonaws.com:amr': [amr],
    });
    const ask = ['cognito-identity.amazonaws.com', 'sts:AssumeRoleWithWebIdentity', people] as const;
    expect(access).toAllow(...ask, swap('Access/Identities', 'authenticated'));
    expect(access).not.toAllow(...ask, swap('Access/Identities', 'unauthenticated'));
    expect(access).not.toAllow(...ask, swap('us-east-1:another', 'authenticated'));
  });
});

test('MediaConvert gets its role for jobs of this queue and this account alone [serverless-video-portal]', () => {
  const assume = ['mediaconvert.amazonaws.com', 'sts:AssumeRole', 'Transcoding/Transcoder'] as const;
  expect(access).toAllow(...assume, { 'aws:SourceArn': 'Transcoding/Queue' });
  expect(access).not.toAllow(...assume, {
    'aws:SourceArn': 'arn:aws:mediaconvert:us-east-1:999999999999:queues/x',
    'aws:SourceAccount': '999999999999',
  });
});

describe('events', () => {
  const patternOf = (part: string): BusPattern => {
    const [, { Properties }] = only('AWS::Events::Rule', part);
    const uploads = only('AWS::S3::Bucket', 'Uploads')[0];
    const queue = only('AWS::MediaConvert::Queue')[0];
    const text = JSON.stringify(Properties.EventPattern)
      .replaceAll(JSON.stringify({ Ref: uploads }), '"the-uploads"')
      .replaceAll(
        JSON.stringify({ 'Fn::GetAtt': [queue, 'Arn'] }),
        '"arn:aws:mediaconvert:us-east-1:111122223333:queues/portal"',
      );
    return JSON.parse(text) as BusPattern;
  };
  const hears = (part: string, event: object) => fitsPattern(patternOf(part), event as BusEvent);

  test('of uploads start a job, those of other objects and buckets do not [serverless-video-portal]', () => {
    expect(hears('StarterRoute', uploaded())).toBe(true);
    expect(hears('StarterRoute', uploaded('elsewhere/cat.mp4'))).toBe(false);
    expect(hears('StarterRoute', uploaded(undefined, { bucket: 'another' }))).toBe(false);
    const [, { Properties }] = only('AWS::S3::Bucket', 'Uploads');
    expect(Properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
  });

  test('of jobs of this portal that ended are written down, well or badly, and of those under way are not [serverless-video-portal]', () => {
    const { detail, ...event } = completed();
    expect(hears('RecorderRoute', completed())).toBe(true);
    expect(hears('RecorderRoute', failed())).toBe(true);
    expect(hears('RecorderRoute', { ...event, detail: { ...detail, status: 'PROGRESSING' } })).toBe(false);
    expect(
      hears('RecorderRoute', {
        ...event,
        detail: { ...detail, queue: 'arn:aws:mediaconvert:us-east-1:111122223333:queues/Default' },
      }),
    ).toBe(false);
  });

  test.each(['Starter', 'Recorder'])(
    'wait in the queue of the %s, are tried three times, and then kept, with an alarm',
    (part) => {
      const [queue, { Properties }] = only('AWS::SQS::Queue', `${part}EventsQueue`);
      const [dead] = only('AWS::SQS::Queue', `${part}EventsDeadLetters`);
      expect(Properties.RedrivePolicy).toEqual({
        maxReceiveCount: 3,
        deadLetterTargetArn: { 'Fn::GetAtt': [dead, 'Arn'] },
      });
      expect(only('AWS::Events::Rule', `${part}Route`)[1].Properties.Targets).toMatchObject([
        { Arn: { 'Fn::GetAtt': [queue, 'Arn'] }, DeadLetterConfig: { Arn: expect.anything() } },
      ]);
      sandbox.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      sandbox.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [dead, 'QueueName'] } }],
        Threshold: 1,
      });
    },
  );
});

describe('the page', () => {
  test('may call the sign-in pages, the pool of identities, the uploads and the API, and play from the library', () => {
    const [, { Properties }] = only('AWS::CloudFront::ResponseHeadersPolicy');
    const policy = JSON.stringify(
      Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy,
    );
    const connect = policy.slice(policy.indexOf('connect-src'), policy.indexOf('manifest-src'));
    expect(connect.match(/https:\/\//g)).toHaveLength(4);
    for (const part of ['amazoncognito.com', 'https://cognito-identity.', 'UploadsInboxBucket', '.execute-api.'])
      expect(connect).toContain(part);
    expect(policy.slice(policy.indexOf('media-src'))).toContain('LibraryMediaBucket');
    expect(policy).toContain("script-src 'self'");
  });

  test('is told the rest of the stack by a file that is written at deployment, with nothing secret in it', () => {
    const { Resources } = synthesised(name)[name];
    const documents = Object.entries(Resources).find(([id]) => id.startsWith('PageReleaseDocumentsCustomResource'))![1];
    expect(documents.Properties!.DistributionPaths).toContain('/settings.json');
    const told = JSON.stringify(documents.Properties!.SourceMarkers);
    for (const part of ['PeoplePool', 'AccessIdentities', 'UploadsInboxBucket', 'ApiFacadeApi'])
      expect(told).toContain(part);
    expect(told).not.toContain('Secret');
  });
});

describe('people', () => {
  test('sign in by the code, at the page and nowhere else [serverless-app-client]', () => {
    sandbox.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlows: ['code'],
      CallbackURLs: [
        { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [Match.stringLikeRegexp('^PageEdge'), 'DomainName'] }, '/']] },
      ],
    });
  });

  test('are signed in from a command line in a sandbox only, where risks are not rated', () => {
    const flows = (template: typeof sandbox) =>
      Object.values(template.findResources('AWS::Cognito::UserPoolClient'))[0].Properties.ExplicitAuthFlows as unknown;
    expect(flows(sandbox)).toContain('ALLOW_ADMIN_USER_PASSWORD_AUTH');
    expect(flows(production)).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
    sandbox.hasResourceProperties('AWS::Cognito::UserPool', {
      UserPoolTier: 'ESSENTIALS',
      DeletionProtection: 'INACTIVE',
    });
    production.hasResourceProperties('AWS::Cognito::UserPool', { UserPoolTier: 'PLUS', DeletionProtection: 'ACTIVE' });
  });

  test('bring a token of Google as well, where the portal is known there [serverless-identity-pool]', () => {
    sandbox.hasResourceProperties('AWS::Cognito::IdentityPool', { SupportedLoginProviders: Match.absent() });
    const googleClientId = '12-ab.apps.googleusercontent.com';
    architecture(name, { googleClientId }).hasResourceProperties('AWS::Cognito::IdentityPool', {
      SupportedLoginProviders: { 'accounts.google.com': googleClientId },
    });
  });
});

matchesItsSnapshots(name);
