import { Match, type Template } from 'aws-cdk-lib/assertions';
import { flagDefaults } from '../../lambda/live-settings/environment';
import { shape } from '../../lambda/live-settings/settings';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'live-settings';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const warm = architecture(name, { variant: ['kept-warm'] });

const ofType = (template: Template, type: string): [string, any][] =>
  Object.entries(template.findResources(`AWS::${type}`)).map(([id, { Properties }]) => [id, Properties]);
const only = (template: Template, type: string): any => {
  const found = ofType(template, type);
  expect(found).toHaveLength(1);
  return found[0][1];
};
const functions = (template: Template) =>
  ofType(template, 'Lambda::Function').filter(([id]) => /^Offers(Quote|Accept)/.test(id));

describe('where each setting stands', () => {
  test('in the layer of both functions what the whole house shares, and flags beside it for the one that reads them', () => {
    const [layer] = ofType(sandbox, 'Lambda::LayerVersion').map(([id]) => ({ Ref: id }));
    const flags = Match.objectLike({ 'Fn::FindInMap': Match.anyValue() });
    const layersOf = Object.fromEntries(functions(sandbox).map(([id, { Layers }]) => [id.slice(0, 12), Layers]));
    expect(layersOf.OffersAccept).toEqual([layer]);
    expect(layersOf.OffersQuoteH).toHaveLength(2);
    sandbox.hasResourceProperties('AWS::Lambda::Function', { Layers: [layer, flags] });
  });

  test('in the environment how long an offer is good, where settings are, and no value of them, least of all the key [serverless-secret-hygiene]', () => {
    for (const [, { Environment }] of functions(sandbox)) {
      const { OFFER_MINUTES, SETTINGS_PATH, SIGNING_KEY_ARN, ...others } = Environment.Variables;
      expect([OFFER_MINUTES, SETTINGS_PATH]).toEqual(['30', '/live-settings/settings']);
      expect(SIGNING_KEY_ARN).toEqual({ Ref: expect.stringMatching(/^SigningKeySecret/) });
      expect(
        Object.keys(others)
          .filter((key) => !/^(POWERTOOLS_|NODE_OPTIONS)/.test(key))
          .sort(),
      ).toEqual('FLAGS_PATH' in others ? ['AWS_APPCONFIG_EXTENSION_PREFETCH_LIST', 'FLAGS_PATH'] : []);
    }
    expect(JSON.stringify(sandbox.toJSON())).not.toContain('{{resolve:secretsmanager');
  });

  test('in parameters what a carrier costs, each with a pattern that fits what the code takes', () => {
    const { Name, Value, AllowedPattern, Type } = only(sandbox, 'SSM::Parameter');
    expect([Name, Type]).toEqual(['/live-settings/settings/rates/road', 'String']);
    const pattern = new RegExp(AllowedPattern as string);
    expect(pattern.test(Value as string)).toBe(true);
    for (const value of ['1', '120', '99999'])
      expect([pattern.test(value), shape['rates/road'].check(value)]).toEqual([true, Number(value)]);
    for (const value of ['', '0', '-1', '1.5', '100000000', ' 120', 'cheap']) {
      expect(pattern.test(value)).toBe(false);
      expect(() => shape['rates/road'].check(value)).toThrow('is no whole number from 1 to 100000');
    }
  });

  test('in a secret that nobody has written what offers are signed with', () => {
    const { GenerateSecretString, SecretString } = only(sandbox, 'SecretsManager::Secret');
    expect(GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    expect(SecretString).toBeUndefined();
  });

  test('in flags, with a schema, what changes at once, beginning with what the code takes for granted [serverless-feature-flags]', () => {
    const { Content } = only(sandbox, 'AppConfig::HostedConfigurationVersion');
    expect(JSON.parse(Content as string)).toEqual(flagDefaults);
    const [{ Content: schema }] = only(sandbox, 'AppConfig::ConfigurationProfile').Validators;
    expect(JSON.parse(schema as string).properties).toEqual({
      carrier: { type: 'string', enum: ['road', 'air'] },
      surcharge: { type: 'number', minimum: 0, maximum: 30 },
      taking: { type: 'boolean' },
    });
  });
});

describe('a change of the flags', () => {
  test.each([
    ['sandbox', sandbox, [50, 2, 5]],
    ['production', production, [20, 20, 30]],
  ])('in %s spreads and is watched as long as its strategy says [security-appconfig-flags]', (_, template, pace) => {
    const { GrowthFactor, DeploymentDurationInMinutes, FinalBakeTimeInMinutes } = only(
      template,
      'AppConfig::DeploymentStrategy',
    );
    expect([GrowthFactor, DeploymentDurationInMinutes, FinalBakeTimeInMinutes]).toEqual(pace);
  });

  test('is taken back when an offer cannot be made: by the alarm on the errors of what callers call, minute by minute [serverless-feature-flags, security-appconfig-flags]', () => {
    const { Monitors } = only(sandbox, 'AppConfig::Environment');
    expect(Monitors).toHaveLength(1);
    const [alarmId] = Monitors[0].AlarmArn['Fn::GetAtt'];
    const [, alarm] = ofType(sandbox, 'CloudWatch::Alarm').find(([id]) => id === alarmId)!;
    expect(alarm).toMatchObject({ MetricName: 'Errors', Period: 60, Threshold: 1, EvaluationPeriods: 1 });
    expect(JSON.stringify(alarm.Dimensions)).toMatch(/OffersQuoteHandler.*:live/);
  });

  test('is looked for under the name it is deployed to', () => {
    const names = ['Application', 'Environment', 'ConfigurationProfile'].map(
      (type) => only(sandbox, `AppConfig::${type}`).Name as string,
    );
    expect(names).toEqual(['live-settings-Flags', 'live', 'flags']);
    const [[, quote]] = functions(sandbox);
    expect(quote.Environment.Variables.FLAGS_PATH).toBe(
      '/applications/live-settings-Flags/environments/live/configurations/flags',
    );
  });
});

describe('environments that are kept warm', () => {
  test('there are none unless somebody asks for them', () => {
    for (const template of [sandbox, production])
      expect(JSON.stringify(template.toJSON())).not.toMatch(/ProvisionedConcurrency|ScalableTarget/);
  });

  test('three by day and one by night, of what callers call [serverless-provisioned-concurrency]', () => {
    warm.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 },
    });
    const { ScheduledActions } = only(warm, 'ApplicationAutoScaling::ScalableTarget');
    expect(
      ScheduledActions.map(({ Schedule, ScalableTargetAction: { MinCapacity, MaxCapacity } }: any) => [
        Schedule,
        MinCapacity,
        MaxCapacity,
      ]),
    ).toEqual([
      ['cron(45 7 * * ? *)', 3, 3],
      ['cron(0 18 * * ? *)', 1, 1],
    ]);
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
