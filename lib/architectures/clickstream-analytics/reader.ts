import type { DataStream } from '../../constructs/messaging/data-stream';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { metricsNamespace } from '../../constructs/serverless/released-function';

/** What every reader of the stream is given. */
export interface ReaderProps {
  readonly alarms: AlarmTopic;
  /** What it reads. */
  readonly clicks: DataStream;
  /** Whether its table refuses to be deleted. */
  readonly deletionProtection: boolean;
}

/** By what logs and figures of these functions are told from others. */
export const service = 'clickstream-analytics';
export const figures: Readonly<Record<string, string>> = { POWERTOOLS_METRICS_NAMESPACE: metricsNamespace };
