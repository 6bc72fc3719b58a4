import { gigabytes, monthly, type Load, type Rules } from '../rule';

const eachEvent = ({ events }: Load): number => events;

export const edge: Rules = {
  'AWS::CloudFront::Distribution': (part) => {
    const method = part.text('DistributionConfig.ViewerCertificate.SslSupportMethod');
    return {
      fixed: method === 'vip' ? [monthly('cloudfront.dedicated-addresses.month')] : [],
      usage: [
        { price: 'cloudfront.https.request', words: 'each request', units: ({ events }) => events },
        { price: 'cloudfront.out.gb', words: 'what is answered', units: gigabytes },
        { price: 'cloudfront.invalidation', words: 'each path whose copies are ended' },
      ],
      note: 'Viewers outside North America and Europe cost more.',
    };
  },
  'AWS::CloudFront::FieldLevelEncryptionConfig': () => ({
    usage: [
      {
        price: 'cloudfront.field-encryption',
        words: 'each form whose fields are encrypted',
        units: ({ events }) => events,
      },
    ],
  }),
  'AWS::CloudFront::Function': (part) => ({
    usage: [
      { price: 'cloudfront.function', words: 'each run', units: ({ events }) => events },
      ...(part.raw('FunctionConfig.KeyValueStoreAssociations') === undefined
        ? []
        : [{ price: 'cloudfront.key-value.read', words: 'a value it reads in each run', units: eachEvent }]),
    ],
  }),
  'AWS::CloudFront::KeyValueStore': () => ({
    usage: [{ price: 'cloudfront.key-value.change', words: 'each call that reads or changes it from outside' }],
  }),
  'AWS::Route53::HostedZone': () => ({
    fixed: [monthly('route53.zone.month')],
    usage: [{ price: 'route53.query', words: 'each query that no alias answers' }],
  }),
  'AWS::Route53::RecordSet': (part) =>
    part.raw('AliasTarget') === undefined ? { usage: [{ price: 'route53.query', words: 'each query' }] } : {},
  'AWS::Route53::RecordSetGroup': () => ({
    usage: [{ price: 'route53.query', words: 'each query that no alias answers' }],
  }),
  'AWS::Route53::HealthCheck': (part) => {
    const type = part.text('HealthCheckConfig.Type') ?? '';
    if (type === 'CALCULATED' || type === 'CLOUDWATCH_METRIC' || type === 'RECOVERY_CONTROL')
      return { fixed: [monthly('route53.health-check.month/aws')] };
    const options = [
      type.startsWith('HTTPS'),
      type.endsWith('STR_MATCH'),
      part.number('HealthCheckConfig.RequestInterval') === 10,
      part.is('HealthCheckConfig.MeasureLatency'),
    ].filter(Boolean).length;
    // A name that the template takes from a resource is one within AWS.
    const isWithin = typeof part.raw('HealthCheckConfig.FullyQualifiedDomainName') === 'object';
    const where = isWithin ? 'aws' : 'elsewhere';
    return {
      fixed: [
        monthly(`route53.health-check.month/${where}`),
        ...(options > 0 ? [monthly(`route53.health-check.feature.month/${where}`, options)] : []),
      ],
      ...(!isWithin && { note: 'An endpoint within AWS costs less; the template does not tell where it is.' }),
    };
  },
  'AWS::WAFv2::WebACL': (part) => ({
    fixed: [monthly('waf.acl.month'), monthly('waf.rule.month', part.list('Rules').length)].filter(
      ({ units }) => units > 0,
    ),
    usage: [{ price: 'waf.request', words: 'each request it looks at', units: ({ events }) => events }],
    note: 'Rule groups that are sold by themselves, such as bot control, cost more.',
  }),
  'AWS::WAFv2::RuleGroup': (part) => ({
    fixed: [monthly('waf.rule.month', part.list('Rules').length)].filter(({ units }) => units > 0),
  }),
};
