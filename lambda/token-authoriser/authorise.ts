import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayAuthorizerResult, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { variables } from '../shared/variables';
import { warm } from '../shared/warm';
import { environment } from './environment';
import { trustedKeys, verified } from '../shared/token';

const { issuer, audience, keys } = variables(environment);
const trusted = warm(() => trustedKeys(keys));
const logger = new Logger();

const tokenEvent = z.object({
  type: z.literal('TOKEN'),
  authorizationToken: z.string().check(z.maxLength(8192)),
  methodArn: z.string().check(z.regex(/^arn:[a-z-]+:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/[^/]+\//)),
});

/**
 * Decides whether the bearer of a token may call an API.
 *
 * The answer holds for the whole stage, as API Gateway keeps it for every call with the same token: one that named the called
 * method alone would refuse the next. A token that is not good is answered with 401, which is what this error text means to
 * API Gateway.
 */
export async function handler(event: unknown, context: Context): Promise<APIGatewayAuthorizerResult> {
  logger.addContext(context);
  const known = tokenEvent.safeParse(event);
  const token = known.success ? /^Bearer (\S+)$/i.exec(known.data.authorizationToken)?.[1] : undefined;
  const rules = { issuer, audience, keys: await trusted.get() };
  const claims = token === undefined ? undefined : await verified(token, rules, new Date());
  if (!known.success || !claims) {
    logger.info('token refused');
    throw new Error('Unauthorized');
  }
  const [api, stage] = known.data.methodArn.split('/');
  return {
    principalId: claims.subject,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${api}/${stage}/*` }],
    },
  };
}
