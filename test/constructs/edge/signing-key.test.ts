import { generateKeyPairSync } from 'node:crypto';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PublicKey } from 'aws-cdk-lib/aws-cloudfront';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import type { EdgeRoute } from '../../../lib/constructs/edge/edge-route';
import { KeyRing } from '../../../lib/constructs/edge/key-ring';
import { PrivateS3Origin } from '../../../lib/constructs/edge/private-s3-origin';
import { SigningKey } from '../../../lib/constructs/edge/signing-key';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { PrivateBucket } from '../../../lib/constructs/storage/private-bucket';
import { testStack } from '../../support/app';

const pemOf = (type: 'rsa' | 'ec' | 'ed25519', options: object = {}): string =>
  (generateKeyPairSync as any)(type, options).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const good = pemOf('rsa', { modulusLength: 2048 });

function parts() {
  const stack = testStack();
  const logs = new LogBucket(stack, 'Logs', { writtenWithAcl: true, writtenByBuckets: true }).bucket;
  const { bucket } = new PrivateBucket(stack, 'Media', { accessLogs: logs, accessLogPrefix: 'media/' });
  const cache = new CacheRules(stack, 'Rules');
  const origin = new PrivateS3Origin(bucket);
  const distribution = (route: Partial<EdgeRoute>) =>
    new EdgeDistribution(stack, 'Edge', {
      description: 'Media',
      logBucket: logs,
      defaultRoute: { origin, cache },
      routes: [{ path: '/members/*', origin, cache, ...route }],
    });
  return { stack, bucket, origin, distribution };
}

describe('SigningKey', () => {
  test('is made in the deployment: its public half goes to CloudFront, its private half into a secret and nowhere else [edge-signing-key-custody]', () => {
    const { stack } = parts();
    new SigningKey(stack, 'Key');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudFront::PublicKey', {
      PublicKeyConfig: { EncodedKey: { 'Fn::GetAtt': [Match.stringLikeRegexp('^KeyPair'), 'PublicKey'] } },
    });
    template.hasResourceProperties('Custom::EdgeKeyPair', {
      SecretArn: { Ref: Match.stringLikeRegexp('^KeySecret') },
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('PRIVATE KEY');
    const statements = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager'));
    expect(statements).toEqual([
      {
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
        Effect: 'Allow',
        Resource: { Ref: expect.stringMatching(/^KeySecret/) },
      },
    ]);
  });

  test('two keys of a stack are made by one function [edge-signing-key-custody]', () => {
    const { stack } = parts();
    new SigningKey(stack, 'One');
    new SigningKey(stack, 'Two');
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('Custom::EdgeKeyPair', 2);
  });

  test.each([
    ['RSA of 2048 bits', good],
    ['P-256', pemOf('ec', { namedCurve: 'P-256' })],
  ])('may be one that is there already: %s [edge-private-behaviour]', (_, publicKey) => {
    const { stack } = parts();
    new SigningKey(stack, 'Key', { given: { publicKey, secret: Secret.fromSecretNameV2(stack, 'Kept', 'signing') } });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudFront::PublicKey', { PublicKeyConfig: { EncodedKey: publicKey } });
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  test.each([
    ['rsa 1024', pemOf('rsa', { modulusLength: 1024 })],
    ['rsa 4096', pemOf('rsa', { modulusLength: 4096 })],
    ['ec secp384r1', pemOf('ec', { namedCurve: 'P-384' })],
    ['ed25519', pemOf('ed25519')],
  ])('fails for %s, which the CDK takes [edge-private-behaviour]', (kind, publicKey) => {
    const { stack } = parts();
    const secret = Secret.fromSecretNameV2(stack, 'Kept', 'signing');
    expect(() => new SigningKey(stack, 'Key', { given: { publicKey, secret } })).toThrow(
      `Stack/Key:\n  given.publicKey is of the kind ${kind}; CloudFront takes RSA of 2048 bits and the curve P-256`,
    );
    expect(() => new PublicKey(stack, 'Raw', { encodedKey: publicKey })).not.toThrow();
  });

  test('fails for what is no key, and for a private one [edge-private-behaviour, edge-signing-key-custody]', () => {
    const { stack } = parts();
    const secret = Secret.fromSecretNameV2(stack, 'Kept', 'signing');
    const given = (id: string, publicKey: string) => () => new SigningKey(stack, id, { given: { publicKey, secret } });
    expect(given('One', 'my key')).toThrow(
      'Stack/One:\n  given.publicKey is no public key in PEM; give what begins with -----BEGIN PUBLIC KEY-----',
    );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(given('Two', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(
      'Stack/Two:\n  given.publicKey is a private key; give the public half, and make a new pair, as this one stands in the source now',
    );
    expect(() => new PublicKey(stack, 'Raw', { encodedKey: 'my key' })).toThrow(/PEM/);
  });
});

describe('KeyRing', () => {
  const keys = (count: number) => {
    const { stack, ...rest } = parts();
    return { stack, ...rest, keys: Array.from({ length: count }, (_, i) => new SigningKey(stack, `Key${i}`)) };
  };

  test('opens the one route that names it, and leaves the others as they are [edge-private-behaviour]', () => {
    const { stack, keys: made, distribution } = keys(2);
    const ring = new KeyRing(stack, 'Ring', { trusted: made });
    expect(ring.signsWith).toBe(made[1]);
    distribution({ trustedKeyGroups: [ring.group] });
    const template = Template.fromStack(stack);
    const [{ Properties }] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
    const { DefaultCacheBehavior, CacheBehaviors } = Properties.DistributionConfig;
    expect(CacheBehaviors[0].TrustedKeyGroups).toEqual([{ Ref: expect.stringMatching(/^RingGroup/) }]);
    expect(DefaultCacheBehavior).not.toHaveProperty('TrustedKeyGroups');
    expect(JSON.stringify(Properties)).not.toContain('TrustedSigners');
    template.hasResourceProperties('AWS::CloudFront::KeyGroup', {
      KeyGroupConfig: {
        Items: [{ Ref: Match.stringLikeRegexp('^Key0PublicKey') }, { Ref: Match.stringLikeRegexp('^Key1PublicKey') }],
      },
    });
  });

  test('fails with none, with six, with one twice, and with a signer nobody trusts [edge-private-behaviour]', () => {
    const { stack, keys: made } = keys(6);
    const ring = (id: string, trusted: SigningKey[], signsWith?: SigningKey) => () =>
      new KeyRing(stack, id, { trusted, ...(signsWith && { signsWith }) });
    expect(ring('None', [])).toThrow(
      'Stack/None:\n  trusted is empty, so that nothing would ever be let through; give a SigningKey',
    );
    expect(ring('Six', made)).toThrow('Stack/Six:\n  trusted has 6 keys; CloudFront takes 5, so let old ones go');
    expect(ring('Twice', [made[0], made[0]])).toThrow('Stack/Twice:\n  trusted has a key twice; name each once');
    expect(ring('Other', [made[0]], made[1])).toThrow(
      'Stack/Other:\n  signsWith is Stack/Key1, which trusted does not hold, so that every signature would be refused; add it',
    );
    expect(ring('Five', made.slice(1))).not.toThrow();
  });
});

describe('a route that checks signatures', () => {
  test('fails with an empty list of groups, which the CDK takes, and with more than four [edge-private-behaviour]', () => {
    expect(() => parts().distribution({ trustedKeyGroups: [] })).toThrow(
      'the route /members/* names trustedKeyGroups and none in it, which leaves it open to all; give a group, or leave the prop out',
    );
    const { stack, distribution } = parts();
    const key = new SigningKey(stack, 'Key');
    const groups = Array.from({ length: 6 }, (_, i) => new KeyRing(stack, `Ring${i}`, { trusted: [key] }).group);
    expect(() => distribution({ trustedKeyGroups: groups })).toThrow(
      'the route /members/* trusts 6 key groups; CloudFront takes 4',
    );
  });

  test('fails before a bucket that answers others too [edge-private-behaviour]', () => {
    const { stack, bucket, distribution } = parts();
    const { group } = new KeyRing(stack, 'Ring', { trusted: [new SigningKey(stack, 'Key')] });
    expect(() =>
      distribution({ trustedKeyGroups: [group], origin: S3BucketOrigin.withBucketDefaults(bucket) }),
    ).toThrow(
      'the route /members/* checks signatures and its bucket answers others than this distribution, who go round it; give it a PrivateS3Origin',
    );
  });
});
