import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment, summaryPrefix } from '../../../lambda/application-evolution/environment';
import { AppFunction } from '../../constructs/serverless/app-function';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import { Library } from './library';
import { service } from './stage';
import type { ServiceProps } from './upload-service';

export interface ProcessServiceProps extends ServiceProps {
  /** Where it hears of documents. */
  readonly hears: 'queue' | 'bus';
}

/** Makes summaries and keeps them in a store of its own, of which it tells whoever asks. */
export class ProcessService extends Construct {
  /** Makes them. */
  readonly worker: AppFunction;
  /** Answers callers. */
  readonly alias: IAlias;

  constructor(scope: Construct, id: string, { alarms, logs, strategy, environment: told, hears }: ProcessServiceProps) {
    super(scope, id);
    const store = new Library(this, 'Summaries', { logs });
    const own = { [environment.summaryBucket]: store.bucket.bucketName };
    this.worker = new AppFunction(this, 'Worker', {
      description: 'Makes the summary of a document',
      code: handlerCode(service, hears === 'queue' ? 'queue-process' : 'event-process'),
      service,
      environment: { ...own, ...told },
    });
    store.grantWrite(this.worker.role, summaryPrefix);
    const desk = new ReleasedFunction(this, 'Desk', {
      alarms,
      strategy,
      service,
      description: 'Tells what was made of a document',
      code: handlerCode(service, 'summaries'),
      environment: own,
    });
    store.grantRead(desk.role, summaryPrefix);
    this.alias = desk.alias;
  }
}
