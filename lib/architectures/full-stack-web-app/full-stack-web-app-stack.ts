import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { FirewallRule } from '../../constructs/edge/firewall-rule';
import { StaticSiteRelease } from '../../constructs/edge/static-site-release';
import { WebFirewall } from '../../constructs/edge/web-firewall';
import { SignIn } from '../../constructs/identity/sign-in';
import { AlarmBoard } from '../../constructs/operations/alarm-board';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ChannelAccess } from '../../constructs/serverless/channel-access';
import { LiveChannel } from '../../constructs/serverless/live-channel';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { httpApi, restApi } from './task-api';
import { TaskFunctions } from './task-functions';
import { TaskStore } from './task-store';
import { WebSite } from './web-site';

export interface FullStackWebAppProps extends ArchitectureProps {
  /**
   * Which kind of API the page calls; both have the same contract.
   * @default 'rest'
   */
  readonly api?: 'rest' | 'http';
  /**
   * Whether a firewall stands before the REST API.
   * @default - in production
   */
  readonly firewall?: boolean;
}

/**
 * A web application without servers: a page, sign-in, an API, data, and news of changes as they happen.
 *
 * @claims serverless-web-application, serverless-defence-in-depth
 */
export class FullStackWebApp extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'http-api': {
      what: 'the same contract as an HTTP API, cheaper and with less at the door',
      props: { api: 'http' } satisfies Partial<FullStackWebAppProps>,
    },
    'api-firewall': {
      what: 'a firewall before the REST API, as in production',
      props: { firewall: true } satisfies Partial<FullStackWebAppProps>,
    },
  };

  constructor(scope: Construct, id: string, props: FullStackWebAppProps) {
    super(scope, id, props);
    const { profile, settings, api = 'rest' } = props;
    const production = profile.name === 'production';
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: logs } = new LogBucket(this, 'Logs', {
      expiration: Duration.days(profile.logRetention),
      writtenWithAcl: true,
      writtenByBuckets: true,
    });

    const channel = new LiveChannel(this, 'Channel', {
      description: 'Changes of tasks, as they happen',
      access: ChannelAccess.tickets(),
      alarms,
    });
    const signIn = new SignIn(this, 'SignIn', {
      selfSignUp: true,
      deletionProtection: profile.deletionProtection,
      ...(!production && {
        optionalSecondFactor: {
          reason:
            'People may add an authenticator app; without one a long password is enough here, so that the steps of the README can sign somebody in from a command line.',
        },
      }),
    });
    const site = new WebSite(this, 'Site', {
      logs,
      speaksTo: [`https://*.execute-api.${this.region}.${this.urlSuffix}`, originOf(channel), signIn.pagesUrl],
      versioned: profile.deletionProtection,
    });
    const page = signIn.application('Page', { callbackUrls: [`${site.origin}/`], operatorSignIn: !production });

    const store = new TaskStore(this, 'Store', { alarms, deletionProtection: profile.deletionProtection });
    const functions = new TaskFunctions(this, 'Functions', {
      alarms,
      store,
      channel,
      allowedOrigin: site.origin,
      strategy: production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
    });
    for (const action of ['list', 'count', 'write', 'remove']) channel.action(action, functions.messages);

    const { firewall = production && api === 'rest' } = props;
    const parts = { alarms, functions, signIn, page, allowedOrigin: site.origin, accessLogs: logs };
    const url =
      api === 'http'
        ? httpApi(this, parts)
        : restApi(this, { ...parts, ...(firewall && { firewall: firewallIn(this).acl }) });

    new StaticSiteRelease(this, 'Release', {
      source: join(__dirname, 'site'),
      shared: { 'assets/pkce.js': join(__dirname, '../../page/pkce.js') },
      documents: { 'config.json': { api: url, pages: signIn.pagesUrl, client: page.clientId } },
      bucket: site.bucket,
      distribution: site.distribution,
    });

    // The first three dashboards of an account are free, any other is not.
    if (production) new AlarmBoard(this, 'Overview', { alarms });

    new CfnOutput(this, 'Url', { value: `${site.origin}/`, description: 'Where the page is' });
    new CfnOutput(this, 'ApiUrl', { value: url, description: 'Where the API is' });
    new CfnOutput(this, 'ChannelUrl', { value: channel.url, description: 'Where clients connect, with a ticket' });
    new CfnOutput(this, 'ConnectionsTable', {
      value: channel.connections.table.tableName,
      description: 'Who is connected',
    });
    new CfnOutput(this, 'UserPoolId', { value: signIn.pool.userPoolId, description: 'Who may sign in' });
    new CfnOutput(this, 'ClientId', { value: page.clientId, description: 'The page, as the pool knows it' });
    new CfnOutput(this, 'FailureQueueUrl', {
      value: functions.failures.queueUrl,
      description: 'Changes that could not be told or counted',
    });
  }
}

/** A channel without its path, as a content security policy names it. */
const originOf = ({ api }: LiveChannel): string => api.apiEndpoint;

/** Turns away addresses that ask too often, those that are known for attacks, and requests that look like one. */
const firewallIn = (stack: Stack): WebFirewall =>
  new WebFirewall(stack, 'Firewall', {
    description: 'Turns away whoever asks too often, or looks like an attack',
    scope: 'regional',
    rules: [
      FirewallRule.rate('TooMany', { limit: 1000 }),
      FirewallRule.managed('AWSManagedRulesAmazonIpReputationList'),
      FirewallRule.managed('AWSManagedRulesCommonRuleSet'),
      FirewallRule.managed('AWSManagedRulesKnownBadInputsRuleSet'),
    ],
  });
