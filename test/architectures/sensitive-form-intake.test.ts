import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'sensitive-form-intake';
const sandbox = architecture(name);
const of = (type: string, template = sandbox): [string, any][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties]);
const edge = () => of('AWS::CloudFront::Distribution')[0][1].DistributionConfig;
const variables = (part: string, template = sandbox) =>
  of('AWS::Lambda::Function', template).find(([id]) => id.startsWith(part))![1].Environment.Variables;

describe('a form', () => {
  test('is encrypted field by field on the way to the API, and comes by HTTPS alone [edge-field-encryption, edge-viewer-protocol]', () => {
    const { DefaultCacheBehavior, CacheBehaviors } = edge();
    expect(CacheBehaviors).toMatchObject([
      {
        PathPattern: '/forms*',
        ViewerProtocolPolicy: 'https-only',
        FieldLevelEncryptionId: { 'Fn::GetAtt': [expect.stringMatching(/^FieldsConfiguration/), 'Id'] },
      },
    ]);
    expect(DefaultCacheBehavior).toMatchObject({ ViewerProtocolPolicy: 'redirect-to-https' });
    expect(DefaultCacheBehavior).not.toHaveProperty('FieldLevelEncryptionId');
    const [, profile] = of('AWS::CloudFront::FieldLevelEncryptionProfile')[0];
    expect(profile.FieldLevelEncryptionProfileConfig.EncryptionEntities[0].FieldPatterns).toEqual([
      'card_*',
      'national_id',
    ]);
  });

  test('goes on by HTTPS, in TLS 1.2, with what shows that it came this way [edge-two-tls-legs]', () => {
    const origin = edge().Origins.find(({ CustomOriginConfig }: any) => CustomOriginConfig);
    expect(origin.CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    });
    expect(origin.OriginCustomHeaders.map(({ HeaderName }: any) => HeaderName)).toEqual(['x-origin-verify']);
  });

  test('has on the page every field that the edge encrypts', () => {
    const page = readFileSync(join(__dirname, '../../lib/architectures', name, 'site/index.html'), 'utf8');
    const fields = [...page.matchAll(/<input name="(\w+)"/g)].map(([, field]) => field);
    expect(fields).toEqual(['name', 'email', 'amount', 'card_number', 'card_expiry', 'national_id']);
  });

  test('is heard of by the one who reads it as it is new, and not as it is noted', () => {
    const [, mapping] = of('AWS::Lambda::EventSourceMapping')[0];
    expect(mapping.FilterCriteria.Filters.map(({ Pattern }: any) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'] },
    ]);
    expect(mapping.DestinationConfig.OnFailure).toBeDefined();
  });
});

describe('keys', () => {
  const templates = {
    first: sandbox,
    next: architecture(name, { variant: ['next-field-key'] }),
    gone: architecture(name, { variant: ['first-field-key-gone'] }),
  };
  const encryptsWith = (template: typeof sandbox) =>
    of('AWS::CloudFront::FieldLevelEncryptionProfile', template)[0][1].FieldLevelEncryptionProfileConfig
      .EncryptionEntities[0].PublicKeyId.Ref;
  const readers = (template: typeof sandbox) =>
    JSON.stringify(variables('AssessorAssess', template).FIELD_KEYS).match(/(First|Second)KeySecret/g);

  test('change without a form that nobody reads: the next one encrypts, and the first is read with until its last form has expired', () => {
    expect(Object.values(templates).map((one) => [encryptsWith(one).slice(0, 8), readers(one)])).toEqual([
      ['FirstKey', ['FirstKeySecret']],
      ['SecondKe', ['SecondKeySecret', 'FirstKeySecret']],
      ['SecondKe', ['SecondKeySecret']],
    ]);
  });

  test('stand in no template, and the function that takes forms is told of none [edge-signing-key-custody, edge-field-decryption]', () => {
    for (const template of Object.values(templates))
      expect(JSON.stringify(template.toJSON())).not.toContain('PRIVATE KEY');
    expect(JSON.stringify(variables('IntakeTake'))).not.toContain('KeySecret');
  });
});

describe('the template', () => matchesItsSnapshots(name));
