import { Logger } from '@aws-lambda-powertools/logger';
import type { ALBResult, Context } from 'aws-lambda';
import { balancerHandler, type BalancerAnswer, type BalancerRequest } from '../shared/balancer';
import { problemOf } from '../shared/problem';
import { SharedFolder } from '../shared/shared-folder';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { DocumentIndex } from './document-index';
import type { Shelves } from './documents';
import { environment } from './environment';

/** A handler for the balancer's requests about documents; what goes wrong is answered as a problem document, and logged. */
export function serving(
  answer: (request: BalancerRequest, shelves: Shelves) => Promise<BalancerAnswer>,
): (event: unknown, context: Context) => Promise<ALBResult> {
  const { folder, table } = variables(environment);
  const shelves = {
    folder: new SharedFolder(folder),
    index: new DocumentIndex(tableClient(), table),
  };
  const logger = new Logger();
  return (event, context) => {
    logger.addContext(context);
    const failed = (error: unknown) => logger.error('request failed', error as Error);
    const handle = balancerHandler({
      answer: async (request) => {
        try {
          const given = await answer(request, shelves);
          logger.info('request answered', { method: request.method, path: request.path, status: given.status });
          return given;
        } catch (error) {
          const problem = problemOf(error);
          if (problem.status >= 500) failed(error);
          const { retryAfter } = problem.options;
          return {
            status: problem.status,
            headers: {
              'content-type': 'application/problem+json',
              ...(retryAfter !== undefined && { 'retry-after': `${retryAfter}` }),
            },
            body: JSON.stringify(problem.document(context.awsRequestId)),
          };
        }
      },
      failed,
    });
    return handle(event);
  };
}
