import type { Context } from 'aws-lambda';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as documents from '@aws-sdk/lib-dynamodb';
import { freshHandler } from '../../support/fresh-handler';

export const environmentOf = {
  ORDERS_TABLE: 'the-orders',
  CUSTOMER_INDEX: 'byCustomer',
  ORDER_DAYS: '400',
  DOCUMENT_BUCKET: 'the-documents',
  LINK_SECONDS: '900',
  INVOICE_WRITER: 'arn:aws:lambda:eu-west-1:111122223333:function:writer:live',
  IDEMPOTENCY_TABLE: 'the-requests',
  IDEMPOTENCY_EXPIRY_SECONDS: '172800',
  POWERTOOLS_SERVICE_NAME: 'orders-api',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

const modules = {
  '@aws-sdk/client-dynamodb': dynamodb,
  '@aws-sdk/client-lambda': lambda,
  '@aws-sdk/client-s3': s3,
  '@aws-sdk/lib-dynamodb': documents,
};

/** A new environment of a function; the SDK's classes are the test's. */
export const start = (
  file: 'orders' | 'attachments' | 'invoices' | 'write-invoice',
  environment: Readonly<Record<string, string | undefined>> = {},
): ((event: unknown, run?: Context) => Promise<any>) =>
  freshHandler(`orders-api/${file}`, { environment: { ...environmentOf, ...environment }, modules });

/** Everything that must never reach a caller. */
export const secrets =
  /the-orders|the-requests|the-documents|the-key-itself|the-secret|111122223333|arn:aws|node_modules|\.ts:\d|\.js:\d|at \w+ \(|byCustomer|DynamoDB|dynamodb|Exception/;
