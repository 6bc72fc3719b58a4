import { Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { submitEnvironment } from '../../../lambda/queued-worker-tier/environment';
import type { PayloadStore } from '../../constructs/messaging/payload-store';
import type { WorkQueue } from '../../constructs/messaging/work-queue';
import { AppFunction } from '../../constructs/serverless/app-function';
import { handlerCode } from '../../handlers';

export interface DeskProps {
  readonly jobs: WorkQueue;
  readonly payloads: PayloadStore;
}

/** Takes documents that somebody sends, of any size a call can carry, and never waits for a worker. */
export class Desk extends Construct {
  readonly function: AppFunction;

  constructor(scope: Construct, id: string, { jobs, payloads }: DeskProps) {
    super(scope, id);
    this.function = new AppFunction(this, 'Submit', {
      description: 'Takes a document and puts it into the queue',
      code: handlerCode('queued-worker-tier', 'submit'),
      service: 'queued-worker-tier',
      environment: {
        [submitEnvironment.queueUrl]: jobs.queue.queueUrl,
        ...payloads.environment,
      },
    });
    jobs.grantSend(this.function.role);
    payloads.grantSend(this.function.role);
    Validations.of(this.function.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'Whoever sends a document waits until it is taken, and hears when it is not; Lambda sends only events nobody waits for to a dead-letter queue.',
    });
  }
}
