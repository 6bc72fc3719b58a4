import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import type { ReaderProps } from './reader';

/** A table of what one reader has counted, which that reader alone writes. */
export const tally = (owner: Construct, { alarms, deletionProtection }: ReaderProps): DocumentTable =>
  new DocumentTable(owner, 'Tally', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    sortKey: { name: 'at', type: AttributeType.STRING },
    expiryAttribute: 'expiresAt',
    alarms,
    deletionProtection,
  });
