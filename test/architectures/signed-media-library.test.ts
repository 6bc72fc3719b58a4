import { signedFor } from '../../lib/architectures/signed-media-library/issuer';
import { rotationGaps } from '../../lib/constructs/edge/rotate-keys';
import { placeHeaders } from '../../lambda/signed-media-library/environment';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'signed-media-library';
const sandbox = architecture(name);
const of = (type: string, template = sandbox): [string, any][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties]);
const edge = (template = sandbox) => of('AWS::CloudFront::Distribution', template)[0][1].DistributionConfig;

describe('what the library asks for', () => {
  test('is a signature for everything but the API, by a group of keys and no account [edge-private-behaviour]', () => {
    const { DefaultCacheBehavior, CacheBehaviors } = edge();
    expect(DefaultCacheBehavior.TrustedKeyGroups).toEqual([{ Ref: expect.stringMatching(/^KeysRingGroup/) }]);
    expect(CacheBehaviors.map(({ PathPattern, TrustedKeyGroups }: any) => [PathPattern, TrustedKeyGroups])).toEqual([
      ['/api/*', undefined],
    ]);
    expect(JSON.stringify(sandbox.toJSON())).not.toContain('TrustedSigners');
  });

  test('is a token for the API, of the one directory and the one page [edge-cookie-issuer]', () => {
    const routes = of('AWS::ApiGatewayV2::Route').map(([, { RouteKey, AuthorizationType }]) => [
      RouteKey,
      AuthorizationType,
    ]);
    expect(routes.sort()).toEqual([
      ['POST /api/links', 'JWT'],
      ['POST /api/session', 'JWT'],
    ]);
    expect(of('AWS::ApiGatewayV2::Authorizer')[0][1].JwtConfiguration.Audience).toEqual([
      { Ref: expect.stringMatching(/^MembersPage/) },
    ]);
  });

  test('is HTTPS, of viewers and of the issuer [edge-viewer-protocol]', () => {
    const { DefaultCacheBehavior, CacheBehaviors, Origins } = edge();
    for (const each of [DefaultCacheBehavior, ...CacheBehaviors])
      expect(each.ViewerProtocolPolicy).toBe('redirect-to-https');
    const custom = Origins.filter(({ CustomOriginConfig }: any) => CustomOriginConfig);
    expect(custom.map(({ CustomOriginConfig }: any) => CustomOriginConfig.OriginProtocolPolicy)).toEqual([
      'https-only',
    ]);
  });

  test('tells the issuer where a viewer is, and that it came by way of the library [edge-geolocation-decision]', () => {
    const [, { OriginRequestPolicyConfig }] = of('AWS::CloudFront::OriginRequestPolicy')[0];
    expect([...OriginRequestPolicyConfig.HeadersConfig.Headers].sort()).toEqual(Object.values(placeHeaders).sort());
    const [header] = edge().Origins.flatMap(({ OriginCustomHeaders = [] }: any) => OriginCustomHeaders);
    expect(header.HeaderName).toBe('x-origin-verify');
    expect(JSON.stringify(header.HeaderValue)).toContain('{{resolve:secretsmanager:');
  });
});

describe('keys', () => {
  const steps = [[], ['next-key-trusted'], ['next-key-signs'], ['old-key-gone']].map((variant) => {
    const template = architecture(name, variant.length > 0 ? { variant } : {});
    const nameOf = ({ Ref }: { Ref: string }) => /^Keys(First|Second)/.exec(Ref)![1];
    const [, { KeyGroupConfig }] = of('AWS::CloudFront::KeyGroup', template)[0];
    const issuer = of('AWS::Lambda::Function', template).find(([id]) => id.startsWith('IssuerIssue'))![1];
    const { KEY_PAIR_ID, SIGNING_SECRET } = issuer.Environment.Variables;
    return {
      trusted: KeyGroupConfig.Items.map(nameOf),
      signsWith: nameOf(KEY_PAIR_ID),
      secretOf: nameOf(SIGNING_SECRET),
      template,
    };
  });

  test('change without a gap when each step waits for the one before [edge-private-behaviour]', () => {
    const spreading = 600;
    const lifetime = signedFor.toSeconds();
    const times = [0, 10_000, 10_000 + spreading, 10_000 + spreading + lifetime];
    const changes = steps.map(({ trusted, signsWith }, i) => ({ at: times[i], trusted, signsWith }));
    expect(changes.map(({ trusted, signsWith }) => [trusted.join(), signsWith])).toEqual([
      ['First', 'First'],
      ['First,Second', 'First'],
      ['First,Second', 'Second'],
      ['Second', 'Second'],
    ]);
    expect(rotationGaps(changes, { lifetime, spreading })).toEqual([]);
    const hasty = changes.map((one, i) => ({ ...one, at: i * 60 }));
    expect(rotationGaps(hasty, { lifetime, spreading })).not.toEqual([]);
  });

  test('sign with the private half that belongs to the public one, which stands in no template [edge-signing-key-custody]', () => {
    for (const { signsWith, secretOf, template } of steps) {
      expect(secretOf).toBe(signsWith);
      expect(JSON.stringify(template.toJSON())).not.toContain('PRIVATE KEY');
    }
  });
});

describe('the template', () => matchesItsSnapshots(name));
