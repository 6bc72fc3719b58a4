import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IStream, IStreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import type { DocumentTable } from '../data/document-table';

/** A stream of records in order, of which a function gets batch after batch. */
export class StreamSource {
  /** The changes of a table: each item's in the order they happened, kept for 24 hours. */
  static table(table: DocumentTable): StreamSource {
    return new StreamSource(
      table.streamArn,
      Duration.hours(23),
      (reader) => table.grantStreamRead(reader),
      true,
      `source is ${table.node.path}, a table that keeps no stream of its changes; give it stream, such as StreamViewType.NEW_AND_OLD_IMAGES`,
    );
  }

  /** A Kinesis stream: the records of one partition key in the order they were taken. */
  static stream(stream: IStream): StreamSource {
    return new StreamSource(stream.streamArn, Duration.days(7), (reader) => readStream(stream, reader), false);
  }

  /**
   * A Kinesis stream, of which the function has throughput of its own, so that no other reader slows it down
   * (`DataStream.addDedicatedReader`).
   */
  static dedicated(dedicated: IStreamConsumer): StreamSource {
    const grantRead = (reader: IGrantable) => {
      readStream(dedicated.stream, reader);
      dedicated.grant(reader, 'kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard');
    };
    return new StreamSource(dedicated.streamConsumerArn, Duration.days(7), grantRead, false);
  }

  private constructor(
    readonly arn: string | undefined,
    /** The oldest a record may get before the stream could have forgotten it. */
    readonly longestAge: Duration,
    /** Lets a role read this stream and nothing else. */
    readonly grantRead: (reader: IGrantable) => void,
    /** Whether it holds the changes of a table; a Kinesis stream otherwise. */
    readonly ofTable: boolean,
    readonly missing?: string,
  ) {}
}

function readStream(stream: IStream, reader: IGrantable): void {
  stream.grant(
    reader,
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
  );
  stream.encryptionKey?.grantDecrypt(reader);
}
