import * as z from 'zod/mini';
import { orderId, type Order } from './order';

/** What the function that writes invoices is told. */
export const invoiceRequest = z.object({ orderId });
export type InvoiceRequest = z.output<typeof invoiceRequest>;

/** Where the invoice of an order lies. */
export const invoiceKeyOf = (id: string): string => `invoices/${id}.html`;

/** The invoice of an order as a page; the same for the same order, whenever it is written. */
export function invoiceOf({ id, customer, createdAt, currency, items, total, note }: Order): string {
  const amount = (smallest: number): string => `${(smallest / 100).toFixed(2)} ${currency}`;
  const rows = items.map(
    ({ sku, quantity, unitPrice }) =>
      `<tr><td>${text(sku)}</td><td>${quantity}</td><td>${amount(unitPrice)}</td><td>${amount(quantity * unitPrice)}</td></tr>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<title>Invoice ${text(id)}</title>`,
    '<style>body{font:1rem/1.5 sans-serif;margin:2rem}td,th{padding:.2rem 1rem .2rem 0;text-align:left}</style></head><body>',
    `<h1>Invoice</h1><p>Order ${text(id)} of ${text(createdAt.slice(0, 10))} for customer ${text(customer)}</p>`,
    '<table><thead><tr><th>Item</th><th>Quantity</th><th>Each</th><th>Sum</th></tr></thead><tbody>',
    ...rows,
    `</tbody><tfoot><tr><th colspan="3">Total</th><th>${amount(total)}</th></tr></tfoot></table>`,
    ...(note === undefined ? [] : [`<p>${text(note)}</p>`]),
    '</body></html>',
    '',
  ].join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** What a client sent, as text of a page and nothing else. */
const text = (value: string): string => value.replace(/[&<>"']/g, (character) => entities[character]);
