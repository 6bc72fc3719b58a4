import { Logger } from '@aws-lambda-powertools/logger';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { FieldDecryptor } from '../shared/field-decryptor';
import { patience } from '../shared/patience';
import { workStream, type StreamBatchResponse } from '../shared/stream-batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { warm } from '../shared/warm';
import { assessForm } from './assess-form';
import { environment } from './environment';
import { FormStore } from './form-store';

const { table, provider, keys } = variables({
  table: environment.table,
  provider: environment.provider,
  keys: environment.keys,
});
const known = z.array(z.strictObject({ keyName: z.string(), secretArn: z.string() })).parse(JSON.parse(keys));
const secrets = new SecretsManagerClient(patience);
const decryptor = warm(async () => {
  const found = known.map(async ({ keyName, secretArn }) => {
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return { keyName, privateKey: SecretString };
  });
  return new FieldDecryptor(provider, await Promise.all(found));
});
const forms = new FormStore(DynamoDBDocumentClient.from(tableClient()), table);
const logger = new Logger();

const text = z.object({ S: z.string() });
const image = z.object({
  id: text,
  sealed: z.object({ M: z.object({ card_number: text, card_expiry: text, national_id: text }) }),
});

/**
 * The one function that reads the sensitive fields: it has the keys, is told of each new form, and notes what it found. What stands in
 * the fields is in its memory and goes nowhere from there.
 *
 * @claims edge-field-decryption
 */
export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<StreamBatchResponse> {
  logger.addContext(context);
  return workStream(event, context, logger, async ({ dynamodb }) => {
    const record = image.safeParse(dynamodb?.NewImage);
    if (!record.success) throw new Refused('this is no form');
    const { id, sealed } = record.data;
    const reader = await decryptor.get();
    const fields = [sealed.M.card_number, sealed.M.card_expiry, sealed.M.national_id];
    const [card_number, card_expiry, national_id] = await Promise.all(fields.map(({ S }) => reader.open(S)));
    const assessment = assessForm({ card_number, card_expiry, national_id }, Date.now());
    await forms.note(id.S, assessment);
    logger.info('form assessed', { form: id.S, status: assessment.status, wrong: assessment.wrong });
  });
}
