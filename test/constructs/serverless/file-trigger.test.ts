import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, Code } from 'aws-cdk-lib/aws-lambda';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { AsyncDestination } from '../../../lib/constructs/serverless/async-destination';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { FileTrigger, type FileTriggerProps } from '../../../lib/constructs/serverless/file-trigger';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { ObjectEncryption } from '../../../lib/constructs/storage/object-encryption';
import { PrivateBucket } from '../../../lib/constructs/storage/private-bucket';
import { testStack } from '../../support/app';
import { text } from '../../support/decide';

const code = Code.fromInline('exports.handler = async () => 1');

function parts(encryption?: ObjectEncryption) {
  const stack = testStack();
  const { bucket: accessLogs } = new LogBucket(stack, 'Logs', { writtenByBuckets: true });
  const bucketOf = (id: string) =>
    new PrivateBucket(stack, id, {
      accessLogs,
      accessLogPrefix: `${id.toLowerCase()}/`,
      announces: true,
      ...(encryption && { encryption }),
    }).bucket;
  const bucket = bucketOf('Files');
  const worker = new AppFunction(stack, 'Worker', { description: 'Works', code });
  const failures = new FailureQueue(stack, 'Failures', { alarms: new AlarmTopic(stack, 'Alarms') });
  const props: FileTriggerProps = {
    bucket,
    incoming: 'incoming/',
    outgoing: { bucket, prefixes: ['resized/'] },
    function: worker,
    onFailure: AsyncDestination.queue(failures.queue),
  };
  return { stack, bucket, bucketOf, worker, props };
}
type Parts = ReturnType<typeof parts>;

function triggered(more: (parts: Parts) => Partial<FileTriggerProps> = () => ({}), encryption?: ObjectEncryption) {
  const made = parts(encryption);
  new FileTrigger(made.stack, 'Arrivals', { ...made.props, ...more(made) });
  return Template.fromStack(made.stack);
}
const statements = (template: Template, role: RegExp): any[] =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: any) => role.test(Ref)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
const files = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Files'), 'Arn'] };
const told = (template: Template): unknown[] =>
  Object.values(template.findResources('Custom::S3BucketNotifications')).flatMap(
    ({ Properties }) => Properties.NotificationConfiguration.LambdaFunctionConfigurations,
  );

describe('FileTrigger', () => {
  test('S3 tells the function of new files of one folder, for this bucket of this account only [serverless-file-processing]', () => {
    const template = triggered();
    expect(told(template)).toEqual([
      {
        Events: ['s3:ObjectCreated:*'],
        Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'incoming/' }] } },
        LambdaFunctionArn: { 'Fn::GetAtt': [expect.stringMatching(/^WorkerFunction/), 'Arn'] },
      },
    ]);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: files,
    });
  });

  test('names may end in small or in capital letters [serverless-file-processing]', () => {
    const ends = told(triggered(() => ({ suffixes: ['.jpg', '.png'] }))).map(
      (one: any) => one.Filter.Key.FilterRules.find(({ Name }: any) => Name === 'suffix').Value,
    );
    expect(ends).toEqual(['.jpg', '.JPG', '.png', '.PNG']);
  });

  test('the function may read what arrives and write what it makes, and nothing beside it [serverless-file-processing]', () => {
    const own = statements(triggered(), /^WorkerRole/)
      .map(({ Action, Resource }) => [
        [Action].flat().join(),
        [Resource]
          .flat()
          .map((one) => text(one))
          .join(),
      ])
      .filter(([actions]) => actions.startsWith('s3:'));
    expect(own).toEqual([
      ['s3:GetObject', expect.stringMatching(/^<Files\w+\.Arn>\/incoming\/\*$/)],
      ['s3:ListBucket', expect.stringMatching(/^<Files\w+\.Arn>$/)],
      ['s3:GetObject,s3:PutObject', expect.stringMatching(/^<Files\w+\.Arn>\/resized\/\*$/)],
    ]);
  });

  test('the function may use the keys of the buckets, where they have some', () => {
    const actions = statements(triggered(undefined, ObjectEncryption.customerKey()), /^WorkerRole/)
      .map(({ Action }) => [Action].flat())
      .filter(([action]) => action.startsWith('kms:'));
    expect(actions).toEqual([['kms:Decrypt', 'kms:GenerateDataKey']]);
  });

  test('nobody waits: three attempts, and then the announcement is kept with its reason [serverless-file-processing, serverless-async-invoke]', () => {
    triggered().hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FailuresQueue'), 'Arn'] } },
      },
    });
  });

  test('starts the alias where there is one [serverless-file-processing, serverless-async-qualifier]', () => {
    const template = triggered(({ stack, worker }) => ({
      alias: new Alias(stack, 'Live', { aliasName: 'live', version: worker.currentVersion }),
      retryAttempts: 1,
    }));
    expect(told(template)).toMatchObject([{ LambdaFunctionArn: { Ref: expect.stringMatching(/^Live/) } }]);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { Qualifier: 'live', MaximumRetryAttempts: 1 });
  });

  test('one helper with one role of its own sets up the notifications of all buckets of a stack, and may do nothing else', () => {
    const { stack, props, bucketOf, worker } = parts();
    new FileTrigger(stack, 'Arrivals', props);
    const other = new AppFunction(stack, 'Other', { description: 'Works', code });
    const more = bucketOf('More');
    new FileTrigger(stack, 'MoreArrivals', {
      ...props,
      bucket: more,
      function: other,
      outgoing: { bucket: props.bucket, prefixes: ['incoming/more/'] },
    });
    const template = Template.fromStack(stack);
    expect(worker).toBeDefined();
    expect(statements(template, /^NotificationInstaller/)).toEqual([
      { Action: 's3:PutBucketNotification', Effect: 'Allow', Resource: [expect.anything(), expect.anything()] },
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NotificationInstaller'), 'Arn'] },
    });
    template.resourcePropertiesCountIs(
      'AWS::IAM::Role',
      { Description: 'Sets up the notifications of buckets of this stack', ManagedPolicyArns: Match.absent() },
      1,
    );
  });

  test.each([
    ['incoming/done/', 'incoming/'],
    ['in/', 'in/coming/'],
    ['incoming/', 'incoming/'],
  ])(
    'fails when it writes to %s and is started by %s of the same bucket, which is a loop [serverless-file-processing, storage-events-loop]',
    (prefix, incoming) => {
      const loop = () =>
        triggered(({ bucket }) => ({ incoming, outgoing: { bucket, prefixes: ['resized/', prefix] } }));
      expect(loop).toThrow(
        `Stack/Arrivals:\n  outgoing.prefixes has ${prefix}, which overlaps with incoming ${incoming} of the same bucket, so that each result would start the function again; choose a folder beside it, or another bucket`,
      );
    },
  );

  test('the same folder of another bucket is no loop [serverless-file-processing]', () => {
    const apart = ({ bucketOf }: Parts) => ({ outgoing: { bucket: bucketOf('Results'), prefixes: ['incoming/'] } });
    expect(() => triggered(apart)).not.toThrow();
  });

  test('fails with all faults at once', () => {
    const wrong = ({ bucket }: Parts) => ({
      incoming: '',
      outgoing: { bucket, prefixes: ['resized'] },
      suffixes: ['JPG', '.jpg', '.x.jpg'],
    });
    expect(() => triggered(wrong)).toThrow(
      [
        'Stack/Arrivals:',
        'incoming is ""; name a folder with a slash at its end, such as incoming/',
        'outgoing.prefixes has "resized"; name a folder with a slash at its end, such as resized/',
        'outgoing.prefixes has resized, which overlaps with incoming  of the same bucket, so that each result would start the function again; choose a folder beside it, or another bucket',
        'suffixes has "JPG"; write a dot and small letters, such as .jpg',
        'suffixes has .jpg and .x.jpg, both of which one name can end with; leave one of them out',
      ].join('\n  '),
    );
    expect(() => triggered(({ bucket }) => ({ outgoing: { bucket, prefixes: [] } }))).toThrow(
      'outgoing.prefixes is empty; name the folders the function writes to',
    );
  });

  test('fails when two triggers share a folder, which S3 refuses when it is told [storage-events-overlap]', () => {
    const { stack, props } = parts();
    new FileTrigger(stack, 'Arrivals', props);
    const other = new AppFunction(stack, 'Other', { description: 'Works', code });
    expect(() => new FileTrigger(stack, 'Again', { ...props, incoming: 'incoming/urgent/', function: other })).toThrow(
      'Stack/Again:\n  s3:ObjectCreated:* of incoming/urgent/* is announced, and Stack/Arrivals hears of incoming/* already; S3 tells one listener of each object, so choose filters that do not overlap, or let EventBridge tell both',
    );
  });

  test('two triggers share a folder where their files end differently [storage-events-overlap]', () => {
    const { stack, props } = parts();
    new FileTrigger(stack, 'Pictures', { ...props, suffixes: ['.jpg'] });
    const other = new AppFunction(stack, 'Other', { description: 'Works', code });
    new FileTrigger(stack, 'Texts', { ...props, suffixes: ['.txt'], function: other });
    expect(told(Template.fromStack(stack))).toHaveLength(4);
  });
});
