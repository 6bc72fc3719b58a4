import type { IKey } from 'aws-cdk-lib/aws-kms';

export interface CustomerKeyOptions {
  /**
   * The key.
   * @default - a new one that is rotated each year
   */
  readonly key?: IKey;
  /**
   * Whether an upload that asks for other encryption, or another key, is refused. The bucket's setting alone is a default
   * that every upload may override.
   * @default false
   */
  readonly enforced?: boolean;
}

/**
 * How objects are encrypted at rest. Keys that callers bring themselves (SSE-C) are refused in every mode.
 *
 * @claims storage-sse-s3-default, storage-sse-kms, storage-dsse
 */
export class ObjectEncryption {
  /** A key of S3's own (SSE-S3): free, but whoever may read the object may read it decrypted. */
  static managed(): ObjectEncryption {
    return new ObjectEncryption('s3');
  }

  /** A customer key (SSE-KMS): its policy decides who reads, each use is on record, and a bucket key keeps KMS calls few. */
  static customerKey(options: CustomerKeyOptions = {}): ObjectEncryption {
    return new ObjectEncryption('kms', options);
  }

  /** Two layers under a customer key (DSSE-KMS), for rules that ask for it; each object costs its own KMS calls. */
  static twoLayers(options: CustomerKeyOptions = {}): ObjectEncryption {
    return new ObjectEncryption('dsse', options);
  }

  readonly key?: IKey;
  readonly enforced: boolean;

  private constructor(
    readonly mode: 's3' | 'kms' | 'dsse',
    options: CustomerKeyOptions = {},
  ) {
    this.key = options.key;
    this.enforced = options.enforced ?? false;
  }
}
