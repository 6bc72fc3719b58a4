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
    return new Exposure(false, [], 'distribution');
  }

  /** Inside only, behind a `TransportEntry` that lets itself in, and nobody else. */
  static behindEntry(): Exposure {
    return new Exposure(false, [], 'entry');
  }

  /**
   * Inside only, for the consumers of a `PrivateService`, who have been accepted and are not asked again; in its own network nobody is let in. Of
   * a Network Load Balancer alone.
   */
  static privateLink(): Exposure {
    return new Exposure(false, [], 'PrivateLink');
  }

  /**
   * Nodes with private addresses, for an accelerator that brings the internet to them: clients come under addresses of their own, so that the world
   * is let in, and no route leads here but the accelerator's.
   */
  static accelerator(): Exposure {
    return new Exposure(false, undefined, 'accelerator');
  }

  private constructor(
    readonly isPublic: boolean,
    private readonly named?: readonly IConnectable[],
    /** Who lets itself in later, or is let in otherwise. */
    private readonly other?: 'distribution' | 'entry' | 'PrivateLink' | 'accelerator',
  ) {}

  /** Whether a `VpcBalancerOrigin` lets a distribution in. */
  get isForVpcOrigin(): boolean {
    return this.other === 'distribution';
  }

  /** Whether what comes by PrivateLink is not asked. */
  get isForPrivateLink(): boolean {
    return this.other === 'PrivateLink';
  }

  /** Who is let in by name; nobody where everybody is. */
  get from(): readonly IConnectable[] {
    return this.isWorld ? [] : (this.named ?? []);
  }

  /** Whether everybody is let in. */
  get isWorld(): boolean {
    return this.named?.some(isEverybody) ?? (this.isPublic || this.other === 'accelerator');
  }

  faults(): string[] {
    if (this.other !== undefined) return [];
    if (this.named?.length === 0) return ['exposure lets nobody in; name at least one range or security group'];
    if (this.isPublic || !this.isWorld) return [];
    return ['exposure is internal but lets everybody in; name the ranges or security groups that call this balancer'];
  }
}

const isEverybody = (peer: IConnectable): boolean =>
  ['0.0.0.0/0', '::/0'].includes((peer as { readonly uniqueId?: string }).uniqueId ?? '');
