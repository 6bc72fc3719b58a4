import { Stack } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import { readAcross } from '../../constructs/edge/across-stacks';
import type { TwoRegions } from './regions';

/**
 * The notes, which both Regions hold. One resource makes the table and its replica, so it stands in one stack; the other knows the
 * replica by its name, which is the same.
 */
export class SharedNotes {
  /** Made in the stack of one Region, with a replica in the other. */
  static made(scope: Construct, { away }: TwoRegions, deletionProtection: boolean): SharedNotes {
    const { table } = new DocumentTable(scope, 'Notes', {
      partitionKey: { name: 'board', type: AttributeType.STRING },
      sortKey: { name: 'id', type: AttributeType.STRING },
      replicas: [away],
      deletionProtection,
    });
    return new SharedNotes(scope, table.tableName, table.tableArn);
  }

  private constructor(
    private readonly owner: Construct,
    readonly name: string,
    readonly arn: string,
  ) {}

  /** As another Region has them. */
  seenFrom(reader: Construct): SharedNotes {
    const name = readAcross(this.owner, 'NotesName', this.name, reader);
    const arn = Stack.of(reader).formatArn({ service: 'dynamodb', resource: 'table', resourceName: name });
    return new SharedNotes(reader, name, arn);
  }

  grantQuery(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [this.arn] });
  }

  grantPut(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({ grantee, actions: ['dynamodb:PutItem'], resourceArns: [this.arn] });
  }
}
