import type { IConnectable } from 'aws-cdk-lib/aws-ec2';

/**
 * Who a load balancer is for.
 *
 * @claims compute-lb-scheme
 */
export class Exposure {
  /** The internet: nodes with public addresses, in public subnets. @param from who is let in, the whole world if left out */
  static internet(from?: readonly IConnectable[]): Exposure {
    return new Exposure(true, from);
  }

  /** Inside only: nodes with private addresses. @param from the groups or ranges that are let in; never the world */
  static internal(from: readonly IConnectable[]): Exposure {
    return new Exposure(false, from);
  }

  /** Inside only, for a distribution: nodes with private addresses that `VpcBalancerOrigin` lets CloudFront in to, and nobody else. */
  static vpcOrigin(): Exposure {
    return new Exposure(false, [], true);
  }

  private constructor(
    readonly isPublic: boolean,
    private readonly named?: readonly IConnectable[],
    /** Whether who is let in is said later. */
    readonly isForVpcOrigin: boolean = false,
  ) {}

  /** Who is let in by name; nobody where everybody is. */
  get from(): readonly IConnectable[] {
    return this.isWorld ? [] : (this.named ?? []);
  }

  /** Whether everybody is let in. */
  get isWorld(): boolean {
    return this.named?.some(isEverybody) ?? this.isPublic;
  }

  faults(): string[] {
    if (this.isForVpcOrigin) return [];
    if (this.named?.length === 0) return ['exposure lets nobody in; name at least one range or security group'];
    if (this.isPublic || !this.isWorld) return [];
    return ['exposure is internal but lets everybody in; name the ranges or security groups that call this balancer'];
  }
}

const isEverybody = (peer: IConnectable): boolean =>
  ['0.0.0.0/0', '::/0'].includes((peer as { readonly uniqueId?: string }).uniqueId ?? '');
