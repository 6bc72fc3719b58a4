import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isFromEdge } from '../shared/from-edge';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { restHandler, type RestRequest } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { warm } from '../shared/warm';
import { environment, guardHeader } from './environment';
import { FormStore } from './form-store';
import { readForm } from './form';

const { table, guardSecret } = variables({ table: environment.table, guardSecret: environment.guardSecret });
const secrets = new SecretsManagerClient(patience);
const guard = warm(
  async () => (await secrets.send(new GetSecretValueCommand({ SecretId: guardSecret }))).SecretString ?? '',
);
const forms = new FormStore(DynamoDBDocumentClient.from(tableClient()), table);

/**
 * Takes forms whose sensitive fields the edge has encrypted, and tells what became of them. It has no key: the fields are text without
 * meaning to it, and it keeps them as they come.
 *
 * @claims edge-field-decryption
 */
export const handler = restHandler(
  {
    'POST /forms': async (request) => {
      await assertThroughEdge(request);
      const form = readForm(request.form());
      await forms.keep(form);
      return { status: 202, body: { id: form.id } };
    },

    'GET /forms/{id}': async (request) => {
      await assertThroughEdge(request);
      const { id = '' } = request.path;
      const state = /^[0-9a-f-]{36}$/.test(id) && (await forms.state(id));
      if (!state) throw new Problem(404, { detail: 'There is no such form.' });
      return { status: 200, body: state };
    },
  },
  { logger: new Logger(), metrics: new Metrics() },
);

/** Who comes round the edge comes with fields that nobody has encrypted. */
async function assertThroughEdge({ headers }: RestRequest): Promise<void> {
  if (isFromEdge(headers[guardHeader], [await guard.get()])) return;
  throw new Problem(403, { detail: 'Send forms by way of the page, not around it.' });
}
