import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Period } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { routes } from '../../../lambda/application-evolution/environment';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { documentModel } from './contract';
import { EventDriven } from './event-driven';
import { Microservices } from './microservices';
import { Monolith } from './monolith';
import { Queued } from './queued';
import { sizes } from './sizes';
import type { Stage, StageProps } from './stage';
import { Tiered } from './tiered';

export type StageName = 'monolith' | 'tiered' | 'queued' | 'microservices' | 'event-driven';

export interface ApplicationEvolutionProps extends ArchitectureProps {
  /**
   * How far the application has come.
   * @default 'event-driven'
   */
  readonly stage?: StageName;
}

const stages: Readonly<Record<StageName, (scope: Construct, props: StageProps) => Stage>> = {
  monolith: (scope, props) => new Monolith(scope, 'Monolith', props),
  tiered: (scope, props) => new Tiered(scope, 'Tiered', props),
  queued: (scope, props) => new Queued(scope, 'Queued', props),
  microservices: (scope, props) => new Microservices(scope, 'Microservices', props),
  'event-driven': (scope, props) => new EventDriven(scope, 'EventDriven', props),
};

const variant = (stage: StageName, what: string): Variant => ({
  what,
  props: { stage } satisfies Partial<ApplicationEvolutionProps>,
});

/** One application in five forms, behind one API: what each form frees, and what it costs when nobody calls. */
export class ApplicationEvolution extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'stage-1-monolith': variant('monolith', 'one machine does everything and keeps everything'),
    'stage-2-tiered': variant('tiered', 'two tiers behind balancers, of which one waits for the other'),
    'stage-3-queued': variant('queued', 'a queue between the tiers, and workers only while there is work'),
    'stage-4-microservices': variant(
      'microservices',
      'three services with stores of their own, and queues between them',
    ),
    'stage-5-event-driven': variant('event-driven', 'the same services, and a bus that tells whoever cares'),
  };

  constructor(scope: Construct, id: string, props: ApplicationEvolutionProps) {
    super(scope, id, props);
    const { profile, settings, stage = 'event-driven' } = props;
    const production = profile.name === 'production';
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    // The first stage has no bucket of its own.
    const logs = new LogBucket(this, 'AccessLogs', { writtenByBuckets: stage !== 'monolith' });

    const api = new RestFacade(this, 'Api', {
      description: 'Documents and what was made of them',
      access: ApiAccess.apiKey({
        throttle: { rateLimit: 10, burstLimit: 20 },
        quota: { limit: production ? 1_000_000 : 10_000, period: Period.DAY },
      }),
      accessLogs: ApiAccessLogs.toBucket(logs.bucket, 'api/'),
      alarms,
    });
    const { answering, outputs } = stages[stage](this, {
      alarms,
      logs,
      size: sizes[profile.name],
      strategy: production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
      deletionProtection: profile.deletionProtection,
    });
    for (const route of routes)
      api.route(route, { target: answering(route), ...(route.startsWith('POST') && { body: documentModel }) });

    const address = { ApiUrl: ['Where the API is, in every stage', api.url] } as const;
    const key = { ApiKeyId: ['Id of the key of the first client', api.key!.keyId] } as const;
    for (const [name, [description, value]] of Object.entries({ ...address, ...key, ...outputs }))
      new CfnOutput(this, name, { description, value });
  }
}
