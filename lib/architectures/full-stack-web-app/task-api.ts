import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { HttpAccess } from '../../constructs/serverless/http-access';
import { HttpFacade } from '../../constructs/serverless/http-facade';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import type { AppClient } from '../../constructs/identity/app-client';
import type { SignIn } from '../../constructs/identity/sign-in';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IWebACLRef } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { taskModel } from './models';
import type { TaskFunctions } from './task-functions';

export interface TaskApiProps {
  readonly alarms: AlarmTopic;
  readonly functions: TaskFunctions;
  readonly signIn: SignIn;
  readonly page: AppClient;
  /** The origin whose pages may call it. */
  readonly allowedOrigin: string;
  readonly accessLogs: IBucket;
  /** @default - none */
  readonly firewall?: IWebACLRef;
}

const description = 'Tasks of those who are signed in';

/** A REST API: bodies are checked at the door, a firewall may stand before it, and its own errors are problems too. */
export function restApi(scope: Construct, props: TaskApiProps): string {
  const { functions, signIn, allowedOrigin, accessLogs, firewall, alarms } = props;
  const api = new RestFacade(scope, 'Api', {
    description,
    access: ApiAccess.userPool(signIn.pool),
    accessLogs: ApiAccessLogs.toBucket(accessLogs, 'api/'),
    alarms,
    cors: { origins: [allowedOrigin] },
    ...(firewall && { firewall }),
  });
  const tasks = ApiTarget.proxy(functions.tasks);
  api.route('GET /tasks', { target: tasks });
  api.route('PUT /tasks/{taskId}', { target: tasks, body: taskModel });
  api.route('DELETE /tasks/{taskId}', { target: tasks });
  api.route('GET /counts', { target: tasks });
  api.route('POST /tickets', { target: ApiTarget.proxy(functions.tickets), body: false });
  return api.url;
}

/** The same contract as an HTTP API, for a third of the price: the function checks bodies alone, and there is no firewall. */
export function httpApi(scope: Construct, props: TaskApiProps): string {
  const { functions, signIn, page, allowedOrigin, alarms } = props;
  const api = new HttpFacade(scope, 'Api', {
    description,
    access: HttpAccess.jwt({ issuer: signIn.issuer, audience: [page.clientId] }),
    alarms,
    cors: { origins: [allowedOrigin] },
  });
  for (const route of ['GET /tasks', 'PUT /tasks/{taskId}', 'DELETE /tasks/{taskId}', 'GET /counts'])
    api.route(route, { alias: functions.tasks });
  api.route('POST /tickets', { alias: functions.tickets });
  return api.url;
}
