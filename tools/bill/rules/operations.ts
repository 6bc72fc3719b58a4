import type { Properties } from '../../template/stack';
import { monthly, type Rules } from '../rule';
import { Open } from '../site';

/** What records cost on their way; those to CloudWatch Logs cost as much as any log of a service. */
const flowLogPrices: Readonly<Record<string, string>> = {
  s3: 'logs.to-s3.gb',
  'kinesis-data-firehose': 'logs.to-firehose.gb',
};

export const operations: Rules = {
  'AWS::CloudWatch::Alarm': (part) => {
    const queries = part.list('Metrics');
    const metrics = queries.length === 0 ? [{ Period: part.number('Period') }] : measured(queries);
    const isFast = metrics.some(({ Period }) => Period !== undefined && Number(Period) < 60);
    const price = isFast ? 'cloudwatch.high-resolution-alarm.month' : 'cloudwatch.alarm.month';
    // A band of what is expected counts as two metrics more: its upper and its lower edge.
    const count = Math.max(1, metrics.length) + (part.raw('ThresholdMetricId') === undefined ? 0 : 2);
    return { fixed: [monthly(price, count, count === 1 ? undefined : `${count} metrics`)] };
  },
  'AWS::CloudWatch::CompositeAlarm': () => ({ fixed: [monthly('cloudwatch.composite-alarm.month')] }),
  'AWS::CloudWatch::Dashboard': () => ({ fixed: [monthly('cloudwatch.dashboard.month')] }),
  'AWS::CloudWatch::MetricStream': () => ({
    note: 'Metrics that are streamed cost by the update, which is not in the table.',
  }),
  'AWS::Logs::LogGroup': (part) => ({
    usage: [
      ...(part.raw('DataProtectionPolicy') !== undefined
        ? [{ price: 'logs.masked.gb', words: 'each GB that is looked through' }]
        : []),
      { price: 'logs.gb', words: 'each GB that nothing above sends' },
      { price: 'logs.gb-month', words: 'each GB kept, compressed' },
    ],
  }),
  'AWS::Logs::MetricFilter': () => ({
    usage: [{ price: 'cloudwatch.metric.month', words: 'its figure, once a line matches' }],
  }),
  'AWS::EC2::FlowLog': (part) => {
    const price = flowLogPrices[part.text('LogDestinationType') ?? ''] ?? 'logs.lambda.gb';
    return { usage: [{ price, words: 'each GB of records' }] };
  },
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': () => ({
    usage: [{ price: 'logs.lambda.gb', words: 'each GB of records' }],
    note: 'Queries are logged to CloudWatch Logs at this price; a bucket takes them at half of it.',
  }),
  'AWS::CloudTrail::Trail': () => ({
    usage: [{ price: 'cloudtrail.event', words: 'each management event, if another trail has it already' }],
  }),
  'AWS::Config::ConfigurationRecorder': () => ({
    usage: [{ price: 'config.item', words: 'each change of a resource' }],
  }),
  'AWS::Config::ConfigRule': () => ({ usage: [{ price: 'config.evaluation', words: 'each evaluation' }] }),
  'AWS::GuardDuty::Detector': () => ({
    usage: [{ price: 'guardduty.event', words: 'each management event; flow logs and queries by the GB' }],
  }),
  'AWS::KMS::Key': (part) => ({
    fixed: [monthly('kms.key.month')],
    usage: [{ price: 'kms.request', words: 'each request', units: ({ events }) => events / 100 }],
    note: part.is('EnableKeyRotation')
      ? 'It costs a dollar more a month after its first yearly rotation, and another after its second.'
      : undefined,
  }),
  'AWS::KMS::ReplicaKey': () => ({ fixed: [monthly('kms.key.month')] }),
  'AWS::SecretsManager::Secret': (part) => ({
    fixed: [monthly('secrets.secret.month', 1 + part.list('ReplicaRegions').length)],
    usage: [{ price: 'secrets.request', words: 'each call' }],
  }),
  'AWS::SSM::Parameter': (part) =>
    part.text('Tier') === 'Advanced' ? { fixed: [monthly('ssm.parameter.month')] } : {},
  'AWS::AppConfig::Environment': () => ({
    usage: [
      {
        price: 'appconfig.request',
        words: 'each question for news, one in 45 seconds of each environment of a function that runs',
        units: ({ events }) => events,
      },
      { price: 'appconfig.received', words: 'each new environment of a function, and each change one gets' },
    ],
  }),
  'AWS::ACMPCA::CertificateAuthority': (part) => ({
    fixed: [
      monthly(
        `acm.private-ca.month/${part.text('UsageMode') === 'SHORT_LIVED_CERTIFICATE' ? 'short-lived' : 'general'}`,
      ),
    ],
  }),
  'AWS::Cognito::UserPool': (part) => ({
    usage: [
      {
        price: `cognito.user-month/${(part.text('UserPoolTier') ?? 'ESSENTIALS').toLowerCase()}`,
        words: 'each user active in a month, beyond 10,000',
      },
    ],
  }),
  'AWS::Cognito::UserPoolClient': (part) => {
    const flows = part.list('AllowedOAuthFlows') as unknown as string[];
    if (flows.includes('client_credentials'))
      throw new Open('a client for machines is billed by the month and by token');
    return {};
  },
  'AWS::CodePipeline::Pipeline': (part) =>
    part.text('PipelineType') === 'V2'
      ? { usage: [{ price: 'codepipeline.minute', words: 'each minute of an action' }] }
      : { fixed: [monthly('codepipeline.month')] },
  'AWS::MediaConvert::Queue': (part) => {
    if (part.text('PricingPlan') === 'RESERVED') throw new Open('a queue with reserved slots is paid for by the year');
    return {
      usage: [
        {
          price: 'mediaconvert.minute',
          words: 'each minute made, twice for one of high definition',
          units: ({ events, milliseconds }) => (events * milliseconds) / 60_000,
        },
      ],
    };
  },
  'AWS::CodeBuild::Project': () => ({ usage: [{ price: 'codebuild.minute', words: 'each minute of a small build' }] }),
};

/** The metrics an alarm reads; what it computes from them is free. */
const measured = (queries: readonly Properties[]): { Period?: unknown }[] =>
  queries.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat as { Period?: unknown }]));
