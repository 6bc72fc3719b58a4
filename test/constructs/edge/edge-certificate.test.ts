import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { EdgeCertificate, type EdgeCertificateProps } from '../../../lib/constructs/edge/edge-certificate';
import { testApp, testStack } from '../../support/app';

const inRegion = (region: string) => new Stack(testApp(), 'Stack', { env: { region } });
const zoneIn = (stack: Stack): IHostedZone =>
  HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z123', zoneName: 'example.com' });
const make = (props: Partial<EdgeCertificateProps>, stack = inRegion('us-east-1')) =>
  new EdgeCertificate(stack, 'Certificate', { names: ['example.com', '*.example.com'], zone: zoneIn(stack), ...props });
const synthesise = (props: Partial<EdgeCertificateProps> = {}) => {
  const stack = inRegion('us-east-1');
  make(props, stack);
  return Template.fromStack(stack);
};

test('names are proved by a record in their zone, which also renews the certificate [edge-acm-dns-certificate]', () => {
  synthesise().hasResourceProperties('AWS::CertificateManager::Certificate', {
    DomainName: 'example.com',
    SubjectAlternativeNames: ['*.example.com'],
    ValidationMethod: 'DNS',
    DomainValidationOptions: [{ DomainName: 'example.com', HostedZoneId: 'Z123' }],
  });
});

test('it is made by ACM itself, without a function that requests it [edge-certificate-us-east-1]', () => {
  const template = synthesise();
  template.resourceCountIs('AWS::Lambda::Function', 0);
  template.resourceCountIs('AWS::CloudFormation::CustomResource', 0);
});

test('by e-mail only when that is asked for [edge-acm-dns-certificate]', () => {
  synthesise({ zone: undefined, validation: 'email' }).hasResourceProperties('AWS::CertificateManager::Certificate', {
    ValidationMethod: 'EMAIL',
  });
  expect(() => make({ zone: undefined })).toThrow(
    'Stack/Certificate:\n  validation is dns without a zone to write the proof into; give zone, or say validation: email',
  );
  expect(() => make({ validation: 'email' })).toThrow(
    'Stack/Certificate:\n  validation is email although zone can hold the proof and renew by itself; leave one of them out',
  );
});

test('its key leaves ACM only when that is asked for, as it is billed [edge-acm-export]', () => {
  const exportable = (value: unknown) => ({ CertificateExport: value });
  synthesise().hasResourceProperties('AWS::CertificateManager::Certificate', exportable(Match.absent()));
  synthesise({ exportable: true }).hasResourceProperties('AWS::CertificateManager::Certificate', exportable('ENABLED'));
});

test.each([
  [inRegion('eu-west-1'), 'the region eu-west-1'],
  [testStack(), 'no fixed region'],
])('fails when its stack is elsewhere [edge-certificate-us-east-1]', (stack, where) => {
  expect(() => make({}, stack)).toThrow(
    `Stack/Certificate:\n  the stack Stack has ${where}, and CloudFront uses certificates of us-east-1 only; put this into a stack of its own with env: { region: 'us-east-1' }`,
  );
});

test.each<[string[], string]>([
  [[], 'names is empty; give the name the site is reached by'],
  [
    ['*.*.example.com'],
    'names has *.*.example.com; a wildcard stands once, for the first label, such as *.example.com',
  ],
  [['a*.example.com'], 'names has a*.example.com; a wildcard stands once, for the first label, such as *.example.com'],
  [
    ['example.com', 'example.org'],
    'names has example.org, which the zone example.com does not hold; it could never be proved there',
  ],
  [
    Array.from({ length: 11 }, (_, i) => `n${i}.example.com`),
    'names has 11 names; a certificate takes 10, so use a wildcard, or raise the quota and say so in namesPerCertificate',
  ],
  [
    [`${'x'.repeat(54)}.example.com`],
    `names begins with ${'x'.repeat(54)}.example.com, 66 characters; the subject takes 64, so put a shorter name first`,
  ],
])('fails when names is %j [edge-acm-dns-certificate]', (names, fault) => {
  expect(() => make({ names })).toThrow(`Stack/Certificate:\n  ${fault}`);
});

test('more names pass when the quota was raised [edge-acm-dns-certificate]', () => {
  const names = Array.from({ length: 11 }, (_, i) => `n${i}.example.com`);
  expect(() => make({ names, namesPerCertificate: 20 })).not.toThrow();
});
