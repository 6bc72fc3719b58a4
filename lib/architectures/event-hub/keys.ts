import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import type { DocumentTableProps } from '../../constructs/data/document-table';

/** Two keys of a table, both texts. */
export const keyType = (partition: string, sort: string): Pick<DocumentTableProps, 'partitionKey' | 'sortKey'> => ({
  partitionKey: { name: partition, type: AttributeType.STRING },
  sortKey: { name: sort, type: AttributeType.STRING },
});
