import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as manager from '@aws-sdk/client-secrets-manager';
import * as documents from '@aws-sdk/lib-dynamodb';
import { freshHandler } from '../../support/fresh-handler';
import { fieldKeyPair, sealed } from '../../support/sealed-field';

export const guardWord = 'the-word-of-the-guard';
export const key = { keyName: 'First-eu-west-1', ...fieldKeyPair() };
export const earlier = { keyName: 'Zeroth-eu-west-1', ...fieldKeyPair() };
/** What each secret holds. */
export const secretsOf: Readonly<Record<string, string>> = {
  'arn:guard': guardWord,
  'arn:first': key.privateKey,
  'arn:zeroth': earlier.privateKey,
};

export const environmentOf = {
  FORMS_TABLE: 'forms',
  GUARD_SECRET: 'arn:guard',
  FIELD_PROVIDER: 'forms',
  FIELD_KEYS: JSON.stringify([
    { keyName: key.keyName, secretArn: 'arn:first' },
    { keyName: earlier.keyName, secretArn: 'arn:zeroth' },
  ]),
  POWERTOOLS_SERVICE_NAME: 'sensitive-form-intake',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

/** A new environment of a function, as Lambda makes one. */
export const start = (file: 'intake' | 'assess'): ((event: unknown) => Promise<any>) =>
  freshHandler(`sensitive-form-intake/${file}`, {
    environment: environmentOf,
    modules: {
      '@aws-sdk/client-secrets-manager': manager,
      '@aws-sdk/client-dynamodb': dynamodb,
      '@aws-sdk/lib-dynamodb': documents,
    },
  });

/** What people fill in. */
export const filledIn = {
  card_number: '5555 5555 5555 4444',
  card_expiry: '12/39',
  national_id: 'X1234567',
} as const;
export const submission = '0a1b2c3d-0000-4000-8000-000000000001';

/** The fields of a form as the edge hands them on. */
export async function formOf(
  more: Readonly<Record<string, string | undefined>> = {},
  with_ = key,
): Promise<Record<string, string>> {
  const fields = Object.entries({ ...filledIn });
  const sealedFields = await Promise.all(fields.map(async ([name, text]) => [name, await sealed(text, with_)]));
  const form = {
    submission,
    name: 'Ada',
    email: 'ada@example.com',
    amount: '20.00',
    ...(Object.fromEntries(sealedFields) as Record<string, string>),
    ...more,
  };
  return Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A request as the HTTP API passes it on, which takes a form for bytes. */
export function posted(fields: Readonly<Record<string, string>> | string, headers: object = {}): any {
  const text = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
  return {
    ...asked('POST /forms', { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }),
    body: Buffer.from(text).toString('base64'),
    isBase64Encoded: true,
  };
}

export function asked(route: string, headers: object = {}, id?: string): any {
  const [httpMethod, resource] = route.split(' ');
  return {
    resource,
    httpMethod,
    path: resource,
    headers: { 'X-Origin-Verify': guardWord, ...headers },
    queryStringParameters: null,
    pathParameters: id === undefined ? null : { id },
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: 'r-1', identity: { sourceIp: '203.0.113.7' } },
  };
}

/** A record of the stream of the table. */
export function told(form: Readonly<Record<string, string>>, sequence = '1'): any {
  const { submission: id, card_number, card_expiry, national_id } = form;
  const text = (S: string) => ({ S });
  const fields = {
    card_number: text(card_number),
    card_expiry: text(card_expiry),
    national_id: text(national_id),
  };
  return {
    eventID: sequence,
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      SequenceNumber: sequence,
      NewImage: { id: text(id), name: text('Ada'), sealed: { M: fields }, status: text('received') },
    },
  };
}
