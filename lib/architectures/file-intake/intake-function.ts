import type { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { environment } from '../../../lambda/file-intake/environment';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { metricsNamespace } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import { folders, widths } from './folders';

export interface IntakeFunctionProps extends Omit<AppFunctionProps, 'code'> {
  /** The file of `lambda/file-intake`. */
  readonly handler: string;
  readonly alarms: AlarmTopic;
  /** Where files arrive and results go. */
  readonly bucket: IBucket;
  readonly timeout: Duration;
  /**
   * Whether it works events nobody waits for.
   * @default true
   */
  readonly asynchronous?: boolean;
}

/** One function of the file intake with its alarms, told of the bucket and its folders. */
export function intakeFunction(scope: Construct, id: string, props: IntakeFunctionProps): AppFunction {
  const { handler, alarms, bucket, asynchronous = true, ...settings } = props;
  // eslint-disable-next-line awscdk/no-variable-construct-id -- whoever asks for the function names it
  const made = new AppFunction(scope, id, {
    ...settings,
    code: handlerCode('file-intake', handler),
    service: 'file-intake',
    environment: {
      [environment.bucket]: bucket.bucketName,
      [environment.incoming]: folders.incoming,
      [environment.resized]: folders.resized,
      [environment.refused]: folders.refused,
      [environment.widths]: widths.join(','),
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      ...settings.environment,
    },
  });
  new FunctionAlarms(made, 'Alarms', { alarms, function: made, asynchronous });
  return made;
}
