import { Logger } from '@aws-lambda-powertools/logger';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { resourceHandler } from '../shared/custom-resource';
import { patience } from '../shared/patience';
import { attributes, properties } from './environment';
import { publicHalf } from './key-pair';

const client = new SecretsManagerClient(patience);
const logger = new Logger();
const wanted = z.object({ [properties.secret]: z.string().check(z.startsWith('arn:')) });

/**
 * Makes a key pair of which CloudFront gets the public half, as CloudFormation asks for one. When it goes, its secret goes by itself.
 *
 * @claims edge-signing-key-custody
 */
export const handler = resourceHandler(async ({ kind, physicalId, requestId, properties: given }) => {
  const secret = wanted.parse(given)[properties.secret];
  if (kind === 'Delete') return { physicalId: physicalId ?? secret };
  const publicKey = await publicHalf(client, secret, requestId);
  logger.info('the key pair is there', { secret, kind });
  return { physicalId: secret, attributes: { [attributes.publicKey]: publicKey } };
});
