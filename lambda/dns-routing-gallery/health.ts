import { Logger } from '@aws-lambda-powertools/logger';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Context, LambdaFunctionURLResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { healthReport } from '../shared/health-report';

const { name } = variables({ name: environment.switch });
const logger = new Logger();
/** One try: whoever waits here asks again in half a minute. */
const ssm = new SSMClient({ maxAttempts: 1 });

/** Of the two seconds that a checker waits. The rest is for the way. */
const budget = 1500;
const request = z.object({ rawPath: z.string() });

/** Says at `/health` whether what this target depends on answers, in time for a checker of Route 53. */
export async function handler(event: unknown, context: Context): Promise<LambdaFunctionURLResult> {
  logger.addContext(context);
  if (request.safeParse(event).data?.rawPath !== '/health')
    return answer(404, JSON.stringify({ type: 'about:blank', title: 'Not Found', status: 404 }), 'problem+json');
  const { healthy, body } = await healthReport({ switch: isUp }, budget);
  if (!healthy) logger.warn('unhealthy', { body });
  return answer(healthy ? 200 : 503, body);
}

const isUp = async (abortSignal: AbortSignal): Promise<boolean> => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }), { abortSignal });
  return Parameter?.Value === 'up';
};

const answer = (statusCode: number, body: string, kind = 'json'): LambdaFunctionURLResult => ({
  statusCode,
  headers: { 'content-type': `application/${kind}`, 'cache-control': 'no-store' },
  body,
});
