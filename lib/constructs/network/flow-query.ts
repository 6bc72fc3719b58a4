import { Aws, Size } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { outsideSize, refuse } from '../faults';
import { uniqueInAccount } from '../unique-in-account';
import type { FlowCapture } from './flow-capture';
import { flowRecordColumns } from './flow-record';
import { adminPorts } from './ports';

export interface FlowQueryProps {
  /** What is asked about; refused unless its records go to a bucket. */
  readonly capture: FlowCapture;
  /**
   * How much one query may read before Athena stops it, 10 MB to 7 EB; what is read is what is paid for.
   * @default Size.gibibytes(1)
   */
  readonly scanLimit?: Size;
}

/** What Athena's limit of 10 MB and 7 EB is in MiB. */
const [leastScan, mostScan] = [10, 7 * 1024 ** 4];

/**
 * Flow logs in their bucket as a table that SQL can ask, without a server and without loading anything.
 *
 * Its partitions are the days that the bucket keeps, worked out by Athena as it plans a query (partition projection), so that no
 * crawler has to find them and a query reads only the days it names. Every query runs in a workgroup that stops it at
 * `scanLimit` and keeps its answer encrypted beside the records, where it expires with them.
 *
 * @claims network-flow-log-query
 */
export class FlowQuery extends Construct {
  readonly database: string;
  readonly table: string;
  /** Where the files of this account and Region are, with the slash at its end; in it a folder for each day. */
  readonly location: string;
  readonly workGroup: string;
  /** The ids of the saved queries, by what they find. */
  readonly queries: Readonly<Record<FlowQuestion, string>>;

  constructor(scope: Construct, id: string, props: FlowQueryProps) {
    super(scope, id);
    const { capture, scanLimit = Size.gibibytes(1) } = props;
    const { bucket, expiration } = capture;
    refuse(this, [
      !bucket && `capture ${capture.node.path} writes to no bucket; give it FlowDestination.s3()`,
      outsideSize('scanLimit', scanLimit, leastScan, mostScan),
    ]);

    this.location = `s3://${bucket!.bucketName}/AWSLogs/${Aws.ACCOUNT_ID}/vpcflowlogs/${Aws.REGION}/`;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { description: 'Flow logs' },
    });
    const table = new CfnTable(this, 'Records', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: database.ref,
      tableInput: tableOf(this.location, expiration!.toDays()),
    });
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      // A workgroup must be named, and its name is the account's.
      name: `flow-logs-${uniqueInAccount}-${this.node.addr.slice(-8)}`,
      description: 'Asks flow logs',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        bytesScannedCutoffPerQuery: scanLimit.toBytes(),
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${bucket!.bucketName}/answers/`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
          expectedBucketOwner: Aws.ACCOUNT_ID,
        },
      },
    });

    const records = `"${database.ref}"."${table.ref}"`;
    const saved = Object.entries(questions).map(([name, { description, sql }]) => {
      const query = new CfnNamedQuery(this, name, {
        database: database.ref,
        workGroup: workGroup.ref,
        name,
        description,
        queryString: sql(records),
      });
      return [name, query.attrNamedQueryId] as const;
    });
    this.database = database.ref;
    this.table = table.ref;
    this.workGroup = workGroup.ref;
    this.queries = Object.fromEntries(saved) as Record<FlowQuestion, string>;
  }
}

/** What is asked most. */
export type FlowQuestion = 'RejectedSources' | 'TalkersByPort' | 'KnocksOnAdminPorts';

/** Today and yesterday: a day begins at midnight UTC, and records come minutes late. */
const lately = "day >= date_format(current_date - interval '1' day, '%Y/%m/%d')";

const questions: Readonly<
  Record<FlowQuestion, { readonly description: string; readonly sql: (records: string) => string }>
> = {
  RejectedSources: {
    description: 'Who was refused most since yesterday, and on how many ports',
    sql: (records) =>
      query(
        'SELECT srcaddr, count(DISTINCT dstport) AS ports, sum(packets) AS packets',
        `FROM ${records}`,
        `WHERE action = 'REJECT' AND ${lately}`,
        'GROUP BY srcaddr ORDER BY packets DESC LIMIT 20',
      ),
  },
  TalkersByPort: {
    description: 'Who was let through since yesterday, by port, the most bytes first',
    sql: (records) =>
      query(
        'SELECT dstport, protocol, srcaddr, dstaddr, sum(bytes) AS bytes',
        `FROM ${records}`,
        `WHERE action = 'ACCEPT' AND ${lately}`,
        'GROUP BY dstport, protocol, srcaddr, dstaddr ORDER BY bytes DESC LIMIT 20',
      ),
  },
  KnocksOnAdminPorts: {
    description: 'Every refused attempt on a port of administration since yesterday, the latest first',
    sql: (records) =>
      query(
        'SELECT from_unixtime("start") AS at, srcaddr, dstaddr, dstport, interface_id, packets',
        `FROM ${records}`,
        `WHERE action = 'REJECT' AND dstport IN (${Object.keys(adminPorts).join(', ')}) AND ${lately}`,
        'ORDER BY "start" DESC LIMIT 100',
      ),
  },
};

const query = (...lines: readonly string[]): string => lines.join('\n');

/** Files of lines with blanks between the fields, and a heading; in a folder for each day. */
function tableOf(files: string, days: number): CfnTable.TableInputProperty {
  return {
    description: 'One line for each span, interface and pair of ends',
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: [{ name: 'day', type: 'string', comment: 'Year, month and day, as 2026/11/28' }],
    parameters: {
      EXTERNAL: 'TRUE',
      'skip.header.line.count': '1',
      'projection.enabled': 'true',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy/MM/dd',
      'projection.day.range': `NOW-${days}DAYS,NOW`,
      'projection.day.interval': '1',
      'projection.day.interval.unit': 'DAYS',
      'storage.location.template': `${files}\${day}`,
    },
    storageDescriptor: {
      columns: flowRecordColumns.map(({ name, type }) => ({ name, type })),
      location: files,
      inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      serdeInfo: {
        serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
        parameters: { 'field.delim': ' ', 'serialization.format': ' ' },
      },
    },
  };
}
