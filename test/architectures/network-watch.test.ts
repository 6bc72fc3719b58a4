import { Match, type Template } from 'aws-cdk-lib/assertions';
import { parseFlowRecord } from '../../lib/constructs/network/flow-record';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { fitsFields } from '../support/field-pattern';
import { flowLine } from '../support/flow-lines';
import { networkOf } from '../support/reachability';

const name = 'network-watch';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });

const all = (template: Template, type: string): [string, any][] =>
  Object.entries(template.findResources(`AWS::${type}`)).map(([id, { Properties }]) => [id, Properties]);
const ofType = (template: Template, type: string) => all(template, type).map(([, properties]) => properties);

describe('what is recorded', () => {
  test.each([
    ['sandbox', sandbox],
    ['production', production],
  ])(
    'in %s the network into a bucket, its public subnets into CloudWatch, one interface into a stream, accepted and rejected alike [network-flow-log-levels, network-flow-log-destinations]',
    (_, template) => {
      expect(
        ofType(template, 'EC2::FlowLog').map(
          ({ ResourceType, LogDestinationType, TrafficType, MaxAggregationInterval }) =>
            `${ResourceType} ${LogDestinationType} ${TrafficType} ${MaxAggregationInterval}`,
        ),
      ).toEqual([
        'VPC s3 ALL 600',
        'Subnet cloud-watch-logs ALL 60',
        'Subnet cloud-watch-logs ALL 60',
        'NetworkInterface kinesis-data-firehose ALL 60',
      ]);
    },
  );

  test('the subnets recorded for the alarm are the two public ones', () => {
    const recorded = ofType(sandbox, 'EC2::FlowLog')
      .filter(({ ResourceType }) => ResourceType === 'Subnet')
      .map(({ ResourceId }) => ResourceId.Ref);
    const open = all(sandbox, 'EC2::Route')
      .filter(([, { GatewayId }]) => GatewayId !== undefined)
      .map(([, { RouteTableId }]) => RouteTableId.Ref.replace('RouteTable', 'Subnet'));
    expect(recorded).toHaveLength(2);
    expect(open).toHaveLength(2);
    for (const subnet of recorded) expect(subnet).toMatch(/^NetworkVpcwebSubnet[12]Subnet/);
  });

  test('a sandbox keeps records for a month, production for a year, and the table knows as many days [network-flow-log-query]', () => {
    for (const [template, days] of [[sandbox, 30] as const, [production, 365] as const]) {
      const [bucket] = ofType(template, 'S3::Bucket');
      expect(bucket.LifecycleConfiguration.Rules[0].ExpirationInDays).toBe(days);
      const [{ TableInput }] = ofType(template, 'Glue::Table');
      expect(TableInput.Parameters['projection.day.range']).toBe(`NOW-${days}DAYS,NOW`);
    }
  });

  test('one query reads a gibibyte at most in a sandbox, a hundred in production [network-flow-log-query]', () => {
    const limit = (template: Template) =>
      ofType(template, 'Athena::WorkGroup')[0].WorkGroupConfiguration.BytesScannedCutoffPerQuery / 2 ** 30;
    expect([limit(sandbox), limit(production)]).toEqual([1, 100]);
  });

  test('the stream is gathered by the minute, and says that logs may be delivered to it', () => {
    sandbox.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: { Prefix: 'stream/', BufferingHints: { IntervalInSeconds: 60 } },
      Tags: Match.arrayWith([{ Key: 'LogDeliveryEnabled', Value: 'true' }]),
    });
  });
});

describe('who knocks', () => {
  const readme = [flowLine({ dstaddr: '10.24.48.10' }), flowLine({ dstaddr: '10.24.48.10', action: 'ACCEPT' })];

  test('each public subnet has an alarm of its own, on SSH and RDP that were refused [network-flow-log-alarm]', () => {
    const filters = ofType(sandbox, 'Logs::MetricFilter');
    expect(filters).toHaveLength(2);
    for (const { FilterPattern } of filters)
      expect(readme.map((line) => fitsFields(FilterPattern, line))).toEqual([true, false]);
    const metrics = filters.map(({ MetricTransformations }) => MetricTransformations[0].MetricName);
    expect(new Set(metrics).size).toBe(2);
    expect(ofType(sandbox, 'CloudWatch::Alarm').map(({ MetricName }) => MetricName)).toEqual(metrics);
  });

  test('the lines of the README are records [network-flow-log-record]', () => {
    expect(readme.map((line) => parseFlowRecord(line).status)).toEqual(['OK', 'OK']);
  });

  test('whoever gives an address is mailed', () => {
    sandbox.resourceCountIs('AWS::SNS::Subscription', 0);
    architecture(name, { alarmEmail: 'ops@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
  });
});

describe('what the network cannot do', () => {
  test.each([[{}], [{ profile: 'production' as const }], [{ variant: ['knocked-door'] }]])(
    'with %p the web tier reaches the database on its port, and that is all there is [network-reachability-model]',
    (settings) => {
      const network = networkOf(name, settings);
      expect(network).toHaveReachability([['Web', 'Database', 'tcp 5432']]);
      expect(network).not.toReach('internet', 'Database');
      expect(network).not.toReach('internet', 'Web');
      expect(network).not.toReach('Database', 'internet');
    },
  );

  test('AWS analyses nothing unless it is asked to, because each run costs [network-reachability-analyzer]', () => {
    for (const template of [sandbox, production])
      expect(Object.keys(template.toJSON().Resources).filter((id) => id.startsWith('Analyses'))).toEqual([]);
  });

  test('asked to, it looks from web and internet to the database, and for any way into the tier, once all is there [network-reachability-analyzer, security-network-reachability]', () => {
    const template = architecture(name, { variant: ['network-analyses'] });
    const paths = ofType(template, 'EC2::NetworkInsightsPath');
    expect(paths.map(({ DestinationPort, Protocol }) => [DestinationPort, Protocol])).toEqual([
      [5432, 'tcp'],
      [5432, 'tcp'],
    ]);
    expect(paths.map(({ Source }) => Source['Fn::GetAtt'][1])).toEqual(['Id', 'InternetGatewayId']);
    expect(paths[0].Destination).toEqual(paths[1].Destination);
    const [{ MatchPaths }] = ofType(template, 'EC2::NetworkInsightsAccessScope');
    expect(MatchPaths[0].Destination.ResourceStatement.Resources).toHaveLength(2);
    for (const { DependsOn } of Object.values(template.findResources('AWS::EC2::NetworkInsightsAnalysis')))
      expect(DependsOn).toEqual(
        expect.arrayContaining([
          expect.stringMatching('^EndsDatabaseGroup'),
          expect.stringMatching('^NetworkVpcwebSubnet2DefaultRoute'),
        ]),
      );
  });

  test('the door has an address to knock at and lets nobody in or itself out', () => {
    const template = architecture(name, { variant: ['knocked-door'] });
    template.resourceCountIs('AWS::EC2::EIP', 1);
    const [group] = ofType(template, 'EC2::SecurityGroup').filter(({ GroupDescription }) =>
      /door/.test(GroupDescription),
    );
    expect(group.SecurityGroupIngress).toBeUndefined();
    expect(group.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '127.0.0.1/32' })]);
    sandbox.resourceCountIs('AWS::EC2::Instance', 0);
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
