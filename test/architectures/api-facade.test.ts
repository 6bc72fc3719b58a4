import type { Template } from 'aws-cdk-lib/assertions';
import { fromJSONSchema } from 'zod';
import fc from 'fast-check';
import { newParcel } from '../../lambda/api-facade/parcel';
import { pickupIn } from '../../lambda/api-facade/pickup';
import { answerTariff } from '../../lambda/api-facade/tariff-service';
import { priceRoutes } from '../../lambda/api-facade/prices';
import { ApiFacade } from '../../lib/architectures/api-facade/api-facade-stack';
import { parcelModel, pickupModel } from '../../lib/architectures/api-facade/models';
import { profiles } from '../../lib/profile';
import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { answerOf, requestOf } from '../support/mapping';
import { networkOf } from '../support/reachability';
import { testApp } from '../support/app';

const name = 'api-facade';
const variants = Object.keys(ApiFacade.variants);
const strangled = variants.filter((variant) => variant.startsWith('parcels-'));
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const templates = new Map<string, Template>([['functions', sandbox]]);
for (const variant of variants) templates.set(variant, architecture(name, { variant: [variant] }));

const resources = (template: Template, type: string): [string, any][] => Object.entries(template.findResources(type));

/** Every method by its path, as callers know it: `GET /parcels/{parcelId}`. */
function methodsOf(template: Template): Record<string, Record<string, any>> {
  const parts = new Map(
    resources(template, 'AWS::ApiGateway::Resource').map(([id, { Properties }]) => [id, Properties]),
  );
  const pathOf = (id: string | undefined): string => {
    const part = id === undefined ? undefined : parts.get(id);
    return part ? `${pathOf(part.ParentId.Ref)}/${part.PathPart}` : '';
  };
  return Object.fromEntries(
    resources(template, 'AWS::ApiGateway::Method').map(([, { Properties }]) => [
      `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`,
      Properties,
    ]),
  );
}
const methods = methodsOf(sandbox);
const kinds = (template: Template): Record<string, string> =>
  Object.fromEntries(Object.entries(methodsOf(template)).map(([route, { Integration }]) => [route, Integration.Type]));

describe('one contract', () => {
  test('stands in front of a constant, a web server, a SOAP service, a queue, a table and functions', () => {
    expect(kinds(sandbox)).toEqual({
      'GET /status': 'MOCK',
      'GET /prices/{country}': 'HTTP',
      'GET /tariffs/{code}': 'HTTP',
      'POST /pickups': 'AWS',
      'GET /pickups/{pickupId}': 'AWS',
      'POST /parcels': 'AWS_PROXY',
      'GET /parcels/{parcelId}': 'AWS_PROXY',
    });
  });

  test('stays while what answers for parcels moves: the same resources, methods, models and ways in [serverless-strangler]', () => {
    const contractOf = (template: Template) =>
      Object.fromEntries(
        Object.entries(methodsOf(template)).map(([route, { RequestParameters, ...method }]) => [
          route,
          {
            key: method.ApiKeyRequired,
            authorisation: method.AuthorizationType,
            models: method.RequestModels,
            validator: method.RequestValidatorId,
            // Only what callers must send; parameters of the path are in it anyway.
            required: Object.entries(RequestParameters ?? {})
              .filter(([parameter, required]) => required && !parameter.startsWith('method.request.path.'))
              .map(([parameter]) => parameter),
          },
        ]),
      );
    for (const variant of strangled) expect(contractOf(templates.get(variant)!)).toEqual(contractOf(sandbox));
  });

  test.each([
    ['functions', 'AWS_PROXY', 'AWS_PROXY', undefined],
    ['parcels-in-monolith', 'HTTP_PROXY', 'HTTP_PROXY', undefined],
    ['parcels-in-containers', 'HTTP_PROXY', 'HTTP_PROXY', 'VPC_LINK'],
    ['parcels-half-moved', 'AWS_PROXY', 'HTTP_PROXY', undefined],
  ])('with %s, POST is answered by %s and GET by %s [serverless-strangler]', (variant, post, get, connection) => {
    const { 'POST /parcels': registering, 'GET /parcels/{parcelId}': showing } = methodsOf(templates.get(variant)!);
    expect([registering.Integration.Type, showing.Integration.Type]).toEqual([post, get]);
    expect(showing.Integration.ConnectionType).toBe(connection);
    expect(registering.Integration.ConnectionType).toBe(connection);
  });

  test('no back end is left that nothing leads to, and none may touch parcels that answers for none [serverless-strangler]', () => {
    const made = (variant: string): readonly boolean[] => {
      const template = templates.get(variant)!;
      const functions = resources(template, 'AWS::Lambda::Function').map(([id]) => id);
      return [functions.some((id) => id.startsWith('Parcels')), resources(template, 'AWS::ECS::Service').length > 0];
    };
    expect(made('functions')).toEqual([true, false]);
    expect(made('parcels-in-monolith')).toEqual([false, false]);
    expect(made('parcels-in-containers')).toEqual([false, true]);
    expect(made('parcels-half-moved')).toEqual([true, false]);
    expect(accessOf(name)).not.toAllow('Old/Main/Handler/Role', 'dynamodb:GetItem', 'Store/Parcels/Table');
    expect(accessOf(name, { variant: ['parcels-in-monolith'] })).toAllow(
      'Old/Main/Handler/Role',
      'dynamodb:GetItem',
      'Store/Parcels/Table',
    );
  });
});

describe('translations', () => {
  const price = methods['GET /prices/{country}'];
  const oldPrice = async (land: string) =>
    JSON.stringify((await priceRoutes['GET /prices/{land}']({ path: { land } } as never, {} as never)).body);

  test('a price comes in the words of the contract, and what is nobody’s business stays behind [serverless-integration-http]', async () => {
    const answer = answerOf(price, 200, await oldPrice('CH'));
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { country: 'CH', cents: 2490, currency: 'EUR' }]);
    const missing = answerOf(price, 404, '{"detail":"no row for XX in PREISE"}');
    expect([missing.status, missing.type]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(missing.text).detail).toBe('Nothing goes to this country.');
    expect(answerOf(price, 500, 'app-07 is down').text).not.toContain('app-07');
  });

  test('a tariff is asked for with an envelope and told as JSON [serverless-soap-bridge]', () => {
    const tariff = methods['GET /tariffs/{code}'];
    const ask = (code: string) => {
      const { status, body } = answerTariff(requestOf(tariff, { params: { path: { code } } }));
      return answerOf(tariff, status, body);
    };
    expect(JSON.parse(ask('0901').text)).toEqual({ goods: 'Coffee & tea', percent: 7.5 });
    expect([ask('0000').status, ask('BROKEN').status, ask('</t:Code>').status]).toEqual([404, 502, 404]);
  });
});

describe('bodies', () => {
  const models: readonly (readonly [string, (body: unknown) => unknown, Parameters<typeof fromJSONSchema>[0]])[] = [
    ['a parcel', (body) => newParcel.parse(body), parcelModel as never],
    ['a pickup', (body) => pickupIn(JSON.stringify(body)), pickupModel as never],
  ];
  const good = [
    { sender: 'dairy-7', to: { name: 'Ada', country: 'DE' }, grams: 1200 },
    { place: 'Rue du Lac 4', date: '2026-12-01', parcels: 3 },
  ];

  test.each(models)(
    'what the API takes for %s, the program takes, and the other way round [serverless-request-models]',
    (_, parse, model) => {
      const { schema: _version, ...plain } = model as Record<string, unknown>;
      const byModel = fromJSONSchema(plain);
      const changed = fc.oneof(
        fc.constantFrom(...good),
        fc.record({
          sender: fc.string(),
          to: fc.record({ name: fc.string(), country: fc.string() }),
          grams: fc.integer(),
        }),
        fc.record({ place: fc.string(), date: fc.string(), parcels: fc.integer({ min: -1, max: 60 }) }),
        fc.constantFrom({ ...good[0], more: 1 }, { ...good[1], more: 1 }, {}, { ...good[0], grams: 1.5 }),
      );
      fc.assert(
        fc.property(changed, (body) => {
          const taken = byModel.safeParse(body).success;
          const attempt = () => parse(body);
          if (taken) expect(attempt).not.toThrow();
          else expect(attempt).toThrow();
        }),
      );
    },
  );
});

test('a stranger needs a key for everything but the status', () => {
  expect(
    Object.entries(methods)
      .filter(([, { ApiKeyRequired }]) => !ApiKeyRequired)
      .map(([route]) => route),
  ).toEqual(['GET /status']);
});

describe('who reaches whom, where containers answer', () => {
  test('the link reaches the balancer, it the containers, and the internet nobody [serverless-integration-private]', () => {
    expect(networkOf(name, { variant: ['parcels-in-containers'] })).toHaveReachability([
      ['Link', 'Balancer', 'tcp 80'],
      ['Balancer', 'Containers', 'tcp 8080'],
      ['Containers', 'internet', 'tcp 443'],
    ]);
  });

  test('without them there is no network', () => {
    sandbox.resourceCountIs('AWS::EC2::VPC', 0);
  });

  test('a container runs an image of AWS as nobody in particular, cannot write to itself, and is rolled back when it does not come up', () => {
    const template = templates.get('parcels-in-containers')!;
    const [, { Properties: task }] = resources(template, 'AWS::ECS::TaskDefinition')[0];
    const [container] = task.ContainerDefinitions;
    expect(container).toMatchObject({
      Image: 'public.ecr.aws/lambda/nodejs:24',
      User: '1000',
      ReadonlyRootFilesystem: true,
    });
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
    });
  });
});

describe('limits and the cache', () => {
  const stageOf = (template: Template) => resources(template, 'AWS::ApiGateway::Stage')[0][1].Properties;

  test('prices are kept for five minutes by country where one runs it, nothing where one tries it [serverless-api-cache]', () => {
    expect(stageOf(sandbox)).not.toHaveProperty('CacheClusterEnabled');
    for (const template of [production, templates.get('cached-prices')!]) {
      const { CacheClusterEnabled, CacheClusterSize, MethodSettings } = stageOf(template);
      expect([CacheClusterEnabled, CacheClusterSize]).toEqual([true, '0.5']);
      expect(MethodSettings.filter(({ CachingEnabled }: any) => CachingEnabled)).toEqual([
        expect.objectContaining({
          HttpMethod: 'GET',
          ResourcePath: '/~1prices~1{country}',
          CacheTtlInSeconds: 300,
          CacheDataEncrypted: true,
        }),
      ]);
    }
    expect(methods['GET /prices/{country}'].Integration.CacheKeyParameters).toEqual(['method.request.path.country']);
  });

  test('each client has limits of its own, and the old system has some too [serverless-throttling]', () => {
    sandbox.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Throttle: { RateLimit: 10, BurstLimit: 20 },
      Quota: { Limit: 10_000, Period: 'DAY' },
    });
    sandbox.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  test('nothing in the sandbox is billed by the hour [serverless-billing-model]', () => {
    const types = Object.values(sandbox.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
    expect(types.filter((type) => /EC2|ECS|ElasticLoadBalancing|WAFv2/.test(type))).toEqual([]);
  });
});

test('a pickup that cannot be booked lies in a queue that somebody watches', () => {
  sandbox.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 3 } });
  const watched = resources(sandbox, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  expect(watched.filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible')).toHaveLength(1);
});

test('fails when a back end is none', () => {
  const make = () =>
    new ApiFacade(testApp(), name, { profile: profiles.sandbox, settings: {}, backend: 'mainframe' } as never);
  expect(make).toThrow('backend is mainframe for POST /parcels; give one of monolith, containers, functions');
});

describe('snapshots', () => matchesItsSnapshots(name));
