import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key, KeySpec, KeyUsage, type IKey } from 'aws-cdk-lib/aws-kms';
import { KeySigningKey } from 'aws-cdk-lib/aws-route53';
import { AlarmTopic, PublicZone, SignedZone } from '../../../lib';
import { testApp, testStack } from '../../support/app';

const region = (name?: string) =>
  name === undefined ? testStack() : new Stack(testApp(), 'Stack', { env: { region: name } });
const sign = (stack: Stack, key?: (stack: Stack) => IKey) => {
  const { hostedZone: zone } = new PublicZone(stack, 'Zone', { name: 'example.com' });
  const alarms = new AlarmTopic(stack, 'Alarms');
  return new SignedZone(stack, 'Signed', { zone, alarms, ...(key && { key: key(stack) }) });
};

test('a zone is signed by a key of P-256 that only Route 53 may use, for this zone [edge-dnssec]', () => {
  const stack = region('us-east-1');
  sign(stack);
  const template = Template.fromStack(stack);
  const [key] = Object.values(template.findResources('AWS::KMS::Key', { Properties: { KeySpec: 'ECC_NIST_P256' } }));
  expect(key.Properties.KeyUsage).toBe('SIGN_VERIFY');
  const statements = key.Properties.KeyPolicy.Statement as Record<string, unknown>[];
  const service = statements.filter(({ Principal }) =>
    JSON.stringify(Principal).includes('dnssec-route53.amazonaws.com'),
  );
  expect(service.map(({ Action }) => Action)).toEqual([
    ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'],
    'kms:CreateGrant',
  ]);
  expect(JSON.stringify(service[0].Condition)).toMatch(/"aws:SourceArn":.*:route53:::hostedzone\/.*Zone/);
  expect(JSON.stringify(service[1].Condition)).toContain('"kms:GrantIsForAWSResource":true');
});

test('signing begins after the key is there and ends before it goes [edge-dnssec]', () => {
  const stack = region('us-east-1');
  sign(stack);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Route53::KeySigningKey', { Status: 'ACTIVE' });
  const [key] = Object.keys(template.findResources('AWS::Route53::KeySigningKey'));
  template.hasResource('AWS::Route53::DNSSEC', { DependsOn: [key] });
});

test.each([
  ['DNSSECInternalFailure', 'Answers of the zone cannot be signed'],
  ['DNSSECKeySigningKeysNeedingAction', 'Route 53 cannot use the key that signs the zone'],
])('an alarm tells of %s [edge-dnssec]', (metric, what) => {
  const stack = region('us-east-1');
  sign(stack);
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/Route53',
    MetricName: metric,
    Threshold: 1,
    AlarmDescription: Match.stringLikeRegexp(what),
    Dimensions: [{ Name: 'HostedZoneId', Value: { Ref: Match.stringLikeRegexp('Zone') } }],
    AlarmActions: [Match.anyValue()],
  });
});

test.each([
  [undefined, 'the stack Stack has no fixed region'],
  ['eu-west-1', 'the stack Stack has the region eu-west-1'],
])('fails when the key would be elsewhere than in us-east-1 (%s), which the CDK takes [edge-dnssec]', (name, where) => {
  expect(() => sign(region(name))).toThrow(
    `Stack/Signed:\n  ${where}, and Route 53 signs with keys of us-east-1 only, where its metrics are too; make the stack with env: { region: 'us-east-1' }`,
  );
});

test.each<[string, (stack: Stack) => IKey]>([
  [
    'key is SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT; a zone is signed with ECC_NIST_P256 for SIGN_VERIFY',
    (stack) => new Key(stack, 'Own'),
  ],
  [
    'key is ECC_NIST_P384 for SIGN_VERIFY; a zone is signed with ECC_NIST_P256',
    (stack) => new Key(stack, 'Own', { keySpec: KeySpec.ECC_NIST_P384, keyUsage: KeyUsage.SIGN_VERIFY }),
  ],
  [
    'key is in eu-west-1; Route 53 signs with keys of us-east-1 only',
    (stack) => Key.fromKeyArn(stack, 'Own', 'arn:aws:kms:eu-west-1:111122223333:key/1a2b'),
  ],
])('fails when %s [edge-dnssec]', (message, key) => {
  expect(() => sign(region('us-east-1'), key)).toThrow(`Stack/Signed:\n  ${message}`);
  const stack = region('us-east-1');
  const { hostedZone } = new PublicZone(stack, 'Zone', { name: 'example.com' });
  expect(() => new KeySigningKey(stack, 'Raw', { hostedZone, kmsKey: key(stack) })).not.toThrow();
});

test('a key of one’s own is used as it is [edge-dnssec]', () => {
  const stack = region('us-east-1');
  sign(stack, (within) => new Key(within, 'Own', { keySpec: KeySpec.ECC_NIST_P256, keyUsage: KeyUsage.SIGN_VERIFY }));
  const keys = Object.keys(
    Template.fromStack(stack).findResources('AWS::KMS::Key', { Properties: { KeySpec: 'ECC_NIST_P256' } }),
  );
  expect(keys).toEqual([expect.stringMatching(/^Own/)]);
});
