import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Period } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { ApiValue } from '../../constructs/serverless/api-value';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { answeringOf, parcelRoutes, type Answering, type Backend } from './backend';
import { parcelModel, pickupModel } from './models';
import { OldSystem } from './old-system';
import { Parcels } from './parcel-desk';
import { parcelTargets } from './parcel-targets';
import { Pickups } from './pickups';
import { priceTarget, tariffTarget } from './translations';

export interface ApiFacadeProps extends ArchitectureProps {
  /**
   * Who answers for parcels, for all methods or for each.
   * @default 'functions'
   */
  readonly backend?: Backend | Answering;
  /**
   * Whether prices are kept for five minutes, in a cache that bills by the hour.
   * @default - in production only
   */
  readonly cached?: boolean;
}

/**
 * One contract in front of whatever answers: a constant, another web server, a SOAP service, AWS itself, functions.
 *
 * @claims serverless-strangler
 */
export class ApiFacade extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'parcels-in-monolith': {
      what: 'the old system answers for parcels, over HTTP: before anything moved',
      props: { backend: 'monolith' } satisfies Partial<ApiFacadeProps>,
    },
    'parcels-in-containers': {
      what: 'containers answer for parcels, by a private link: the first step out of the old system',
      props: { backend: 'containers' } satisfies Partial<ApiFacadeProps>,
    },
    'parcels-half-moved': {
      what: 'a function registers parcels, and the old system still shows them',
      props: {
        backend: { 'POST /parcels': 'functions', 'GET /parcels/{parcelId}': 'monolith' },
      } satisfies Partial<ApiFacadeProps>,
    },
    'cached-prices': {
      what: 'prices are kept for five minutes, as in production',
      props: { cached: true } satisfies Partial<ApiFacadeProps>,
    },
  };

  constructor(scope: Construct, id: string, props: ApiFacadeProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const production = profile.name === 'production';
    const { backend = 'functions', cached = production } = props;
    const answering = answeringOf(backend);
    const strategy = production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce();
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs');
    const common = { alarms, deletionProtection: profile.deletionProtection };

    const parcels = new Parcels(this, 'Store', common);
    const pickups = new Pickups(this, 'Pickups', common);
    const answersParcels = Object.values(answering).includes('monolith');
    const old = new OldSystem(this, 'Old', { parcels, answersParcels, alarms, strategy });

    const api = new RestFacade(this, 'Api', {
      description: 'Prices, tariffs, parcels and their pickups',
      access: ApiAccess.apiKey({
        throttle: { rateLimit: 10, burstLimit: 20 },
        quota: { limit: production ? 1_000_000 : 10_000, period: Period.DAY },
      }),
      accessLogs: ApiAccessLogs.toBucket(accessLogs, 'api/'),
      alarms,
      stages: [{ name: 'live', ...(cached && { cache: { size: 0.5, ttl: Duration.minutes(5) } }) }],
    });
    api.route('GET /status', {
      target: ApiTarget.mock({ body: { status: 'open' } }),
      access: ApiAccess.open({ reason: 'Partners ask here whether the desk is open, and are told nothing else.' }),
    });
    api.route('GET /prices/{country}', {
      target: priceTarget(old.at('prices/{country}')),
      cachedBy: [ApiValue.path('country')],
    });
    api.route('GET /tariffs/{code}', { target: tariffTarget(old.at('soap')) });
    api.route('POST /pickups', { target: ApiTarget.sendMessage(pickups.orders), body: pickupModel });
    api.route('GET /pickups/{pickupId}', {
      target: ApiTarget.getItem(pickups.table, {
        key: { id: ['S', ApiValue.path('pickupId')] },
        attributes: { place: 'S', date: 'S', parcels: 'N', status: 'S' },
        missing: 'There is no such pickup, or it is not booked yet.',
      }),
    });

    const targetOf = parcelTargets(this, { ...common, answering, parcels, old, strategy, count: production ? 2 : 1 });
    for (const route of parcelRoutes) {
      const posts = route.startsWith('POST');
      api.route(route, {
        target: targetOf(route),
        ...(posts && { body: parcelModel, headers: { 'Idempotency-Key': true } }),
      });
    }

    new CfnOutput(this, 'ApiUrl', { description: 'Where the API is', value: api.url });
    new CfnOutput(this, 'ApiId', { description: 'What API Gateway calls it', value: api.api.restApiId });
    new CfnOutput(this, 'ApiKeyId', { description: 'Id of the key of the first client', value: api.key!.keyId });
    new CfnOutput(this, 'RefusedPickups', {
      description: 'Pickups that could not be booked',
      value: pickups.refused.queueUrl,
    });
  }
}
