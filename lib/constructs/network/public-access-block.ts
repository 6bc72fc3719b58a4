import { Stack } from 'aws-cdk-lib';
import {
  CfnVPCBlockPublicAccessExclusion,
  CfnVPCBlockPublicAccessOptions,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { resourcesOf } from './network-rule';

/** What is refused at every internet gateway of the account, and what is excepted. */
export class PublicAccessMode {
  /** Nobody outside opens a connection to the inside; what is opened from inside is answered. */
  static blockIngress(): PublicAccessMode {
    return new PublicAccessMode('block-ingress');
  }

  /** Nothing passes, in either direction. */
  static blockBidirectional(): PublicAccessMode {
    return new PublicAccessMode('block-bidirectional');
  }

  private constructor(readonly value: 'block-ingress' | 'block-bidirectional') {}
}

/** A network or a subnet that the block leaves out. */
export class PublicAccessExclusion {
  /** It is reached and reaches out as if there were no block. */
  static open(place: IVpc | ISubnet): PublicAccessExclusion {
    return new PublicAccessExclusion(place, 'allow-bidirectional');
  }

  /** It reaches out and is answered, as NAT gateways need; nobody reaches it. Where both directions are blocked only. */
  static egress(place: IVpc | ISubnet): PublicAccessExclusion {
    return new PublicAccessExclusion(place, 'allow-egress');
  }

  private constructor(
    readonly place: IVpc | ISubnet,
    readonly mode: 'allow-bidirectional' | 'allow-egress',
  ) {}

  /** The one id that names the place. */
  get target(): { readonly vpcId: string } | { readonly subnetId: string } {
    return 'subnetId' in this.place ? { subnetId: this.place.subnetId } : { vpcId: this.place.vpcId };
  }
}

export interface PublicAccessBlockProps {
  readonly mode: PublicAccessMode;
  /**
   * What is left out, at most 50 places.
   * @default - nothing
   */
  readonly exclusions?: readonly PublicAccessExclusion[];
}

/** What an account may except until AWS raises it. */
const exclusionQuota = 50;

/**
 * Refuses traffic of internet gateways for the **whole account in this Region**, whatever routes, groups and ACLs say: also for networks
 * that other stacks made. So it belongs into a stack of the account's own, beside its budget and its trail, and no architecture holds it.
 * Deleting it opens the gateways again.
 *
 * There is one for an account and Region; a second in a stack is refused.
 *
 * @claims network-public-access-block
 */
export class PublicAccessBlock extends Construct {
  constructor(scope: Construct, id: string, props: PublicAccessBlockProps) {
    super(scope, id);
    const { mode, exclusions = [] } = props;
    const other = resourcesOf(this, CfnVPCBlockPublicAccessOptions)[0];
    const places = exclusions.map(({ place }) => place);
    refuse(this, [
      other && `${other.node.scope!.node.path} blocks public access already, and there is one for an account; use that`,
      exclusions.length > exclusionQuota &&
        `exclusions are ${exclusions.length}; an account has ${exclusionQuota}, so exclude whole networks instead of subnets`,
      ...exclusions.flatMap(({ place, mode: exception }, at) => [
        places.indexOf(place) !== at && `exclusions name ${place.node.path} twice; keep one of them`,
        exception === 'allow-egress' &&
          mode.value === 'block-ingress' &&
          `exclusion of ${place.node.path} lets out, which ${mode.value} does not block; write PublicAccessExclusion.open(), or block both directions`,
      ]),
    ]);

    const options = new CfnVPCBlockPublicAccessOptions(this, 'Options', { internetGatewayBlockMode: mode.value });
    for (const { place, mode: internetGatewayExclusionMode, target } of exclusions) {
      const exclusion = new CfnVPCBlockPublicAccessExclusion(this, `Without${idOf(place)}`, {
        internetGatewayExclusionMode,
        ...target,
      });
      // In place before the block, so that nothing is cut off in between, and removed after it.
      options.node.addDependency(exclusion);
    }
  }
}

/** The place's path within its stack, so that exclusions can be put in any order. */
const idOf = (place: IVpc | ISubnet): string =>
  place.node.path
    .slice(Stack.of(place).node.path.length)
    .split('/')
    .map((word) => word.replace(/[^A-Za-z0-9]/g, ''))
    .join('');
