import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { FeatureFlags } from '../../constructs/serverless/feature-flags';
import { LibraryLayer } from '../../constructs/serverless/library-layer';
import { ProvisionedCapacity } from '../../constructs/serverless/provisioned-capacity';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { flags, pace } from './flags';
import { Offers } from './offers';
import { Rates } from './rates';
import { SigningKey } from './signing-key';

export interface LiveSettingsProps extends ArchitectureProps {
  /**
   * How many environments of the function that makes offers are kept warm in working hours; one is at night.
   * @default - none: a first call waits for a cold start
   */
  readonly keptWarm?: number;
}

/** Settings that change while code runs, from those that need a release to those that are taken back by themselves. */
export class LiveSettings extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'kept-warm': {
      what: 'three environments stand ready in working hours, and one at night, so that no offer waits for a cold start',
      props: { keptWarm: 3 } satisfies Partial<LiveSettingsProps>,
    },
  };

  constructor(scope: Construct, id: string, props: LiveSettingsProps) {
    super(scope, id, props);
    const { profile, settings, keptWarm } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });

    const house = new LibraryLayer(this, 'House', {
      description: 'Settings that all functions of the house share',
      folder: join(__dirname, 'layer'),
    });
    const rates = new Rates(this, 'Rates', { rates: { road: 120 } });
    const { secret: signingKey } = new SigningKey(this, 'SigningKey');
    const offers = new Offers(this, 'Offers', {
      alarms,
      strategy: profile.name === 'production' ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
      house,
      rates,
      signingKey,
      goodFor: Duration.minutes(30),
    });
    const { quote, accept } = offers;
    const live = new FeatureFlags(this, 'Flags', { flags, rollBackOn: [offers.failing], ...pace[profile.name] });
    live.letRead(quote.function);
    if (keptWarm !== undefined)
      new ProvisionedCapacity(this, 'KeptWarm', {
        function: quote.function,
        on: quote.alias,
        executions: 1,
        hours: {
          Morning: { at: Schedule.cron({ hour: '7', minute: '45' }), executions: keptWarm },
          Evening: { at: Schedule.cron({ hour: '18', minute: '0' }), executions: 1 },
        },
      });

    this.tell({
      Quote: ['Makes offers', quote.alias.functionArn],
      Accept: ['Takes offers', accept.alias.functionArn],
      RatesPath: ['Where rates stand in Parameter Store, by carrier', `${rates.path}/rates`],
      SigningKeyArn: ['What offers are signed with', signingKey.secretArn],
      FlagsApplication: ['The flags in AppConfig: their application', live.application.ref],
      FlagsEnvironment: ['… the environment they are deployed to', live.environment.ref],
      FlagsProfile: ['… their schema and versions', live.profile.ref],
      FlagsStrategy: ['… and how a change spreads', live.strategy.ref],
      FailingAlarm: ['Takes a change of the flags back', offers.failing.alarmName],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
