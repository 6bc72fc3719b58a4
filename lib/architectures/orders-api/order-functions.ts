import { Duration } from 'aws-cdk-lib';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment, optionalEnvironment } from '../../../lambda/orders-api/environment';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { AsyncInvocation } from '../../constructs/serverless/async-invocation';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { ReleasedFunction, type ReleasedFunctionProps } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import { customerIndex, kept, type OrderStore } from './order-store';

/** Of which the functions' logs and figures are a part, and the folder of their code. */
export const service = 'orders-api';

export interface OrderFunctionsProps extends Pick<ReleasedFunctionProps, 'alarms' | 'strategy'> {
  readonly store: OrderStore;
  /** Origins whose pages may read the answers; empty for none. */
  readonly allowedOrigins: readonly string[];
  /**
   * What the function for orders is not told.
   * @default - nothing
   */
  readonly forgotten?: keyof typeof environment;
}

/** How long a link to a document is good, at most. */
export const linkLife = Duration.minutes(15);

/**
 * The functions behind the API, one for each group of routes, so that none may do what only another needs: orders may not
 * touch documents, attachments may not write orders, and only the writer of invoices writes them.
 *
 * @claims serverless-execution-role, serverless-outside-vpc, serverless-no-direct-chaining, serverless-billing-model
 */
export class OrderFunctions extends Construct {
  readonly orders: IAlias;
  readonly attachments: IAlias;
  readonly invoices: IAlias;
  /** Where requests for invoices lie that could not be worked. */
  readonly failures: IQueue;

  constructor(scope: Construct, id: string, props: OrderFunctionsProps) {
    super(scope, id);
    const { store, allowedOrigins, alarms, strategy, forgotten } = props;
    const running = { alarms, strategy, service };
    const table = { [environment.ordersTable]: store.orders.table.tableName };
    const documents = { [environment.documentBucket]: store.documents.bucketName };
    const links = { ...documents, [environment.linkSeconds]: String(linkLife.toSeconds()) };
    const origins: Record<string, string> =
      allowedOrigins.length > 0 ? { [optionalEnvironment.allowedOrigins]: allowedOrigins.join(',') } : {};

    const orders = new ReleasedFunction(this, 'Orders', {
      ...running,
      description: 'Takes orders, shows them, and lists them by customer',
      code: handlerCode(service, 'orders'),
      environment: without(forgotten && environment[forgotten], {
        ...table,
        ...origins,
        ...store.requests.environment,
        [environment.customerIndex]: customerIndex,
        [environment.orderDays]: String(kept.toDays()),
      }),
    });
    store.orders.grantGet(orders.role);
    store.orders.grantPut(orders.role);
    store.orders.grantQuery(orders.role, customerIndex);
    store.requests.grantUse(orders.role);

    const attachments = new ReleasedFunction(this, 'Attachments', {
      ...running,
      description: 'Makes links by which attachments of orders are uploaded',
      code: handlerCode(service, 'attachments'),
      environment: { ...table, ...origins, ...links },
    });
    store.orders.grantGet(attachments.role);
    store.grantPutDocuments(attachments.role, 'attachments');

    const writer = new ReleasedFunction(this, 'InvoiceWriter', {
      ...running,
      description: 'Writes the invoice of an order',
      code: handlerCode(service, 'write-invoice'),
      environment: { ...table, ...documents },
      asynchronous: true,
    });
    store.orders.grantGet(writer.role);
    store.orders.grantUpdate(writer.role);
    store.grantPutDocuments(writer.role, 'invoices');
    const failures = new FailureQueue(this, 'InvoiceFailures', { alarms });
    new AsyncInvocation(this, 'InvoiceRequests', {
      function: writer.function,
      alias: writer.alias,
      onFailure: AsyncDestination.queue(failures.queue),
      maxEventAge: Duration.hours(1),
    });

    const invoices = new ReleasedFunction(this, 'Invoices', {
      ...running,
      description: 'Has invoices written, and makes links to them',
      code: handlerCode(service, 'invoices'),
      environment: { ...table, ...origins, ...links, [environment.invoiceWriter]: writer.alias.functionArn },
    });
    store.orders.grantGet(invoices.role);
    store.grantGetDocuments(invoices.role, 'invoices');
    invoices.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [writer.alias.functionArn] }),
    );

    this.orders = orders.alias;
    this.attachments = attachments.alias;
    this.invoices = invoices.alias;
    this.failures = failures.queue;
  }
}

function without(name: string | undefined, variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([key]) => key !== name));
}
