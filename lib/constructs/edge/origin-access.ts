/**
 * How a distribution proves to a bucket who it is.
 *
 * @claims edge-private-s3-origin, edge-oai-legacy
 */
export class OriginAccess {
  /**
   * Origin Access Control: each request is signed with SigV4, and the bucket policy admits the CloudFront service on behalf
   * of one distribution. Works with customer keys, uploads and all regions.
   */
  static control(): OriginAccess {
    return new OriginAccess('control');
  }

  /**
   * Legacy. Origin Access Identity: the bucket policy names an identity made for the distribution. Reads only, no customer
   * keys, and no regions opened after 2022. For comparison, and for distributions that still have one.
   *
   * @param reason why the identity is kept, in a sentence; it becomes the acknowledgement of the finding that asks for control
   */
  static legacyIdentity(reason: string): OriginAccess {
    return new OriginAccess('legacy identity', reason);
  }

  private constructor(
    readonly kind: 'control' | 'legacy identity',
    readonly reason?: string,
  ) {}
}
