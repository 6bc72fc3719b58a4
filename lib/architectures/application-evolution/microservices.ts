import { Construct } from 'constructs';
import { environment, type Route } from '../../../lambda/application-evolution/environment';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { ManageService } from './manage-service';
import { ProcessService } from './process-service';
import type { Stage, StageProps } from './stage';
import { UploadService } from './upload-service';

/**
 * Stage 4: three small services, each with its own logic and its own store, that send each other work by queues. The one that
 * uploads produces, the one that processes consumes, the one that stores and manages does both. Each can be changed and released
 * alone, and none may look into the store of another.
 *
 * @claims serverless-stage-microservices
 */
export class Microservices extends Construct implements Stage {
  readonly answering: Stage['answering'];
  readonly outputs: Stage['outputs'];

  constructor(scope: Construct, id: string, { ...props }: StageProps) {
    super(scope, id);
    const { alarms } = props;
    const uploads = new WorkQueue(this, 'Uploads', { alarms });
    const jobs = new WorkQueue(this, 'Jobs', { alarms });
    const next = ({ queue }: WorkQueue) => ({ [environment.nextQueue]: queue.queueUrl });

    const upload = new UploadService(this, 'Upload', { ...props, tells: 'queue', environment: next(uploads) });
    uploads.grantSend(upload.role);
    const manage = new ManageService(this, 'Manage', { ...props, hears: 'queue', environment: next(jobs) });
    new QueueConsumer(this, 'Managing', { source: uploads, consumer: manage.worker });
    jobs.grantSend(manage.worker.role);
    const processing = new ProcessService(this, 'Process', { ...props, hears: 'queue', environment: {} });
    new QueueConsumer(this, 'Processing', { source: jobs, consumer: processing.worker });

    this.answering = answeredBy({ upload, manage, processing });
    this.outputs = {
      ProcessFunction: ['Makes summaries', processing.worker.function.functionName],
      JobsQueueUrl: ['What waits to be processed', jobs.queue.queueUrl],
      DeadLetterQueueUrl: ['What could not be processed', jobs.deadLetterQueue.queueUrl],
    };
  }
}

export interface Services {
  readonly upload: UploadService;
  readonly manage: ManageService;
  readonly processing: ProcessService;
}

/** Each method is answered by the service that keeps what it is about. */
export function answeredBy({ upload, manage, processing }: Services): Stage['answering'] {
  const desks: Readonly<Record<Route, ApiTarget>> = {
    'POST /documents': ApiTarget.proxy(upload.alias),
    'GET /documents/{id}': ApiTarget.proxy(upload.alias),
    'GET /documents': ApiTarget.proxy(manage.alias),
    'GET /documents/{id}/summary': ApiTarget.proxy(processing.alias),
  };
  return (route) => desks[route];
}
