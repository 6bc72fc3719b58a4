import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Period } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { environment } from '../../../lambda/orders-api/environment';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmBoard } from '../../constructs/operations/alarm-board';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import type { ApiDomain } from '../../constructs/serverless/api-domain';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import { LogBucket } from '../../constructs/storage/log-bucket';
import type { Settings } from '../../settings';
import { attachmentModel, orderModel } from './models';
import { orderFigures } from './order-figures';
import { OrderFunctions } from './order-functions';
import { OrderStore } from './order-store';

export interface OrdersApiProps extends ArchitectureProps {
  /**
   * Origins whose pages may call the API from a browser, such as `https://shop.example.com`.
   * @default - none: callers are servers
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * How calls move to a new version.
   * @default - all at once in sandbox, so that one need not wait; by canary in production
   */
  readonly strategy?: ReleaseStrategy;
  /**
   * What the function for orders is not told, by the name of the variable: it cannot start without.
   * @default - nothing; for rehearsing how a bad release is taken back
   */
  readonly forgotten?: keyof typeof environment;
}

/**
 * An API that takes orders, keeps them, lists them, and deals with their documents. `sam/template.yaml` is the same in SAM.
 *
 * @claims serverless-sam-template
 */
export class OrdersApi extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    canary: {
      what: 'one call in ten tries a new version first, as in production',
      props: { strategy: ReleaseStrategy.canary() } satisfies Partial<OrdersApiProps>,
    },
    'bad-release': {
      what: 'a release that cannot start, for seeing how a canary takes it back',
      props: { forgotten: 'ordersTable' } satisfies Partial<OrdersApiProps>,
    },
  };

  constructor(scope: Construct, id: string, props: OrdersApiProps) {
    super(scope, id, props);
    const { profile, settings, allowedOrigins = [], forgotten } = props;
    const production = profile.name === 'production';
    const { strategy = production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce() } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });

    const store = new OrderStore(this, 'Store', {
      alarms,
      accessLogs,
      deletionProtection: profile.deletionProtection,
    });
    const functions = new OrderFunctions(this, 'Functions', {
      alarms,
      store,
      allowedOrigins,
      strategy,
      ...(forgotten && { forgotten }),
    });

    const api = new RestFacade(this, 'Api', {
      description: 'Orders, their attachments and their invoices',
      access: ApiAccess.apiKey({
        throttle: { rateLimit: 10, burstLimit: 20 },
        quota: { limit: production ? 1_000_000 : 10_000, period: Period.DAY },
      }),
      accessLogs: ApiAccessLogs.toBucket(accessLogs, 'api/'),
      alarms,
      metricsPerMethod: production,
      ...(allowedOrigins.length > 0 && { cors: { origins: allowedOrigins } }),
      ...domainOf(this, settings),
    });
    const orders = ApiTarget.proxy(functions.orders);
    const attachments = ApiTarget.proxy(functions.attachments);
    const invoices = ApiTarget.proxy(functions.invoices);
    api.route('POST /orders', { target: orders, body: orderModel, headers: { 'Idempotency-Key': true } });
    api.route('GET /orders', { target: orders, query: { customer: true } });
    api.route('GET /orders/{orderId}', { target: orders });
    api.route('POST /orders/{orderId}/attachments', { target: attachments, body: attachmentModel });
    api.route('POST /orders/{orderId}/invoice', { target: invoices, body: false });
    api.route('GET /orders/{orderId}/invoice', { target: invoices });

    // The first three dashboards of an account are free, any other is not.
    if (production) new AlarmBoard(this, 'Overview', { alarms, more: orderFigures(api) });

    new CfnOutput(this, 'ApiUrl', { description: 'Where the API is', value: api.url });
    new CfnOutput(this, 'ApiKeyId', { description: 'Id of the key of the first client', value: api.key!.keyId });
    new CfnOutput(this, 'FailureQueueUrl', {
      description: 'Requests for invoices that failed for good',
      value: functions.failures.queueUrl,
    });
    new CfnOutput(this, 'AccessLogBucket', {
      description: 'Calls below api/, requests to documents below documents/',
      value: accessLogs.bucketName,
    });
  }
}

/** A name of its own, where the settings give one. */
function domainOf(scope: Construct, { domainName, certificateArn, hostedZoneId }: Settings): { domain?: ApiDomain } {
  if (domainName === undefined || certificateArn === undefined || hostedZoneId === undefined) return {};
  return {
    domain: {
      domainName,
      certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
      hostedZone: HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
        hostedZoneId,
        zoneName: domainName,
      }),
    },
  };
}
