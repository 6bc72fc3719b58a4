import { Stack, Token } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { NetworkRule, resolved, targetOf } from '../network/network-rule';
import { regionOfName } from './bucket-name';

/**
 * A fault unless data in a region may be there. A region that only the deployment knows passes.
 *
 * @param prop what names the region, such as `copyRegion`
 * @param allowed every region where the data may be; undefined where nobody says
 */
export function residencyFault(prop: string, region: string, allowed: readonly string[] | undefined): string | false {
  if (allowed === undefined || Token.isUnresolved(region) || allowed.includes(region)) return false;
  return `${prop} is ${region}, where this data may not be; choose one of ${allowed.join(', ')}`;
}

/**
 * Data of a bucket leaves its region only by a rule that copies it. This looks at where such rules lead.
 *
 * @claims storage-data-residency
 */
export class ResidencyRule extends NetworkRule {
  constructor(private readonly allowed: readonly string[]) {
    super();
  }

  protected faults(node: IConstruct): (string | false)[] {
    if (!(node instanceof CfnBucket)) return [];
    const { rules = [] } = (node.replicationConfiguration ?? {}) as { readonly rules?: readonly CopyRule[] };
    return rules.map(({ destination: { bucket } }) => {
      const copy = targetOf(bucket);
      if (copy)
        return residencyFault(`the region of the copies in ${copy.node.path}`, Stack.of(copy).region, this.allowed);
      const arn = JSON.stringify(resolved(node, bucket));
      const region = regionOfName(/:::([^"]+)/.exec(arn)?.[1] ?? '');
      if (region !== undefined) return residencyFault(`the region of the copies in ${arn}`, region, this.allowed);
      return `copies go to ${arn}, whose ARN tells no region; give a bucket of this app, so that it is known to be in ${this.allowed.join(', ')}`;
    });
  }
}

interface CopyRule {
  readonly destination: { readonly bucket: string };
}
