import { Duration, Validations } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import { wildcardFinding } from '../../constructs/findings';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { IdempotencyStore } from '../../constructs/serverless/idempotency-store';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface OrderStoreProps {
  readonly alarms: AlarmTopic;
  /** Where requests to the bucket are recorded. */
  readonly accessLogs: IBucket;
  readonly deletionProtection: boolean;
}

/** The index of orders by customer and time. */
export const customerIndex = 'byCustomer';
/** For how long an order and its documents are kept. */
export const kept = Duration.days(400);

/** What the API remembers: orders, the requests that made them, and the documents that belong to them. */
export class OrderStore extends Construct {
  readonly orders: DocumentTable;
  readonly requests: IdempotencyStore;
  readonly documents: IBucket;

  constructor(scope: Construct, id: string, props: OrderStoreProps) {
    super(scope, id);
    const { alarms, accessLogs, deletionProtection } = props;
    this.orders = new DocumentTable(this, 'Orders', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      expiryAttribute: 'expiresAt',
      alarms,
      deletionProtection,
    });
    this.orders.index(customerIndex, {
      partitionKey: { name: 'customer', type: AttributeType.STRING },
      sortKey: { name: 'createdAt', type: AttributeType.STRING },
      attributes: ['status', 'total', 'currency', 'expiresAt'],
    });
    // A client that got no answer asks again within a day.
    this.requests = new IdempotencyStore(this, 'Requests', { retriedFor: Duration.days(1), deletionProtection });
    this.documents = new PrivateBucket(this, 'Documents', {
      accessLogs,
      accessLogPrefix: 'documents/',
      lifecycleRules: [{ id: 'WithTheirOrders', expiration: kept }],
    }).bucket;
  }

  /** Lets a function put documents of one kind, and so make links that do. */
  grantPutDocuments(role: IRole, kind: 'attachments' | 'invoices'): void {
    this.grantDocuments(role, 's3:PutObject', kind, 'it may put one there');
  }

  /** Lets a function get documents of one kind, and so make links that do. */
  grantGetDocuments(role: IRole, kind: 'attachments' | 'invoices'): void {
    this.grantDocuments(role, 's3:GetObject', kind, 'it may get one from there');
  }

  private grantDocuments(role: IRole, action: string, kind: string, what: string): void {
    const resource = this.documents.arnForObjects(`${kind}/*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(role, resource),
      reason: `Documents lie under the ids of their orders, which exist only when a caller comes; below ${kind}/ ${what}, and it can neither list nor delete.`,
    });
  }
}
