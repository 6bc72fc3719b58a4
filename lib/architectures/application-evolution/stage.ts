import type { Route } from '../../../lambda/application-evolution/environment';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { ApiTarget } from '../../constructs/serverless/api-target';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import type { LogBucket } from '../../constructs/storage/log-bucket';
import type { Size } from './sizes';

/** The folder of the code, and of which the programs' logs and figures are a part. */
export const service = 'application-evolution';

/** What every stage is given. */
export interface StageProps {
  readonly alarms: AlarmTopic;
  readonly logs: LogBucket;
  readonly size: Size;
  readonly strategy: ReleaseStrategy;
  readonly deletionProtection: boolean;
}

/** One form of the application, behind the API that stays. */
export interface Stage {
  /** What answers each method of the contract. */
  readonly answering: (route: Route) => ApiTarget;
  /** What people are told of it besides its address, each with what it is. */
  readonly outputs: Readonly<Record<string, readonly [description: string, value: string]>>;
}
