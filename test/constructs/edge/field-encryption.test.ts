import { generateKeyPairSync } from 'node:crypto';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnFieldLevelEncryptionProfile, OriginProtocolPolicy, ViewerProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import fc from 'fast-check';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { customOrigin } from '../../../lib/constructs/edge/custom-origin';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import type { EdgeRoute } from '../../../lib/constructs/edge/edge-route';
import { FieldEncryption, type FieldEncryptionProps } from '../../../lib/constructs/edge/field-encryption';
import { FieldKey } from '../../../lib/constructs/edge/field-key';
import { fieldFaults } from '../../../lib/constructs/edge/field-pattern';
import { PrivateS3Origin } from '../../../lib/constructs/edge/private-s3-origin';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { PrivateBucket } from '../../../lib/constructs/storage/private-bucket';
import { testStack } from '../../support/app';

const pemOf = (type: 'rsa' | 'ec', options: object): string =>
  (generateKeyPairSync as any)(type, options).publicKey.export({ type: 'spki', format: 'pem' }).toString();

function parts(more: Partial<FieldEncryptionProps> = {}) {
  const stack = testStack();
  const key = new FieldKey(stack, 'Key');
  const encryption = new FieldEncryption(stack, 'Fields', { fields: ['card_*', 'national_id'], key, ...more });
  const logBucket = new LogBucket(stack, 'Logs', { writtenWithAcl: true, writtenByBuckets: true }).bucket;
  const cache = new CacheRules(stack, 'Rules');
  const origin = customOrigin(stack, { domainName: 'forms.example.com' });
  const page = new HttpOrigin('page.example.com');
  const route = (given: Partial<EdgeRoute> = {}) =>
    new EdgeDistribution(stack, 'Edge', {
      description: 'Forms',
      logBucket,
      defaultRoute: { origin: page, cache },
      routes: [
        { path: '/help/*', origin: page, cache },
        { path: '/forms/*', origin, cache, acceptsWrites: true, fieldEncryption: encryption, ...given },
      ],
    });
  return { stack, key, encryption, logBucket, cache, origin, page, route };
}
const only = (template: Template, type: string): any => Object.values(template.findResources(type))[0].Properties;

describe('fields of forms', () => {
  test('are encrypted with one key, on the one route that says so [edge-field-encryption]', () => {
    const { stack, route } = parts();
    route();
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::CloudFront::FieldLevelEncryptionProfile').FieldLevelEncryptionProfileConfig).toEqual(
      expect.objectContaining({
        EncryptionEntities: [
          {
            FieldPatterns: ['card_*', 'national_id'],
            ProviderId: 'forms',
            PublicKeyId: { Ref: expect.stringMatching(/^KeyPublicKey/) },
          },
        ],
      }),
    );
    const { DefaultCacheBehavior, CacheBehaviors } = only(template, 'AWS::CloudFront::Distribution').DistributionConfig;
    expect([DefaultCacheBehavior, ...CacheBehaviors].map((one) => one.FieldLevelEncryptionId)).toEqual([
      undefined,
      undefined,
      { 'Fn::GetAtt': [expect.stringMatching(/^FieldsConfiguration/), 'Id'] },
    ]);
    expect(CacheBehaviors[1]).toMatchObject({
      PathPattern: '/forms/*',
      ViewerProtocolPolicy: 'redirect-to-https',
      AllowedMethods: expect.arrayContaining(['POST', 'PUT']),
    });
  });

  test('can be those of the default route', () => {
    const { stack, cache, origin, logBucket, encryption } = parts();
    new EdgeDistribution(stack, 'Edge', {
      description: 'Forms',
      logBucket,
      defaultRoute: { origin, cache, acceptsWrites: true, fieldEncryption: encryption },
    });
    const { DefaultCacheBehavior } = only(
      Template.fromStack(stack),
      'AWS::CloudFront::Distribution',
    ).DistributionConfig;
    expect(DefaultCacheBehavior.FieldLevelEncryptionId).toBeDefined();
  });

  test('come from forms of the one shape CloudFront reads; any other is turned away, not passed on [edge-field-encryption]', () => {
    const { stack } = parts();
    const configuration = only(Template.fromStack(stack), 'AWS::CloudFront::FieldLevelEncryptionConfig');
    expect(configuration).toMatchObject({
      ContentTypeProfileConfig: {
        ForwardWhenContentTypeIsUnknown: false,
        ContentTypeProfiles: [
          {
            ContentType: 'application/x-www-form-urlencoded',
            Format: 'URLEncoded',
            ProfileId: { 'Fn::GetAtt': [expect.stringMatching(/^FieldsProfile/), 'Id'] },
          },
        ],
      },
      QueryArgProfileConfig: { ForwardWhenQueryArgProfileIsUnknown: false, QueryArgProfiles: [] },
    });
  });

  test('are read by the role that is let, with each key that forms were encrypted with [edge-field-decryption]', () => {
    const stack = testStack();
    const [key, before] = [new FieldKey(stack, 'Second'), new FieldKey(stack, 'First')];
    const encryption = new FieldEncryption(stack, 'Fields', { fields: ['iban'], key, earlierKeys: [before] });
    const role = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    encryption.grantRead(role);
    expect(encryption.readingKeys).toEqual([
      { keyName: key.keyName, secretArn: key.secret.secretArn },
      { keyName: before.keyName, secretArn: before.secret.secretArn },
    ]);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Reader') }],
      PolicyDocument: {
        Statement: [
          {
            Action: 'secretsmanager:GetSecretValue',
            Effect: 'Allow',
            Resource: [
              { Ref: Match.stringLikeRegexp('^FirstSecret') },
              { Ref: Match.stringLikeRegexp('^SecondSecret') },
            ],
          },
        ],
      },
    });
    expect(only(template, 'AWS::CloudFront::FieldLevelEncryptionProfile')).toMatchObject({
      FieldLevelEncryptionProfileConfig: {
        EncryptionEntities: [{ PublicKeyId: { Ref: expect.stringMatching(/^SecondPublicKey/) } }],
      },
    });
  });
});

describe('a route', () => {
  const refusals: readonly (readonly [string, (made: ReturnType<typeof parts>) => Partial<EdgeRoute>, string])[] = [
    [
      'takes no writes',
      () => ({ acceptsWrites: false }),
      'the route /forms/* encrypts fields of forms and passes no form on; set acceptsWrites, or leave fieldEncryption out',
    ],
    [
      'answers plain HTTP',
      () => ({ viewerProtocol: ViewerProtocolPolicy.ALLOW_ALL }),
      'the route /forms/* encrypts fields of forms and answers plain HTTP, on which they would come as they are; redirect to HTTPS, or allow only that',
    ],
    [
      'goes to its origin by plain HTTP',
      ({ stack }) => ({
        origin: customOrigin(stack, { domainName: 'plain.example.com', allowPlainOriginLeg: true }),
      }),
      'Stack/Edge:\n  the route /forms/* encrypts fields of forms and goes to its origin by plain HTTP, on which CloudFront encrypts none; give it an origin with TLS',
    ],
    [
      'goes to somebody else’s plain origin',
      () => ({ origin: new HttpOrigin('raw.example.com', { protocolPolicy: OriginProtocolPolicy.HTTP_ONLY }) }),
      'goes to its origin by plain HTTP',
    ],
    [
      'goes to a bucket',
      ({ stack, logBucket }) => ({
        origin: new PrivateS3Origin(
          new PrivateBucket(stack, 'Media', { accessLogs: logBucket, accessLogPrefix: 'media/' }).bucket,
          { acceptsWrites: true },
        ),
      }),
      'the route /forms/* encrypts fields of forms and its origin is a bucket, which reads none; give it a web server',
    ],
  ];
  test.each(refusals)('fails when it %s [edge-field-encryption]', (_, given, message) => {
    const made = parts();
    const more = given(made);
    expect(() => made.route(more)).toThrow(message);
  });

  test('may be HTTPS alone, and go to an origin that follows the viewer', () => {
    const { route } = parts();
    expect(() =>
      route({
        viewerProtocol: ViewerProtocolPolicy.HTTPS_ONLY,
        origin: new HttpOrigin('both.example.com', { protocolPolicy: OriginProtocolPolicy.MATCH_VIEWER }),
      }),
    ).not.toThrow();
  });
});

describe('FieldEncryption', () => {
  const eleven = Array.from({ length: 11 }, (_, i) => `field${i}_`);
  test.each([
    [[], 'fields is empty, so that nothing would be encrypted; name some'],
    [
      eleven,
      'fields has 11 names; CloudFront encrypts 10 of a form, so give names that begin alike one pattern, such as card_*',
    ],
    [['*'], 'fields has *; CloudFront encrypts no whole form, so name the fields, or how their names begin'],
    [
      ['card number'],
      'fields has card number; give at most 128 letters, digits and [ ] . _ -, and a * only at the end',
    ],
    [['*_id'], 'fields has *_id; give at most 128 letters, digits and [ ] . _ -, and a * only at the end'],
    [[''], 'fields has (empty); give at most 128'],
    [['a'.repeat(129)], `fields has ${'a'.repeat(129)}; give at most 128`],
    [['card_*', 'card_number'], 'fields has card_number, which card_* covers; leave one of them out'],
    [['AB*', 'ABC*'], 'fields has ABC*, which AB* covers; leave one of them out'],
    [['iban', 'iban'], 'fields has iban, which iban covers; leave one of them out'],
  ])('fails for the fields %j, which the CDK takes [edge-field-encryption]', (fields, message) => {
    expect(() => parts({ fields })).toThrow(`Stack/Fields:\n  ${message}`);
    const raw = () =>
      new CfnFieldLevelEncryptionProfile(testStack(), 'Raw', {
        fieldLevelEncryptionProfileConfig: {
          name: 'n',
          callerReference: 'c',
          encryptionEntities: [{ providerId: 'p', publicKeyId: 'k', fieldPatterns: fields }],
        },
      });
    expect(raw).not.toThrow();
  });

  test('takes ten fields, and names that differ by case [edge-field-encryption]', () => {
    expect(fieldFaults([...eleven.slice(0, 8), 'Iban', 'iban']).filter(Boolean)).toEqual([]);
  });

  test('never takes two patterns that one name fits', () => {
    const pattern = fc.tuple(fc.stringMatching(/^[ab]{1,3}$/), fc.constantFrom('', '*')).map((both) => both.join(''));
    const fits = (name: string, one: string) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one);
    fc.assert(
      fc.property(pattern, pattern, fc.stringMatching(/^[ab]{1,4}$/), (one, other, name) => {
        if (fieldFaults([one, other]).some(Boolean)) return true;
        return !(fits(name, one) && fits(name, other));
      }),
    );
  });

  test('fails for a provider with spaces, and for a key that is named twice [edge-field-encryption]', () => {
    expect(() => parts({ providerId: 'our forms' })).toThrow(
      'providerId is our forms; give at most 128 letters, digits and : _ -',
    );
    const stack = testStack();
    const key = new FieldKey(stack, 'Key');
    expect(() => new FieldEncryption(stack, 'Fields', { fields: ['iban'], key, earlierKeys: [key] })).toThrow(
      'Stack/Fields:\n  earlierKeys has Stack/Key, which is named before; name each key once',
    );
  });
});

describe('FieldKey', () => {
  test('is RSA of 2048 bits, made in the deployment or given; fails for any other [edge-field-encryption]', () => {
    const stack = testStack();
    const secret = Secret.fromSecretNameV2(stack, 'Kept', 'fields');
    const given = (id: string, publicKey: string) => () => new FieldKey(stack, id, { given: { publicKey, secret } });
    expect(given('Good', pemOf('rsa', { modulusLength: 2048 }))).not.toThrow();
    expect(given('Curve', pemOf('ec', { namedCurve: 'P-256' }))).toThrow(
      'Stack/Curve:\n  given.publicKey is of the kind ec prime256v1; CloudFront takes RSA of 2048 bits alone for fields of forms',
    );
    expect(given('Large', pemOf('rsa', { modulusLength: 4096 }))).toThrow('is of the kind rsa 4096');
    new FieldKey(stack, 'Made');
    const template = Template.fromStack(stack);
    template.resourceCountIs('Custom::EdgeKeyPair', 1);
    expect(JSON.stringify(template.toJSON())).not.toContain('PRIVATE KEY');
  });
});
