import { deviceHeaders, originSettings } from '../../lambda/personalised-edge/environment';
import { createApp } from '../../lib/app';
import {
  PersonalisedEdge,
  type PersonalisedEdgeProps,
} from '../../lib/architectures/personalised-edge/personalised-edge-stack';
import { matchBehaviour } from '../../lib/constructs/edge/path-pattern';
import { profiles } from '../../lib/profile';
import { testApp } from '../support/app';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';

const name = 'personalised-edge';
const sandbox = architecture(name);
const support = synthesised(name)[`${name}-edge`];
const config = (variant?: string) =>
  Object.values(
    architecture(name, variant ? { variant: [variant] } : {}).findResources('AWS::CloudFront::Distribution'),
  )[0].Properties.DistributionConfig;
const { DefaultCacheBehavior: pages, CacheBehaviors, Origins } = config();
const route = (path: string): any => CacheBehaviors.find(({ PathPattern }: any) => PathPattern === path);
const keyOf = ({ CachePolicyId }: any) =>
  sandbox.findResources('AWS::CloudFront::CachePolicy')[CachePolicyId.Ref].Properties.CachePolicyConfig;
const originOf = ({ TargetOriginId }: any) => Origins.find(({ Id }: any) => Id === TargetOriginId);
const told = (origin: any) =>
  Object.fromEntries(origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }: any) => [HeaderName, HeaderValue]));
/** `ChooseTenant` on origin-request, by the output that names its version. */
const runs = ({ FunctionAssociations = [], LambdaFunctionAssociations = [] }: any): string[] =>
  [
    ...FunctionAssociations.map(({ EventType, FunctionARN }: any) => [EventType, FunctionARN['Fn::GetAtt'][0]]),
    ...LambdaFunctionAssociations.map(({ EventType, LambdaFunctionARN }: any) => [
      EventType,
      LambdaFunctionARN['Fn::GetStackOutput'].OutputName,
    ]),
  ].map(([event, id]) => `${event}: ${id.replace(/(Function|VersionArn).*/, '')}`);

describe('on its way', () => {
  test('a request for a page meets the experiment before the cache, and its answer once more [edge-ab-test]', () => {
    expect(runs(pages)).toEqual(['viewer-request: ExperimentChoose', 'viewer-response: ExperimentKeep']);
    const { CookiesConfig, HeadersConfig } = keyOf(pages).ParametersInCacheKeyAndForwardedToOrigin;
    // The path holds the variant; a cookie in the key would give each visitor a copy of their own.
    expect([CookiesConfig, HeadersConfig]).toEqual([{ CookieBehavior: 'none' }, { HeaderBehavior: 'none' }]);
  });

  test('the experiment runs as Lambda@Edge at the same hooks where that is asked for [edge-ab-test]', () => {
    const { DefaultCacheBehavior } = config('experiment-on-lambda');
    expect(runs(DefaultCacheBehavior)).toEqual(['viewer-request: ChooseVariant', 'viewer-response: KeepVariant']);
    const template = architecture(name, { variant: ['experiment-on-lambda'] });
    template.resourceCountIs('AWS::CloudFront::Function', 0);
    template.resourceCountIs('AWS::CloudFront::KeyValueStore', 0);
  });

  test('a file for a device is keyed by what CloudFront says of it, and chosen when no copy is there [edge-device-variant]', () => {
    expect(runs(route('/devices/*'))).toEqual(['origin-request: ChooseDevice']);
    const { HeadersConfig } = keyOf(route('/devices/*')).ParametersInCacheKeyAndForwardedToOrigin;
    expect(HeadersConfig).toEqual({ HeaderBehavior: 'whitelist', Headers: Object.values(deviceHeaders) });
    expect(Object.values(deviceHeaders).sort()).toEqual([
      'CloudFront-Is-Desktop-Viewer',
      'CloudFront-Is-Mobile-Viewer',
      'CloudFront-Is-Tablet-Viewer',
    ]);
  });

  test('a file for a country is keyed by that, and chosen among those that the origin names [edge-country-content]', () => {
    expect(runs(route('/countries/*'))).toEqual(['origin-request: ChooseCountry']);
    const { HeadersConfig } = keyOf(route('/countries/*')).ParametersInCacheKeyAndForwardedToOrigin;
    expect(HeadersConfig).toEqual({ HeaderBehavior: 'whitelist', Headers: ['CloudFront-Viewer-Country'] });
    expect(told(originOf(route('/countries/*')))).toEqual({ [originSettings.countries]: 'de,fr,us' });
  });
});

describe('the archive', () => {
  const moved = (variant?: string) => {
    const { Origins: origins } = config(variant);
    return told(origins.find(({ DomainName }: any) => DomainName['Fn::GetAtt'][0].startsWith('SiteArchive')));
  };

  test('moves to the bucket of the pages by none, half and all of it [edge-origin-migration]', () => {
    expect(runs(route('/archive/*'))).toEqual(['origin-request: MoveOrigin']);
    const shares = ['archive-stays', undefined, 'archive-moved'].map(
      (variant) => moved(variant)[originSettings.moveShare],
    );
    expect(shares).toEqual(['0', '50', '100']);
    expect(moved()[originSettings.moveTo]).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^SitePagesBucket/), 'RegionalDomainName'],
    });
  });

  test('can be asked for in both buckets, by this distribution alone [edge-origin-migration]', () => {
    const [distribution] = Object.keys(sandbox.findResources('AWS::CloudFront::Distribution'));
    const admitting = Object.entries(sandbox.findResources('AWS::S3::BucketPolicy'))
      .filter(([id]) => /^Site(Pages|Archive)/.test(id))
      .map(([, { Properties }]) =>
        Properties.PolicyDocument.Statement.filter(
          ({ Principal }: any) => Principal?.Service === 'cloudfront.amazonaws.com',
        ),
      );
    expect(admitting).toHaveLength(2);
    for (const statements of admitting) {
      expect(statements).toHaveLength(1);
      expect(statements[0].Action).toBe('s3:GetObject');
      expect(JSON.stringify(statements[0].Condition)).toContain(`{"Ref":"${distribution}"}`);
    }
    const controls = Origins.map(({ OriginAccessControlId }: any) => OriginAccessControlId);
    expect(controls).toHaveLength(3);
    expect(controls).not.toContain(undefined);
  });
});

describe("members' files", () => {
  const memberBucket = (origin: any) => origin.DomainName['Fn::GetAtt'][0].startsWith('SiteMemberFiles');

  test('are in a bucket that one route alone reaches, by way of a verified token [edge-user-segregation]', () => {
    const behaviours = [{ ...pages, PathPattern: '*' }, ...CacheBehaviors];
    const reaching = behaviours.filter((one) => memberBucket(originOf(one))).map(({ PathPattern }: any) => PathPattern);
    expect(reaching).toEqual(['/members/*']);
    expect(runs(route('/members/*'))).toEqual(['origin-request: ChooseTenant']);
    const patterns = CacheBehaviors.map(({ PathPattern }: any) => PathPattern as string);
    expect(['/acme/report.txt', '/members', '/Members/a'].map((path) => matchBehaviour(patterns, path))).toEqual([
      '*',
      '*',
      '*',
    ]);
  });

  test('have copies for each token apart, which outlive it by a minute at most [edge-user-segregation]', () => {
    const { MaxTTL, DefaultTTL, ParametersInCacheKeyAndForwardedToOrigin: key } = keyOf(route('/members/*'));
    expect([MaxTTL, DefaultTTL]).toEqual([60, 60]);
    expect(key.HeadersConfig).toEqual({ HeaderBehavior: 'whitelist', Headers: ['Authorization'] });
  });

  test('are for tokens of this directory and page [edge-user-segregation]', () => {
    expect(told(originOf(route('/members/*')))).toEqual({
      [originSettings.issuer]: { 'Fn::GetAtt': [expect.stringMatching(/^MembersPool/), 'ProviderURL'] },
      [originSettings.audience]: { Ref: expect.stringMatching(/^MembersPageClient/) },
    });
  });
});

describe('the support stack', () => {
  test('holds the functions of Lambda@Edge in us-east-1, whatever the region, without an account [edge-lambda-at-edge]', () => {
    const app = createApp(
      { only: [name], region: 'eu-west-1' },
      { gates: false, context: { 'aws:cdk:bundling-stacks': [] } },
    );
    const { stacks } = app.synth();
    expect(stacks.map(({ stackName, environment }) => [stackName, environment.account, environment.region])).toEqual([
      [`${name}-edge`, 'unknown-account', 'us-east-1'],
      [name, 'unknown-account', 'eu-west-1'],
    ]);
    const made = Object.values(support.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    expect(made).toHaveLength(4);
    for (const { Properties = {} } of made) {
      expect(Properties.Environment).toBeUndefined();
      expect(Properties.MemorySize).toBe(128);
      expect(Properties.Timeout).toBeLessThanOrEqual(5);
    }
  });

  test('is not needed in us-east-1, where an alarm sees what fails', () => {
    const templates = synthesised(name, { region: 'us-east-1' });
    expect(Object.keys(templates)).toEqual([name]);
    expect(Object.values(templates[name].Resources).map(({ Type }) => Type)).toContain('AWS::CloudWatch::Alarm');
  });
});

describe('what cannot be', () => {
  const make = (props: Partial<PersonalisedEdgeProps>) => () =>
    new PersonalisedEdge(testApp(), name, { profile: profiles.sandbox, settings: {}, ...props });

  test('fails when more than all moves, or a country is none', () => {
    expect(make({ moved: 101, countries: ['DE', 'fr'] })).toThrow(
      'personalised-edge:\n  moved is 101 percent; give a whole number from 0 to 100 percent\n  countries has DE; give two small letters, such as de',
    );
  });
});

describe('the template', () => matchesItsSnapshots(name));
