import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment, folders } from '../../../lambda/secure-upload-exchange/environment';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FileTrigger } from '../../constructs/serverless/file-trigger';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { metricsNamespace } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import type { ExchangeStore } from './exchange-store';
import { service } from './transfer';

export interface InspectionProps {
  readonly alarms: AlarmTopic;
  readonly store: ExchangeStore;
}

/** Looks at each file that arrives, before anybody else may. */
export class Inspection extends Construct {
  readonly failures: FailureQueue;

  constructor(scope: Construct, id: string, { alarms, store: { bucket } }: InspectionProps) {
    super(scope, id);
    this.failures = new FailureQueue(this, 'Failures', { alarms });
    const inspector = new AppFunction(this, 'Inspector', {
      description: 'Accepts files that are what their senders say, and refuses the rest',
      code: handlerCode(service, 'inspect'),
      service,
      memorySize: 512,
      timeout: Duration.seconds(30),
      environment: {
        [environment.bucket]: bucket.bucketName,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      },
    });
    new FunctionAlarms(inspector, 'Alarms', { alarms, function: inspector, asynchronous: true });
    new FileTrigger(this, 'Arrivals', {
      bucket,
      incoming: folders.arrivals,
      outgoing: { bucket, prefixes: [folders.accepted, folders.refused] },
      function: inspector,
      onFailure: AsyncDestination.queue(this.failures.queue),
      maxEventAge: Duration.hours(1),
    });
  }
}
