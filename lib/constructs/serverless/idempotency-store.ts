import { Duration } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { idempotencyEnvironment } from '../../../lambda/shared/environment';
import { outsideDuration, refuse } from '../faults';

export interface IdempotencyStoreProps {
  /**
   * How long after its first time the same event may come again: the retention of a queue, the retry age of an
   * asynchronous call.
   */
  readonly retriedFor: Duration;
  /**
   * How long finished work is remembered. A shorter time than `retriedFor` is refused: an event could come back after its
   * first time is forgotten, and be done twice.
   * @default - one day more than `retriedFor`
   */
  readonly window?: Duration;
  /**
   * Whether the table refuses to be deleted.
   * @default false
   */
  readonly deletionProtection?: boolean;
}

/**
 * Where functions remember which events they have worked, so that an event that comes twice has the effect of one: a table
 * in the form Powertools for AWS Lambda expects, whose entries expire by themselves. One store serves several functions.
 *
 * Give the function `environment` and `grantUse`, and wrap its work in `once` of `lambda/shared/idempotency.ts`.
 *
 * @claims serverless-idempotency
 */
export class IdempotencyStore extends Construct {
  readonly table: ITable;
  readonly window: Duration;
  /** The environment variables `once` reads. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: IdempotencyStoreProps) {
    super(scope, id);
    const { retriedFor, window = retriedFor.plus(Duration.days(1)), deletionProtection = false } = props;
    refuse(this, [
      outsideDuration('retriedFor', retriedFor, Duration.seconds(1), Duration.days(365)),
      window.toSeconds() <= retriedFor.toSeconds() &&
        `window is ${window.toHumanString()}, but the same event may come again for ${retriedFor.toHumanString()}; remember for longer than that`,
    ]);

    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiration',
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
    });
    this.window = window;
    this.environment = {
      [idempotencyEnvironment.table]: this.table.tableName,
      [idempotencyEnvironment.expirySeconds]: String(window.toSeconds()),
    };
  }

  /** Lets a function look up, claim, finish and release entries; not list them. */
  grantUse(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      resourceArns: [this.table.tableArn],
    });
  }
}
