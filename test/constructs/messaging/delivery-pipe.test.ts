import { Duration, SecretValue, Size, TimeZone, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import {
  DeliveryStream,
  KinesisStreamSource,
  S3Bucket,
  StreamEncryption,
  type S3BucketProps,
} from 'aws-cdk-lib/aws-kinesisfirehose';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Domain } from 'aws-cdk-lib/aws-opensearchservice';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DataStream } from '../../../lib/constructs/messaging/data-stream';
import { DeliveryDestination } from '../../../lib/constructs/messaging/delivery-destination';
import { DeliveryPipe, type DeliveryPipeProps } from '../../../lib/constructs/messaging/delivery-pipe';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { templateOf, testStack } from '../../support/app';
import { text } from '../../support/decide';

type Options = (stack: Stack) => Partial<DeliveryPipeProps>;

function make(stack: Stack, options: Options = () => ({})): DeliveryPipe {
  return new DeliveryPipe(stack, 'Pipe', {
    destination: DeliveryDestination.bucket(new Bucket(stack, 'Bucket'), 'clicks/'),
    description: 'Writes clicks',
    ...options(stack),
  });
}
const synthesise = (options?: Options) => templateOf((stack) => make(stack, options));
const refusal = (options: Options) => () => make(testStack(), options);

const stream = (stack: Stack) => new DataStream(stack, 'Clicks', { alarms: new AlarmTopic(stack, 'ClickAlarms') });
const transform = (stack: Stack, timeout = Duration.minutes(1)) =>
  new AppFunction(stack, 'Transform', { description: 'Transforms', code: Code.fromInline('x'), timeout });
const secretOf = (stack: Stack) =>
  new Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText('{"api_key":"x"}') });
const failures = (stack: Stack) => ({ bucket: new Bucket(stack, 'Failures'), folder: 'failed/' });

/** What the role of the pipe may do, as `action resource`. */
function allowed(options?: Options): string[] {
  const policies = synthesise(options).findResources('AWS::IAM::Policy');
  const [, { Properties }] = Object.entries(policies).find(([id]) => id.startsWith('PipeRole'))!;
  return Properties.PolicyDocument.Statement.flatMap(({ Action, Resource }: any) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${text(resource)}`)),
  ).map((line: string) => line.replace(/<(\D+?)[0-9A-F]{8}/g, '<$1'));
}

describe('DeliveryPipe', () => {
  test('gathers for a minute into compressed files below a folder, with a place for what fails [messaging-delivery-stream]', () => {
    synthesise().hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamType: 'DirectPut',
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' },
      ExtendedS3DestinationConfiguration: {
        Prefix: 'clicks/',
        ErrorOutputPrefix: 'clicks/undelivered/',
        CompressionFormat: 'GZIP',
        BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 5 },
        ProcessingConfiguration: Match.absent(),
        CloudWatchLoggingOptions: Match.absent(),
      },
    });
  });

  test('may write below its folder, and nothing else [messaging-delivery-stream]', () => {
    expect(allowed()).toEqual([
      's3:AbortMultipartUpload <Bucket.Arn>/clicks/*',
      's3:PutObject <Bucket.Arn>/clicks/*',
      's3:GetBucketLocation <Bucket.Arn>',
      's3:ListBucket <Bucket.Arn>',
      's3:ListBucketMultipartUploads <Bucket.Arn>',
    ]);
  });

  test('is made after what it may do, and gone before its bucket is emptied', () => {
    const [pipe] = Object.values(synthesise().findResources('AWS::KinesisFirehose::DeliveryStream'));
    expect(pipe.DependsOn).toEqual([expect.stringMatching(/^Bucket/), expect.stringMatching(/^PipeRoleDefaultPolicy/)]);
  });

  test('takes what a stream holds, which it may read, and encrypts nothing a second time [messaging-delivery-stream]', () => {
    const source: Options = (stack) => ({ source: stream(stack) });
    synthesise(source).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamType: 'KinesisStreamAsSource',
      DeliveryStreamEncryptionConfigurationInput: Match.absent(),
      KinesisStreamSourceConfiguration: {
        KinesisStreamARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ClicksStream'), 'Arn'] },
        RoleARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipeRole'), 'Arn'] },
      },
    });
    expect(allowed(source).filter((line) => line.startsWith('kinesis:'))).toEqual([
      'kinesis:DescribeStream <ClicksStream.Arn>',
      'kinesis:GetRecords <ClicksStream.Arn>',
      'kinesis:GetShardIterator <ClicksStream.Arn>',
      'kinesis:ListShards <ClicksStream.Arn>',
    ]);
  });

  test('gathers for as long and as much as it is told, from nothing to fifteen minutes [messaging-delivery-stream]', () => {
    synthesise(() => ({
      bufferInterval: Duration.seconds(900),
      bufferSize: Size.mebibytes(128),
    })).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: { BufferingHints: { IntervalInSeconds: 900, SizeInMBs: 128 } },
    });
    synthesise(() => ({ bufferInterval: Duration.seconds(0) })).hasResourceProperties(
      'AWS::KinesisFirehose::DeliveryStream',
      { ExtendedS3DestinationConfiguration: { BufferingHints: { IntervalInSeconds: 0 } } },
    );
  });

  test('takes records through a function, in batches whose answer fits, and may call that one [messaging-delivery-transform]', () => {
    const options: Options = (stack) => ({ transform: transform(stack) });
    synthesise(options).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: {
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            {
              Type: 'Lambda',
              Parameters: Match.arrayWith([
                {
                  ParameterName: 'LambdaArn',
                  ParameterValue: {
                    'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Transform'), 'Arn'] }, ':$LATEST']],
                  },
                },
                { ParameterName: 'NumberOfRetries', ParameterValue: '3' },
                { ParameterName: 'BufferSizeInMBs', ParameterValue: '1' },
              ]),
            },
          ],
        },
      },
    });
    expect(allowed(options).filter((line) => line.startsWith('lambda:'))).toEqual([
      'lambda:InvokeFunction <TransformFunction.Arn>',
      'lambda:InvokeFunction <TransformFunction.Arn>:$LATEST',
    ]);
  });

  test('with alarms it logs what it could not deliver, and tells when records are late, here or in the stream it reads [messaging-delivery-stream]', () => {
    const options: Options = (stack) => ({ alarms: new AlarmTopic(stack, 'Alarms'), source: stream(stack) });
    const template = synthesise(options);
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: {
        CloudWatchLoggingOptions: {
          Enabled: true,
          LogGroupName: { Ref: Match.stringLikeRegexp('^PipeErrors') },
          LogStreamName: { Ref: Match.stringLikeRegexp('^PipeDeliveries') },
        },
      },
    });
    const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(([id]) => id.startsWith('Pipe'))
      .map(([, { Properties }]) => [Properties.MetricName, Properties.Threshold]);
    expect(alarms).toEqual([
      ['DeliveryToS3.DataFreshness', 300],
      ['KinesisMillisBehindLatest', 300_000],
    ]);
    expect(allowed(options).filter((line) => line.startsWith('logs:'))).toEqual([
      'logs:CreateLogStream <PipeErrors.Arn>',
      'logs:PutLogEvents <PipeErrors.Arn>',
    ]);
  });

  test.each<[string, Options, string]>([
    [
      'it gathers for 901 seconds [messaging-delivery-stream]',
      () => ({ bufferInterval: Duration.seconds(901) }),
      'bufferInterval is 15 minutes 1 second; give 0 seconds to 15 minutes',
    ],
    [
      'it gathers 129 MiB [messaging-delivery-stream]',
      () => ({ bufferSize: Size.mebibytes(129) }),
      'bufferSize is 129 MiB; give a whole number from 1 to 128 MiB',
    ],
    [
      'the transform may take longer than Firehose waits [messaging-delivery-transform]',
      (stack) => ({ transform: transform(stack, Duration.minutes(6)) }),
      'transform has a timeout of 6 minutes, and Firehose waits 5 minutes; give the function no more',
    ],
    [
      'the folder has a date of its own, by which failures would have no place [messaging-delivery-stream]',
      (stack) => ({
        destination: DeliveryDestination.bucket(new Bucket(stack, 'Other'), 'clicks/!{timestamp:yyyy}/'),
      }),
      'folder is "clicks/!{timestamp:yyyy}/"; name one that ends in a slash and holds no expression, such as "orders-api/"',
    ],
    [
      'the folder has no slash at its end',
      (stack) => ({ destination: DeliveryDestination.bucket(new Bucket(stack, 'Other'), 'clicks') }),
      'folder is "clicks"; name one that ends in a slash and holds no expression, such as "orders-api/"',
    ],
    [
      'Splunk is to wait longer than a minute [messaging-delivery-destinations]',
      (stack) => ({
        destination: DeliveryDestination.splunk({
          url: 'https://splunk.example.com:8088',
          secret: secretOf(stack),
          failures: failures(stack),
        }),
        bufferInterval: Duration.seconds(61),
      }),
      'bufferInterval is 1 minute 1 second; give 0 seconds to 1 minute',
    ],
    [
      'records would go over plain HTTP [messaging-delivery-destinations]',
      (stack) => ({
        destination: DeliveryDestination.httpEndpoint({
          url: 'http://collector.example.com',
          name: 'Collector',
          secret: secretOf(stack),
          failures: failures(stack),
        }),
      }),
      'url is http://collector.example.com; give one that begins with https://',
    ],
    [
      'Redshift has another kind of address [messaging-delivery-destinations]',
      (stack) => ({
        destination: DeliveryDestination.redshift({
          jdbcUrl: 'jdbc:postgresql://x',
          table: 'clicks',
          secret: secretOf(stack),
          staging: failures(stack),
        }),
      }),
      'jdbcUrl is jdbc:postgresql://x; give jdbc:redshift://<cluster>:5439/<database>',
    ],
  ])('fails when %s', (_, options, message) => {
    expect(refusal(options)).toThrow(`Stack/Pipe:\n  ${message}`);
  });

  test('the CDK itself refuses buffers out of range, encryption beside a source, and a dated prefix without one for errors [messaging-delivery-stream]', () => {
    const into = (props: S3BucketProps, rest: object = {}) => {
      const stack = testStack();
      return () =>
        new DeliveryStream(stack, 'Stream', { destination: new S3Bucket(new Bucket(stack, 'Bucket'), props), ...rest });
    };
    expect(into({ bufferingInterval: Duration.seconds(901) })).toThrow('must be less than 900 seconds, got 901');
    expect(into({ bufferingSize: Size.mebibytes(129) })).toThrow('129 MiBs');
    expect(into({ dataOutputPrefix: '!{timestamp:yyyy}/', timeZone: TimeZone.ETC_UTC })).toThrow('errorOutputPrefix');
    const stack = testStack();
    expect(
      () =>
        new DeliveryStream(stack, 'Stream', {
          destination: new S3Bucket(new Bucket(stack, 'Bucket')),
          source: new KinesisStreamSource(new Stream(stack, 'Source')),
          encryption: StreamEncryption.awsOwnedKey(),
        }),
    ).toThrow('Requested server-side encryption but delivery stream source is a Kinesis data stream');
  });
});

describe('other destinations than a bucket', () => {
  const backup = { BucketARN: Match.anyValue(), Prefix: 'failed/', ErrorOutputPrefix: 'failed/undelivered/' };
  const credentials = {
    Enabled: true,
    SecretARN: { Ref: Match.stringLikeRegexp('^Secret') },
    RoleARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipeRole'), 'Arn'] },
  };

  test('an HTTP endpoint gets what is gathered, with a key from a secret, and a bucket what it did not take [messaging-delivery-destinations]', () => {
    const options: Options = (stack) => ({
      destination: DeliveryDestination.httpEndpoint({
        url: 'https://collector.example.com',
        name: 'Collector',
        secret: secretOf(stack),
        failures: failures(stack),
      }),
    });
    synthesise(options).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      HttpEndpointDestinationConfiguration: {
        EndpointConfiguration: { Url: 'https://collector.example.com', Name: 'Collector', AccessKey: Match.absent() },
        SecretsManagerConfiguration: credentials,
        S3BackupMode: 'FailedDataOnly',
        S3Configuration: backup,
      },
    });
    expect(allowed(options)).toEqual(
      expect.arrayContaining(['secretsmanager:GetSecretValue <Secret>', 's3:PutObject <Failures.Arn>/failed/*']),
    );
  });

  test('Splunk gets events, with a token from a secret [messaging-delivery-destinations]', () => {
    synthesise((stack) => ({
      destination: DeliveryDestination.splunk({
        url: 'https://splunk.example.com:8088',
        secret: secretOf(stack),
        failures: failures(stack),
      }),
    })).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      SplunkDestinationConfiguration: {
        HECEndpoint: 'https://splunk.example.com:8088',
        HECToken: Match.absent(),
        SecretsManagerConfiguration: credentials,
        S3BackupMode: 'FailedEventsOnly',
        S3Configuration: backup,
        BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 5 },
      },
    });
  });

  test('OpenSearch gets documents into an index a day, on this domain alone [messaging-delivery-destinations]', () => {
    const options: Options = (stack) => ({
      destination: DeliveryDestination.openSearch({
        domain: Domain.fromDomainAttributes(stack, 'Domain', {
          domainArn: 'arn:aws:es:eu-west-1:111122223333:domain/clicks',
          domainEndpoint: 'search.example.com',
        }),
        index: 'clicks',
        failures: failures(stack),
      }),
    });
    synthesise(options).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      AmazonopensearchserviceDestinationConfiguration: {
        DomainARN: 'arn:aws:es:eu-west-1:111122223333:domain/clicks',
        IndexName: 'clicks',
        IndexRotationPeriod: 'OneDay',
        S3BackupMode: 'FailedDocumentsOnly',
        S3Configuration: backup,
      },
    });
    const domain = 'arn:aws:es:eu-west-1:111122223333:domain/clicks';
    expect(allowed(options).filter((line) => /^es:ESHttpP/.test(line))).toEqual([
      `es:ESHttpPost ${domain}/*`,
      `es:ESHttpPut ${domain}/*`,
    ]);
  });

  test('Redshift copies from a bucket, as a user from a secret [messaging-delivery-destinations]', () => {
    synthesise((stack) => ({
      destination: DeliveryDestination.redshift({
        jdbcUrl: 'jdbc:redshift://cluster:5439/web',
        table: 'clicks',
        secret: secretOf(stack),
        staging: failures(stack),
      }),
    })).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      RedshiftDestinationConfiguration: {
        ClusterJDBCURL: 'jdbc:redshift://cluster:5439/web',
        CopyCommand: { DataTableName: 'clicks', CopyOptions: "JSON 'auto' GZIP" },
        Username: Match.absent(),
        Password: Match.absent(),
        SecretsManagerConfiguration: credentials,
        S3Configuration: backup,
      },
    });
  });
});
