import { ImportSource, KeyValueStore, type IKeyValueStore } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { regionalName } from './regional-name';

export interface EdgeDataProps {
  /** What it is for, in a sentence; shown in the console. */
  readonly description: string;
  /**
   * What it holds when it is made: keys to 512 bytes, values to 1 KB, 5 MB together. CloudFront reads it once; a later change of this
   * has no effect on a store that is there, and is made with `aws cloudfront-keyvaluestore put-key`.
   */
  readonly initially: Readonly<Record<string, string>>;
}

const mebibyte = 1024 * 1024;

/**
 * Values that `ViewerFunction`s read at every edge (a CloudFront key-value store), and that change within seconds without a deployment.
 *
 * @claims edge-cloudfront-function
 */
export class EdgeData extends Construct {
  readonly store: IKeyValueStore;

  constructor(scope: Construct, id: string, { description, initially }: EdgeDataProps) {
    super(scope, id);
    const entries = Object.entries(initially);
    const total = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
    refuse(this, [
      ...entries.flatMap(([key, value]) => [
        (key === '' || Buffer.byteLength(key) > 512) &&
          `initially has a key of ${Buffer.byteLength(key)} bytes, ${key.slice(0, 20)}…; a key takes 1 to 512`,
        Buffer.byteLength(value) > 1024 &&
          `initially.${key.slice(0, 40)} has ${Buffer.byteLength(value)} bytes; a value takes 1,024`,
      ]),
      total > 5 * mebibyte &&
        `initially has ${total} bytes; a store takes 5 MB, so leave out what is not read at the edge`,
    ]);
    this.store = new KeyValueStore(this, 'Store', {
      keyValueStoreName: regionalName(this, 64),
      comment: description,
      source: ImportSource.fromInline(JSON.stringify({ data: entries.map(([key, value]) => ({ key, value })) })),
    });
  }
}
