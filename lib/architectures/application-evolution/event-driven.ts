import { Construct } from 'constructs';
import { environment, kinds, mostAttempts, sources } from '../../../lambda/application-evolution/environment';
import { EventHub } from '../../constructs/messaging/event-hub';
import { EventRoute } from '../../constructs/messaging/event-route';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { AsyncInvocation } from '../../constructs/serverless/async-invocation';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { handlerCode } from '../../handlers';
import { ManageService } from './manage-service';
import { answeredBy } from './microservices';
import { ProcessService } from './process-service';
import { events } from './samples';
import { service, type Stage, type StageProps } from './stage';
import { UploadService } from './upload-service';

/** Whom the bus tells what. */
interface Listeners {
  readonly manage: AppFunction;
  readonly processing: AppFunction;
  readonly retry: AppFunction;
  /** Where documents lie that failed too often. */
  readonly givenUp: FailureQueue;
}

/**
 * Stage 5: the same services, and a bus between them. Who has something to say says it, routes decide who hears it, and nobody
 * waits, polls, or runs when there is nothing to do. That a document failed is news too: a component that knows nothing of the
 * one that failed hears it, and asks once more.
 *
 * @claims serverless-stage-event-driven
 */
export class EventDriven extends Construct implements Stage {
  readonly answering: Stage['answering'];
  readonly outputs: Stage['outputs'];

  constructor(scope: Construct, id: string, { ...props }: StageProps) {
    super(scope, id);
    const { alarms } = props;
    const hub = new EventHub(this, 'Hub', { alarms, samples: Object.values(events) });
    const bus = { [environment.bus]: hub.bus.eventBusName };
    const upload = new UploadService(this, 'Upload', { ...props, tells: 'bus', environment: bus });
    const manage = new ManageService(this, 'Manage', { ...props, hears: 'bus', environment: {} });
    const processing = new ProcessService(this, 'Process', { ...props, hears: 'bus', environment: bus });
    const retry = new AppFunction(this, 'Retry', {
      description: 'Says once more that a document is there which failed',
      code: handlerCode(service, 'retry'),
      service,
      environment: { ...upload.environment, ...bus },
    });
    upload.grantRead(retry.role);
    hub.grantSend(upload.role, sources.upload);
    hub.grantSend(retry.role, sources.upload);
    hub.grantSend(processing.worker.role, sources.process);

    const givenUp = new FailureQueue(this, 'GivenUp', { alarms });
    const listeners = { manage: manage.worker, processing: processing.worker, retry, givenUp };
    for (const told of [manage.worker, processing.worker, retry])
      new AsyncInvocation(told, 'Told', { function: told, onFailure: AsyncDestination.queue(hub.failures.queue) });
    this.route(hub, props, listeners);

    this.answering = answeredBy({ upload, manage, processing });
    this.outputs = {
      BusName: ['Where the services speak', hub.bus.eventBusName],
      ProcessFunction: ['Makes summaries', processing.worker.function.functionName],
      RetryFunction: ['Asks once more', retry.function.functionName],
      GivenUpQueueUrl: ['Documents that failed twice', givenUp.queue.queueUrl],
      FailuresQueueUrl: ['Events that could not be delivered or worked', hub.failures.queue.queueUrl],
    };
  }

  private route(hub: EventHub, { alarms }: StageProps, { manage, processing, retry, givenUp }: Listeners): void {
    new EventRoute(this, 'Uploaded', {
      description: 'Documents are written down and processed',
      alarms,
      hub,
      pattern: { source: [kinds.uploaded.source], 'detail-type': [kinds.uploaded.detailType] },
      targets: [
        RouteTarget.function(manage.function),
        RouteTarget.function(processing.function, { emits: [events.failedOnce, events.failedForGood] }),
      ],
      loopEnds: `each try is counted in the event, and after ${mostAttempts} nobody asks again`,
    });
    const failures = { source: [kinds.failed.source], 'detail-type': [kinds.failed.detailType] };
    new EventRoute(this, 'FailedOnce', {
      description: 'A document that failed is tried once more',
      alarms,
      hub,
      pattern: { ...failures, detail: { attempt: [{ numeric: ['<', mostAttempts] }] } },
      targets: [RouteTarget.function(retry.function, { emits: [events.uploaded] })],
    });
    new EventRoute(this, 'FailedTwice', {
      description: 'A document that failed again is kept for a person',
      alarms,
      hub,
      pattern: { ...failures, detail: { attempt: [{ numeric: ['>=', mostAttempts] }] } },
      targets: [RouteTarget.queue(givenUp.queue)],
    });
  }
}
