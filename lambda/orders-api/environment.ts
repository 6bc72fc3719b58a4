/** Names of the environment variables by which the stack tells the functions of the orders API what they work with. */
export const environment = {
  /** Name of the table of orders. */
  ordersTable: 'ORDERS_TABLE',
  /** Name of the index of that table by customer and time. */
  customerIndex: 'CUSTOMER_INDEX',
  /** For how many days an order is kept. */
  orderDays: 'ORDER_DAYS',
  /** Name of the bucket of attachments and invoices. */
  documentBucket: 'DOCUMENT_BUCKET',
  /** For how many seconds a link to a document is good, at most. */
  linkSeconds: 'LINK_SECONDS',
  /** ARN of the alias of the function that writes invoices. */
  invoiceWriter: 'INVOICE_WRITER',
} as const;

/** Variables that may be missing. */
export const optionalEnvironment = {
  /** Origins whose pages may read the answers, separated by commas. */
  allowedOrigins: 'ALLOWED_ORIGINS',
} as const;
