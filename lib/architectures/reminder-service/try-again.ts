import { Duration } from 'aws-cdk-lib';
import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

/** Whatever a service refuses may pass: it is asked again after up to 2, 4 and 8 seconds. */
export const passing: RetryProps = {
  errors: [Errors.TASKS_FAILED, Errors.TIMEOUT],
  interval: Duration.seconds(2),
  maxAttempts: 3,
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
};

/** The same task, asked again when it fails. */
export function tryAgain<T extends { addRetry(props: RetryProps): unknown }>(task: T): T {
  task.addRetry(passing);
  return task;
}
