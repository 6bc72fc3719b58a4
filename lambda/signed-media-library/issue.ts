import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { EdgeSigner } from '../shared/edge-signer';
import { isFromEdge } from '../shared/from-edge';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { parsed, restHandler, type RestRequest } from '../shared/rest';
import { variables } from '../shared/variables';
import { warm } from '../shared/warm';
import { environment, guardHeader, mediaFolder } from './environment';
import { assertOpenThere } from './place';

const { origin, signingSecret, keyPairId, guardSecret, signedSeconds, closedCountries } = variables(environment);
const secrets = new SecretsManagerClient(patience);
const secretOf = async (id: string): Promise<string> =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '';
const guard = warm(() => secretOf(guardSecret));
// A deployment that signs with another key gives another id, and so makes new environments.
const signer = warm(async () => {
  const privateKey = await secretOf(signingSecret);
  return new EdgeSigner({ keyPairId, privateKey }, origin, Number(signedSeconds));
});
const rules = { closedCountries: closedCountries.split(',') };
const logger = new Logger();

const expiresIn = z.optional(z.int().check(z.gte(1), z.lte(3600)));
const session = z.strictObject({ expiresIn });
const link = z.strictObject({ file: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)), expiresIn });

/**
 * Lets members see media: a whole folder by cookies, or one file by a link. Who they are API Gateway has checked by their token;
 * this looks whether they came by way of the library, and where they are.
 *
 * @claims edge-cookie-issuer, edge-signed-url, edge-signed-cookie, edge-geolocation-decision
 */
export const handler = restHandler(
  {
    'POST /api/session': async (request) => {
      const wanted = parsed(session, request.json(), 'body');
      await assertAllowed(request);
      const { setCookie, expiresAt } = (await signer.get()).cookies(`${mediaFolder}*`, {
        ...(wanted.expiresIn !== undefined && { seconds: wanted.expiresIn }),
      });
      return { status: 201, cookies: setCookie, body: { folder: mediaFolder, expiresAt } };
    },

    'POST /api/links': async (request) => {
      const wanted = parsed(link, request.json(), 'body');
      await assertAllowed(request);
      const made = (await signer.get()).url(`${mediaFolder}${wanted.file}`, {
        ...(wanted.expiresIn !== undefined && { seconds: wanted.expiresIn }),
      });
      return { status: 201, body: made };
    },
  },
  { logger, metrics: new Metrics() },
);

async function assertAllowed({ headers, client }: RestRequest): Promise<void> {
  // The authoriser names who calls; without it the API would stand open.
  if (client === 'anybody') throw new Problem(403, { detail: 'Sign in first.' });
  // Anybody can call the API by its own name, and say of themselves what they like.
  if (!isFromEdge(headers[guardHeader], [await guard.get()]))
    throw new Problem(403, { detail: 'Ask by way of the library, not around it.' });
  const { country } = assertOpenThere(headers, rules);
  logger.info('signed', { client, country });
}
