import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment, optionalEnvironment } from '../../../lambda/full-stack-web-app/environment';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import type { LiveChannel } from '../../constructs/serverless/live-channel';
import {
  metricsNamespace,
  ReleasedFunction,
  type ReleasedFunctionProps,
} from '../../constructs/serverless/released-function';
import { StreamConsumer } from '../../constructs/serverless/stream-consumer';
import { StreamSource } from '../../constructs/serverless/stream-source';
import { handlerCode } from '../../handlers';
import type { TaskStore } from './task-store';

/** Of which the functions' logs and figures are a part, and the folder of their code. */
const service = 'full-stack-web-app';

export interface TaskFunctionsProps extends Pick<ReleasedFunctionProps, 'alarms' | 'strategy'> {
  readonly store: TaskStore;
  readonly channel: LiveChannel;
  /** The origin whose pages may read the answers. */
  readonly allowedOrigin: string;
}

/** The functions, one for each purpose, so that none may do what only another needs. */
export class TaskFunctions extends Construct {
  /** Answers callers of the API about tasks. */
  readonly tasks: IAlias;
  /** Gives tickets to those who are signed in. */
  readonly tickets: IAlias;
  /** Answers those who are connected about tasks. */
  readonly messages: IAlias;
  /** Changes that could not be told or counted, by their place in the stream. */
  readonly failures: IQueue;
  private readonly common: TaskFunctionsProps;

  constructor(scope: Construct, id: string, props: TaskFunctionsProps) {
    super(scope, id);
    this.common = props;
    const { store, channel, alarms, allowedOrigin } = props;
    const tables = {
      [environment.tasksTable]: store.tasks.table.tableName,
      [environment.countsTable]: store.counts.table.tableName,
    };
    const origins = { [optionalEnvironment.allowedOrigins]: allowedOrigin };

    const tasks = this.released('Tasks', 'tasks', 'Answers callers about tasks', { ...tables, ...origins });
    const messages = this.released('Messages', 'messages', 'Answers those who are connected about tasks', tables);
    for (const { role } of [tasks, messages]) {
      store.tasks.grantQuery(role);
      store.tasks.grantGet(role);
      store.tasks.grantPut(role);
      store.tasks.grantDelete(role);
      store.counts.grantGet(role);
    }
    const tickets = this.released('Tickets', 'tickets', 'Gives tickets to those who are signed in', {
      ...channel.ticketEnvironment,
      ...origins,
    });
    channel.grantTickets(tickets.role);
    this.tasks = tasks.alias;
    this.messages = messages.alias;
    this.tickets = tickets.alias;

    this.failures = new FailureQueue(this, 'Failures', { alarms }).queue;
    const publisher = this.consumer('Publisher', 'publish', 'Tells those who are connected of changes', {
      ...channel.pushEnvironment,
    });
    channel.grantPush(publisher.role);
    const counter = this.consumer('Counter', 'count', 'Counts tasks from their changes', {
      [environment.countsTable]: store.counts.table.tableName,
    });
    store.counts.grantPut(counter.role);
    store.counts.grantUpdate(counter.role);
  }

  private released(id: string, file: string, description: string, variables: Record<string, string>): ReleasedFunction {
    const { alarms, strategy } = this.common;
    const code = handlerCode(service, file);
    return new ReleasedFunction(this, id, { alarms, strategy, service, description, code, environment: variables });
  }

  /** A function that works the changes of the tasks, in the order they happened. */
  private consumer(id: string, file: string, description: string, variables: Record<string, string>): AppFunction {
    const { alarms, store } = this.common;
    const consumer = new AppFunction(this, id, {
      description,
      code: handlerCode(service, file),
      service,
      environment: {
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        ...variables,
      },
    });
    new FunctionAlarms(consumer, 'Alarms', { alarms, function: consumer });
    new StreamConsumer(consumer, 'Changes', {
      source: StreamSource.table(store.tasks),
      consumer,
      onFailure: AsyncDestination.queue(this.failures),
      alarms,
    });
    return consumer;
  }
}
