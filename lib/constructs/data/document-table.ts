import { Duration, Stack, Token } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
  type Attribute,
  type ITableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { TableCapacity } from './table-capacity';

export interface DocumentTableProps {
  /** What spreads items over partitions, and names one partition in a query. Another one means another table. */
  readonly partitionKey: Attribute;
  /**
   * What orders the items of a partition; another one means another table.
   * @default - none: the partition key alone names an item
   */
  readonly sortKey?: Attribute;
  /**
   * The attribute that says, in seconds since 1970, when an item may be deleted. The service takes days over it, so readers
   * must leave out what has expired.
   * @default - items stay
   */
  readonly expiryAttribute?: string;
  /**
   * How it is billed.
   * @default TableCapacity.onDemand()
   */
  readonly capacity?: TableCapacity;
  /**
   * How far back it can be restored, to the second and into a new table: 1 to 35 days.
   * @default Duration.days(35)
   */
  readonly recoveryPeriod?: Duration;
  /**
   * A key to encrypt it with that one can control and withdraw, which is billed each month and with each call. Needs a stack
   * of a known region, as a key belongs to one.
   * @default - a key of DynamoDB, free of charge
   */
  readonly encryptionKey?: IKey;
  /**
   * What its stream holds of each change, for a `StreamConsumer` to work; kept for 24 hours.
   * @default - it keeps no stream
   */
  readonly stream?: StreamViewType;
  /**
   * Other Regions that hold the same items: each takes writes, and tells them to the others within about a second; of two writes to
   * one item the later one stays. Needs a stack of a known Region.
   * @default - none
   */
  readonly replicas?: readonly string[];
  /**
   * Whether it refuses to be deleted.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Where an alarm reports to that goes off when calls are throttled.
   * @default - no such alarm
   */
  readonly alarms?: AlarmTopic;
}

export interface TableIndex {
  /** What names one partition of the index. Items without it are not in the index. */
  readonly partitionKey: Attribute;
  /**
   * What orders the items of a partition.
   * @default - none
   */
  readonly sortKey?: Attribute;
  /**
   * Attributes, besides the keys, that the index holds; readers get nothing else from it.
   * @default - all
   */
  readonly attributes?: readonly string[];
}

/**
 * Documents found by their key: billed by use, encrypted, restorable to any second, and granted action by action. No grant of
 * the service's roles holds Scan, which reads and bills the whole table; `grantExport` is for the one who must.
 *
 * @claims data-ddb-keys, data-ddb-on-demand, data-ddb-provisioned, data-ddb-scan-guarded, data-ddb-encryption, data-ddb-gsi,
 * data-ddb-pitr, data-ddb-projections, data-ddb-ttl, data-ddb-global-table
 */
export class DocumentTable extends Construct {
  readonly table: ITableV2;
  /** Its stream, if it keeps one. */
  readonly streamArn?: string;
  private readonly resource: TableV2;
  private readonly capacity: TableCapacity;
  private readonly keys: readonly string[];
  private readonly encryptionKey?: IKey;
  private readonly indexes = new Set<string>();

  constructor(scope: Construct, id: string, props: DocumentTableProps) {
    super(scope, id);
    const { capacity = TableCapacity.onDemand(), recoveryPeriod = Duration.days(35), expiryAttribute } = props;
    this.keys = keysOf(props);
    refuse(this, [
      ...keyFaults('table', props),
      ...capacity.faults(),
      outsideDuration('recoveryPeriod', recoveryPeriod, Duration.days(1), Duration.days(35)),
      expiryAttribute !== undefined &&
        this.keys.includes(expiryAttribute) &&
        `expiryAttribute is ${expiryAttribute}, which is a key; name an attribute of its own`,
      ...replicaFaults(Stack.of(this).region, props),
    ]);

    this.resource = new TableV2(this, 'Table', {
      partitionKey: props.partitionKey,
      ...(props.sortKey && { sortKey: props.sortKey }),
      ...(expiryAttribute !== undefined && { timeToLiveAttribute: expiryAttribute }),
      billing: capacity.billing,
      encryption: props.encryptionKey
        ? TableEncryptionV2.customerManagedKey(props.encryptionKey)
        : TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryPeriod.toDays(),
      },
      deletionProtection: props.deletionProtection ?? false,
      ...(props.replicas && { replicas: props.replicas.map((region) => ({ region })) }),
      ...(props.stream !== undefined && { dynamoStream: props.stream }),
    });
    this.table = this.resource;
    if (props.stream !== undefined) this.streamArn = this.resource.tableStreamArn;
    this.capacity = capacity;
    this.encryptionKey = props.encryptionKey;
    if (props.alarms) this.watch(props.alarms);
  }

  /**
   * Adds a global index: other keys, at any time, read with eventual consistency only. DynamoDB changes one index in an
   * update, so a table that exists gets them one release at a time.
   */
  index(name: string, { partitionKey, sortKey, attributes }: TableIndex): void {
    const held = new Set([...this.keys, ...keysOf({ partitionKey, sortKey })]);
    refuse(this, [
      ...keyFaults(`index ${name}`, { partitionKey, sortKey }),
      ...(attributes ?? [])
        .filter((attribute) => held.has(attribute))
        .map((attribute) => `index ${name} lists ${attribute}, a key, which it holds anyway; leave it out`),
      attributes?.length === 0 && `index ${name} lists no attributes; leave attributes out for all, or name some`,
    ]);
    this.resource.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey,
      ...(sortKey && { sortKey }),
      ...(attributes
        ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...attributes] }
        : { projectionType: ProjectionType.ALL }),
      ...this.capacity.ofIndex,
    });
    this.indexes.add(name);
  }

  /** Lets it read one item by its key. */
  grantGet(grantee: IGrantable): Grant {
    return this.grant(grantee, ['dynamodb:GetItem']);
  }

  /** Lets it write whole items, over old ones too unless it says otherwise with each. */
  grantPut(grantee: IGrantable): Grant {
    return this.grant(grantee, ['dynamodb:PutItem']);
  }

  /** Lets it change attributes of an item. */
  grantUpdate(grantee: IGrantable): Grant {
    return this.grant(grantee, ['dynamodb:UpdateItem']);
  }

  /** Lets it delete one item by its key. */
  grantDelete(grantee: IGrantable): Grant {
    return this.grant(grantee, ['dynamodb:DeleteItem']);
  }

  /** Lets it read one partition of the table, or of an index. */
  grantQuery(grantee: IGrantable, index?: string): Grant {
    refuse(this, [
      index !== undefined &&
        !this.indexes.has(index) &&
        `index is ${index}, which this table does not have; it has ${[...this.indexes].join(', ') || 'none'}`,
    ]);
    const arn = this.table.tableArn;
    return this.grant(grantee, ['dynamodb:Query'], index === undefined ? arn : `${arn}/index/${index}`);
  }

  /** Lets it read the whole table: for an export that somebody runs, never for a role that answers callers. */
  grantExport(grantee: IGrantable): Grant {
    return this.grant(grantee, ['dynamodb:Scan', 'dynamodb:DescribeTable']);
  }

  /** Lets it read the changes, and not the table. */
  grantStreamRead(grantee: IGrantable): Grant {
    refuse(this, [this.streamArn === undefined && 'stream is missing, so that there are no changes to read; give it']);
    return this.grant(
      grantee,
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      this.streamArn,
    );
  }

  private grant(grantee: IGrantable, actions: string[], resource = this.table.tableArn): Grant {
    this.encryptionKey?.grantEncryptDecrypt(grantee);
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [resource] });
  }

  private watch(alarms: AlarmTopic): void {
    const throttled = (metricName: string) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: this.table.tableName },
        statistic: 'Sum',
      });
    alarms.alarm(this, 'Throttled', {
      alarmDescription: `${this.node.path} turns calls away: a ceiling is reached, or one partition gets too many.`,
      metric: new MathExpression({
        expression: 'FILL(reads, 0) + FILL(writes, 0)',
        usingMetrics: { reads: throttled('ReadThrottleEvents'), writes: throttled('WriteThrottleEvents') },
        period: Duration.minutes(5),
      }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function replicaFaults(own: string, { replicas = [], stream }: DocumentTableProps): (string | false)[] {
  if (replicas.length === 0) return [];
  return [
    Token.isUnresolved(own) &&
      'replicas is given in a stack without a fixed Region, which could be one of them; give the stack its Region',
    replicas.includes(own) && `replicas has ${own}, where the table itself is; leave it out`,
    ...replicas
      .filter((region, at) => replicas.indexOf(region) < at)
      .map((region) => `replicas has ${region} more than once; name each Region once`),
    stream !== undefined &&
      stream !== StreamViewType.NEW_AND_OLD_IMAGES &&
      `stream is ${stream}, but replicas are told of changes by a stream of NEW_AND_OLD_IMAGES; give that, or leave stream out`,
  ];
}

interface Keys {
  readonly partitionKey: Attribute;
  readonly sortKey?: Attribute;
}

const keysOf = ({ partitionKey, sortKey }: Keys): string[] => [partitionKey.name, ...(sortKey ? [sortKey.name] : [])];

function keyFaults(owner: string, keys: Keys): (string | false)[] {
  const names = keysOf(keys);
  return [
    names[0] === names[1] && `${owner} has ${names[0]} as partition and sort key; take two attributes, or one key`,
    ...names
      .filter((name) => !Token.isUnresolved(name) && !(name.length >= 1 && Buffer.byteLength(name) <= 255))
      .map((name) => `${owner} has the key "${name}"; give a name of 1 to 255 bytes`),
  ];
}
