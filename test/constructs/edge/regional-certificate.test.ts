import { Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Transport } from '../../../lib/constructs/compute/transport';
import { EdgeCertificate } from '../../../lib/constructs/edge/edge-certificate';
import { ImportedCertificate } from '../../../lib/constructs/edge/imported-certificate';
import { RegionalCertificate } from '../../../lib/constructs/edge/regional-certificate';
import { SignInPages } from '../../../lib/constructs/identity/sign-in-pages';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ApiEndpoint } from '../../../lib/constructs/serverless/api-endpoint';
import { domainFaults } from '../../../lib/constructs/serverless/api-domain';
import { testApp, testStack } from '../../support/app';

const stackIn = (region: string) => new Stack(testApp(), `Stack-${region}`, { env: { region } });
const arn = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d';

describe('a certificate of a region', () => {
  test('each region of an application has one of its own, proved in the zone [edge-acm-regional, edge-acm-dns-certificate]', () => {
    for (const region of ['eu-west-1', 'us-west-2']) {
      const stack = stackIn(region);
      const zone = PublicHostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z0123456789ABCDEFGHIJ',
        zoneName: 'example.com',
      });
      const { certificate } = new RegionalCertificate(stack, 'Own', {
        names: ['www.example.com', '*.example.com'],
        zone,
      });
      expect(Stack.of(certificate).region).toBe(region);
      Template.fromStack(stack).hasResourceProperties('AWS::CertificateManager::Certificate', {
        DomainName: 'www.example.com',
        SubjectAlternativeNames: ['*.example.com'],
        ValidationMethod: 'DNS',
        DomainValidationOptions: [
          { DomainName: 'www.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' },
          { DomainName: '*.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' },
        ],
      });
    }
  });

  test('fails when a balancer, an API or pages are given one that is made in another region, as the CDK does not notice [edge-acm-regional]', () => {
    const app = testApp();
    const stacks = ['eu-west-1', 'us-east-1'].map((region) => new Stack(app, region, { env: { region } }));
    const [there, here] = stacks.map(
      (stack) => new RegionalCertificate(stack, 'Own', { names: ['www.example.com'], validation: 'email' }).certificate,
    );
    const faultsOf = (certificate: ICertificate) =>
      [
        ...Transport.tls({ certificate }).faults(stacks[1]),
        ...domainFaults({ certificate, domainName: 'www.example.com' }, ApiEndpoint.regional(), 'us-east-1'),
        ...SignInPages.domain({ certificate, domainName: 'login.www.example.com' }).faults(),
      ].filter(Boolean);
    expect(faultsOf(there)).toEqual([
      'certificate is of eu-west-1 but the balancer of us-east-1; request one in us-east-1, a balancer takes no other',
      'domain.certificate is of eu-west-1; this endpoint needs one of us-east-1, so ask for a certificate there',
      'pages has a certificate of eu-west-1; CloudFront serves the pages, so ask for one in us-east-1',
    ]);
    expect(faultsOf(here)).toEqual([]);
    const imported = Certificate.fromCertificateArn(stacks[1], 'Given', Lazy.string({ produce: () => arn }));
    expect(faultsOf(imported)).toEqual([]);
  });

  test('fails when nobody could prove its names, or they cannot be [edge-acm-regional, edge-acm-dns-certificate]', () => {
    expect(() => new RegionalCertificate(testStack(), 'Own', { names: ['*.*.example.com'] })).toThrow(
      [
        'Stack/Own:',
        'names has *.*.example.com; a wildcard stands once, for the first label, such as *.example.com',
        'validation is dns without a zone to write the proof into; give zone, or say validation: email',
      ].join('\n  '),
    );
  });
});

describe('a certificate that was bought elsewhere', () => {
  test('somebody is told 45 days before it expires [edge-acm-imported]', () => {
    const stack = stackIn('us-east-1');
    const alarms = new AlarmTopic(stack, 'Alarms');
    const certificate = EdgeCertificate.fromImported(stack, 'Bought', { certificateArn: arn, alarms });
    expect(certificate.certificateArn).toBe(arn);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/CertificateManager',
      MetricName: 'DaysToExpiry',
      Dimensions: [{ Name: 'CertificateArn', Value: arn }],
      Statistic: 'Minimum',
      Threshold: 45,
      ComparisonOperator: 'LessThanThreshold',
    });
  });

  test('fails when it is of another region than the stack, or no certificate [edge-acm-imported]', () => {
    const stack = stackIn('eu-west-1');
    const alarms = new AlarmTopic(stack, 'Alarms');
    expect(() => new ImportedCertificate(stack, 'Bought', { certificateArn: arn, alarms })).toThrow(
      'Stack-eu-west-1/Bought:\n  certificateArn is of us-east-1, but the stack of eu-west-1, where its figures cannot be seen; make this in a stack of us-east-1',
    );
    expect(
      () => new ImportedCertificate(stack, 'None', { certificateArn: 'arn:aws:iam::1:x', alarms, days: 0 }),
    ).toThrow(
      [
        'Stack-eu-west-1/None:',
        'certificateArn is arn:aws:iam::1:x; give one such as arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d',
        'days is 0; give a whole number from 1 to 397',
      ].join('\n  '),
    );
    expect(() => EdgeCertificate.fromImported(stack, 'Edge', { certificateArn: arn, alarms })).toThrow(
      'the stack Stack-eu-west-1 has the region eu-west-1, and CloudFront uses certificates of us-east-1 only',
    );
  });
});
