import { Logger } from '@aws-lambda-powertools/logger';
import { SNSClient } from '@aws-sdk/client-sns';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { parsed } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { urlHandler, type UrlAnswer, type UrlRequest } from '../shared/url';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { orderEvent } from './order-event';
import { Orders } from './orders';
import { told } from './telling';

const given = variables(environment);
const sns = new SNSClient(patience);
const orders = new Orders(tableClient(), given.orders);

/** Where shops say what happened to an order (`POST /`), and ask how it stands (`GET /?customer=ada&order=o-1`). */
async function answer({ method, query, body }: UrlRequest): Promise<UrlAnswer> {
  if (method === 'POST') {
    const event = parsed(orderEvent, jsonIn(body), 'body');
    await told(sns, given.topic, event);
    const { customer, order, number } = event;
    return { status: 202, body: { customer, order, number } };
  }
  if (method !== 'GET') throw new Problem(405, { detail: 'Say what happened with POST, or ask with GET.' });
  const { customer = '', order = '' } = query;
  if (customer === '' || order === '')
    throw new Problem(400, { detail: 'The query does not name a customer and an order.' });
  const standing = await orders.find(customer, order);
  if (!standing) throw new Problem(404, { detail: `Nothing of ${customer}/${order} was worked yet.` });
  return { status: 200, body: { customer, order, ...standing } };
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem(400, { detail: 'The body is not JSON.' });
  }
}

export const handler = urlHandler(answer, new Logger());
