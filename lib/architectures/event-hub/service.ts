import type { Construct } from 'constructs';
import { environment } from '../../../lambda/event-hub/environment';
import type { EventHub } from '../../constructs/messaging/event-hub';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { AsyncInvocation } from '../../constructs/serverless/async-invocation';
import { handlerCode } from '../../handlers';

/** What every service is given. */
export interface ServiceProps {
  readonly hub: EventHub;
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

export interface WorkerProps {
  readonly description: string;
  /** Of its code, `lambda/event-hub/<handler>.ts`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A function of this architecture. */
export const worker = (scope: Construct, id: string, { description, handler, environment }: WorkerProps): AppFunction =>
  new AppFunction(scope, id, {
    description,
    code: handlerCode('event-hub', handler),
    service: 'event-hub',
    environment,
  });

/** A function that is told events: what it cannot work in three tries lies with what could not be delivered, and the error. */
export function listener(scope: Construct, id: string, { failures }: EventHub, props: WorkerProps): AppFunction {
  const told = worker(scope, id, props);
  new AsyncInvocation(told, 'Told', { function: told, onFailure: AsyncDestination.queue(failures.queue) });
  return told;
}

/** The variable that names the bus, for functions that speak on it. */
export const busOf = ({ bus }: EventHub): Record<string, string> => ({ [environment.bus]: bus.eventBusName });
